"""What an article states, as far as two articles can disagree on it: subject, amounts, advice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from assistant.chunking import split_article
from assistant.records import Article, Span
from assistant.text import plain, stems
from assistant.verification.amounts import TIME, VAGUE, Amount, amounts
from assistant.verification.matching import Likeness
from assistant.verification.reading import Clause, Item, read
from assistant.verification.words import shipped_words

# Kinds of things that a statement is about: medicines, body parts, conditions, treatments, people.
_SUBJECTS = frozenset("DBSRG")
_NO_SUBJECT = frozenset("pain doctor adult".split())  # everybody here has pain and is grown up
_FOR = frozenset("ease help helps good better best safe effective useful benefit relieve improve "
                 "recommend advise advised suggest should must okay fine work works".split())  # fmt: skip
_AGAINST = frozenset("avoid harm harmful unsafe danger dangerous bad worsen useless against "
                     "ineffective risky slow discourage never".split())  # fmt: skip
_ORDERS = frozenset("use take try do stay keep lie rest walk wear put apply sleep sit exercise "
                    "stretch move choose start go avoid stop limit skip lift bend run".split())  # fmt: skip
_REASONS = frozenset("until because so since while".split())
_MAKES, _WORSE = frozenset("make makes making".split()), frozenset("worse worsen slower".split())
_OPINIONS = _FOR | _AGAINST
_UNITS = frozenset("minut hour day night week month year percent time".split())
_ENDS = frozenset("stop skip limit delay".split())  # said of an order only: "stop walking"
_MEASURED = frozenset("than within in for about around after before over under least most every "
                      "nearly almost lasts last to up".split())  # fmt: skip
_REPEATED = frozenset("daily nightly weekly monthly yearly annually annual hourly".split())
# When to get care is no advice for or against what the sentence names.
_CARE = re.compile(
    r"\b(?:call|get|seek|see|tell|ask|talk to|visit|go to|signs?|emergency|questions?|situations?)\b.*"
    r"\b(?:doctor|care|help|number|team|pharmacist|these|include|therapist|physiatrist|visit)\b",
    re.I,
)
_WEIGHS = re.compile(
    r"\bthan (?!an? |one|two|three|\d)|\b(?:versus|compared|between|difference|evidence|stud(?:y|ies)|"
    r"research|if|nobody|everyone|everybody|"
    r"no one|no (?:\w+ ){1,4}(?:is|are|was|has|have|can|seems?))\b",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A sentence or a list item, with the words that open its list, as it would be quoted.

    ``words`` are the stems that say what it is about, ``subjects`` those of them that name a
    condition, a treatment, a part of the body or a group of people; ``around`` are the stems of
    its title and heading. ``advice`` is 1 for what it calls good, -1 for what it warns of, else 0.
    ``care`` says that it tells when to get help, ``led`` that it holds the words before its list.
    """

    article: str
    text: str
    span: Span
    words: frozenset[str]
    subjects: frozenset[str]
    around: frozenset[str]
    items: tuple[Item, ...]
    amounts: tuple[Amount, ...]
    advice: int
    care: bool
    led: bool
    conditional: bool


@cache
def likeness() -> Likeness:
    """How well one word stands for another, by the word lists of the check of rephrasings."""
    return Likeness(shipped_words())


@lru_cache(maxsize=512)  # the same library is read for each draft
def statements(article: Article) -> tuple[Statement, ...]:
    """Everything that ``article`` states, in reading order; questions state nothing."""
    return tuple(_statements(article))


def _statements(article: Article) -> Iterator[Statement]:
    title = frozenset(stems(article.title))
    for passage in split_article(article):
        around = title | frozenset(stems(" ".join(passage.heading_path)))
        texts = [plain(sentence.span.cut(article.text)) for sentence in passage.sentences]
        for sentence, text in zip(passage.sentences, texts, strict=True):
            lead_in = "" if sentence.lead_in is None else texts[sentence.lead_in]
            if text.endswith((":", "?")) or _CARE.search(lead_in):
                continue
            beside = around | frozenset(stems(lead_in))
            led = False
            if not _opens_with_order(text):  # "Keep it dry" needs no "Steps include" before it
                text = f"{lead_in.rstrip(':')} {text}".strip()
                led = bool(lead_in)
            yield _statement(article.id, text, sentence.span, beside, led=led)


def _opens_with_order(text: str) -> bool:
    first = text.lower().split(maxsplit=2)
    return bool(first) and (first[0] in _ORDERS or first[:2] == ["do", "not"])


def _statement(
    article: str, text: str, span: Span, around: frozenset[str], *, led: bool
) -> Statement:
    sentences = read(text, shipped_words())
    clauses = [clause for sentence in sentences for clause in sentence.clauses]
    items = [each for clause in clauses for each in clause.items]
    content = [each for each in items if each.weight]
    care = bool(_CARE.search(text))
    return Statement(
        article=article,
        text=text,
        span=span,
        words=frozenset(
            i.stem for i in content if not (i.text in _OPINIONS or i.stem in _OPINIONS | _UNITS)
        ),
        subjects=frozenset(
            i.stem for i in content if i.kinds & _SUBJECTS and i.stem not in _NO_SUBJECT
        ),
        around=around,
        items=tuple(items),
        amounts=tuple(a for a in amounts(items) if _measures(a, items)),
        advice=0 if led or care or _WEIGHS.search(text) else _advice(clauses),
        care=care,
        led=led,
        conditional=any(clause.condition for clause in clauses),
    )


def _measures(amount: Amount, items: Sequence[Item]) -> bool:
    """Whether an amount can be held against another: "daily life" and "three times a day" not."""
    if amount.kind == VAGUE or amount.text in _REPEATED:
        return False
    before = items[amount.at - 1].text if amount.at else ""
    return amount.kind != TIME or not amount.weak or before in _MEASURED


def _advice(clauses: Sequence[Clause]) -> int:
    """The side that all clauses with an opinion take; 0 where there is none or they differ."""
    told = [clause for clause in clauses if clause.opener not in _REASONS]
    found = {side for clause in told if (side := _side(clause))}
    return found.pop() if len(found) == 1 else 0


def _side(clause: Clause) -> int:
    against = sum(_one_of(item, _AGAINST) for item in clause.items)
    texts = {item.text for item in clause.items}
    against += bool(texts & _MAKES and texts & _WORSE)  # pain that gets worse is no advice
    opens = [item.text for item in clause.items if item.text not in ("please", "do", "and", "so")]
    orders = opens[:1] == ["not"] or opens[:1] and opens[0] in _ORDERS
    if opens[:1] != ["not"] and orders and "not" in opens:
        return 0  # "stay still and do not move", "use heat, not ice"
    against += bool(orders and opens[0] in _ENDS)
    against += any(a in ("should", "must") and b in _ENDS for a, b in pairwise(opens))
    if not orders and not against and not any(_one_of(item, _FOR) for item in clause.items):
        return 0
    return -1 if (against + clause.denied) % 2 else 1


def _one_of(item: Item, words: frozenset[str]) -> bool:
    return item.text in words or item.stem in words
