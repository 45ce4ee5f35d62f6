"""Whether a message is in a language that the guardrail reads at all.

It reads English, and of Spanish the core signs. Anything else must not pass as harmless only
because nothing in it was understood.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from assistant.guardrail.spelling import is_english

ENGLISH, SPANISH = "en", "es"
_WORD = re.compile(r"[^\W\d_]+")
_FEWEST_WORDS = 3
_SMALL_WORDS = 0.12  # share of small words below which a text is not in their language
_ENGLISH = 0.5  # share of words in the English list
_LATIN = 0.5  # share of letters


@dataclass(frozen=True, slots=True)
class SmallWords:
    """The commonest words of the languages that are read; ``shared`` ones stand in others too."""

    english: frozenset[str]
    spanish: frozenset[str]
    shared: frozenset[str]


def written_in(raw: str, small: SmallWords) -> str | None:
    """The language that the small words of ``raw`` speak for, or ``None`` when they are silent."""
    words = [_plain(word) for word in _WORD.findall(raw.lower().replace("'", "").replace("’", ""))]
    english = sum(word in small.english for word in words)
    spanish = sum(word in small.spanish for word in words)
    if english == spanish:
        return None
    return SPANISH if spanish > english else ENGLISH


def unread(raw: str, small: SmallWords) -> bool:
    """Say whether ``raw`` is neither English nor Spanish, as far as its words tell."""
    letters = [char for char in raw if char.isalpha()]
    if not letters:
        return False
    if sum(map(_is_latin, letters)) < _LATIN * len(letters):
        return True
    words = [_plain(word) for word in _WORD.findall(raw.lower().replace("'", "").replace("’", ""))]
    if len(words) < _FEWEST_WORDS:
        return False
    for known in (small.english, small.spanish):
        if sum(word in known for word in words) >= _SMALL_WORDS * len(words):
            return False
    english = sum(word in small.shared or is_english(word) for word in words)
    return english < _ENGLISH * len(words)


@lru_cache(maxsize=2048)
def _is_latin(char: str) -> bool:
    return unicodedata.name(char, "").startswith("LATIN")


def _plain(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
