from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from core_support import PROJECT, SteeredGuardrail, signed, write_article
from typer.testing import CliRunner

from assistant import chat
from assistant.cli import app
from assistant.guardrail.types import Level
from assistant.testing import StemEmbedder

SCHEMA = json.loads((PROJECT / "docs" / "answer.schema.json").read_text(encoding="utf-8"))
QUESTION = "Does gentle walking each day help a sore back recover?"
Command = Callable[..., Any]


@pytest.fixture(autouse=True)
def guardrail(monkeypatch: pytest.MonkeyPatch) -> SteeredGuardrail:
    steered = SteeredGuardrail([])
    monkeypatch.setattr(chat, "assess", steered)
    monkeypatch.setattr(chat, "violations", lambda _text, **_: ())
    return steered


@pytest.fixture
def here(corpus: Path, data_dir: Path) -> tuple[str | Path, ...]:
    """The options before the command."""
    return ("--corpus", corpus, "--data-dir", data_dir)


def checked(values: dict[str, Any]) -> dict[str, Any]:
    """``values`` after a look at the contract, and at the contract's own completeness."""
    jsonschema.Draft202012Validator(SCHEMA).validate(values)
    assert set(values) <= set(SCHEMA["properties"])
    assert set(values["care"]) <= set(SCHEMA["properties"]["care"]["properties"])
    for name in ("sentences", "sources", "nearest"):
        known = set(SCHEMA["properties"][name]["items"]["properties"])
        assert all(set(entry) <= known for entry in values[name])
    quotes = {s["number"]: s["quote"] for s in values["sources"]}
    for sentence in values["sentences"]:
        assert all(sentence["text"] in quotes[n] for n in sentence["citations"])
    return values


def test_the_schema_is_a_schema_and_documented() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    words = (PROJECT / "docs" / "json.md").read_text(encoding="utf-8")
    for name, values in SCHEMA["properties"].items():
        assert f"`{name}" in words
        for field in values.get("items", {}).get("properties", {}):
            assert f"`{field}`" in words, field
    for field in SCHEMA["properties"]["care"]["properties"]:
        assert f"`care.{field}`" in words
    for name in ("kind",):
        assert all(f"`{kind}`" in words for kind in SCHEMA["properties"][name]["enum"])


# index ----------------------------------------------------------------------------------------


def test_index_builds_and_says_so(command: Command, here, stem_embedder: StemEmbedder) -> None:
    first = command(*here, "index")
    assert first.code == 0
    assert "3 articles" in first.out
    assert "not yet clinically reviewed" in first.out
    count = len(stem_embedder.embedded)
    second = command(*here, "index")
    assert "up to date" in second.out
    assert "0 texts embedded" in second.out
    assert len(stem_embedder.embedded) == count
    again = json.loads(command(*here, "index", "--rebuild", "--json").out)
    assert again["embedded"] == count
    assert again["changed"] is True
    assert set(again) == {
        "articles", "passages", "embedded", "reused", "changed", "reason", "unreviewed", "findings",
        "finished",
    }  # fmt: skip


def test_index_says_why_everything_was_embedded_again(
    command: Command, here, stem_embedder: StemEmbedder
) -> None:
    command(*here, "index")
    stem_embedder.model_id = "stems@2"
    refused = command(*here, "ask", QUESTION)
    assert refused.code == 2
    assert "stems@2 is configured" in refused.err
    assert "pmr-assistant index" in refused.err
    built = command(*here, "index")
    assert built.code == 0
    assert "the embedding model changed from stems@1 to stems@2" in built.err
    assert command(*here, "ask", QUESTION).code == 0


def test_index_lists_all_bad_articles_and_the_old_index_answers(
    command: Command, here, corpus: Path
) -> None:
    command(*here, "index")
    (corpus / "bad.md").write_text("words", encoding="utf-8")
    (corpus / "worse.md").write_bytes(b"\xff")
    run = command(*here, "index")
    assert run.code == 2
    assert run.out == ""
    assert "bad.md: front matter: missing" in run.err
    assert "worse.md: file: not UTF-8" in run.err
    assert "then run: pmr-assistant index" in run.err
    assert "Traceback" not in run.err
    assert command(*here, "ask", QUESTION).code == 0


