"""Does the passage have the sentence's numbers, and of the same thing?"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.verification.amounts import BARE, TIME, VAGUE, Amount, amounts
from assistant.verification.findings import Problem
from assistant.verification.matching import Alignment, Place
from assistant.verification.reading import Item

_DEFINITE = frozenset("the these those both".split())


def number_problems(alignment: Alignment) -> Iterator[Problem]:
    """Numbers that the passage does not have, or has of something else."""
    for amount in amounts(alignment.claim.items):
        place = _place_of(alignment, alignment.claim.items[amount.at])
        here = amounts(place.sentence.items)
        if any(amount.same(other) for other in here):
            continue
        near = [a for s in place.near for a in amounts(s.items)]
        passage = [a for s in place.passage for a in amounts(s.items)]
        rival = [a for a in here if _alike_kind(a, amount)]
        if amount.weak and not rival:
            continue
        before = [i.text for i in alignment.claim.items[max(0, amount.at - 1) : amount.at]]
        if amount.kind == BARE and before and before[0] in _DEFINITE:
            continue  # "a mix of the two"
        if any(amount.same(other) for other in near if not rival):
            continue
        if not rival and any(amount.same(other) for other in passage):
            continue
        yield Problem("number", f"{amount.text!r} is not what the passage says")


def _alike_kind(one: Amount, other: Amount) -> bool:
    times = (TIME, VAGUE)
    return one.kind == other.kind or (one.kind in times and other.kind in times)


def _place_of(alignment: Alignment, item: Item) -> Place:
    return next(p for p in alignment.places if p.said.number == item.clause)
