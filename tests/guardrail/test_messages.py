"""The care texts: order, length, reading level, the right country's numbers, no diagnosis."""

from __future__ import annotations

import re

import pytest

from assistant.guardrail import Flag, Level, care_message, help_box
from assistant.guardrail.rulebook import shipped_rulebook
from tests.guardrail.helpers import decide

BOOK = shipped_rulebook()
RULES = [(rule.id, case.level) for rule in BOOK.rules for case in rule.cases[:1]]


def grade(text: str) -> float:
    """Flesch-Kincaid grade of a text."""
    words = re.findall(r"[A-Za-z']+", text)
    sentences = max(1, len(re.findall(r"[.!?]+", text)))
    syllables = sum(_syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    word = re.sub(r"(?:es|ed|e)$", "", word.lower()) or word
    return max(1, len(re.findall(r"[aeiouy]+", word)))


@pytest.mark.parametrize("about_other", [False, True])
@pytest.mark.parametrize(("flag", "level"), RULES)
def test_message(flag: str, level: Level, about_other: bool) -> None:
    fired = Flag(
        id=flag, level=level, evidence="my own words", source="", turn=0, about_other=about_other
    )
    message = care_message(level, (fired,), BOOK)
    before_numbers = message.text.split("\nEmergency:")[0]
    assert len(message.headline.split()) <= 15
    assert message.text.startswith(message.headline)
    assert len(before_numbers.split()) <= 105
    assert grade(before_numbers) <= 6
    assert not re.search(r"\byou have\b(?! pain)", message.text, re.I)
    assert flag in BOOK.messages["why"]
    assert 1 <= len(message.numbers) <= 3


@pytest.mark.parametrize(
    "text",
    [
        "my mother can't pee since this morning",
        "mi mamá no puede orinar y tiene las piernas dormidas",
        "my son fell off the roof and can't move his legs",
    ],
)
def test_who_cares_for_somebody_is_told_what_to_do_for_them(text: str) -> None:
    message = decide(text).message
    assert message is not None
    caregiver = BOOK.messages_in(message.lang)["caregiver"]["emergency"]
    assert message.do_not == tuple(caregiver["do_not"])


@pytest.mark.parametrize(
    "text",
    [
        "I can't pee",
        "numb saddle, cannot pee",
        "my wife told me to write. I can't pee",
    ],
)
def test_the_writer_is_told_what_to_do_for_oneself(text: str) -> None:
    message = decide(text).message
    assert message is not None
    assert message.do_not == tuple(BOOK.messages["emergency"]["do_not"])


@pytest.mark.parametrize(
    ("country", "right", "wrong"),
    [("US", "911", "999"), ("UK", "999", "911"), ("GB", "999", "911"), ("AU", "000", "911")],
)
def test_numbers_follow_the_country(country: str, right: str, wrong: str) -> None:
    for text in ("I can't pee", "I want to die", "he hit me", "fever 39 and back pain"):
        from assistant.guardrail import Turn, assess

        message = assess([Turn("user", text)], country=country)[-1].message
        assert message is not None
        assert right in message.text
        assert wrong not in message.text


def test_unknown_country_gets_the_generic_line() -> None:
    from assistant.guardrail import Turn, assess

    message = assess([Turn("user", "I can't pee")], country="ZZ")[-1].message
    assert message is not None
    assert "local emergency number" in message.text
    assert "local emergency number" in help_box("ZZ")


def test_abuse_is_not_repeated_back() -> None:
    message = decide("my husband kicked my back and hides my phone").message
    assert message is not None
    assert message.channel == "safeguarding"
    assert "kicked" not in message.text


def test_help_box_names_the_five_signs() -> None:
    box = help_box("US")
    for word in ("911", "peeing", "genitals", "both legs", "fever", "chest", "accident"):
        assert word in box
