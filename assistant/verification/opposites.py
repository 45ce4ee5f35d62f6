"""Is anything turned into its opposite, or a link into a cause?"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from collections.abc import Set as AbstractSet

from assistant.verification.comparing import PIVOTS, compares
from assistant.verification.findings import Problem
from assistant.verification.matching import ALIKE, Alignment, Place
from assistant.verification.reading import Clause, Item, together

_PARTICLES = frozenset("with without ones".split())  # too light to turn a statement round
_BESIDE = 2  # words between a direction and the thing it is given to
_LEAST = 0.3
_CAUSES = frozenset("cause causes caused causing".split())
_REASONS = frozenset("caus becaus make sourc reason contribut".split())
_LINKS = frozenset("link associ relat".split())
_WORSENS = frozenset("worsen aggrav".split())


def opposite_problems(alignment: Alignment) -> Iterator[Problem]:
    """Opposite words, and causes made of mere links."""
    for place in alignment.places:
        if place.share >= _LEAST:
            yield from _opposite(alignment, place)
            yield from _causes(place)
        yield from _whole_opposite(alignment, place)
        if not compares(alignment.claim):
            yield from _beside_opposite(alignment, place)


def _opposite(alignment: Alignment, place: Place) -> Iterator[Problem]:
    """A word of the clause whose opposite stands where the passage says the same."""
    if compares(alignment.claim) and compares(place.sentence):
        return  # both sides are held against each other elsewhere
    likeness = alignment.likeness
    stems = {item.stem for item in alignment.claim.items}
    group = together(place.sentence, place.clause)
    here = {item.stem for item in group}
    given = [item for item in group if item.stem not in stems and item.text not in _PARTICLES]
    for item in place.said.items:
        if item.stem in here or item.text in PIVOTS or item.text in _PARTICLES:
            continue
        if item.text == place.said.opener == "since":
            continue  # a reason, no time
        turned = {o.at + 1 for o in group if likeness.opposed(item.stem, o.stem)}
        # "Shortterm" is like "time", but not like that of "a long time".
        if any(likeness.of(item, o) >= ALIKE for o in given if o.at not in turned):
            continue
        against = [o for o in given if likeness.opposed(item.stem, o.stem)]
        against = [o for o in against if not _more_than(group, o)]
        if item.text == "good":  # "good questions" are no opposite of pain
            against = [o for o in against if o.text in ("poor", "bad")]
        against = [o for o in against if _denied(place.said, item) == _denied_in(place, o)]
        against = [o for o in against if not _meant(alignment, place.said.items, o, here)]
        said = alignment.claim.items
        against = [o for o in against if _lessened(said, item) == _lessened(group, o)]
        if against:
            yield Problem("opposite", f"{item.text!r}, but the passage says {against[0].text!r}")


def _beside_opposite(alignment: Alignment, place: Place) -> Iterator[Problem]:
    """A direction given to a thing to which the passage gives the opposite one.

    As in "it lowers blood sugar" for "it lowers swelling but raises blood sugar".
    """
    sides = alignment.likeness.words.sides
    said, given = _telling(place.said.items, sides), _telling(place.sentence.items, sides)
    for at, item in enumerate(said):
        if item.weight < 1 or item.stem not in sides or place.said.denied or place.clause.denied:
            continue
        for thing in said[max(0, at - 1) : at + 1 + _BESIDE]:
            if thing.stem in sides or not thing.weight or "N" not in thing.kinds:
                continue
            around = _around(thing, given)
            turned = [o for o in around if alignment.likeness.opposed(item.stem, o.stem)]
            turned = [o for o in turned if not _denied_in(place, o)]
            kept = any(alignment.likeness.of(item, other) >= ALIKE for other in around)
            kept = kept or (bool(turned) and _paired(item, turned[0], alignment.claim.items))
            if turned and not kept:
                yield Problem("opposite", f"{item.text!r}, but the passage says {turned[0].text!r}")
                return


def _paired(one: Item, other: Item, said: Sequence[Item]) -> bool:
    """Whether the sentence names both side by side: "rest and activity"."""
    return any(item.stem == other.stem and abs(item.at - one.at) <= _BESIDE for item in said)


def _telling(items: Sequence[Item], sides: Container[str]) -> list[Item]:
    """The words with content or with a direction."""
    return [item for item in items if item.weight or item.stem in sides]


def _around(thing: Item, given: Sequence[Item]) -> list[Item]:
    """The words beside ``thing`` in the passage's clause that holds it."""
    spots = [n for n, other in enumerate(given) if other.stem == thing.stem]
    return [
        given[m]
        for n in spots
        for m in range(max(0, n - _BESIDE), min(len(given), n + 2))
        if m != n and given[m].clause == given[n].clause
    ]


def _lessened(items: Sequence[Item], item: Item) -> bool:
    """As in "less severe", which is no opposite of "milder"."""
    before = [other.text for other in items if other.at == item.at - 1]
    return before in (["less"], ["fewer"], ["least"])


def _more_than(items: Sequence[Item], item: Item) -> bool:
    """As in "more than one", which is no opposite of "several"."""
    return item.text == "one" and any(o.text == "than" and o.at == item.at - 1 for o in items)


def _denied(clause: Clause, item: Item) -> bool:
    """Whether a denial is about ``item``; that of "not every" or "not all" is about the rest."""
    return any(item is focus or focus.text in ("every", "all") for focus in clause.focus)


def _denied_in(place: Place, item: Item) -> bool:
    return any(_denied(clause, item) for clause in place.sentence.clauses if item in clause.items)


def _meant(alignment: Alignment, said: Sequence[Item], given: Item, here: AbstractSet[str]) -> bool:
    """Whether ``said`` has another word for ``given``, one that the clause has not."""
    of = alignment.likeness.of
    return any(of(i, given) >= ALIKE for i in said if i.weight and i.stem not in here)


def _causes(place: Place) -> Iterator[Problem]:
    said = any(item.text in _CAUSES for item in place.said.items)
    given = {item.stem for item in place.sentence.items}
    if said and given & (_LINKS | _WORSENS) and not given & _REASONS:
        yield Problem("cause", "the passage does not speak of a cause")


def _whole_opposite(alignment: Alignment, place: Place) -> Iterator[Problem]:
    """A word with content that the sentence has not, but its opposite."""
    if any(c.denied for c in (*place.sentence.clauses, *alignment.claim.clauses)):
        return
    likeness, given = alignment.likeness, place.sentence.items
    stems = {item.stem for item in alignment.claim.items}
    for item in place.said.content:
        if any(likeness.of(item, other) >= ALIKE for other in given):
            continue
        for other in given:
            opposed = other.stem not in stems and likeness.opposed(item.stem, other.stem)
            if _lessened(alignment.claim.items, item) != _lessened(given, other):
                continue
            if (
                opposed
                and other.weight
                and not _meant(alignment, alignment.claim.items, other, set())
            ):
                yield Problem("opposite", f"{item.text!r}, but the passage says {other.text!r}")
                return
