"""Wordings that stand alone, and wordings that leave a doubt."""

from __future__ import annotations

import pytest

from assistant.guardrail import Decision, Level, Turn, assess, second
from assistant.guardrail.doubts import Doubts
from assistant.guardrail.rulebook import shipped_rulebook

NUMB = "numb bum for days"


@pytest.fixture
def unproven(monkeypatch: pytest.MonkeyPatch) -> None:
    """No wording stands alone, whatever the training messages prove today."""
    monkeypatch.setattr(Doubts, "_stands_alone", lambda *_: False)


def ruled_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second, "rules_out", lambda text, limit="whole": True)
    monkeypatch.setattr(second, "opinion", lambda text: None)


def talk(*turns: str) -> Decision:
    """User turns, each answered by what the guardrail itself asked."""
    said: list[Turn] = []
    for text in turns:
        said.append(Turn("user", text))
        said.append(Turn("assistant", assess(said)[-1].ask or "Here is what our articles say."))
    return assess(said)[-1]


@pytest.mark.usefixtures("unproven")
def test_a_doubt_is_a_notice_with_one_question(monkeypatch: pytest.MonkeyPatch) -> None:
    ruled_out(monkeypatch)
    first = talk(NUMB)
    assert first.level is Level.NOTICE
    assert first.flags[0].level is Level.NOTICE
    assert first.ask is not None
    assert "numb bum" in first.ask
    again = talk(NUMB, "what stretches help?")
    assert (again.level, again.ask) == (Level.NOTICE, None)


@pytest.mark.usefixtures("unproven")
@pytest.mark.parametrize(
    ("reply", "level"),
    [("yes", Level.EMERGENCY), ("yes since this morning", Level.EMERGENCY), ("no", Level.NONE),
     ("no, just a long film", Level.NONE), ("maybe, what is it?", Level.NOTICE)],
)  # fmt: skip
def test_the_reply_settles_it(monkeypatch: pytest.MonkeyPatch, reply: str, level: Level) -> None:
    ruled_out(monkeypatch)
    assert talk(NUMB, reply).level is level


@pytest.mark.usefixtures("unproven")
def test_a_yes_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    ruled_out(monkeypatch)
    assert talk(NUMB, "yes", "which stretches meanwhile?").level is Level.EMERGENCY


def test_what_stands_alone_needs_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    ruled_out(monkeypatch)
    assert talk("I cannot pee since this morning").level is Level.EMERGENCY


@pytest.mark.usefixtures("unproven")
def test_it_counts_in_full_when_not_ruled_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second, "rules_out", lambda text, limit="whole": False)
    assert talk(NUMB).level is Level.EMERGENCY


@pytest.mark.usefixtures("unproven")
def test_more_text_cannot_water_it_down(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(second, "rules_out", lambda text, limit="whole": not heard.append(text))
    monkeypatch.setattr(second, "opinion", lambda text: None)
    talk("So we went to the lake and the sun was out all day long and " + NUMB)
    assert any("numb bum" in text and "lake" not in text for text in heard)


def test_the_data_name_wordings_that_exist() -> None:
    book = shipped_rulebook()
    known = {(f.id, p.source) for f in book.findings for p in f.patterns}
    named = {pair for pairs in book.proven.values() for pair in pairs}
    assert named
    assert named <= known


@pytest.mark.parametrize(
    "text",
    [
        "couldn't pee after my operation in 2016; normal ever since",
        "no chance: I can climb stairs and cannot pee is not me",
    ],
)
def test_a_date_or_denial_beside_it_leaves_a_doubt(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    ruled_out(monkeypatch)
    assert talk(text).level < Level.PROMPT


@pytest.mark.parametrize(
    "text",
    ["boli mnie krzyż i nie mogę oddać moczu od wczoraj", "मेरी पीठ में दर्द है",
     "ho mal di schiena, cosa posso fare?", "背中が痛いです"],
)  # fmt: skip
def test_a_language_it_cannot_read_gets_the_number_box(text: str) -> None:
    decision = assess([Turn("user", text)], country="US")[-1]
    assert decision.level >= Level.NOTICE
    assert decision.message is not None
    assert "911" in decision.message.text


@pytest.mark.parametrize(
    "text", ["lower bak is stif n sore", "me duele la espalda, que hago", "ibuprofen?", "ok", "🙂"]
)
def test_english_and_spanish_are_read(text: str) -> None:
    assert assess([Turn("user", text)])[-1].level is Level.NONE
