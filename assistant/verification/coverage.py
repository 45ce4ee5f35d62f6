"""Does the passage say enough of it, and under the same conditions?"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.verification.findings import Problem
from assistant.verification.matching import ALIKE, Alignment, words_of
from assistant.verification.names import compared_with
from assistant.verification.reading import Clause, Item, Sentence
from assistant.verification.words import relations

_FREE, _FREE_SHARE = 0.9, 0.36  # content that a rephrasing may add without support
_FAR = 0.7  # what a word counts that stands in the passage but not near
_CONDITION = 0.34  # of a condition's content: with less it is left out
_HAVING = frozenset("have has got suffering suffer".split())


def coverage_problem(alignment: Alignment) -> Problem | None:
    """Too much that the passage does not say."""
    missing: list[str] = []
    lost = total = 0.0
    # A word of the passage that the sentence repeats stands for itself and for nothing else.
    stems = {item.stem for item in alignment.claim.items}
    here = {id(p): {item.stem for item in words_of(p.near)} for p in alignment.places}
    words = alignment.likeness.words
    light = {key: found & words.light for key, found in here.items()}
    for place in alignment.places:
        near, passage = words_of(place.near), words_of(place.passage)
        near = [item for item in near if item.stem not in stems]
        for item in place.said.content:
            total += item.weight
            if item.stem in here[id(place)] or item.stem in alignment.topic:
                continue
            best = alignment.best(item, near)
            if best < ALIKE and relations(item.stem).near & light[id(place)]:
                best = ALIKE  # "arrives" for "comes", which is light
            if best < ALIKE and not compared_with(alignment, item, place):
                best = max(best, _FAR * alignment.best(item, passage))
                lost += item.weight * (1 - best)
                missing.append(item.text)
    if lost >= _FREE and lost > _FREE_SHARE * total:
        return Problem("not-covered", f"the passage does not say: {', '.join(missing)}")
    return None


def condition_problems(alignment: Alignment) -> Iterator[Problem]:
    """A condition of the passage that the sentence leaves out."""
    if any(clause.condition for clause in alignment.claim.clauses):
        return
    for place in alignment.places:
        if place.share < ALIKE / 2 or place.clause.condition:
            continue
        for clause in place.sentence.clauses:
            if clause.condition and _said_share(alignment, clause, place.clause) < _CONDITION:
                words = " ".join(item.text for item in clause.items)
                yield Problem("condition-dropped", f"the passage says it only {words!r}")
                return


def _said_share(alignment: Alignment, condition: Clause, main: Clause) -> float:
    """The part of a condition that the sentence has, in words that do not restate ``main``."""
    taken = {item.stem for item in main.content} - {item.stem for item in condition.content}
    said = [item for item in alignment.claim.items if item.stem not in taken]
    total = sum(item.weight for item in condition.content) or 1.0
    of = alignment.likeness.of
    return sum(g.weight for g in condition.content if any(of(i, g) >= ALIKE for i in said)) / total


def diagnosis_problem(claim: Sentence) -> Problem | None:
    """Whether the sentence tells the reader that they have a disease."""
    for clause in claim.clauses:
        texts = [item.text for item in clause.items]
        for at, text in enumerate(texts[:-1]):
            have = texts[at + 1] in _HAVING or texts[at + 1 : at + 3] == ["are", "having"]
            if text == "you" and not at and have:
                named_after = [i for i in clause.items[at + 2 : at + 7] if _disease(i)]
                if named_after:
                    return Problem("diagnosis", f"it tells the reader: {named_after[0].text!r}")
    return None


def _disease(item: Item) -> bool:
    unknown = not item.kinds and not any(relations(item.stem))
    return item.weight == 1 and ("S" in item.kinds or unknown)
