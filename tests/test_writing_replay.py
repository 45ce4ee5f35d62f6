"""Recorded replies: written by one run, given again by the next, without any model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from core_support import SteeredGuardrail, live
from typer.testing import CliRunner
from writing_support import CHOICE, HEAT, RECORDED, WALKING, ScriptedModel, record

from assistant import chat
from assistant.chat import Assistant
from assistant.errors import ModelUnavailable
from assistant.guardrail.types import Turn
from assistant.reply import EXTRACTIVE, MODEL, Reply
from assistant.settings import Settings
from assistant.status import read_status
from assistant.testing import StemEmbedder
from assistant.ui import session
from assistant.writing import model as model_module
from assistant.writing.model import ModelChoice, check_model, open_model
from assistant.writing.recording import Recording
from assistant.writing.writer import open_writer
from evals.commands import app

CASES = (
    {"id": "heat", "question": HEAT, "expect": "answer", "relevant": ["heat"],
     "facts": [["relaxes tight muscles"]]},
    {"id": "walking", "question": WALKING, "expect": "answer", "relevant": ["walking"],
     "facts": [["helps a sore back"]]},
    {"id": "ice", "question": "What do ice packs do after a strain?", "expect": "answer",
     "relevant": ["ice"], "facts": [["lower swelling"]]},
)  # fmt: skip


@pytest.fixture
def replaying(
    monkeypatch: pytest.MonkeyPatch, corpus: Path, built: Path
) -> Callable[[Path], Assistant]:
    """An assistant that answers from a recorded file; opening any model fails the test."""
    monkeypatch.setattr(chat, "assess", SteeredGuardrail([]))
    monkeypatch.setattr(model_module, "_client", lambda _choice: pytest.fail("a model was opened"))

    def open_one(path: Path) -> Assistant:
        settings = Settings(corpus_dir=corpus, data_dir=built, model=CHOICE.name, model_replay=path)
        return Assistant(settings, live(built), StemEmbedder(), open_writer(settings))

    return open_one


def ask(assistant: Assistant, question: str) -> Reply:
    return assistant.reply([Turn("user", question)])


def test_what_was_recorded_is_given_again(
    replaying: Callable[[Path], Assistant], tmp_path: Path
) -> None:
    record(tmp_path / "fresh.jsonl")
    keys = [
        [json.loads(line)["key"] for line in path.read_text("utf-8").splitlines()]
        for path in (tmp_path / "fresh.jsonl", RECORDED)
    ]
    assert keys[0] == keys[1], "requests have changed: python tests/writing_support.py"
    assistant = replaying(RECORDED)
    reply = ask(assistant, WALKING)
    assert reply.writer == MODEL, reply.writing
    assert [reply.words(s) for s in reply.sentences] == [
        "Walking keeps your back moving.",
        "A gentle walk every day helps a sore back recover.",
    ]
    heat = ask(assistant, HEAT)
    assert heat.writing is not None
    assert heat.writing.removed == 1


def test_questions_that_were_not_recorded_are_quoted_and_stop_nothing(
    replaying: Callable[[Path], Assistant], caplog: pytest.LogCaptureFixture
) -> None:
    assistant = replaying(RECORDED)
    for _ in range(4):
        reply = ask(assistant, "What do ice packs do after a strain?")
        assert reply.writing is not None
        assert reply.writing.fallback == "failed", "never the breaker: the next one may be there"
        assert reply.writer == EXTRACTIVE
    assert "NotRecorded" in caplog.text
    assert ask(assistant, WALKING).writer == MODEL


def test_the_evals_repeat_offline(
    monkeypatch: pytest.MonkeyPatch, corpus: Path, built: Path, tmp_path: Path
) -> None:
    cases, out = tmp_path / "cases.jsonl", tmp_path / "runs"
    cases.write_text("".join(f"{json.dumps(case)}\n" for case in CASES), "utf-8")
    for module in ("evals.console", "evals.fingerprints"):
        monkeypatch.setattr(f"{module}.open_embedder", lambda *_given: StemEmbedder())
    monkeypatch.setenv("PMR_MODEL", CHOICE.name)
    monkeypatch.setenv("PMR_MODEL_REPLAY", str(RECORDED))
    options = ["--corpus", corpus, "--data-dir", built]
    runs = ["run", "--suite", "answers", "--cases", cases, "--out", out, "--json"]
    results: list[dict[str, Any]] = []
    for _ in range(2):
        done = CliRunner().invoke(app, [str(a) for a in (*options, *runs)])
        assert done.exit_code == 0, done.output
        results.append(json.loads(done.stdout))
    first, again = ({n: m["value"] for n, m in r["metrics"].items()} for r in results)
    assert first["written"] == pytest.approx(2 / 3), "the third question was not recorded"
    assert first["unsupported"] == 0
    assert first["fact_recall"] == 1
    timeless = {name for name in first if not name.startswith("latency")}
    assert {n: first[n] for n in timeless} == {n: again[n] for n in timeless}
    assert results[0]["cases"] == results[1]["cases"]
    kept = json.loads(next(out.glob("*.json")).read_text("utf-8"))
    assert kept["settings"]["model"] == CHOICE.name
    assert kept["settings"]["replayed"]


def test_a_recording_is_private_and_holds_no_half_reply(tmp_path: Path) -> None:
    def breaking_off(_passages: dict[str, str]) -> Any:
        yield "Walking"
        raise ConnectionError

    path = tmp_path / "said.jsonl"
    messages = [("system", "rules"), ("human", "Why?")]
    with pytest.raises(ConnectionError):
        list(Recording(ScriptedModel(script=breaking_off), path, "m").stream(messages))
    assert not path.exists()
    list(Recording(ScriptedModel(script=lambda _p: ["a", "b"]), path, "m").stream(messages))
    assert path.stat().st_mode & 0o077 == 0
    assert [text for text, _usage in json.loads(path.read_text("utf-8"))["pieces"]][:2] == [
        "a",
        "b",
    ]


def test_a_damaged_recording_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "said.jsonl"
    path.write_text(RECORDED.read_text("utf-8") + "{half\n", "utf-8")
    with pytest.raises(ModelUnavailable, match="Line 3"):
        open_model(ModelChoice(name="openai:x", replay=path))
    with pytest.raises(ModelUnavailable, match="no file"):
        check_model(ModelChoice(name="openai:x", replay=tmp_path / "nothing"))
    with pytest.raises(ModelUnavailable, match="no folder"):
        check_model(ModelChoice(name="openai:x", record=tmp_path / "nowhere" / "said.jsonl"))


def test_the_chat_page_records_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    opened: list[Settings] = []

    class Opened:
        def warm_up(self) -> None:
            """Nothing to load."""

    def open_it(settings: Settings) -> Opened:
        opened.append(settings)
        return Opened()

    monkeypatch.setattr("assistant.opening.open_assistant", open_it)
    session.open_assistant(Settings(model="openai:x", model_record=tmp_path / "said.jsonl"))
    assert opened[0].model == "openai:x"
    assert opened[0].model_record is None
    assert "PMR_MODEL_RECORD" in caplog.text


def test_status_says_what_is_recorded_replayed_and_sent(
    monkeypatch: pytest.MonkeyPatch, corpus: Path, built: Path, stem_embedder: StemEmbedder
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    base = Settings(corpus_dir=corpus, data_dir=built, model="openai:x")
    path = built / "said.jsonl"
    plain = read_status(base).values
    assert not {"second_look", "recording"} & plain.keys()
    more = base.model_copy(update={"model_record": path, "model_second_look": True})
    values = read_status(more).values
    assert str(path) in str(values["recording"])
    assert "whole conversation" in str(values["second_look"])
    again = base.model_copy(update={"model_replay": RECORDED})
    assert "as recorded in" in str(read_status(again).values["writer"])


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"model_replay": "/a.jsonl"}, "PMR_MODEL_REPLAY needs PMR_MODEL"),
        ({"model_second_look": "1"}, "PMR_MODEL_SECOND_LOOK needs PMR_MODEL"),
        ({"model": "a:b", "model_replay": "/a", "model_record": "/b"}, "not both"),
        ({"model": "a:b", "model_record": "b.jsonl"}, "whole path"),
        ({"model_prices": "3"}, "PMR_MODEL_PRICES"),
        ({"model_prices": "3,-1"}, "at least 0"),
        ({"model_prices": "nan,1"}, "at least 0"),
    ],
)
def test_settings_that_say_nothing_are_refused(given: dict[str, str], named: str) -> None:
    from assistant.errors import SettingsInvalid
    from assistant.settings import load_settings

    with pytest.raises(SettingsInvalid, match=named):
        load_settings(**given)
    assert load_settings(model_prices="3, 15.5").model_prices == (3.0, 15.5)
