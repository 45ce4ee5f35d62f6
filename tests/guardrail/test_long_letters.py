"""Long letters: what other people asked, what is long over, and words in another sense."""

from __future__ import annotations

import pytest

from assistant.guardrail.decide import fired_cases
from assistant.guardrail.extract import read_message
from assistant.guardrail.rulebook import shipped_rulebook


def rules_of(text: str) -> set[str]:
    """The rules that ``text`` alone fulfils, every doubtful reading counted."""
    return {rule.id for rule, _, _ in fired_cases(text, shipped_rulebook())}


@pytest.mark.parametrize(
    "text",
    [
        "She kept asking had I any numbness in my bits, was I leaking. I feel fine.",
        "I asked myself about tingling, trouble with my bladder, a temperature. None of it.",
        "Wet the bed? Certainly not. Leg giving out? Not once.",
        "my legs don't feel weak, I only ache after the garden",
        "my sciatica was murder in 2017, leg went weak and all, they trimmed the disc",
        "Passed out at a 10k two summers back. All normal, cleared to race.",
        "I woke up feeling as if I'd been run over by a bus and my back aches",
        "Borrowed my daughter's bike. Back ached that night and went by morning.",
        "Shift worker, 39, my low back's a bit tight.",
        "I can fit two of the three in my bag",
        "Which number do I ring for my exercise sheet? It got wet in the rain.",
        "My back's stiff from digging. Our dog collapsed on a walk.",
        "Sore low back for three weeks, about ninety percent right now, much better each day",
    ],
)
def test_ordinary_letters_fulfil_no_rule(text: str) -> None:
    assert rules_of(text) == set()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("i was asked was my groin numb. Yes, since Tuesday", "saddle-numbness"),
        ("I'm asking if it's normal that my groin is numb", "saddle-numbness"),
        ("no to everything on the list apart from wiping, I can't feel it", "bowel-incontinence"),
        ("I had a back op in 2018 and my foot drags", "foot-drop"),
        ("my leg went weak in August and ever since I trip on it", "leg-weakness-progressive"),
        ("Passed out in July, all normal since. Today I passed out again.", "collapse-unconscious"),
        ("I don't feel well, fever and back pain", "fever-with-back-pain"),
        ("sharp pain in my back when I breathe in and a bit puffed", "breathing-difficulty"),
        ("Seven week old. Blue, floppy, hasn't fed. I asked about my back.", "child-limp-or-fever"),
        ("4th fit today. she keeps going", "seizure"),
        ("31 weeks, back sore and baby, who usually kicks, has hardly moved", "pregnancy-warning"),
    ],
)
def test_real_signs_in_the_same_words_still_count(text: str, rule: str) -> None:
    assert rule in rules_of(text)


def test_an_age_is_no_temperature_but_a_temperature_is() -> None:
    book = shipped_rulebook()
    aged = read_message("Shift worker, 39, my back is tight", book).events
    hot = read_message("back pain and thermometer read 39 this morning", book).events
    assert "temp.bare" not in {event.finding for event in aged}
    assert "temp.bare" in {event.finding for event in hot}
