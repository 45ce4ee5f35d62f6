"""Are the two sides of a comparison, or of "before" and "after", exchanged?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.verification.findings import Problem
from assistant.verification.matching import ALIKE, Alignment
from assistant.verification.phrasing import NUMBER_WORDS
from assistant.verification.reading import OPENS, Item, Sentence

PIVOTS = {"than": "than", "versus": "than", "before": "before", "after": "after"}
COMPARATIVES = frozenset("better worse more less faster slower stronger safer".split())
_AS = frozenset("well good much often common likely effective safe fast".split())
_DENIALS = frozenset("not no".split())
_LESS = frozenset("less fewer worse lower smaller slower weaker poorer rarer shorter".split())
_REACH = 12  # words before "than" that tell the direction
_RESTATED = 0.8  # share from which a clause says the same but for its direction
_ALIKE_BUT_FOR = 0.55  # the same for "than", where nothing speaks for an exchange
_CLEAR = 0.4  # content by which one reading must fit better
_RELATIVE = frozenset("who which whose".split())
_UNITS = frozenset("minute hour day week month year while".split())
_TIMED = frozenset("before after".split())
_ASIDE = frozenset("at for on to when if by during after before".split())
_MODAL = frozenset("may can should will has have had".split())
_VERBS = frozenset(
    "and include includes is are was were may can should will has have had do does did "
    "helps".split()
)


def comparison_problems(alignment: Alignment) -> Iterator[Problem]:
    """Comparisons and sequences turned round, and "better" for "as good"."""
    for pivot in ("than", "before", "after"):
        yield from _turned_round(alignment, pivot)
    yield from _last_resort_first(alignment)
    yield from _better_than_equal(alignment)


def _last_resort_first(alignment: Alignment) -> Iterator[Problem]:
    """As in "B before A" for "B only when A has not helped"."""
    items = alignment.claim.items
    cut = _pivot(items, ("before",))
    if cut is None or _timed(items, cut):
        return
    before = [item for item in items[cut + 1 :] if item.weight]
    for place in alignment.places:
        for clause in place.sentence.clauses:
            failed = clause.condition and clause.denied % 2
            if failed and before and alignment.share(before, clause.items) >= _RESTATED:
                yield Problem("order", "the passage says that this comes only after it")
                return


def compares(sentence: Sentence) -> bool:
    """Whether the sentence sets two things side by side with "than"."""
    return _pivot(sentence.items, ("than",)) is not None


def _turned_round(alignment: Alignment, pivot: str) -> Iterator[Problem]:
    """What stands before and after "than", "before" or "after", held against the passage."""
    claim = alignment.claim
    cut = _pivot(claim.items, (pivot,))
    if cut is None:
        return
    place = next((p for p in alignment.places if p.said.number == claim.items[cut].clause), None)
    if place is None or _timed(claim.items, cut):
        return
    known = ("than",) if pivot == "than" else ("before", "after")
    other = _pivot(place.sentence.items, (pivot,))
    other = _pivot(place.sentence.items, known) if other is None else other
    if other is None:
        return
    left, right = _sides(claim.items, cut)
    mine, theirs = _sides(place.sentence.items, other)
    straight = _own(alignment, right, theirs, mine)
    back, forth = _own(alignment, left, theirs, mine), _own(alignment, right, mine, theirs)
    if pivot == "than":
        turned = _turns(left, mine)
    else:
        turned = PIVOTS[place.sentence.items[other].text] != pivot
        if min(back, forth) < _CLEAR:  # words of one side alone show no exchange
            back = forth = 0.0
    crossed = back + forth
    least = _ALIKE_BUT_FOR if pivot == "than" else _RESTATED
    plain = straight == crossed == 0 and turned and place.share >= least
    if plain or (abs(straight - crossed) >= _CLEAR and (crossed > straight) != turned):
        code = "roles" if pivot == "than" else "order"
        yield Problem(code, f"the two sides of {pivot!r} are exchanged")


def _timed(items: Sequence[Item], cut: int) -> bool:
    """As in "after eight weeks"."""
    after = [item.text for item in items[cut + 1 : cut + 3]]
    counted = any(text[0].isdigit() or text in NUMBER_WORDS - {"one"} for text in after[:1])
    unit = after[:1] == ["several"] or (after[:1] == ["a"] and bool(_UNITS.intersection(after[1:])))
    return counted or (items[cut].text in _TIMED and unit)


def _sides(items: Sequence[Item], cut: int) -> tuple[list[Item], list[Item]]:
    """What stands outside and inside the phrase that the pivot begins."""
    clause = items[cut].clause
    if items[cut].text in ("than", "versus"):
        before = [item for item in items[:cut] if item.clause == items[cut].clause]
        enough = any(item.weight >= 1 for item in before)
        right: list[Item] = []
        for item in items[cut + 1 :]:
            leaves = item.clause != clause and item.text not in _RELATIVE
            aside = item.text in _ASIDE
            if item.text == "to":  # "people told to rest", but "slower to heal"
                aside = any(other.weight for other in right)
            if right and (aside or item.text in OPENS - _RELATIVE or leaves):
                break
            clause = item.clause
            right.append(item)
        return before if enough else list(items[:cut]), right
    inside: list[Item] = []
    for item in items[cut + 1 :]:
        told = item.text in _VERBS and (item.text not in _MODAL or any(i.weight for i in inside))
        if item.clause != clause or told or item.text in PIVOTS:
            break
        inside.append(item)
    return [item for item in items if item not in inside and item is not items[cut]], inside


def _pivot(items: Sequence[Item], texts: Sequence[str]) -> int | None:
    for at, item in enumerate(items[:-1]):
        if PIVOTS.get(item.text) in texts and items[at + 1].clause == item.clause:
            return at
    return None


def _own(
    alignment: Alignment, said: Sequence[Item], given: Sequence[Item], other: Sequence[Item]
) -> float:
    """Content of ``said`` that stands in ``given`` and not in ``other``."""
    best = alignment.best
    here, there = ({item.stem for item in items} for items in (given, other))
    exact = sum(i.weight for i in said if i.stem in here and i.stem not in there)
    rest = [i for i in said if i.stem not in here and i.stem not in there]
    return exact + sum(i.weight for i in rest if best(i, given) >= ALIKE > best(i, other))


def _turns(left: Sequence[Item], mine: Sequence[Item]) -> bool:
    """Whether the two comparisons go in opposite directions: "less than" for "more than"."""
    own, other = (any(i.text in _LESS for i in items[-_REACH:]) for items in (left, mine))
    denied = sum(i.text in _DENIALS for i in (*left, *mine))
    return (own != other) != bool(denied % 2)


def _better_than_equal(alignment: Alignment) -> Iterator[Problem]:
    items = alignment.claim.items
    cut = _pivot(items, ("than",))
    if cut is None or not any(i.text in COMPARATIVES for i in items[max(0, cut - 4) : cut]):
        return
    place = next((p for p in alignment.places if p.said.number == items[cut].clause), None)
    if place is None or any(item.text in _DENIALS for item in items[:cut]):
        return
    if _pivot(place.sentence.items, ("than",)) is None and equal(place.sentence):
        yield Problem("comparison", "the passage says that the two are alike")


def equal(sentence: Sentence) -> bool:
    """Whether the sentence says that two things are alike: "about as common as"."""
    texts = [item.text for item in sentence.items]
    if any(a == "as" and b in _AS for a, b in pairwise(texts)):
        return True
    return texts.count("as") > 1 or bool({"similar", "same", "equally"} & set(texts))
