"""Numbers with their units: "six weeks", "1 in 5", "half an hour", "twice a day", "up to 20 %"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.verification.reading import Item

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
_NUMBERS: Mapping[str, float] = {
    **{word: float(n) for n, word in enumerate(_ONES.split())},
    "fifteen": 15.0, "sixteen": 16.0, "seventeen": 17.0, "eighteen": 18.0, "nineteen": 19.0,
    "twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0,
    "seventy": 70.0, "eighty": 80.0, "ninety": 90.0, "hundred": 100.0, "thousand": 1000.0,
    "million": 1e6,
    # Ordinals: "the ninth week".
    **{f"{word}th": n for word, n in (("four", 4.0), ("six", 6.0), ("seven", 7.0), ("eigh", 8.0),
       ("nin", 9.0), ("eleven", 11.0), ("twelf", 12.0), ("fifteen", 15.0), ("sixteen", 16.0),
       ("eighteen", 18.0), ("twentie", 20.0))},
    # Decades of life: "in their early eighties".
    "twenties": 20.0, "thirties": 30.0, "forties": 40.0, "fifties": 50.0, "sixties": 60.0,
    "seventies": 70.0, "eighties": 80.0, "nineties": 90.0,
}  # fmt: skip
_PARTS = {"half": 50.0, "quarter": 25.0, "third": 100 / 3, "thirds": 100 / 3, "quarters": 25.0,
          "fifth": 20.0, "fifths": 20.0, "tenth": 10.0, "tenths": 10.0, "halves": 50.0}  # fmt: skip
NTH = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "tenth": 10}  # "every second child"
# Units of time in minutes.
_TIMES: Mapping[str, float] = {
    "second": 1 / 60, "minute": 1.0, "min": 1.0, "hour": 60.0, "day": 1440.0, "night": 1440.0,
    "morning": 1440.0, "evening": 1440.0, "daily": 1440.0, "nightly": 1440.0, "week": 10080.0,
    "weekly": 10080.0, "month": 43830.0, "monthly": 43830.0, "year": 525960.0,
    "yearly": 525960.0, "annually": 525960.0, "annual": 525960.0, "hourly": 60.0,
}  # fmt: skip
_FREQUENT = frozenset("daily nightly weekly monthly yearly annually annual hourly".split())
_EVERY = frozenset("every each per".split())
_SOON = frozenset("morning evening night day".split())  # "in the morning" is no amount
_OVER = frozenset("over above least beyond exceeding".split())
_UNDER = frozenset("under below most within".split())
_ACROSS = 0.1  # months are no whole number of weeks
_PERCENT = 1.5  # "a third" is 33 or 34 percent
_LARGE = frozenset({100.0, 1000.0, 1e6})
PERCENT, TIME, TIMES, VAGUE, BARE = "percent", "time", "times", "vague", ""
_COUNTED = frozenset("people persons patients adults men women children studies trials".split())
_WHICH = frozenset("first last next past".split())
_SPAN = frozenset("after later before ago".split())
_VAGUE = frozenset("within for in over after several some many".split())


@dataclass(frozen=True, slots=True)
class Amount:
    """``low`` to ``high`` of a unit; ``bound`` is 1 for "at least", -1 for "at most".

    Times are in minutes, ``scale`` is how many minutes the unit written has. ``weak`` marks an
    article before a unit: "a week". ``of`` is the person or thing that a bare number counts.
    """

    low: float
    high: float
    kind: str
    scale: float
    bound: int
    at: int
    weak: bool = False
    text: str = ""
    of: str = ""

    def same(self, other: Amount) -> bool:
        """Whether both name the same amount."""
        if self.bound * other.bound < 0:
            return False
        if VAGUE in (self.kind, other.kind):
            several = not any(a.kind == TIME and a.high == a.scale for a in (self, other))
            alike = several and self.scale == other.scale
            return alike and {self.kind, other.kind} <= {VAGUE, TIME}
        if self.kind != other.kind:
            alone = BARE in (self.kind, other.kind) and not (self.of or other.of)
            return alone and self._plain() == other._plain()
        slack = 0.0
        if self.kind == PERCENT:
            slack = _PERCENT
        elif self.kind == TIME and self.scale != other.scale:
            slack = _ACROSS * max(self.high, other.high)
        return abs(self.low - other.low) <= slack and abs(self.high - other.high) <= slack

    def _plain(self) -> tuple[float, float]:
        scale = self.scale if self.kind == TIME else 1.0
        return round(self.low / scale, 3), round(self.high / scale, 3)


def amounts(items: Sequence[Item]) -> list[Amount]:
    """The amounts that ``items`` name, in order."""
    return list(_amounts(items))


def _amounts(items: Sequence[Item]) -> Iterator[Amount]:
    at = 0
    while at < len(items):
        size, amount = _amount_at(items, at)
        if amount is not None:
            yield amount
        at += size


def _amount_at(items: Sequence[Item], at: int) -> tuple[int, Amount | None]:
    text = items[at].text
    if text in _FREQUENT:
        return 1, _timed(items, at, at, 1.0, 1.0)
    following = items[at + 1].text if at + 1 < len(items) else ""
    if text in ("a", "an", *_EVERY) and _unit(following) in _TIMES and not _nth(items, at):
        if text in ("a", "an") and following in _SOON and following != "day":
            return 2, None
        return _until(items, at) or (
            2,
            _timed(items, at, at + 1, 1.0, 1.0, weak=text in ("a", "an")),
        )
    if text in _VAGUE and _unit(following) in _TIMES and following.endswith("s"):
        scale = _TIMES[_unit(following)]
        return 2, Amount(0.0, 0.0, VAGUE, scale, 0, at, text=_t(items, at, at + 1))
    first = text in _WHICH and _unit(following) in _TIMES and following.endswith("s")
    if first:
        return 2, Amount(
            0.0, 0.0, VAGUE, _TIMES[_unit(following)], 0, at, text=_t(items, at, at + 1)
        )
    if text == "same" and following == "day":
        return 2, Amount(1440.0, 1440.0, TIME, 1440.0, 0, at, text="same day")
    if text.endswith("s") and _unit(text) in _TIMES and following in _SPAN:
        return 1, Amount(0.0, 0.0, VAGUE, _TIMES[_unit(text)], 0, at, text=text)
    if (text in _PARTS and not _ordinal(items, at)) or _nth(items, at):
        return 1, _part(items, at, 1.0)
    if text == "twice":
        return 1, Amount(2.0, 2.0, TIMES, 1.0, 0, at, text=text)
    value, size = _value(items, at)
    return (1, None) if value is None else _counted(items, at, value, size)


def _until(items: Sequence[Item], at: int) -> tuple[int, Amount] | None:
    """As in "a week to ten days"."""
    texts = [item.text for item in items[at + 2 : at + 5]]
    if len(texts) < 3 or texts[0] not in ("to", "or"):
        return None
    high, size = _value(items, at + 3)
    end = at + 3 + size
    if high is None or end >= len(items) or _unit(items[end].text) not in _TIMES:
        return None
    scale, own = _TIMES[_unit(items[end].text)], _TIMES[_unit(items[at + 1].text)]
    return end + 1 - at, Amount(own, high * scale, TIME, scale, 0, at, text=_t(items, at, end))


def _counted(items: Sequence[Item], at: int, value: float, size: int) -> tuple[int, Amount | None]:
    """The amount of which ``value``, ``size`` words long, is the first number."""
    end, high = at + size, value
    texts = [item.text for item in items[end : end + 3]]
    if texts[:1] and texts[0] in _PARTS and value < 10:
        return size + 1, _part(items, end, value)
    if len(texts) > 1 and texts[0] in ("to", "or", "and"):
        second, more = _value(items, end + 1)
        joined = texts[0] != "and" or (at and items[at - 1].text == "between")
        if second is not None and second > value and joined:
            high, end = second, end + 1 + more
            texts = [item.text for item in items[end : end + 3]]
    high, end = _between(items, at, end, high)
    texts = [item.text for item in items[end : end + 3]]
    if texts[:1] in (["in"], ["of"], ["out"]):
        share = _share(items, at, end, value, high)
        if share is not None:
            return share
    unit = _unit(texts[0]) if texts else ""
    if unit in _TIMES:
        return end + 1 - at, _timed(items, at, end, value, high)
    if unit in ("percent", "%"):
        return end + 1 - at, Amount(
            value, high, PERCENT, 1.0, _bound(items, at), at, text=_t(items, at, end)
        )
    kind = TIMES if unit == "time" else BARE
    if kind == BARE and value == high == 1.0:
        return size, None
    of = texts[0] if kind == BARE and texts and texts[0] in _COUNTED else ""
    return end - at, Amount(
        value, high, kind, 1.0, _bound(items, at), at, text=_t(items, at, end - 1), of=of
    )


def _between(items: Sequence[Item], at: int, end: int, value: float) -> tuple[float, int]:
    """The upper number of "between 20% and 30%", and where it ends."""
    texts = [item.text for item in items[end : end + 2]]
    if not at or items[at - 1].text != "between" or texts not in (["%", "and"], ["percent", "and"]):
        return value, end
    second, more = _value(items, end + 2)
    return (value, end) if second is None or second <= value else (second, end + 2 + more)


def _share(
    items: Sequence[Item], at: int, end: int, value: float, high: float
) -> tuple[int, Amount] | None:
    """As in "1 in 5", "20 of 100", "four out of every ten"."""
    place = end + 1
    while place < len(items) and items[place].text in ("of", "every", "a", "the"):
        place += 1
    whole, size = _value(items, place)
    unit = _unit(items[place + size].text) if place + size < len(items) else ""
    if whole is None or whole <= high or unit in _TIMES or whole > 1e5:
        return None
    amount = Amount(
        100 * value / whole, 100 * high / whole, PERCENT, 1.0, _bound(items, at), at,
        text=_t(items, at, place + size - 1),
    )  # fmt: skip
    return place + size - at, amount


def _nth(items: Sequence[Item], at: int) -> bool:
    """As in "every second child", which is half of them."""
    after = [_unit(item.text) for item in items[at + 1 : at + 3]]
    if items[at].text != "every" or len(after) < 2:
        return False
    return after[0] in NTH and after[1] not in (*_TIMES, "time")


def _part(items: Sequence[Item], at: int, count: float) -> Amount:
    text = items[at].text
    value = 100 / NTH[items[at + 1].text] if text == "every" else count * _PARTS[text]
    return Amount(value, value, PERCENT, 1.0, _bound(items, at), at, text=items[at].text)


def _timed(
    items: Sequence[Item], at: int, unit_at: int, low: float, high: float, *, weak: bool = False
) -> Amount:
    scale = _TIMES[_unit(items[unit_at].text)]
    bound = _bound(items, at) if low == high else 0  # "over 6 to 12 weeks" is no limit
    return Amount(
        low * scale, high * scale, TIME, scale, bound, at, weak, _t(items, at, unit_at)
    )  # fmt: skip


def _value(items: Sequence[Item], at: int) -> tuple[float | None, int]:
    """The number at ``at`` and how many words it has: "two thousand" has two."""
    if at >= len(items):
        return None, 0
    value = _number(items[at].text)
    if value is None:
        return None, 0
    size = 1
    while at + size < len(items):
        more = _number(items[at + size].text)
        if more is None:
            break
        if more in _LARGE and value < more:
            value *= more
        elif 20 <= value < 100 and value % 10 == 0 and 0 < more < 10:
            value += more
        else:
            break
        size += 1
    return value, size


def _number(text: str) -> float | None:
    if text in _NUMBERS:
        return _NUMBERS[text]
    if not text[0].isdigit() and text[0] != ".":
        return None
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None


def _unit(text: str) -> str:
    return text if text in _TIMES or not text.endswith("s") else text[:-1]


def _ordinal(items: Sequence[Item], at: int) -> bool:
    """As in "the third month", "a fifth injection": no part of a whole."""
    text = items[at].text
    if text in ("third", "fifth", "tenth"):
        before = items[at - 1].text if at else ""
        after = items[at + 1].text if at + 1 < len(items) else ""
        return not (before in ("a", "one", "about", "than") and after in ("of", "", "as"))
    return False


def _bound(items: Sequence[Item], at: int) -> int:
    """Whether the amount is a lower or an upper bound, from the words before and after it."""
    before = [item.text for item in items[max(0, at - 4) : at]]
    if "than" in before[-2:]:
        less = {"less", "fewer", "shorter", "smaller", "younger", "lower", "under"} & set(before)
        return -1 if less else 1
    if before[-2:] == ["up", "to"]:
        return -1
    for word in reversed(before[-2:]):
        if word in _OVER:
            return 1
        if word in _UNDER:
            return -1
    texts = [item.text for item in items[at + 1 : at + 6]]
    for one, two in pairwise(texts):
        if one == "at" and two in ("least", "most"):
            return 1 if two == "least" else -1
    after = set(texts[:4])
    return 1 if "orolder" in after else -1 if "oryounger" in after else 0


def _t(items: Sequence[Item], start: int, end: int) -> str:
    return " ".join(item.text for item in items[start : end + 1])
