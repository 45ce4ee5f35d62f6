"""Why two statements of two articles cannot both be followed: amounts, advice, preference."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import inf

from assistant.checking.advice import pattern
from assistant.checking.statements import Statement
from assistant.verification.amounts import BARE, PERCENT, TIMES, Amount
from assistant.verification.matching import Likeness
from assistant.verification.words import shipped_words

ALIKE = 0.8  # of the words' weight that the shorter statement shares with the other one
BOTH = 0.6  # and that the longer one shares
STRICT = 0.6  # of opposite advice: the part in the very words, where likeness would mislead
WHOLE, PART = 0.95, 0.4  # the same where one says all that the other says, and more
FEWEST = 3  # words of such a one
_APART = 1.3  # factor by which amounts differ that are no matter of rounding
_LIKE = 0.8  # how well a word must stand for another
AGE = "age"


def why_opposed(one: Statement, other: Statement, weights: Mapping[str, float]) -> str:
    """What the two say differently about the same subject, or an empty string.

    ``weights`` says how telling each stem is; a stem that is not in it is as telling as the rarest.
    """
    if not _same_subject(one, other) or one.conditional != other.conditional:
        return ""
    if one.care != other.care or _other_ages(one, other):
        return ""
    sides = _sides(one, other)
    if sides:
        return sides
    numbers = _numbers(one, other)
    advised = one.advice * other.advice < 0 and not one.amounts and not other.amounts
    if not (numbers or advised) or not _same_point(one, other, weights):
        return ""
    if not numbers and _share(one, other, weights, strict=True) < STRICT:
        return ""
    return numbers or "one advises what the other advises against"


def _same_subject(one: Statement, other: Statement) -> bool:
    """Whether each names only conditions, treatments and people that the other is about too."""
    return one.subjects <= other.words | other.around and other.subjects <= one.words | one.around


def _same_point(one: Statement, other: Statement, weights: Mapping[str, float]) -> bool:
    shares = sorted((_share(one, other, weights), _share(other, one, weights)))
    if min(len(one.words), len(other.words)) >= FEWEST and shares[1] >= WHOLE:
        return shares[0] >= PART
    return shares[0] >= BOTH and shares[1] >= ALIKE


def _share(
    one: Statement, other: Statement, weights: Mapping[str, float], *, strict: bool = False
) -> float:
    """The part of the weight of ``one``'s words that stands in ``other``.

    Words that are alike count as well unless it is ``strict``.
    """
    rarest = max(weights.values(), default=1.0)
    given = [] if strict else [item for item in other.items if item.weight]
    total = found = 0.0
    for item in {item.stem: item for item in one.items if item.stem in one.words}.values():
        weight = weights.get(item.stem, rarest)
        total += weight
        if item.stem in other.words or any(_likeness().of(item, o) >= _LIKE for o in given):
            found += weight
    return found / total if total else 0.0


@cache
def _likeness() -> Likeness:
    return Likeness(shipped_words())


def _numbers(one: Statement, other: Statement) -> str:
    """The amounts of one kind of which none agree."""
    for amount in one.amounts:
        theirs = [a for a in other.amounts if _comparable(one, amount, other, a)]
        if theirs and all(apart(amount, a) for a in theirs):
            return f"{amount.text!r} here, {theirs[0].text!r} there"
    return ""


def _comparable(one: Statement, mine: Amount, other: Statement, theirs: Amount) -> bool:
    if mine.kind != theirs.kind:
        return False
    if mine.kind in (BARE, TIMES):
        return _counted(one, mine) == _counted(other, theirs)
    return True


def _other_ages(one: Statement, other: Statement) -> bool:
    """Whether the two are about people of other ages, as in "aged 20" and "aged 80"."""
    mine, theirs = (
        {a.low for a in s.amounts if not a.bound and _counted(s, a) == AGE} for s in (one, other)
    )
    return bool(mine and theirs and mine.isdisjoint(theirs))


def _counted(statement: Statement, amount: Amount) -> str:
    """What a number counts: "bone" of "33 small bones"; an age counts years of life."""
    items = statement.items
    size = len(amount.text.split())
    after = [i.stem for i in items[amount.at + size : amount.at + size + 3] if i.weight]
    before = [i.text for i in items[max(0, amount.at - 2) : amount.at]]
    return AGE if "age" in before or "aged" in before else (after or [""])[0]


def apart(one: Amount, other: Amount) -> bool:
    """Whether no value fits both amounts, beyond what rounding explains.

    Two lower bounds, and two upper ones, are held against each other as they stand.
    """
    if one.bound == other.bound:
        low, high = sorted(((one.low, one.high), (other.low, other.high)))
    else:
        low, high = sorted((_range(one), _range(other)))
    slack = 1.1 if one.kind == PERCENT else _APART
    return low[1] < high[0] and high[0] >= slack * low[1]


def _range(amount: Amount) -> tuple[float, float]:
    if amount.bound > 0:
        return amount.low, inf
    return (0.0, amount.high) if amount.bound < 0 else (amount.low, amount.high)


def _sides(one: Statement, other: Statement) -> str:
    """Whether one prefers the thing that the other does not: rest or movement, heat or cold."""
    if _taken(one, "rest", "active") * _taken(other, "rest", "active") < 0:
        return "one advises rest, the other activity"
    heat = _preferred(one.text, "heat", "cold") * _preferred(other.text, "heat", "cold")
    return "one prefers heat, the other cold" if heat < 0 else ""


def takes_side(statement: Statement) -> bool:
    """Whether the statement chooses between rest and activity, or heat and cold."""
    return bool(_taken(statement, "rest", "active") or _preferred(statement.text, "heat", "cold"))


def _taken(statement: Statement, left: str, right: str) -> int:
    """1 for the left thing, -1 for the right one, also where only one of them is named."""
    named = [bool(pattern(side).search(statement.text)) for side in (left, right)]
    if all(named):
        return _preferred(statement.text, left, right)
    return statement.advice * (named[0] - named[1])


def _preferred(text: str, left: str, right: str) -> int:
    """1 where the left thing is put above the right one, -1 the other way round, else 0."""
    first, second = pattern(left).search(text), pattern(right).search(text)
    if not first or not second:
        return 0
    over = pattern("over").search(text, min(first.end(), second.end()))
    if over is None or over.end() > max(first.start(), second.start()):
        return 0
    chosen = 1 if first.start() < second.start() else -1
    return -chosen if pattern("denied").search(text[: over.start()]) else chosen
