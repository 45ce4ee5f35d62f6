"""Is a sentence that copies the passage but for a word or two changed in those words?

A model either rewords freely or copies; where it copies, a word that stands in the place of
another must mean the same, however near the two sentences are otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from assistant.verification.findings import Problem
from assistant.verification.matching import ALIKE, Alignment
from assistant.verification.reading import Item, Sentence, named
from assistant.verification.words import relations

_COPIED, _NEARLY = 0.8, 0.6  # share of the words that stand in the passage in the same order
_FEW = 2  # words on each side of a change in a sentence that is only nearly copied
_DENIALS = frozenset("not no".split())
_TURNS = frozenset({("up", "down"), ("down", "up"), ("on", "off"), ("off", "on")})
# Words that a copy may leave out or add: they tell nothing of their own.
_IDLE = frozenset(
    "a an the your their his her its our my this that these those of to is are be was were and or "
    "it they you so also do does will can may for in at with by from people person one leave seen "
    "been has have had manage while if being cause causes include includes including".split()
)


def edit_problems(alignment: Alignment) -> Iterator[Problem]:
    """Words changed in a sentence that is otherwise copied, and denials left out or put in."""
    sentences = {id(place.sentence): place.sentence for place in alignment.places}
    for sentence in sentences.values():
        clauses = {p.said.number for p in alignment.places if p.sentence is sentence}
        said = [item for item in alignment.claim.items if item.clause in clauses]
        yield from _edited(alignment, _telling(said), sentence)


def _telling(items: Sequence[Item]) -> list[Item]:
    return [item for item in items if item.text not in _IDLE]


def _edited(alignment: Alignment, said: Sequence[Item], sentence: Sentence) -> Iterator[Problem]:
    given = _telling(sentence.items)
    stems = [item.stem for item in said]
    matcher = SequenceMatcher(None, stems, [item.stem for item in given], autojunk=False)
    steps = matcher.get_opcodes()
    copied = sum(end - start for step, start, end, _, _ in steps if step == "equal")
    if not said or copied < _NEARLY * len(said):
        return
    clear = copied >= _COPIED * len(said)
    for step, start, end, low, high in steps:
        mine, theirs = said[start:end], given[low:high]
        if step == "replace":
            few = max(len(mine), len(theirs)) <= _FEW
            around = given[max(0, low - 1) : high + 1]
            alone = clear and len(mine) == len(theirs) == 1
            beside = theirs if alone else [*around, *sentence.items]
            yield from _replaced(alignment, mine, theirs, (clear, few), beside)
        inside = start > 0 and end < len(said)
        if step in ("insert", "delete") and inside and clear:
            yield from _denial(mine, theirs)


def _replaced(
    alignment: Alignment,
    mine: Sequence[Item],
    theirs: Sequence[Item],
    how: tuple[bool, bool],
    around: Sequence[Item],
) -> Iterator[Problem]:
    """Words of the sentence for which the passage has others; ``how``: clear copy, few words."""
    clear, few = how
    one = len(mine) == len(theirs) == 1 and min(mine[0].weight, theirs[0].weight) >= 1
    few = few and any(other.weight and _thing(other) for other in theirs)
    of, here = alignment.likeness.of, {item.stem for item in around}
    sides = alignment.likeness.words.sides
    for item in mine:
        turned = [o for o in theirs if (item.text, o.text) in _TURNS]
        if turned:
            yield _changed(item, turned[0])
        tells = item.weight > 0 or item.stem in sides or "Z" in item.kinds
        if item.stem in here or not tells or not (clear or one or (few and _thing(item))):
            continue
        if not any(max(of(item, other), of(other, item)) >= ALIKE for other in around):
            yield _changed(item, theirs[0])


def _thing(item: Item) -> bool:
    """Whether the word names something: only these count in a sentence not quite copied."""
    return bool(named(item) | (item.kinds & frozenset("NOZ"))) or not any(relations(item.stem))


def _denial(mine: Sequence[Item], theirs: Sequence[Item]) -> Iterator[Problem]:
    """A lone denial that only one of the two has."""
    for own, other, code in ((mine, theirs, "added"), (theirs, mine, "dropped")):
        if len(own) == 1 and own[0].text in _DENIALS and not other:
            yield Problem(f"negation-{code}", f"{own[0].text!r} makes the difference")


def _changed(item: Item, other: Item) -> Problem:
    return Problem("changed", f"{item.text!r}, where the passage has {other.text!r}")
