"""A message read with the turns before it: "it", "that's me", "it's for my lad", an old tale."""

from __future__ import annotations

import pytest

from assistant.guardrail import Level, Turn, assess
from assistant.guardrail.earlier import asks_on, owns_up, takes_half_back
from assistant.guardrail.extract import read_message
from assistant.guardrail.plain import all_plain
from assistant.guardrail.replies import first_words, is_well, told_ages, unsure
from assistant.guardrail.rulebook import RuleFileError, load_rulebook, shipped_rulebook


def levels(*texts: str) -> list[str]:
    """The level after each user message; "a: " marks the assistant's turns."""
    turns = [
        Turn("assistant", text.removeprefix("a: "))
        if text.startswith("a: ")
        else Turn("user", text)
        for text in texts
    ]
    return [decision.level.label for decision in assess(turns)]


@pytest.mark.parametrize(
    ("before", "text", "level"),
    [
        ("calf is sore since the flight", "its swollen and hot too", "urgent"),
        ("calf is sore since the flight", "swollen and hot today", "urgent"),
        ("my foot feels odd", "cant lift it", "emergency"),
        ("right thigh a bit sore", "it's gone weak", "urgent"),
        ("been on baclofen for years", "binned the lot yesterday", "urgent"),
        ("doc's given me flexeril", "is a beer ok with it?", "prompt"),
    ],
)
def test_it_is_what_was_spoken_of(before: str, text: str, level: str) -> None:
    assert levels(before, text)[-1] == level


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("calf is sore since the run", "its fine when I rest"),
        ("my foot hurts in these shoes", "he is heavy"),
        ("my knee clicks", "all good otherwise"),
        ("my leg aches", "what helps it?"),
        ("my dog cannot use his legs", "he is heavy"),
        ("got tizanidine for my back", "is a heat pad ok with it?"),
    ],
)
def test_it_adds_nothing_that_nobody_said(before: str, text: str) -> None:
    assert levels(before, text)[-1] in ("none", "notice")


def test_our_question_says_it_too() -> None:
    asked = ["my knee has been sore", "a: Is it swollen, red or hot?"]
    assert levels(*asked, "all three tbh")[-1] == "urgent"
    assert levels(*asked, "no just sore")[-1] == "none"
    scar = ["had my hip done in june, the scar itches", "a: Any redness, warmth or discharge?"]
    assert levels(*scar, "yes its weeping")[-1] == "urgent"


@pytest.mark.parametrize(
    "text",
    ["ok fine its me. since yesterday", "because thats what i have had since yesterday",
     "asking because its happening to me", "I have that", "me pasa a mí"],
)  # fmt: skip
def test_owning_up_makes_a_general_question_a_report(text: str) -> None:
    assert owns_up(text)
    asked = "is numbness in the saddle area serious"
    assert levels(asked, text) == ["notice", "emergency"]


@pytest.mark.parametrize(
    "text",
    ["no its not me, just read it", "I don't have that", "nobody, I heard it on the radio",
     "thats interesting, thanks", "what if its happening to me one day",
     "this is what i wanted to know", "i have this leaflet that asks it"],
)  # fmt: skip
def test_what_is_not_owned_stays_general(text: str) -> None:
    assert not owns_up(text)
    assert levels("is numbness in the saddle area serious", text)[-1] != "emergency"


def test_owning_up_reaches_two_turns_back_and_no_further() -> None:
    asked = "is numbness in the saddle area serious"
    assert levels(asked, "thanks", "actually its me")[-1] == "emergency"
    assert levels(asked, "thanks", "heat or ice?", "and pillows?", "I have that")[-1] == "none"


def test_who_it_is_for_is_the_one_who_has_it() -> None:
    texts = ["what helps a sore back after the trampoline", "a: Who is it for?", "my lad"]
    assert levels(*texts)[-1] == "prompt"
    assert levels(*texts, "a: How old is he?", "4 in march")[-1] == "urgent"


def test_an_old_tale_told_over_two_messages_is_over() -> None:
    tale = "my husband had a disc out two years ago"
    assert levels(tale, "he couldnt wee before it. right as rain since")[-1] == "none"
    assert levels(tale, "he couldnt wee before it, and he cannot again today")[-1] == "emergency"
    assert levels(tale, "he cannot wee")[-1] == "emergency"


def test_taking_half_of_it_back_keeps_the_warning() -> None:
    sign = "not a drop out of me since yesterday and my back is solid haha"
    half = "only kidding about running dry, the not going is real"
    assert takes_half_back(half)
    assert levels(sign, half, "a hot bath then?") == ["emergency"] * 3
    assert levels(sign, "just kidding", "a hot bath then?")[-1] == "notice"


@pytest.mark.parametrize(
    ("text", "goes_on"),
    [
        ("and what causes it?", True),
        ("what symptoms does it give?", True),
        ("which office chair is best?", False),
        ("thanks, that helps", False),
        ("is it ok for my back to crack?", False),
    ],
)
def test_a_question_that_goes_on_keeps_the_notice(text: str, goes_on: bool) -> None:
    assert asks_on(text, read_message(text, shipped_rulebook())) is goes_on
    want = "notice" if goes_on else "none"
    assert levels("what is cauda equina syndrome?", text) == ["notice", want]


