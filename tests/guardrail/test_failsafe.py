"""The guardrail fails closed, loads lightly, and names what is wrong in a data file."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import assistant.guardrail.decide as decide_module
from assistant.guardrail import Level, Turn, assess, messages
from assistant.guardrail.errors import RuleFileError
from assistant.guardrail.rulebook import data_folder, load_rulebook


def test_any_error_inside_stops_the_chat(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(decide_module, "shipped_rulebook", broken)
    decisions = assess([Turn("user", "hello"), Turn("assistant", "hi"), Turn("user", "ok")])
    assert len(decisions) == 2
    for decision in decisions:
        assert decision.level is Level.URGENT
        assert [flag.id for flag in decision.flags] == ["guardrail-failure"]
        assert decision.message is not None
        assert decision.message.channel == "failure"
        assert "911" in decision.message.text


def test_the_help_box_outlives_a_broken_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuleFileError("rules.toml", "TOML", "broken")

    monkeypatch.setattr(messages, "shipped_rulebook", broken)
    assert "999" in messages.help_box("GB")
    assert messages.rules_version() == "unavailable"


def test_no_heavy_imports() -> None:
    code = (
        "import assistant.guardrail, sys; "
        "sys.exit(any(m in sys.modules for m in ('torch', 'chromadb', 'streamlit', 'langchain')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("rules/a_nerve.toml", "saddle.numb", "saddle.nmb", "saddle.nmb"),
        ("findings/a_nerve.toml", "<saddle_area>", "<sadle_area>", "sadle_area"),
        ("findings/own_people.toml", "(cake|bun|", "(cake|hot (bun|roll)|", "half a choice"),
        ("messages.toml", "[emergency]", "[emergency", "TOML"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(data_folder(), folder)
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(RuleFileError, match=said) as error:
        load_rulebook(folder)
    assert path.name in str(error.value)


def test_every_source_key_is_spelled_out() -> None:
    folder = data_folder()
    known = set(tomllib.loads((folder / "sources.toml").read_text(encoding="utf-8")))
    for rule in load_rulebook(folder).rules:
        for key in rule.sources:
            assert key in known or key.rsplit("-", 1)[0] in known, (rule.id, key)
