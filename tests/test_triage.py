"""``pmr-assistant triage``: what the guardrail decides, and the words that made it."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

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
