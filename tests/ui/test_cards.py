from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.catalogue import page_words
from assistant.guardrail import assess
from assistant.guardrail.types import Level, Turn
from assistant.ui.cards import care_card

from .fakes import decision


@pytest.mark.parametrize("level", [Level.NOTICE, Level.PROMPT])
def test_a_message_said_before_becomes_a_reminder(level: Level) -> None:
    said = decision(level, "keeps coming back")
    assert said.message is not None
    assert "<details>" not in care_card(said)
    again = care_card(replace(said, latched=True))
    assert again.index("<details>") < again.index(said.message.headline)
    assert said.message.who in again


@pytest.mark.parametrize("level", [Level.URGENT, Level.EMERGENCY])
def test_an_urgent_card_stays_whole_on_every_turn(level: Level) -> None:
    said = decision(level, "can't pee")
    assert care_card(replace(said, latched=True)) == care_card(said)


def test_a_crisis_line_is_never_folded_away() -> None:
    said = replace(decision(Level.NOTICE, "x", "crisis"), latched=True)
    assert "<details>" not in care_card(said)


def test_the_small_headings_of_a_card_are_in_the_language_of_its_words() -> None:
    spanish = assess([Turn("user", "no siento las piernas y no puedo orinar, me duele la espalda")])
    card = care_card(spanish[-1])
    assert spanish[-1].message is not None
    assert spanish[-1].message.lang == "es"
    for name in ("BADGE_EMERGENCY", "DO_NOT", "TELL_THEM"):
        assert page_words("es")[name] in card
        assert page_words("en")[name] not in card
