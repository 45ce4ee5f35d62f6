from __future__ import annotations

import pytest

from assistant.settings import Settings
from assistant.ui import safety, words


@pytest.mark.parametrize(
    ("box", "line"),
    [
        ("Call 911 if … Call 911 or 1-800-222-1222.", "Emergency? Call 911 now."),
        ("Call 112 or 999 if …", "Emergency? Call 112 or 999 now."),
        ("Call 112, 911, 999 or 000.", words.EMERGENCY_LOCAL),
        ("Get help if …", words.EMERGENCY_LOCAL),
    ],
)
def test_emergency_line_takes_its_number_from_the_help_box(
    monkeypatch: pytest.MonkeyPatch, box: str, line: str
) -> None:
    monkeypatch.setattr(safety, "help_box", lambda country: box)
    assert safety.emergency_text(Settings()) == line


@pytest.mark.parametrize(
    ("country", "number"),
    [("US", "911"), ("UK", "999"), ("AU", "000"), ("CA", "911"), ("NZ", "111"), ("EU", "112")],
)
def test_every_country_has_its_number_in_the_line(country: str, number: str) -> None:
    assert number in safety.emergency_text(Settings(country=country))
    if number != "911":
        assert "911" not in safety.emergency_text(Settings(country=country))


def test_an_unknown_country_gets_the_generic_line() -> None:
    assert safety.emergency_text(Settings(country="ZZ")) == words.EMERGENCY_LOCAL
