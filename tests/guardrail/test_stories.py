"""Stories: whose sign it is, when it was, what was only said, and signs told in plain words."""

from __future__ import annotations

import pytest

from assistant.guardrail.decide import fired_cases
from assistant.guardrail.rulebook import shipped_rulebook

MINE = " My lower back has been a bit stiff since I dug the garden on Saturday."


def rules_of(text: str) -> set[str]:
    """The rules that ``text`` alone fulfils, every doubtful reading counted."""
    return {rule.id for rule, _, _ in fired_cases(text, shipped_rulebook())}


@pytest.mark.parametrize(
    "tale",
    [
        "A lad at work collapsed on the line two weeks back, it was his sugar.",
        "My mate Dave fell off a ladder last year and can't feel anything from the waist down.",
        "The neighbour's little boy had a fever of 40 on Sunday.",
        "Half my residents can't hold their water or get out of the chair on their own.",
        "Someone in the online group says she lost control of her bowels.",
        "My husband works with a man who had a bad disc, he was numb in the saddle area.",
        "The woman next door lost all the feeling in her legs after a botched op.",
    ],
)
def test_tales_of_bystanders_are_no_signs(tale: str) -> None:
    assert rules_of(tale + MINE) == set()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("My mate fell off a ladder and can't feel his legs." + MINE, "sudden-paralysis"),
        ("A lad at work just collapsed, what do we do?" + MINE, "collapse-unconscious"),
        ("My colleague collapsed this morning." + MINE, "collapse-unconscious"),
        ("My friend's legs went numb and she wet herself.", "bladder-incontinence"),
        ("I'm one of those people who can't pee since Monday.", "bladder-retention"),
        ("Forty people are coming. My groin is numb.", "saddle-numbness"),
        ("My wife collapsed in the kitchen." + MINE, "collapse-unconscious"),
    ],
)
def test_people_who_need_help_still_count(text: str, rule: str) -> None:
    assert rule in rules_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "My gran couldn't feel her legs by the end, God rest her." + MINE,
        "My dad is paralysed down one side since his stroke, so I do the lifting.",
        "I had sepsis from a burst appendix as a teenager, delirious and everything.",
        "When I was pregnant with my eldest I couldn't feel a thing down there. She's twelve now.",
        "The heat was such that I could have passed out." + MINE,
        "When I say we blacked out twice, I mean the stage lights." + MINE,
    ],
)
def test_what_is_long_over_or_never_was(text: str) -> None:
    assert rules_of(text) <= {"pregnancy-warning"}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("My dad can't move his left side since this morning.", "sudden-paralysis"),
        ("I think I could have passed out for a moment.", "collapse-unconscious"),
        (
            "About two months ago my right arm and leg went useless for an hour and I couldn't "
            "get my words. Never told anyone.",
            "stroke-signs",
        ),
        (
            "My dad is paralysed since his stroke and now he can't swallow or move his other arm",
            "sudden-paralysis",
        ),
        ("She had back surgery in May, now she can't control her poo.", "bowel-incontinence"),
        ("My sister has MS and in the past few days her arms got weaker", "arm-hand-weakness"),
    ],
)
def test_what_is_new_counts_beside_old_stories(text: str, rule: str) -> None:
    assert rule in rules_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "My arms were like jelly after the kettlebell class.",
        "My forearms were dead after two hundred free throws.",
        "I had a filling this morning so my face is numb and I dribbled my tea.",
        "My golf swing is paralysed and my short game has collapsed.",
        "The chair at work has a broken leg.",
        "I carried feed bags up the fell on my shoulder." + MINE,
        "I put the milk in the oven, that's how tired the twins make me.",
        "We nearly dropped the tray laughing." + MINE,
        "It was no to every single one, the fall, the fever, the numb bits." + MINE,
        "I feel everything I sit on, I pass water like a carthorse." + MINE,
        "No other complaints, appetite's back." + MINE,
    ],
)
def test_ordinary_causes_and_things(text: str) -> None:
    assert rules_of(text) == set()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("My arm went dead on Tuesday and I can't grip a cup.", "arm-hand-weakness"),
        ("The car hit us and I can't move my legs", "sudden-paralysis"),
        ("the van rolled onto my leg and it's bent the wrong way", "limb-fracture-dislocation"),
        ("No to all of it, the fall, the fever, but my groin is numb", "saddle-numbness"),
        ("came off my bike, no helmet, back of my head on the kerb, been sick twice",
         "head-injury-danger"),
        ("I've been putting one of my pills in a tin instead of taking it, saving them up",
         "suicidal-plan-or-attempt"),
        ("My back is sore, I've done every stretch for weeks and it's no different",
         "pain-not-improving"),
    ],
)  # fmt: skip
def test_signs_beside_them_still_count(text: str, rule: str) -> None:
    assert rule in rules_of(text)


def test_what_stands_two_sentences_apart_is_one_finding_only_when_terse() -> None:
    terse = "My knee. It started overnight. It's swollen, red and hot."
    assert "hot-swollen-joint" in rules_of(terse)
    apart = (
        "It rained for weeks on end. My brother got married on the second Sunday and we all "
        "danced. My back was bad that evening."
    )
    assert "pain-not-improving" not in rules_of(apart)


@pytest.mark.parametrize("aside", ["My neighbour had a stroke at Easter.", "People at work moan."])
@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Thigh cut, spurts when I let go.", "severe-bleeding"),
        ("Neck is like a board and I'm burning up.", "meningitis-signs"),
        ("Smile went lopsided in the lift, back to normal. Yesterday.", "stroke-signs"),
        ("Had a nerve block Tuesday, by Thursday hot and cold and the ache there is monstrous.",
         "post-procedure-neuro-or-fever"),
    ],
)  # fmt: skip
def test_an_aside_before_it_never_takes_the_writers_sign(aside: str, text: str, rule: str) -> None:
    assert rule in rules_of(text)
    assert rule in rules_of(f"{aside} {text}")