def test_index_without_articles_or_with_a_file_as_data_folder(
    command: Command, corpus: Path, tmp_path: Path
) -> None:
    run = command("--corpus", tmp_path / "none", "index")
    assert run.code == 2
    assert "There is no articles folder" in run.err
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    for arguments in (["index"], ["ask", QUESTION], ["status"]):
        run = command("--corpus", corpus, "--data-dir", file, *arguments)
        assert run.code == 2, arguments
        assert "--data-dir" in run.err


def test_a_changed_article_answers_at_once(command: Command, here, corpus: Path) -> None:
    command(*here, "index")
    write_article(corpus, "swimming", "Swimming laps is kind to worn knees.", title="Swimming laps")
    command(*here, "index")
    values = json.loads(command(*here, "ask", "--json", "Is swimming laps kind to worn knees?").out)
    assert values["sources"][0]["article"] == "swimming"
    (corpus / "swimming.md").unlink()
    command(*here, "index")
    gone = command(*here, "ask", "--json", "Is swimming laps kind to worn knees?").out
    assert "wimming laps is kind" not in gone.replace("Is swimming laps kind", "")


# ask ------------------------------------------------------------------------------------------


@pytest.fixture
def ready(command: Command, here) -> Command:
    """``command`` over a built index, the options already given."""
    assert command(*here, "index").code == 0
    return lambda *arguments: command(*here, *arguments)


def test_ask_prints_answer_and_sources(ready: Command) -> None:
    run = ready("ask", QUESTION)
    assert run.code == 0
    assert "Gentle walking each day helps a sore back recover. [1]" in run.out
    assert "Sources:\n[1] Walking with back pain" in run.out
    assert "Not yet clinically reviewed" in run.out


def test_ask_json_keeps_the_contract(ready: Command) -> None:
    values = checked(json.loads(ready("ask", "--json", QUESTION).out))
    assert values["kind"] == "answer"
    assert "id" not in values
    assert "care_by_turn" not in values
    assert values["care"]["level"] == "none"
    assert values["writer"] == "extractive"


@pytest.mark.parametrize(
    ("question", "kind", "level"),
    [
        ("Which ricotta goes into a lasagne with spinach?", "no_answer", "none"),
        ("hello", "small_talk", "none"),
        ("How many mg of ibuprofen should I take?", "declined", "none"),
        (signed(QUESTION, Level.NOTICE), "answer", "notice"),
        (signed(QUESTION, Level.PROMPT), "answer", "prompt"),
        (f"{QUESTION} LEVEL:urgent", "care", "urgent"),
        (f"{QUESTION} LEVEL:emergency", "care", "emergency"),
        ("a" * 20_000 + " LEVEL:emergency", "care", "emergency"),
        ("a" * 20_000 + " LEVEL:prompt", "care", "prompt"),
    ],
)
def test_every_kind_of_reply_keeps_the_contract(
    ready: Command, question: str, kind: str, level: str
) -> None:
    values = checked(json.loads(ready("ask", "--json", question).out))
    assert (values["kind"], values["care"]["level"]) == (kind, level)
    if level != "none":
        assert values["care"]["flags"][0]["source"] == "a test"
        assert f"CARE {level}" in ready("ask", question).out


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("", "Your message is empty."),
        ("\u200b\u202e \x07", "Your message is empty."),
        ("a" * 20_000, "20,000 characters"),
    ],
)
def test_an_unusable_question_is_explained(ready: Command, question: str, words: str) -> None:
    for options in ((), ("--json",)):
        run = ready("ask", *options, question)
        assert run.code == 2
        assert words in run.err
        assert run.out == ""


@pytest.mark.parametrize("question", ["wal\u200bking\x00\x1b[2J helps?", "walking \udcff\ud800"])
def test_control_and_broken_characters_do_no_harm(ready: Command, question: str) -> None:
    values = checked(json.loads(ready("ask", "--json", question).out))
    assert "\x1b" not in (values["resolved_question"] or "")
    assert "\x1b" not in ready("ask", question).out


