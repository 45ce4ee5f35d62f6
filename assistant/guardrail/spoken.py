"""Questions put back in Spanish, and read again as the English questions that the rules know."""

from __future__ import annotations

import re
from functools import partial

from assistant.guardrail.languages import SPANISH
from assistant.guardrail.rulebook import Rulebook

_WORDS = "{words}"


def in_language(ask: str | None, lang: str, book: Rulebook) -> str | None:
    """``ask`` in ``lang``; in English where nobody has translated it."""
    if ask is None or lang != SPANISH:
        return ask
    for pattern, _english, spanish in _questions(book, from_spanish=False):
        found = pattern.fullmatch(ask)
        if found:
            return _filled(spanish, found)
    return ask


def in_english(said: str, book: Rulebook) -> str:
    """What the chat said, with every question that it put in Spanish in its English words."""
    for pattern, english, _spanish in _questions(book, from_spanish=True):
        said = pattern.sub(partial(_filled, english), said)
    return said


def _questions(book: Rulebook, *, from_spanish: bool) -> list[tuple[re.Pattern[str], str, str]]:
    """Every question in both languages, with a pattern that finds it in one of them."""
    pairs = {**book.messages_es.get("ask", {})}
    pairs[str(book.messages["doubt"]["question"])] = str(book.messages_es["doubt"]["question"])
    return [
        (_pattern(spanish if from_spanish else english), english, spanish)
        for english, spanish in pairs.items()
    ]


def _pattern(question: str) -> re.Pattern[str]:
    return re.compile(re.escape(question).replace(re.escape(_WORDS), "(.*?)"), re.S)


def _filled(question: str, found: re.Match[str]) -> str:
    return question.replace(_WORDS, "".join(found.groups()))
