"""Numbers that carry meaning: temperatures, sugars, pressures, pill counts, ages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.guardrail.lexicon import Span
from assistant.guardrail.normalise import Word

_UNITS = frozenset(
    "mg mcg ml g gram grams milligrams mgs day days week weeks month months year years yr yrs yo "
    "minute minutes min mins hour hours hr hrs am pm percent pounds lbs lb kg stone miles mile km "
    "reps sets feet foot ft oclock steps x degrees th st nd rd old out lbs inches times".split()
)
_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "dozen": 12,
}  # fmt: skip
_HEAT = frozenset(
    "fever fevers temp temps temperature thermometer degrees c f celsius fahrenheit feverish "
    "fiebre fieber fievre febre".split()
)
_SUGAR = frozenset(
    "sugar sugars glucose bg bgl cgm glucometer dexcom libre meter mmol bs glycemia".split()
)
_PRESSURE = frozenset("bp pressure systolic".split())


def number(word: str) -> float | None:
    """Return the value of a number word or figure, or ``None``."""
    if word in _WORDS:
        return float(_WORDS[word])
    if re.fullmatch(r"\d{1,3}(,\d{3})+", word):
        return float(word.replace(",", ""))
    if re.fullmatch(r"\d+([.,]\d+)?", word):
        return float(word.replace(",", "."))
    return None


def number_concepts(words: Sequence[Word]) -> Iterator[tuple[str, Span]]:
    """Yield ``num.*`` concepts with their spans."""
    texts = [word.text for word in words]
    for at, text in enumerate(texts):
        around = set(texts[max(0, at - 6) : at + 5])
        following = texts[at + 1] if at + 1 < len(texts) else ""
        span = Span(at, at + 1)
        if "/" in text:
            top = text.split("/")[0]
            if top.isdigit() and 150 <= int(top) <= 300:
                yield "num.high_bp", span
            continue
        value = number(text.removesuffix("s"))
        if value is not None:
            yield from ((name, span) for name in _classes(text, value, around, following))


def _classes(text: str, value: float, around: set[str], following: str) -> Iterator[str]:
    yield "num"
    if _is_fever(text, value, around):
        yield "num.fever"
    if (35.5 <= value <= 37.4 and "." in text) or 97 <= value <= 99.2:
        yield "num.normal_temp"
    if around & _SUGAR and (300 < value < 1500 or (16.7 <= value <= 45)):
        yield "num.high_sugar"
    if around & _PRESSURE and 150 <= value <= 300:
        yield "num.high_bp"
    if following not in _UNITS and value == int(value) and "." not in text:
        if 3 <= value < 90:
            yield "num.several"
        if 5 <= value < 90:
            yield "num.many"
    if 1930 <= value <= 2024:
        yield "num.year"


def _is_fever(text: str, value: float, around: set[str]) -> bool:
    told = bool(around & _HEAT)
    if 37.8 <= value <= 42.9:
        return told or ("." in text and "sugar" not in around)
    return 100 <= value <= 107.9 and (told or ("." in text and value >= 100.4))
