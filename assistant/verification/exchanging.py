"""Does a word stand where the passage has another of its kind?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from assistant.verification.comparing import compares
from assistant.verification.findings import Problem
from assistant.verification.matching import ALIKE, Alignment, Place
from assistant.verification.reading import FUNCTION, Item, named
from assistant.verification.words import relations

_LINKS = frozenset("link associ relat".split())
_CONTEXT = 2  # words to either side that tell what a word is said of
_CROSSED = 2  # how much better the exchanged words must fit
_NEIGHBOURS = 3  # words this near to each other stand in one list
_BESIDE = 2  # content words to either side
_CLASSES = frozenset("drug medicin tablet pill treatment therapi".split())
_POINTING = frozenset("these this those such the first second other another different".split())
_LEAST = 0.3  # share of a clause that must restate the one it is held against


def exchange_problems(alignment: Alignment) -> Iterator[Problem]:
    """Two words exchanged, the order round a verb turned, or a name put in another's place."""
    yield from _exchanged(alignment)
    for place in alignment.places:
        if not (compares(alignment.claim) and compares(place.sentence)):
            yield from _reversed(place)
    yield from _put_elsewhere(alignment)


def _reversed(place: Place) -> Iterator[Problem]:
    """As in "B replaced A" for "A replaced B": the order round a verb turned."""
    said, given = place.said.content, place.sentence.content
    where = {item.stem: at for at, item in enumerate(given)}
    passive = any(i.text == "by" for i in (*place.said.items, *place.sentence.items))
    names = [i for i in said if named(i) and _once(i, given) and _once(i, said)]
    verbs = [i for i in said if not i.kinds and i.weight >= 1 and _once(i, given)]
    for one, other in combinations(names, 2):
        for verb in verbs:
            if not named(one) & named(other):
                continue
            order = one.at < verb.at < other.at
            turned = where[one.stem] > where[verb.stem] > where[other.stem]
            if order and turned and not passive and verb.stem not in _LINKS:
                yield Problem("roles", f"{one.text!r} and {other.text!r} are exchanged")
                return


def _once(item: Item, items: Sequence[Item]) -> bool:
    return sum(other.stem == item.stem for other in items) == 1


def _exchanged(alignment: Alignment) -> Iterator[Problem]:
    """Two words that each stand where the passage has the other."""
    for place in alignment.places:
        if compares(alignment.claim) and compares(place.sentence):
            continue
        said = [item for item in alignment.claim.items if item.text not in FUNCTION]
        given = [item for item in place.sentence.items if item.text not in FUNCTION]
        spots = {}
        for at, item in enumerate(said):
            if item.weight and item.clause == place.said.number:
                there = [n for n, other in enumerate(given) if other.stem == item.stem]
                if len(there) == 1 and item.stem not in spots:
                    spots[item.stem] = (at, there[0])
        for (a, at_a), (b, at_b) in combinations(spots.values(), 2):
            if (
                not _comparable(alignment, said[a], said[b])
                or _listed(said, a, b)
                or _listed(given, at_a, at_b)
            ):
                continue
            straight = _around(said, a, given, at_a) + _around(said, b, given, at_b)
            crossed = _around(said, a, given, at_b) + _around(said, b, given, at_a)
            if crossed >= straight + _CROSSED:
                yield Problem("roles", f"{said[a].text!r} and {said[b].text!r} are exchanged")
                return


def _comparable(alignment: Alignment, one: Item, other: Item) -> bool:
    """Whether the two are of a kind, so that one may be taken for the other."""
    return bool(named(one) & named(other)) or alignment.likeness.opposed(one.stem, other.stem)


def _listed(items: Sequence[Item], one: int, other: int) -> bool:
    low, high = sorted((one, other))
    apart = items[high].at - items[low].at
    turned = not named(items[low]) and high - low > 1  # "a dull ache with sharp pain" is no list
    return apart < _NEIGHBOURS or (apart == _NEIGHBOURS and not turned)


def _around(said: Sequence[Item], at: int, given: Sequence[Item], place: int) -> int:
    """How many neighbours two places share, side by side."""
    count = 0
    for step in (*range(-_CONTEXT, 0), *range(1, _CONTEXT + 1)):
        a, b = at + step, place + step
        if 0 <= a < len(said) and 0 <= b < len(given):
            count += said[a].stem == given[b].stem
    return count


def _put_elsewhere(alignment: Alignment) -> Iterator[Problem]:
    """Names put in another's place."""
    for place in alignment.places:
        if place.share < _LEAST:
            continue
        said, given = place.said.content, place.sentence.content
        free = [y for y in given if not _stands(alignment, y)]
        for at, item in enumerate(said):
            if item.weight < 1 or not named(item) or takes_up(place.said.items, item):
                continue
            beside = [said[n] for n in (at - 1, at + 1) if 0 <= n < len(said)]
            spots = [n for other in beside for n in _spots(alignment, other, given)]
            if not spots or _near(_spots(alignment, item, given), spots):
                continue
            heads = headed(place.sentence.items) if alignment.found(item, given) else []
            rivals = [y for y in free if y not in heads]
            other = next((y for y in rivals if _rival(item, y, given, spots)), None)
            if other is not None:
                yield Problem("slot", f"{item.text!r} stands where the passage has {other.text!r}")
                return


def headed(given: Sequence[Item]) -> Sequence[Item]:
    """The words that head a list: those before "include"."""
    cut = next((n for n, item in enumerate(given) if item.text.startswith("includ")), 0)
    return given[:cut]


def takes_up(said: Sequence[Item], item: Item) -> bool:
    """Whether a general word stands for what was named before: "these drugs", "the first drug"."""
    before = next((other.text for other in said if other.at == item.at - 1), "")
    return item.stem in _CLASSES and before in _POINTING


def _stands(alignment: Alignment, given: Item) -> bool:
    of = alignment.likeness.of
    return any(max(of(i, given), of(given, i)) >= ALIKE for i in alignment.claim.items)


def _spots(alignment: Alignment, item: Item, given: Sequence[Item]) -> list[int]:
    """Where ``item`` stands in ``given``: in the same word, or else in one that means the same."""
    exact = [n for n, other in enumerate(given) if other.stem == item.stem]
    of = alignment.likeness.of
    return exact or [n for n, other in enumerate(given) if of(item, other) >= ALIKE]


def _near(ones: Sequence[int], others: Sequence[int]) -> bool:
    return any(abs(a - b) <= _BESIDE for a in ones for b in others)


def _rival(item: Item, other: Item, given: Sequence[Item], spots: Sequence[int]) -> bool:
    """Whether ``other`` is of the kind of ``item`` and stands at one of ``spots``."""
    if not named(item) & named(other) or other.weight < 1:
        return False
    if other.stem in relations(item.stem).wider or item.stem in relations(other.stem).wider:
        return False
    return _near([n for n, y in enumerate(given) if y is other], spots)