def test_an_emergency_needs_no_index(command: Command, tmp_path: Path) -> None:
    run = command("--data-dir", tmp_path / "none", "ask", "--json", "help LEVEL:emergency")
    assert run.code == 0
    assert checked(json.loads(run.out))["kind"] == "care"
    run = command("--data-dir", tmp_path / "none", "ask", "--json", f"{QUESTION} LEVEL:prompt")
    assert run.code == 0
    assert "pmr-assistant index" in checked(json.loads(run.out))["text"]


def test_a_missing_index_is_explained(command: Command, tmp_path: Path) -> None:
    run = command("--data-dir", tmp_path / "none", "ask", QUESTION)
    assert run.code == 2
    assert "There is no index" in run.err
    assert "Build it with: pmr-assistant index" in run.err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("arguments", [["ask"], ["ask", "x", "--jsonl", "-"]])
def test_ask_wants_one_question_or_a_file(command: Command, arguments: list[str]) -> None:
    run = command(*arguments)
    assert run.code == 2
    assert "--jsonl FILE" in run.err


# ask --jsonl ----------------------------------------------------------------------------------

LINES = [
    {"id": "one", "text": QUESTION},
    {"id": "two", "turns": ["x LEVEL:prompt", {"role": "assistant", "text": "Ok."}, QUESTION]},
    {"text": ""},
    {"id": "long", "text": "a" * 20_000},
    {"id": "red", "turns": [{"role": "user", "text": "x LEVEL:emergency"}]},
    {"id": "é\u2028\U0001f600", "text": "hello\u2028there"},
]


def test_jsonl_answers_line_by_line(ready: Command, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in LINES), encoding="utf-8")
    run = ready("ask", "--jsonl", path)
    assert run.code == 0
    values = [checked(json.loads(line)) for line in run.out.rstrip("\n").split("\n")]
    assert [v.get("id") for v in values] == [line.get("id") for line in LINES]
    assert [v["kind"] for v in values] == [
        "answer", "answer", "declined", "declined", "care", "small_talk",
    ]  # fmt: skip
    assert [v.get("care_by_turn") for v in values] == [
        None, ["prompt", "none"], None, None, ["emergency"], None,
    ]  # fmt: skip


def test_jsonl_from_standard_input(ready: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(LINES[0]).encode())))
    assert checked(json.loads(ready("ask", "--jsonl", "-").out))["id"] == "one"


def test_a_bad_line_is_named_and_nothing_is_answered(ready: Command, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"text": "hello"}\n{"text": }\n', encoding="utf-8")
    run = ready("ask", "--jsonl", path)
    assert run.code == 2
    assert run.out == ""
    assert "Line 2 is not JSON" in run.err
    missing = ready("ask", "--jsonl", tmp_path / "none.jsonl")
    assert missing.code == 2
    assert "cannot be read" in missing.err


# status and help --------------------------------------------------------------------------------


