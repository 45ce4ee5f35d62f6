"""Is anything denied that the passage affirms, or the other way round?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.verification.comparing import COMPARATIVES, equal
from assistant.verification.findings import Problem
from assistant.verification.matching import ALIKE, Alignment, Place
from assistant.verification.reading import Clause, Item

_MUCH = 0.9  # of a clause's content: then both clauses say the same thing
_ENOUGH = 0.7  # the same where the denial is of a word that says little
_SOME = 0.25
_BEHIND = 4  # words after "than" or "before"
_RIVAL = 0.75  # another clause that holds nearly as much may be the one restated
# Words that deny without a "not"; the second kind only beside a word of the third.
_LACKING = frozenset(
    "lack absenc miss prevent stop fail free loss lose disturb interfer interrupt".split()
)
_DENIALS = frozenset("not no without".split())
_POOR = frozenset("limit unclear weak small low".split())
_OF = frozenset("evid studi research proof review chanc risk share proport".split())


def denial_problems(alignment: Alignment) -> Iterator[Problem]:
    """A denial dropped or added, clause by clause."""
    for place in alignment.places:
        problem = _added(alignment, place) or _dropped(alignment, place)
        if problem is not None:
            yield problem


def _added(alignment: Alignment, place: Place) -> Problem | None:
    """Whether the clause denies what the passage affirms."""
    said = place.said
    if not said.denied % 2 or place.share < _SOME or _turned(alignment, said, place.clause):
        return None
    if _rival(alignment, place, denied=True):
        return None
    if equal(place.sentence) and any(item.text in COMPARATIVES for item in said.focus):
        return None  # "no better than" says the same
    for item in said.focus:
        if _put_behind(alignment, item, place):
            return None
        clauses = place.sentence.clauses
        here = [c for c in clauses if any(other.stem == item.stem for other in c.items)]
        here = here or [c for c in clauses if alignment.found(item, c.items)]
        if here and not any(_denies(c, alignment.claim.items) for c in here):
            return None if _contrasted(alignment, place) else _denied_by_sentence(item)
        if here:
            return None
    much = _ENOUGH if all(item.weight < 1 for item in said.focus) else _MUCH
    if place.share >= much and not any(
        _denies(c, alignment.claim.items) for c in place.sentence.clauses
    ):
        return _denied_by_sentence((said.focus or said.items)[0])
    return None


def _dropped(alignment: Alignment, place: Place) -> Problem | None:
    """Whether the clause affirms what the passage denies."""
    sentence = place.sentence
    given = sentence.items
    for clause in sentence.clauses:
        own = clause is place.clause
        conceded = clause.opener in ("although", "though", "even")
        if not clause.denied % 2 or conceded or _turned(alignment, place.said, clause):
            continue
        if own and _rival(alignment, place, denied=False):
            continue
        if own and _wholly(alignment, place) and clause.focus:
            return _denied_by_passage(clause.focus[0])
        for item in clause.focus[-1:]:  # of "not shown to help", what is not shown
            stating = _stating(alignment, item, [] if own else place.clause.items)
            if place.said in stating and not any(_denies(c, given) for c in stating):
                elsewhere = any(
                    other.stem == item.stem
                    for c in sentence.clauses
                    if not c.denied % 2
                    for other in c.items
                )
                if own or not elsewhere:
                    return _denied_by_passage(item)
    return None


def _wholly(alignment: Alignment, place: Place) -> bool:
    """Whether the sentence says all that the clause does and denies nothing."""
    denies = any(_denies(clause, place.sentence.items) for clause in alignment.claim.clauses)
    told = [item for item in place.said.content if item.weight >= 1]
    # "Not prevent" leaves what is prevented affirmed; "keep heat off" denies without a "not".
    denies = denies or any(item.stem == "prevent" for item in place.clause.focus)
    denies = denies or any(item.text == "off" for item in alignment.claim.items)
    return not denies and len(told) > 1 and place.share >= _MUCH and not place.said.condition


def _rival(alignment: Alignment, place: Place, *, denied: bool) -> bool:
    """Whether another clause nearby, denied or not as the sentence's, may be the one restated."""
    focus = (place.said.focus if denied else place.clause.focus)[:1]
    own = _degree(alignment, place.clause.items if denied else place.said.items, focus)
    said = [i for i in place.said.content if i.stem not in alignment.topic] or place.said.content
    least = _RIVAL * alignment.share(said, place.clause.items)
    for sentence in place.near:
        for clause in sentence.clauses:
            apart = clause.condition != place.clause.condition
            if clause is place.clause or apart or bool(clause.denied % 2) != denied:
                continue
            if _of_another(alignment, place, clause):
                continue
            degree = _degree(alignment, clause.items, focus)
            if degree >= max(own, ALIKE) and alignment.share(said, clause.items) >= least:
                return True
    return False


