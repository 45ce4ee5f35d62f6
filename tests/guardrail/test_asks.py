"""A doubt leads to one question; yes and no are read against it."""

from __future__ import annotations

import pytest

from assistant.guardrail import Level, Turn, assess, emergency_number, rules_version


@pytest.mark.parametrize(
    ("text", "word", "after_yes"),
    [
        ("my back is sore and my bladder feels weird", "urine", Level.URGENT),
        ("slipped on the stairs yesterday, back is sore", "bones", Level.URGENT),
        ("back ache and my leg is not right", "weak", Level.URGENT),
    ],
)
def test_doubt_asks_once_and_yes_counts(text: str, word: str, after_yes: Level) -> None:
    first = assess([Turn("user", text)])[-1]
    if first.level >= Level.PROMPT:
        return
    assert first.ask is not None
    assert word in first.ask
    assert first.level is Level.NOTICE
    turns = [Turn("user", text), Turn("assistant", first.ask)]
    assert assess([*turns, Turn("user", "yes")])[-1].level >= after_yes
    no = assess([*turns, Turn("user", "no")])[-1]
    assert no.level <= Level.NOTICE
    assert no.ask != first.ask


@pytest.mark.parametrize(
    ("country", "number"),
    [("US", "911"), ("UK", "999"), ("GB", "999"), ("IE", "112 or 999"), ("AU", "000")],
)
def test_one_number_for_the_page(country: str, number: str) -> None:
    assert emergency_number(country) == number


def test_unknown_country_has_no_foreign_number() -> None:
    assert "local emergency number" in emergency_number("ZZ")
    assert len(rules_version()) == 12
