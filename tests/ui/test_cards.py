from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.guardrail.types import Level
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