def _of_another(alignment: Alignment, place: Place, clause: Clause) -> bool:
    """As "incomplete" is of something else than "complete", which both others say."""
    opposed = alignment.likeness.opposed
    stems, kept = ({i.stem for i in items} for items in (clause.items, place.clause.items))
    both = {i.stem for i in alignment.claim.items} & kept - stems
    return any(opposed(word, other) for word in both for other in stems - kept)


def _degree(alignment: Alignment, items: Sequence[Item], focus: Sequence[Item]) -> float:
    of = alignment.likeness.of
    return max((max(of(i, f), of(f, i)) for f in focus for i in items), default=0.0)


def _put_behind(alignment: Alignment, item: Item, place: Place) -> bool:
    """Whether the passage puts the denied word behind "better than" or "before"."""
    given = place.sentence.items
    pivots = [n for n, other in enumerate(given) if other.text in ("than", "before", "until")]
    behind = [other for n in pivots for other in given[n + 1 : n + 1 + _BEHIND]]
    ahead = [other for other in given[: max(pivots, default=0)] if other.weight]
    both = any(alignment.found(i, ahead) for i in alignment.claim.content if i is not item)
    return both and bool(alignment.found(item, [other for other in behind if other.weight]))


def _contrasted(alignment: Alignment, place: Place) -> bool:
    """Whether the passage denies another word of the clause: "treats X and not Y"."""
    focus = [
        item
        for clause in place.sentence.clauses
        if clause.denied % 2 and clause.opener in ("not", "without")
        for item in clause.focus
    ]
    of = alignment.likeness.of
    return any(
        of(item, other) >= ALIKE
        for item in place.said.content
        for other in focus
        if item not in place.said.focus
    )


def _stating(alignment: Alignment, given: Item, taken: Sequence[Item]) -> list[Clause]:
    """The sentence's clauses that hold ``given``: in the same word, or else in another.

    A word that stands for one of ``taken`` as it is does not stand for ``given``.
    """
    clauses = alignment.claim.clauses
    exact = [c for c in clauses if any(item.stem == given.stem for item in c.items)]
    stems, of = {item.stem for item in taken}, alignment.likeness.of
    return exact or [
        c for c in clauses if any(of(i, given) >= ALIKE and i.stem not in stems for i in c.items)
    ]


def _denies(clause: Clause, other: Sequence[Item]) -> bool:
    """Whether ``clause`` denies, also in words like "lack" that ``other`` does not have."""
    if clause.denied % 2:
        return True
    stems = {item.stem for item in clause.items} - {item.stem for item in other}
    return bool(stems & _LACKING) or bool(stems & _POOR and stems & _OF)


def _turned(alignment: Alignment, said: Clause, given: Clause) -> bool:
    """Whether an opposite makes up for the denial: "not the same" and "differs"."""
    likeness = alignment.likeness
    own = [i for i in said.items if not any(likeness.of(i, o) >= ALIKE for o in given.items)]
    own = [i for i in own if i.text not in _DENIALS]
    rest = [o for o in given.items if not any(likeness.of(i, o) >= ALIKE for i in said.items)]
    return any(likeness.opposed(item.stem, other.stem) for item in own for other in rest)


def _denied_by_sentence(item: Item) -> Problem:
    return Problem("negation-added", f"the sentence denies {item.text!r}, the passage does not")


def _denied_by_passage(item: Item) -> Problem:
    return Problem("negation-dropped", f"the passage denies {item.text!r}, the sentence does not")
