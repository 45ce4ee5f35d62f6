"""Warning signs that our own articles name, by rules alone: patients' words, near misses, asks."""

from __future__ import annotations

import pytest

from assistant.guardrail import Level, Turn, assess
from assistant.guardrail.rulebook import shipped_rulebook
from tests.guardrail.helpers import decide, ids

EMERGENCY, URGENT = Level.EMERGENCY, Level.URGENT
QUESTIONS = {ask.id: ask.question for ask in shipped_rulebook().asks}


@pytest.mark.parametrize(
    ("text", "rule", "level"),
    [
        ("I have neck or back pain after a serious accident.", "major-trauma", EMERGENCY),
        ("my neck is stiff after a small jolt on the bus lane", "major-trauma", URGENT),
        ("Mum slipped on the step and her hip has hurt since", "hip-fracture", URGENT),
        ("my thumb is bent and out of place", "limb-fracture-dislocation", URGENT),
        ("cold and pale hand since I broke my wrist", "limb-fracture-dislocation", EMERGENCY),
        ("her breathing is slow and shallow", "breathing-difficulty", EMERGENCY),
        ("Too much of the medicine, taken by mistake", "overdose-any", EMERGENCY),
        ("my son sucked on a tube of menthol gel", "overdose-any", EMERGENCY),
        ("skin on my face peels and my eyes are raw", "severe-skin-reaction", EMERGENCY),
        ("skin under my patch is all blistered", "severe-skin-reaction", URGENT),
        ("dad has been acting really odd since tea", "new-confusion", EMERGENCY),
        ("there is a hole in my numb foot", "spreading-skin-infection", URGENT),
        ("since her stroke mum chokes on soup", "sci-change", URGENT),
        ("high blood sugar and vomiting", "steroid-injection-high-sugar", EMERGENCY),
        ("I'm pregnant and fell over the dog", "pregnancy-warning", URGENT),
        ("I want to harm my brother, I have it planned", "suicidal-plan-or-attempt", EMERGENCY),
        (
            "with my baclofen pump my muscles went all floppy",
            "baclofen-withdrawal-or-pump",
            EMERGENCY,
        ),
    ],
)
def test_a_sign_of_our_articles_fires_its_rule(text: str, rule: str, level: Level) -> None:
    fired = {flag.id: flag.level for flag in decide(text).flags}
    assert fired.get(rule) == level, fired


@pytest.mark.parametrize(
    "text",
    [
        "breathe slowly in and out and relax, is that a good exercise",
        "a bad accident in 2008 left me with a stiff neck",
        "my knee is acting strange on stairs but does not hurt",
        "my shoulder feels out of place at the desk",
        "I do not want to hurt myself when I lift",
        "I plan to hurt less this year",
        "sunburn, my shoulders are peeling",
        "tighten your belly and hold, how many reps",
        "I bumped my head on the shelf",
        "there was no slow breathing and no confusion, I was only tired",
    ],
)
def test_ordinary_words_fire_nothing(text: str) -> None:
    assert decide(text).level < Level.PROMPT, ids(decide(text))


def test_a_head_that_somebody_else_hit_is_still_violence() -> None:
    assert decide("my husband hit my head").level is EMERGENCY
    assert decide("he hit me and I hit my head on the wall").level is EMERGENCY


@pytest.mark.parametrize(
    ("text", "ask", "rule"),
    [
        ("I have blisters on my skin", "blisters", "severe-skin-reaction"),
        ("clear fluid comes out of my nose", "ear-nose-fluid", "head-injury-danger"),
        ("one leg looks shorter and turned out", "leg-shape", "hip-fracture"),
        ("my belly keeps tightening every few minutes", "belly-tightening", "pregnancy-warning"),
        ("I have a bad reaction to a medicine", "medicine-reaction", "breathing-difficulty"),
    ],
)
def test_one_more_word_is_asked_for_and_yes_counts(text: str, ask: str, rule: str) -> None:
    first = decide(text)
    assert (first.level, first.ask) == (Level.NOTICE, QUESTIONS[ask])
    turns = [Turn("user", text), Turn("assistant", QUESTIONS[ask])]
    assert rule in ids(assess([*turns, Turn("user", "yes")])[-1])
    assert assess([*turns, Turn("user", "no")])[-1].level <= Level.NOTICE
