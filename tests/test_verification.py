from __future__ import annotations

import io
import json
import sys

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.verification import Verifier
from assistant.verification.amounts import amounts
from assistant.verification.reading import read
from assistant.verification.words import shipped_words

SPLINT = (
    "A night splint may ease thumb pain in some people. It should be worn for six to eight weeks. "
    "Surgery is not a first choice. Older adults often need more time to heal than younger adults. "
    "Do not put heat on numb skin."
)
SHOTS = (
    "A steroid shot lowers swelling but raises blood sugar. Rest before the shot is not needed. "
    "If pain comes back, the doctor may give a second shot. Poor sleep is linked to slow healing."
)


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier()


@pytest.mark.parametrize(
    ("passage", "sentence"),
    [
        (SPLINT, "Some people find that wearing a splint at night can relieve pain in the thumb."),
        (SPLINT, "Wear it for 6 to 8 weeks."),
        (SPLINT, "An operation is not the first option."),
        (SPLINT, "Younger adults frequently heal in less time than older adults."),
        (SPLINT, "Avoid heat on skin that is numb."),
        (SHOTS, "Blood sugar goes up after a steroid injection, while swelling goes down."),
        (SHOTS, "There is no need to rest before the injection."),
        (SHOTS, "People who sleep badly tend to heal slowly."),
        ("Take it twice a week for half an hour.", "Take it twice weekly for 30 minutes."),
        ("About one in five people smoke.", "Roughly 20 percent of people smoke."),
        ("Experts advise against a brace.", "Experts do not recommend a brace."),
        ("Pain may start hours after the jolt.", "Pain may not start until hours later."),
        (
            "A splint has not been shown to prevent pain.",
            "No proof that a splint keeps you from pain.",
        ),
        ("Treatments do not suit some people.", "Treatments are not right for everyone."),
        ("Problems may include a lump, called a cyst.", "A cyst is a lump."),
    ],
)
def test_faithful_rephrasings_pass(verifier: Verifier, passage: str, sentence: str) -> None:
    verdict = verifier.check([passage], sentence)
    assert verdict.supported, verdict.problems


@pytest.mark.parametrize(
    ("passage", "sentence", "code"),
    [
        (SPLINT, "A night splint should be worn for six to eight months.", "number"),
        (SPLINT, "A night splint eases thumb pain.", "certainty-raised"),
        (SPLINT, "A night splint may ease thumb pain in most people.", "certainty-raised"),
        (SPLINT, "A night splint may ease elbow pain in some people.", "name"),
        (SPLINT, "Surgery is a first choice.", "negation-dropped"),
        (SPLINT, "Put heat on numb skin.", "negation-dropped"),
        (SPLINT, "A night splint should not be worn for six to eight weeks.", "negation-added"),
        (SPLINT, "Younger adults often need more time to heal than older adults.", "roles"),
        (SPLINT, "A day splint may ease thumb pain in some people.", "opposite"),
        (SPLINT, "Ibuprofen may ease thumb pain in some people.", "name"),
        (SPLINT, "A night splint prevents thumb pain.", "strong"),
        (SPLINT, "You have arthritis of the thumb.", "diagnosis"),
        (SPLINT, "Physical therapists teach finger stretches with rubber bands.", "not-covered"),
        (SHOTS, "A steroid shot lowers blood sugar.", "opposite"),
        (SHOTS, "Rest after the shot is not needed.", "order"),
        (SHOTS, "The doctor may give a second shot.", "condition-dropped"),
        (SHOTS, "Poor sleep causes slow healing.", "cause"),
        ("Experts advise against a brace.", "Experts recommend a brace.", "negation-dropped"),
        ("British experts advise exercise.", "American experts advise exercise.", "thing"),
        ("Write a pain diary each day.", "Write a food diary each day.", "thing"),
        (
            "Ask the worker and the employer first.",
            "Ask the worker and the insurer first.",
            "changed",
        ),
        ("Low mood can turn pain up.", "Low mood can turn pain down.", "changed"),
        ("Two thirds notice no symptoms.", "Two thirds notice symptoms.", "negation-dropped"),
        ("Add a little time every few days.", "Add a little time every day.", "number"),
        ("It eases pain for the first weeks.", "It eases pain for the first months.", "number"),
        ("A review could not say if surgery is better.", "Surgery is better.", "certainty-raised"),
        ("Causes of sciatica include a disc.", "Sciatica can cause a disc.", "roles"),
        (
            "Wear shows in 37 of 100 people aged 20, and in 96 of 100 aged 80.",
            "Wear shows in 96 of 100 people aged 20.",
            "number",
        ),
        (
            "It lists seizure, depression and sleep medicines. Opioids do harm.",
            "It lists seizure, opioids and sleep medicines.",
            "slot",
        ),
    ],
)
def test_corruptions_are_caught_and_named(
    verifier: Verifier, passage: str, sentence: str, code: str
) -> None:
    verdict = verifier.check([passage], sentence)
    assert not verdict.supported
    assert code in {problem.code for problem in verdict.problems}
    assert verdict.why


def test_each_clause_must_stand_in_one_of_the_passages(verifier: Verifier) -> None:
    merged = "A steroid shot lowers swelling, and surgery is not a first choice."
    assert verifier.check([SPLINT, SHOTS], merged).supported
    assert not verifier.check([SHOTS], merged).supported
    swapped = "A steroid shot lowers swelling, and a splint raises blood sugar."
    assert not verifier.check([SPLINT, SHOTS], swapped).supported


def test_every_sentence_of_a_draft_is_checked(verifier: Verifier) -> None:
    draft = "Surgery is not a first choice. Botox cures it."
    assert not verifier.check([SPLINT], draft).supported