def test_status_before_and_after_a_build(
    command: Command, here, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = command(*here, "status", "--json")
    assert before.code == 2
    assert json.loads(before.out)["index"] == "not usable"
    assert "Build it with" in before.err
    command(*here, "index")
    values = json.loads(command(*here, "status", "--json").out)
    assert values["index"] == "ready"
    assert values["articles"] == values["not_yet_clinically_reviewed"] == 3
    assert values["changed_since_indexed"] == []
    assert values["review_overdue"] == []
    (corpus / "ice.md").unlink()
    write_article(corpus, "rest", "A day.", extra=["review_by: 2001-01-01"])
    values = json.loads(command(*here, "status", "--json").out)
    assert values["changed_since_indexed"] == ["ice", "rest"]
    (corpus / "bad.md").write_text("words", encoding="utf-8")
    values = json.loads(command(*here, "status", "--json").out)
    assert values["index"] == "ready"
    assert "bad.md" in values["changed_since_indexed"]
    (corpus / "bad.md").unlink()
    command(*here, "index")
    assert json.loads(command(*here, "status", "--json").out)["review_overdue"] == ["rest"]
    assert "index: ready" in command(*here, "status").out


def test_a_bad_setting_is_named(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMR_ANSWER_SENTENCES", "99")
    for arguments in (["status"], ["ask", "x"], ["index"], ["chat", "--terminal"]):
        run = command(*arguments)
        assert run.code == 2
        assert "PMR_ANSWER_SENTENCES" in run.err


@pytest.mark.parametrize("arguments", [[], ["ask"], ["index"], ["chat"], ["status"]])
def test_help(arguments: list[str]) -> None:
    result = CliRunner().invoke(app, [*arguments, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output


@pytest.mark.parametrize("arguments", [["nonsense"], ["ask", "--nonsense"], ["--corpus"]])
def test_a_wrong_command_line(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2


def test_an_interrupt_is_no_traceback(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("assistant.articles.indexing.read_articles", interrupted)
    assert command("index").code == 130


# a conversation in the terminal ---------------------------------------------------------------


def test_chat_in_the_terminal(
    ready: Command, monkeypatch: pytest.MonkeyPatch, guardrail: SteeredGuardrail
) -> None:
    typed = iter([QUESTION, "why?", "", "/new", "x LEVEL:emergency"])

    def type_next(*_: object, **__: object) -> str:
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("rich.console.Console.input", type_next)
    run = ready("chat", "--terminal")
    assert run.code == 0
    assert "Gentle walking each day helps a sore back recover. [1]" in run.out
    assert "Your message is empty." in run.out
    assert "Started over." in run.out
    assert "CARE emergency" in run.out
    assert [len(turns) for turns in guardrail.seen[-4:]] == [1, 3, 5, 1]


def test_a_chat_that_only_answers_leaves_an_interrupted_change_to_the_writer(
    ready: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    updated: list[bool] = []

    def nothing_typed(*_: object, **__: object) -> str:
        raise EOFError

    monkeypatch.setattr("assistant.articles.changes.pending", lambda _shelf: True)
    monkeypatch.setattr(
        "assistant.articles.indexing.update_index", lambda *_, **__: updated.append(True)
    )
    monkeypatch.setattr("rich.console.Console.input", nothing_typed)
    assert ready("chat", "--terminal").code == 0
    assert updated == [True]
    monkeypatch.setenv("PMR_READ_ONLY", "1")
    assert ready("chat", "--terminal").code == 0
    assert updated == [True]


# as a process of its own -------------------------------------------------------------------------


def process(*arguments: str | Path, given: bytes = b"", **env: str) -> tuple[int, str, str]:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "from assistant.cli import main; main()"]
        + [str(a) for a in arguments],
        input=given,
        capture_output=True,
        cwd=PROJECT,
        env={**os.environ, **env},
        timeout=180,
        check=False,
    )
    return run.returncode, run.stdout.decode(), run.stderr.decode()


def test_a_process_with_a_missing_index(tmp_path: Path) -> None:
    code, out, err = process("--data-dir", tmp_path / "none", "ask", "What helps?")
    assert (code, out) == (2, "")
    assert "Build it with: pmr-assistant index" in err
    assert "Traceback" not in err


def test_a_process_without_a_unicode_locale(tmp_path: Path) -> None:
    text = "I can’t feel my legs and lost control of my bladder"
    line = json.dumps({"id": "é", "text": text}, ensure_ascii=False)
    code, out, err = process(
        *("--data-dir", tmp_path / "none", "ask", "--jsonl", "-"),
        given=line.encode(),
        LC_ALL="C",
        PYTHONIOENCODING="ascii",
    )
    assert code == 0, err
    values = checked(json.loads(out))
    assert values["kind"] == "care"
    assert values["id"] == "é"


def test_a_process_with_input_that_is_not_utf8(tmp_path: Path) -> None:
    code, out, err = process("ask", "--jsonl", "-", given=b'{"text": "\xff"}')
    assert (code, out) == (2, "")
    assert "cannot be read" in err
    assert "Traceback" not in err
