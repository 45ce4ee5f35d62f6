"""Phone numbers that may be shown in a country."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from assistant.guardrail.output.vocabulary import DATA, read_toml

_COUNTRIES = {"UK": "GB", "USA": "US", "AUS": "AU", "CAN": "CA", "NZL": "NZ", "IRL": "IE"}
_EU = frozenset(
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IT LV LT LU MT NL PL PT RO SK SI ES SE".split()
)
_LINES = ("emergency", "emergency_words", "crisis", "advice", "poison", "abuse", "abuse_label")
_NUMBER = re.compile(r"\d[\d -]*\d")
_CALLED = re.compile(
    r"\b(?:call|dial|ring|phone|text|contact|use|number|on|to|nhs|line|or)(?:s|ing|ed)?\b"
    r"[^.\d]{0,24}(?<![\d-])(\d{3}|\d-\d-\d|\d \d \d)(?![\d%]|[ -]\d)"
    r"(?!\s*(?:people|adults|patients|mg|minutes|percent|days|weeks|times|years|steps|hours|calories|of|studies))",
    re.I,
)


@cache
def _all() -> Mapping[str, Any]:
    return read_toml(DATA / "numbers.toml")


@cache
def _numbers_of(code: str) -> frozenset[str]:
    place = _all().get(code)
    if not isinstance(place, Mapping):
        return frozenset()
    lines = " ; ".join(str(place[key]) for key in _LINES if key in place)
    return frozenset(_NUMBER.findall(lines))


# A short number that the reader is to dial and that is no line of the country is a wrong one.
_DIALLED = re.compile(
    r"\b(?:call|dial|ring|phone|text|press|number|line)(?:s|ing|ed)?\b[^.\d]{0,24}?"
    r"(?<![\d-])(\d(?:[ -]?\d){2,5})(?![\d%]|[ -]\d)"
    r"(?=\s*(?:[.,;:!?)]|$)|\s+(?:for|if|when|or|and|right|now|at|in|to|straight|immediately|any"
    r"|the|as|instead|first|on|today|tonight)\b)",
    re.I,
)
_DIGIT_WORDS = {
    "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
_DIGIT = "|".join(_DIGIT_WORDS)
_SPELLED = re.compile(rf"\b(?:{_DIGIT})(?:[ -]+(?:{_DIGIT})){{2,5}}\b", re.I)


def own_numbers(country: str) -> frozenset[str]:
    """Every line that may be named in ``country``; none for a country without an entry."""
    code = _COUNTRIES.get(country.strip().upper(), country.strip().upper())
    return _numbers_of("EU" if code not in _all() and code in _EU else code)


@cache
def _short_lines() -> frozenset[str]:
    every = {_digits(number) for code in _all() for number in _numbers_of(code)}
    return frozenset(digits for digits in every if len(digits) == 3)


def names_foreign_line(text: str, country: str) -> bool:
    """Say whether ``text`` sends the reader to a short number that is no line of ``country``.

    That is another country's line ("call 999"), or none at all ("dial 991").
    """
    text = _SPELLED.sub(_in_figures, text)
    own = {_digits(number) for number in own_numbers(country)}
    dialled = {_digits(match.group(1)) for match in _DIALLED.finditer(text)}
    called = {_digits(match.group(1)) for match in _CALLED.finditer(text)} & _short_lines()
    return bool(dialled - own) or (bool(called) and called.isdisjoint(own))


def _in_figures(match: re.Match[str]) -> str:
    return "".join(_DIGIT_WORDS[word] for word in re.split(r"[ -]+", match.group().lower()))


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)
