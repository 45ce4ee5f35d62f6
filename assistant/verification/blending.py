"""Is what the passage says of one thing told of another?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.verification.findings import Problem
from assistant.verification.matching import ALIKE, Alignment, Place, listed_with
from assistant.verification.reading import FUNCTION, OPENS, Item, named, together
from assistant.verification.words import relations

_RESTATED = 0.4  # share of a clause that must restate the one it is held against
_FRONT = 3  # words at the front of a clause among which its subject stands
_HOMES = 2  # sentences that may name a thing before it counts as the topic
_JOINS = frozenset("and or".split())  # several items of one list told together
_PRONOUNS = frozenset("it they them these this those such he she".split())


def blend_problems(alignment: Alignment) -> Iterator[Problem]:
    """What the passage says of one thing, told of another that stands elsewhere in it.

    As when "A opens the airways, while B calms the swelling" becomes "B opens the airways".
    """
    for places in _statements(alignment):
        main = max(places, key=lambda place: sum(i.weight for i in place.said.items))
        given = together(main.sentence, main.clause)
        listed = any(item.text.startswith("includ") for item in given)
        if main.share < _RESTATED or any(item.text in _PRONOUNS for item in given):
            continue
        own = [item for place in places for item in place.said.items]
        left = [
            item for item in _after_head(given)
            if not any(alignment.likeness.of(said, item) >= ALIKE for said in own)
        ]  # fmt: skip
        front = [item for item in _after_head(given)[:_FRONT] if item in left]
        said = [item for place in places for item in place.said.content]
        for item in [i for n, i in enumerate(said) if named(i) or (n < _FRONT and not listed)]:
            problem = _blended(alignment, item, main, given, (front, left))
            if problem is not None:
                yield problem
                return


def _statements(alignment: Alignment) -> Iterator[list[Place]]:
    """The clauses that belong together: those that only a comma parts."""
    group: list[Place] = []
    for place in alignment.places:
        if group and place.said.opener in (*OPENS, "and", "or", "not", "without"):
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def _blended(
    alignment: Alignment,
    item: Item,
    main: Place,
    given: Sequence[Item],
    left: tuple[Sequence[Item], Sequence[Item]],
) -> Problem | None:
    """Whether ``item`` stands in the passage, but in a place like the one restated.

    ``left`` is what the sentence leaves out of ``given``: at its front, and anywhere.
    """
    kinds = named(item)
    thing = kinds or "N" in item.kinds or not any(relations(item.stem))
    thing = thing or any(alignment.likeness.opposed(item.stem, o.stem) for o in left[1])
    if not thing or item.weight < 1 or item.stem in alignment.topic:
        return None
    rivals = [o for o in left[0] if not kinds or not named(o) or kinds & named(o)]
    rivals += [o for o in left[1] if kinds & named(o)]
    if alignment.best(item, listed_with(main)) >= ALIKE and any(
        i.stem in _JOINS for i in main.said.items
    ):
        return None
    if rivals and alignment.best(item, given) < ALIKE and _parallel(alignment, item, main, given):
        return Problem("merged", f"the passage says this of {rivals[0].text!r}, not {item.text!r}")
    return None


def _parallel(alignment: Alignment, item: Item, main: Place, given: Sequence[Item]) -> bool:
    """Whether the one place of ``item`` shares a word with the clause restated in its stead."""
    homes, there = 0, []
    for sentence in main.passage:
        for clause in sentence.clauses:
            exact = any(other.stem == item.stem for other in clause.items)
            if exact or (named(item) and alignment.found(item, clause.items)):
                homes += 1
                there += clause.items if sentence is main.sentence else sentence.items
    said = {i.stem for i in main.said.items if i.text not in FUNCTION}
    shared = said & {i.stem for i in given} & {i.stem for i in there}
    return 1 <= homes <= _HOMES and bool(shared)


def _after_head(items: Sequence[Item]) -> list[Item]:
    """Content after "steps that may help include", where a list is headed."""
    cut = next((at for at, item in enumerate(items) if item.text.startswith("includ")), -1)
    return [item for item in items[cut + 1 :] if item.weight]
