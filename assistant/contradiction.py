"""Whether two sentences are about the same point, and whether they say the opposite of it.

Only what can be told from words alone counts: nearly the same sentence, one of them denied, or with
another number of the same unit. Most disagreements are subtler; a person must find those.
"""

from __future__ import annotations

import re
from collections.abc import Set

from assistant.text import stems

SAME_WORDS = 0.85  # share of the words of the longer one that both have
_DENIES = re.compile(r"\b(no|not|never|cannot|nor|neither|without|unlikely|rarely)\b|n't\b", re.I)
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve")
_AMOUNT = re.compile(
    rf"\b(\d+|{'|'.join(_WORDS)})(?:\s*(?:to|or|-|–)\s*(\d+|{'|'.join(_WORDS)}))?\s+"
    r"(minute|hour|day|week|month|year|percent|time)s?\b",
    re.I,
)


def point(text: str) -> frozenset[str]:
    """The stems that say what ``text`` is about, without denials and amounts."""
    return frozenset(stems(_AMOUNT.sub(" ", _DENIES.sub(" ", text))))


def alike(first: Set[str], second: Set[str]) -> bool:
    """Whether two points have nearly the same words."""
    if not first or not second:
        return False
    return len(first & second) >= SAME_WORDS * max(len(first), len(second))


def contradict(first: str, second: str) -> bool:
    """Whether two sentences of nearly the same words differ in a denial or in an amount."""
    if not alike(point(first), point(second)):
        return False
    if bool(_DENIES.search(first)) != bool(_DENIES.search(second)):
        return True
    amounts = _amounts(first), _amounts(second)
    return any(
        amounts[0][unit].isdisjoint(amounts[1][unit]) for unit in amounts[0].keys() & amounts[1]
    )


def _amounts(text: str) -> dict[str, set[str]]:
    """The numbers that ``text`` names, by unit."""
    found: dict[str, set[str]] = {}
    for match in _AMOUNT.finditer(text):
        low, high, unit = match.groups()
        numbers = {n.lower() for n in (low, high) if n}
        found.setdefault(unit.lower(), set()).update(
            str(_WORDS.index(n) + 1) if n in _WORDS[:10] else n for n in numbers
        )
    return found