@pytest.mark.parametrize("passages", [[], [""], ["  \n"]])
def test_nothing_is_supported_by_nothing(verifier: Verifier, passages: list[str]) -> None:
    verdict = verifier.check(passages, "Heat helps.")
    assert [problem.code for problem in verdict.problems] == ["no-passage"]


def test_a_practices_own_synonyms_count_as_the_passages_words() -> None:
    passage = "A zorblat belt may help after a sprain."
    sentence = "A bendy strap may help after a sprain."
    assert not Verifier().check([passage], sentence).supported
    assert Verifier([("zorblat belt", "bendy strap")]).check([passage], sentence).supported


def test_a_clause_about_the_opposite_thing_is_no_excuse(verifier: Verifier) -> None:
    passage = "A complete tear means no grip is left. An incomplete tear means some grip is left."
    assert verifier.check([passage], "With an incomplete tear, some grip is left.").supported
    assert not verifier.check([passage], "With a complete tear, some grip is left.").supported


@pytest.mark.parametrize(
    ("passage", "sentence", "supported"),
    [
        ("Healing takes days or weeks.", "Healing is a matter of days or weeks.", True),
        ("Healing takes days or weeks.", "Healing is a matter of months or years.", False),
        ("About half of adults get it.", "Roughly every second adult gets it.", True),
        ("About half of adults get it.", "Roughly every third adult gets it.", False),
        ("The wrist has one tendon and two nerves.", "The wrist has two nerves.", True),
        ("The wrist has a tendon and two nerves.", "The wrist has a nerve, two tendons.", False),
        (
            "Doctors suggest surgery only when therapy has not helped.",
            "Doctors suggest surgery before therapy.",
            False,
        ),
        (
            "Wear happens to most people as they grow older.",
            "As people grow older, wear happens to most of them.",
            True,
        ),
    ],
)
def test_spans_shares_and_counts_are_held_against_the_passage(
    verifier: Verifier, passage: str, sentence: str, supported: bool
) -> None:
    verdict = verifier.check([passage], sentence)
    assert verdict.supported is supported, verdict.problems


@pytest.mark.parametrize("text", ["", "?", "...", "5", "not", "than", "before", "a b c " * 400])
def test_odd_text_never_raises(verifier: Verifier, text: str) -> None:
    verifier.check([text or SPLINT], text or "x")
    verifier.check([SPLINT], text)
    verifier.check([text], SPLINT)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("four to six weeks", 40320, 60480),
        ("a week to ten days", 10080, 14400),
        ("half an hour", 30, 30),
        ("three out of every four people", 75, 75),
        ("two thirds of people", 200 / 3, 200 / 3),
        ("two thousand scans", 2000, 2000),
        ("every month", 43830, 43830),
    ],
)
def test_amounts_are_read_in_words_and_figures(text: str, low: float, high: float) -> None:
    (sentence,) = read(f"It takes {text}.", shipped_words())
    (amount,) = amounts(sentence.items)
    assert (amount.low, amount.high) == (pytest.approx(low), pytest.approx(high))


def test_upper_and_lower_limits_are_no_equals() -> None:
    most, least = (
        amounts(read(text, shipped_words())[0].items)[0]
        for text in (
            "Keep it on for no more than 20 minutes.",
            "Keep it on for at least 20 minutes.",
        )
    )
    assert not most.same(least)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("They hardly ever take it away.", ["not", "often", "remove"]),
        ("There is hard work ahead.", ["hard", "work"]),
        ("It goes away on its own.", ["settle", "unaided"]),
        ("A dummy pill.", ["placebo"]),
    ],
)
def test_fixed_phrases_are_read_as_what_they_mean(text: str, meant: list[str]) -> None:
    (sentence,) = read(text, shipped_words())
    found = [item.text for item in sentence.items]
    assert [word for word in found if word in meant] == meant


def test_the_command_prints_one_line_for_each_pair() -> None:
    lines = "".join(
        json.dumps(row) + "\n"
        for row in (
            {"id": "a", "passage": SPLINT, "sentence": "Surgery is not a first choice."},
            {"id": "b", "passages": [SHOTS, SPLINT], "sentence": "Surgery is a first choice."},
        )
    )
    done = CliRunner().invoke(app, ["verify", "--jsonl", "-"], input=lines)
    results = [json.loads(line) for line in done.output.splitlines()]
    assert done.exit_code == 0
    assert [(r["id"], r["verdict"]) for r in results] == [("a", "supported"), ("b", "unsupported")]
    assert all(r["why"] and r["ms"] >= 0 for r in results)


def test_the_command_explains_one_pair() -> None:
    pair = ["--passage", SPLINT, "--sentence", "Surgery is a first choice."]
    done = CliRunner().invoke(app, ["verify", *pair])
    assert done.exit_code == 0
    assert done.output.startswith("unsupported:\n- the passage denies")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "Line 2 is not JSON"),
        ("[]", "Line 2 is not a JSON object"),
        ('{"passage": "x"}', "Line 2 has no sentence"),
        ('{"sentence": "x"}', "Line 2 has neither passage nor passages"),
        ('{"sentence": "x", "passages": [1]}', "Line 2: every passage must be text"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_checked(
    line: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant import cli
    from assistant.console import ERR

    good = json.dumps({"id": "a", "passage": SPLINT, "sentence": "Surgery is a first choice."})
    monkeypatch.setattr(sys, "argv", ["pmr-assistant", "verify", "--jsonl", "-"])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{good}\n{line}\n".encode())))
    shown: list[str] = []
    monkeypatch.setattr(ERR, "print", shown.append)
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    assert shown[0].startswith(problem)
