"""Is a name put into another's place, or a cause told as the effect?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.verification.findings import Problem
from assistant.verification.matching import ALIKE, Alignment, Place
from assistant.verification.names import GENERIC
from assistant.verification.reading import Item, Sentence, named

_CAUSE = "caus"
_CAUSES = frozenset({_CAUSE, "make"})  # "numb feet make falls more likely"
_INVERTS = frozenset("that which who may can".split())  # "problems that cause X include Y"


def frame_problems(alignment: Alignment) -> Iterator[Problem]:
    """A name between the same two words as another name, and causes turned round."""
    for place in alignment.places:
        yield from _framed(alignment, place)
        yield from _turned_cause(alignment, place)


def _framed(alignment: Alignment, place: Place) -> Iterator[Problem]:
    """As in "lists opioids and seizure medicines" for "lists depression and seizure medicines"."""
    given = list(_triples(place.sentence.content))
    stems = {item.stem for item in place.sentence.items}
    for before, item, after in _triples(alignment.claim.content):
        if not named(item) or item.text in GENERIC or item.stem in stems:
            continue
        if item.clause != place.said.number:
            continue
        for one, other, two in given:
            beside = one.stem == before.stem and two.stem == after.stem
            if beside and named(other) and not _said(alignment, item, other):
                why = f"{item.text!r} stands where the passage has {other.text!r}"
                yield Problem("slot", why)


def _triples(items: Sequence[Item]) -> Iterator[tuple[Item, Item, Item]]:
    return zip(items, items[1:], items[2:], strict=False)


def _said(alignment: Alignment, item: Item, given: Item) -> bool:
    """Whether ``item``, or another word of the sentence, stands for ``given``."""
    of = alignment.likeness.of
    return of(given, item) >= ALIKE or any(
        of(said, given) >= ALIKE for said in alignment.claim.items
    )


def _turned_cause(alignment: Alignment, place: Place) -> Iterator[Problem]:
    """What the passage calls the effect, told as the cause of its cause."""
    said, given = _cause_and_effect(alignment.claim), _cause_and_effect(place.sentence)
    if said is None or given is None or not any(i.stem in _CAUSES for i in place.said.items):
        return
    share = alignment.share
    straight = min(share(said[0], given[0]), share(said[1], given[1]))
    crossed = min(share(said[0], given[1]), share(said[1], given[0]))
    if crossed >= ALIKE > straight:
        yield Problem("roles", "the passage tells cause and effect the other way round")


def _cause_and_effect(sentence: Sentence) -> tuple[list[Item], list[Item]] | None:
    """The content before and after "cause"; turned where "caused by" or a list turns it."""
    items = sentence.items
    cut = next((at for at, item in enumerate(items) if item.stem in _CAUSES), None)
    if cut is None:
        return None
    before = [item for item in items[:cut] if item.weight]
    after = [item for item in items[cut + 1 :] if item.weight]
    if any(a.stem == _CAUSE and b.text == "by" for a, b in pairwise(items)):
        return after, before
    listed = next((n for n in range(cut, len(items)) if items[n].text.startswith("includ")), None)
    of = items[cut + 1 : cut + 2] and items[cut + 1].text == "of"  # "causes of X include Y"
    if listed is not None and (of or {item.text for item in items[:cut]} & _INVERTS):
        causes = [item for item in items[listed:] if item.weight]
        return causes, [item for item in items[cut + 1 : listed] if item.weight]
    return (before, after) if before and after else None
