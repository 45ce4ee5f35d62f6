"""Checks on every sentence of an answer before it is shown (catalogue section 5).

A sentence is cut into clauses whose words are tagged with classes (``data/output_words.toml``,
``data/output_names.toml``). The checks (``data/output_checks.toml``) read what a clause does:
whom it addresses, whether it orders, allows, forbids or only mentions, and whether it leaves the
matter to a clinician. So "do not stop your baclofen suddenly" passes and "there is no reason not
to stop it" does not. A model's words are also read by a classifier that learned from unsafe drafts.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache

from assistant.guardrail.learned import drafts
from assistant.guardrail.normalise import fold
from assistant.guardrail.output.checks import DRAFTS, shipped_checks
from assistant.guardrail.output.combining import combines
from assistant.guardrail.output.numbers import names_foreign_line, own_numbers
from assistant.guardrail.output.private import other_phone, personal_details
from assistant.guardrail.output.reading import read
from assistant.guardrail.output.seen import seen
from assistant.guardrail.output.vocabulary import shipped
from assistant.guardrail.types import Level

__all__ = ["WRONG_NUMBER", "violations"]

WRONG_NUMBER = "wrong-number"  # right or wrong depends on the country and the practice

LIKE_UNSAFE = "like-unsafe"  # no check names it, but it is like drafts that must be blocked

_log = logging.getLogger(__name__)
_LONGEST = 4000  # characters; no sentence of an answer is that long
# Marks that separate the parts of a prompt; no article holds them.
_PROMPT_MARK = re.compile(
    r"</?(?:system|assistant|user|instructions?|prompt)\b|\[/?INST\]|<\|\w+|<<SYS", re.I
)
# Letters spaced out one by one hide words from a reader of words.
_SPACED_OUT = re.compile(r"(?<!\w)(?:[^\W\d_][\s.*_-]{1,3}){4,}[^\W\d_](?!\w)")


def violations(
    sentence: str,
    *,
    level: Level,
    country: str = "US",
    practice_phone: str | None = None,
    question: str = "",
    quoted: bool = False,
) -> list[str]:
    """Return the names of the rules that ``sentence`` breaks, empty when it may be shown.

    ``level`` is the decision in force: calming facts and advice to wait are only allowed while no
    flag is live, self-care only below urgent. ``country`` and ``practice_phone`` say which phone
    numbers may be named. With the reader's ``question``, "it" may mean a medicine asked about,
    and a name given there may not come back. ``quoted`` says that the sentence stands word for word
    in an article of the practice; words of a model are held to further checks. Never raises: a
    sentence that cannot be checked breaks the rule ``unreadable``.
    """
    try:
        phones = own_numbers(country) | ({practice_phone} if practice_phone else set())
        found = _broken(sentence, level, question, quoted=quoted)
        return list(dict.fromkeys([*found, *_personal(sentence, question, country, phones)]))
    except Exception as error:  # noqa: BLE001  (fails closed, whatever broke)
        _log.error("a sentence could not be checked: %s", type(error).__name__)
        return ["unreadable"]


def _broken(sentence: str, level: Level, question: str, *, quoted: bool) -> list[str]:
    if len(sentence) > _LONGEST or _SPACED_OUT.search(sentence):
        return ["unreadable"]
    topic = _topic(question)
    clauses = read(sentence, shipped(), topic=topic)
    found = shipped_checks().broken(clauses, level, topic) if clauses else []
    if _PROMPT_MARK.search(sentence):
        found.append("injected-instruction")
    if combines(clauses, topic):
        found.append("combining")
    if not quoted and clauses:
        found += shipped_checks(DRAFTS).broken(clauses, level, topic)
        if not found and drafts.unsafe(sentence, question):
            found = [LIKE_UNSAFE]
    if level >= Level.EMERGENCY and not any("emergency" in clause.tags for clause in clauses):
        found.append("route-contradiction")
    return found


def _personal(
    sentence: str, question: str, country: str, phones: AbstractSet[str]
) -> Iterator[str]:
    text = seen(sentence[:_LONGEST])
    if personal_details(text, question, shipped()):
        yield "privacy"
    if other_phone(text, phones) or names_foreign_line(fold(text)[0], country):
        yield WRONG_NUMBER


@lru_cache(maxsize=32)  # every sentence of an answer asks for it
def _topic(question: str) -> frozenset[str]:
    """The kinds of thing that the question is about."""
    if not question:
        return frozenset()
    return frozenset().union(*(clause.tags for clause in read(question[:_LONGEST], shipped())))
