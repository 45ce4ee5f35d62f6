"""Does the passage have the sentence's numbers, and of the same thing?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.verification.amounts import BARE, TIME, VAGUE, Amount, amounts
from assistant.verification.findings import Problem
from assistant.verification.matching import Alignment, Place
from assistant.verification.reading import Item

_RESTATED = 0.4  # share of a clause that must restate the one it is held against
_AT_ONCE = frozenset("immedi emerg ambul".split())
_LATER = frozenset("soon later eventually sometime someday".split())
_SPANS = {"seconds", "minutes", "hours", "days", "weeks", "months", "years", "decades"}
_DEFINITE = frozenset("the these those both".split())


def number_problems(alignment: Alignment) -> Iterator[Problem]:
    """Numbers that the passage does not have, or has of something else."""
    said = amounts(alignment.claim.items)
    yield from _pairs(alignment, said)
    yield from _spans(alignment)
    yield from _counted(alignment)
    yield from _put_off(alignment)
    for amount in said:
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
        if amount.kind == VAGUE and amount.text.split()[-1] in _bare_spans(place.sentence.items):
            continue  # "for hours" for "long hours of"
        if not rival and any(amount.same(other) for other in passage):
            continue
        yield Problem("number", f"{amount.text!r} is not what the passage says")


def _counted(alignment: Alignment) -> Iterator[Problem]:
    """A number told of another thing: "two discs and one joint" for "a disc and two joints"."""
    for place in alignment.places:
        said = {a.low: _after(place.said.items, a) for a in amounts(place.said.items)}
        given = [(a, _after(place.sentence.items, a)) for a in amounts(place.sentence.items)]
        stems = {item.stem for item in alignment.claim.items}
        for amount, of in given:
            own = said.get(amount.low) if amount.kind == BARE else None
            if own is None or of is None or own.stem == of.stem or of.stem not in stems:
                continue
            if any(item.stem == own.stem for item in place.sentence.items):
                yield Problem("number", f"the passage says {amount.text!r} of {of.text!r}")


def _after(items: Sequence[Item], amount: Amount) -> Item | None:
    """The thing that a number counts."""
    return next((i for i in items[amount.at + 1 : amount.at + 4] if i.kinds), None)


def _put_off(alignment: Alignment) -> Iterator[Problem]:
    """A time allowed where the passage says at once: "within a week" for "do not wait"."""
    claim = alignment.claim.items
    if any(item.stem in _AT_ONCE for item in claim):
        return
    later = [a.text for a in amounts(claim) if a.kind in (TIME, VAGUE)]
    later += [item.text for item in claim if item.text in _LATER]
    for place in alignment.places:
        given = place.sentence
        hurried = any(item.stem in _AT_ONCE for item in given.items) or any(
            clause.denied % 2 and any(item.stem == "wait" for item in clause.items)
            for clause in given.clauses
        )
        texts = " ".join(item.text for item in given.items)
        put_off = [text for text in later if text not in texts]
        if hurried and put_off and place.share >= _RESTATED:
            yield Problem("number", f"{put_off[0]!r}, but the passage says at once")
            return


def _spans(alignment: Alignment) -> Iterator[Problem]:
    """Spans of time without a number, as in "months or years" for "days or weeks"."""
    for place in alignment.places:
        own, given = _bare_spans(place.said.items), _bare_spans(place.sentence.items)
        if own and given and not own & given and place.share >= _RESTATED:
            yield Problem("number", f"{min(own)!r}, but the passage says {min(given)!r}")


def _bare_spans(items: Sequence[Item]) -> set[str]:
    counted = {n for amount in amounts(items) for n in (amount.at, amount.at + 1, amount.at + 2)}
    return {i.text for n, i in enumerate(items) if i.text in _SPANS and n not in counted}


def _pairs(alignment: Alignment, said: Sequence[Amount]) -> Iterator[Problem]:
    """Two numbers told together that the passage tells apart, each with another of its kind.

    As in "84 of 100 aged 20" for "30 of 100 aged 20, and 84 of 100 aged 80".
    """
    items = alignment.claim.items
    for one, other in pairwise(said):
        place = _place_of(alignment, items[one.at])
        if items[one.at].clause != items[other.at].clause or one.kind == other.kind:
            continue
        clauses = [amounts(clause.items) for clause in place.sentence.clauses]
        if any(_holds(c, one) and _holds(c, other) for c in clauses):
            continue
        if any(_instead(c, one, other) for c in clauses) and any(
            _instead(c, other, one) for c in clauses
        ):
            yield Problem("number", f"the passage does not say {one.text!r} of {other.text!r}")


def _holds(given: Sequence[Amount], amount: Amount) -> bool:
    return any(amount.same(other) for other in given)


def _instead(given: Sequence[Amount], one: Amount, other: Amount) -> bool:
    """Whether ``given`` has ``one``, and in the place of ``other`` another number of its kind."""
    rivals = [a for a in given if _alike_kind(a, other) and not other.same(a)]
    return _holds(given, one) and bool(rivals)


def _alike_kind(one: Amount, other: Amount) -> bool:
    times = (TIME, VAGUE)
    return one.kind == other.kind or (one.kind in times and other.kind in times)


def _place_of(alignment: Alignment, item: Item) -> Place:
    return next(p for p in alignment.places if p.said.number == item.clause)