def test_a_general_question_that_goes_on_is_of_nobody() -> None:
    asked = "how common is it for back pain to turn out to be cancer"
    goes_on = "and an infection in a disc, is that rarer"
    assert levels(asked, goes_on, "heat or cold after mowing?") == ["notice", "notice", "none"]
    assert levels(asked, "and he can't feel his legs?")[-1] == "emergency"
    assert (
        levels(asked, "and numbness in both legs, is that one?", "ok thats me")[-1] == "emergency"
    )


def test_what_was_taken_back_has_no_say_in_the_next_message(with_detector: None) -> None:
    car = "My car lost all power on one side and it's leaking, lol wrong chat"
    mine = "yes actually, i pushed it home on monday, my back's been a bit sore but it's going off"
    assert levels(car, "a: No problem. Is it about your back?", mine)[-1] == "none"


def test_an_age_of_another_turn_joins_what_it_makes_of_a_sign(with_detector: None) -> None:
    fell = "back sore after tripping over the dog"
    assert levels(fell, "im 24. sorry typo, 74") == ["notice", "urgent"]
    assert levels(fell, "im 24")[-1] == "notice"


@pytest.mark.parametrize(
    ("question", "reply", "level"),
    [
        ("Any fever, loss of bladder control, or any change in feeling when you wipe?",
         "no to all except the wiping", "emergency"),
        ("Have you had a fever, lost weight without trying, or ever had cancer?",
         "no, no, and yes breast in 2011", "urgent"),
        ("Is it only the left leg, or is the right one affected too?",
         "right one as well since this morning", "emergency"),
        ("Is it only the left leg, or is the right one affected too?", "only the left", "none"),
        ("Are your bladder and bowels working normally?", "no", "emergency"),
        ("Are your bladder and bowels working normally?", "both fine", "none"),
        ("Any new bladder, bowel or leg changes?", "all working as normal, same as ever", "none"),
        ("Do you feel safe at home?", "not when he has been drinking", "urgent"),
        ("Are you steady on your feet?", "not really", "urgent"),
        ("Can you walk normally?", "no, limping a bit", "urgent"),
        ("Can you walk?", "no", "urgent"),
        ("Any change in your bowels?", "bit constipated from codeine", "none"),
        ("Any numbness between your legs?", "a bit around the back", "emergency"),
        ("Is it easing?", "no, about the same", "none"),
        ("How long has it been, and is it easing?", "7 weeks. nope", "prompt"),
        ("Any change in feeling in your groin or bottom?", "not sure", "notice"),
        ("Any change in feeling in your groin or bottom?", "i dont know really", "notice"),
        ("Any numbness between your legs?",
         "yes, since Sunday. I was at my sister's for the christening and sat on a hard bench all "
         "through it, thought it would wear off", "emergency"),
    ],
)  # fmt: skip
def test_answers(question: str, reply: str, level: str) -> None:
    assert levels("my back aches since yesterday", f"a: {question}", reply)[-1] == level


def test_an_age_is_mended() -> None:
    assert told_ages("", "im 24. sorry typo, 74", {"self": 24.0}) == {"self": 74.0}
    assert told_ages("", "pain is 3 no 4", {"self": 24.0}) == {}


def test_shapes_of_replies() -> None:
    assert unsure("not really sure tbh")
    assert not unsure("not since monday")
    assert is_well("both fine")
    assert not is_well("yes, otherwise fine")
    assert first_words("yeah a bit, since Sunday, I was out") == "yeah a bit"
    assert first_words("I was out on Sunday") is None


def test_a_broken_question_is_named(tmp_path: object) -> None:
    import shutil
    from pathlib import Path

    from assistant.guardrail.rulebook import data_folder

    folder = Path(str(tmp_path)) / "data"
    shutil.copytree(data_folder(), folder)
    (folder / "questions.toml").write_text("[[question]]\nasks = '('\nyes = 'x'\n", "utf-8")
    with pytest.raises(RuleFileError, match=r"questions\.toml.*question 1"):
        load_rulebook(folder)


def test_facts_are_plain_and_amounts_are_not() -> None:
    plain = shipped_rulebook().plain
    for text in ("my husband is on tramadol for his back", "got a steroid jab in my spine in may"):
        assert all_plain([text], plain), text
    for text in (
        "took 8 tramadol",
        "stopped my baclofen",
        "tramadol and a fall",
        "missed two doses",
    ):
        assert not all_plain([text], plain), text


def test_a_message_is_read_with_the_one_before_only_when_it_leaves_a_doubt(
    with_detector: None,
) -> None:
    for texts in (
        ["my lower back aches", "its been about a week"],
        ["i'm 30 weeks", "my back hurts low down"],
        ["my flatmate has a fever and flu", "my back is stiff"],
        ["my husband is on tramadol for his back", "bit constipated"],
        ["back's stiff five minutes every morning", "a: Any leaking?", "No. Only when I laugh."],
    ):
        assert levels(*texts)[-1] == Level.NONE.label, texts
