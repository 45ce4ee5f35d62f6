"""``pmr-assistant triage``: what the guardrail decides, and the words that made it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from core_support import PROJECT
from typer.testing import CliRunner

from assistant import __main__ as start
from assistant.cli import app
from assistant.guardrail import Turn
from assistant.triage import explain, triage


def judge(*texts: str) -> dict[str, object]:
    turns = [Turn("user", text) for text in texts]
    return triage(turns, country="GB", practice_phone=None)


def test_it_quotes_the_words_by_place() -> None:
    messages = ("My back aches.", "since lunch I cannot pee at all")
    result = judge(*messages)
    assert result["levels"] == ["none", "emergency"]
    assert "999" in str(result["message"])
    flags = result["flags"]
    assert isinstance(flags, list)
    retention = next(flag for flag in flags if flag["id"] == "bladder-retention")
    assert retention["source"]
    quoted = [messages[s["turn"]][s["start"] : s["end"]] for s in retention["spans"]]
    assert quoted == retention["evidence"].split(" … ")


def test_an_ordinary_message_has_no_flags() -> None:
    result = judge("What helps a stiff back?")
    assert (result["level"], result["route"], result["flags"]) == ("none", False, [])
    assert "level: none" in explain(result)


def test_control_codes_are_not_printed() -> None:
    assert "\x1b" not in explain(judge("I cannot \x1b[31m pee at all"))


def test_command(tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["triage", "--json", "I cannot pee at all"])
    assert json.loads(run.stdout)["level"] == "emergency"
    file = tmp_path / "messages.jsonl"
    file.write_text(
        '{"id": "a", "text": "hi"}\n{"id": "b", "turns": ["hi", "my chest is tight"]}\n'
    )
    run = CliRunner().invoke(app, ["triage", "--jsonl", str(file)])
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert [(line["id"], line["route"]) for line in lines] == [("a", False), ("b", True)]


def started(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    """The exit code of the command as a shell starts it."""
    monkeypatch.setattr(sys, "argv", ["pmr-assistant", *arguments])
    try:
        start.main()
    except SystemExit as ended:
        return ended.code
    return 0


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_start_says_what_the_command_line_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    message = "I cannot pee at all \ud83d"
    assert started(monkeypatch, "triage", message, *options) == 0
    first = capsys.readouterr().out
    assert first == CliRunner().invoke(app, ["triage", *options, message]).stdout
    assert "911" in first
    assert started(monkeypatch, "triage", *options, message) == 0
    assert capsys.readouterr().out == first


def test_a_start_keeps_to_the_settings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PMR_COUNTRY", "uk")
    monkeypatch.setenv("PMR_PRACTICE_PHONE", "020 7946 0000")
    assert started(monkeypatch, "triage", "I cannot pee at all") == 0
    assert "999" in capsys.readouterr().out
    monkeypatch.setenv("PMR_COUNTRY", "U")
    assert started(monkeypatch, "triage", "I cannot pee at all") == 2
    said = capsys.readouterr()
    assert not said.out
    assert "PMR_COUNTRY" in said.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["triage"], 2),
        (["triage", "a", "b"], 2),
        (["triage", "--jason", "a"], 2),
        (["triage", "--help"], 0),
        (["articles", "--help"], 0),
        (["--help"], 0),
    ],
)
def test_other_forms_are_the_command_lines(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
) -> None:
    assert started(monkeypatch, *arguments) == code
    said = capsys.readouterr()
    assert "Usage" in said.out + said.err or "Give one message" in said.err


def test_triage_loads_no_library_that_it_can_do_without() -> None:
    code = (
        "import sys; sys.argv = ['x', 'triage', 'my back aches since Sunday'];"
        "from assistant.__main__ import main; main();"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=120,
        check=True,
    )  # fmt: skip
    loaded = set(run.stdout.splitlines()[-1].split())
    assert "onnxruntime" in loaded
    assert not loaded & {"pydantic", "typer", "rich", "tomllib", "rapidfuzz", "chromadb", "torch"}
