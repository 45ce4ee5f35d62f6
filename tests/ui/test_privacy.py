"""What is kept: the page says what is set, and the chat keeps what the page says."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.privacy import PageFacts, privacy_facts
from assistant.settings import Settings, load_settings
from assistant.ui import quiet_log
from assistant.ui.privacy import privacy_html
from assistant.writing.model import ModelChoice
from assistant.writing.place import stays_here

from .conftest import APP, Page
from .fakes import FakeAssistant

SAID = "zebrafish-7431 my back aches"
PLAIN = ["PRIVACY_MEMORY", "PRIVACY_DISK_NOTHING", "PRIVACY_LOG", "PRIVACY_NOBODY",
         "PRIVACY_NO_MODEL", "PRIVACY_NO_STATISTICS", "PRIVACY_LINKS", "PRIVACY_BROWSER",
         "PRIVACY_VISIT"]  # fmt: skip


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("LANGSMITH_TRACING", "LANGSMITH_GATEWAY", "OLLAMA_HOST"):
        monkeypatch.delenv(name, raising=False)


def facts(settings: Settings, *, statistics: bool = False, visit: bool = True) -> list[str]:
    found = privacy_facts(settings, PageFacts(statistics=statistics, visit=visit))
    return [fact.words for part in found.values() for fact in part]


def test_as_it_comes_nothing_is_kept_and_nothing_leaves() -> None:
    assert facts(load_settings()) == PLAIN


AWAY = {"MODEL": "openai:gpt-x"}
LOCAL = {"MODEL": "ollama:llama3.2"}
SWITCHES = [
    ({"FEEDBACK_FILE": "/kept/feedback.jsonl"}, {"DISK_BUT", "FEEDBACK"},
     {"DISK_NOTHING"}),
    ({"QUESTIONS_FILE": "/kept/q.jsonl", "KEEP_QUESTIONS_DAYS": "30"},
     {"DISK_BUT", "QUESTIONS"}, {"DISK_NOTHING"}),
    ({"QUESTIONS_FILE": "/kept/q.jsonl"}, set(), set()),
    (AWAY, {"MODEL_AWAY"}, {"NOBODY", "NO_MODEL"}),
    (AWAY | {"MODEL_SECOND_LOOK": "1"}, {"MODEL_AWAY", "MODEL_ALL"}, {"NOBODY", "NO_MODEL"}),
    (LOCAL, {"MODEL_HERE"}, {"NO_MODEL"}),
    (LOCAL | {"MODEL_SECOND_LOOK": "1"}, {"MODEL_HERE"}, {"NO_MODEL"}),
    (LOCAL | {"MODEL_URL": "https://models.example"}, {"MODEL_AWAY"}, {"NOBODY", "NO_MODEL"}),
    (AWAY | {"MODEL_URL": "http://127.0.0.1:8000/v1"}, {"MODEL_HERE"}, {"NO_MODEL"}),
    ({"CHROMA_URL": "https://vectors.example"}, {"SERVER"}, {"NOBODY"}),
    ({"CHROMA_URL": "http://localhost:8000"}, set(), set()),
]  # fmt: skip


@pytest.mark.parametrize(("given", "more", "fewer"), SWITCHES)
def test_each_switch_changes_what_the_page_says(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], more: set[str], fewer: set[str]
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"PMR_{name}", value)
    expected = (set(PLAIN) - {f"PRIVACY_{n}" for n in fewer}) | {f"PRIVACY_{n}" for n in more}
    assert set(facts(load_settings())) == expected


@pytest.mark.parametrize("variable", ["LANGSMITH_TRACING", "LANGSMITH_GATEWAY"])
def test_tracing_is_named_when_both_sides_have_switched_it_on(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv("PMR_MODEL", "ollama:llama3.2")
    monkeypatch.setenv(variable, "true")
    assert "PRIVACY_TRACING" not in facts(load_settings())
    monkeypatch.setenv("PMR_MODEL_TRACING", "1")
    found = facts(load_settings())
    assert "PRIVACY_TRACING" in found
    assert "PRIVACY_NOBODY" not in found


def test_statistics_and_a_hidden_page_change_it_too() -> None:
    assert "PRIVACY_STATISTICS" in facts(load_settings(), statistics=True)
    assert "PRIVACY_VISIT" not in facts(load_settings(), visit=False)


def test_the_page_names_days_model_and_operator_as_plain_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PMR_QUESTIONS_FILE", "/kept/questions.jsonl")
    monkeypatch.setenv("PMR_KEEP_QUESTIONS_DAYS", "45")
    monkeypatch.setenv("PMR_MODEL", "openai:<b>gpt</b>")
    html = privacy_html(load_settings())
    assert "for 45 days" in html
    assert "&lt;b&gt;gpt&lt;/b&gt;" in html
    assert "to OpenAI" in html
    assert "{" not in html
    assert "/kept" not in html  # a patient has no use for a path


@pytest.mark.parametrize(
    ("name", "url", "host", "here"),
    [
        ("ollama:llama3.2", None, "", True),
        ("ollama:llama3.2", None, "192.168.1.7:11434", False),
        ("ollama:llama3.2", None, "127.0.0.1", True),
        ("ollama:gpt-oss:120b-cloud", None, "", False),
        ("ollama:llama3.2", "http://[::1]:11434", "", True),
        ("openai:x", None, "", False),
        ("openai:x", "http://localhost.evil.example/v1", "", False),
        ("anthropic:x", None, "", False),
        ("somebody:x", None, "", False),
    ],
)
def test_a_model_runs_here_only_when_its_address_says_so(
    name: str, url: str | None, host: str, here: bool
) -> None:
    assert stays_here(ModelChoice(name=name, url=url), {"OLLAMA_HOST": host}) is here


def test_the_chat_starts_with_statistics_off() -> None:
    config = tomllib.loads((APP.parent / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["browser"]["gatherUsageStats"] is False


def everything_under(*folders: Path) -> dict[Path, bytes]:
    return {f: f.read_bytes() for d in folders for f in d.rglob("*") if f.is_file()}


def test_a_chat_leaves_nothing_on_disk_and_nothing_in_the_log(
    open_page: Callable[[], Page],
    assistant: FakeAssistant,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    home, data = tmp_path / "home", tmp_path / "data"
    home.mkdir()
    data.mkdir()
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "USERPROFILE", "TMPDIR"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("PMR_DATA_DIR", str(data))
    caplog.set_level(logging.DEBUG)
    before = everything_under(tmp_path)
    page = open_page()
    for said in (SAID, f"{SAID} and I can't pee", f"{SAID} about taxes"):
        page.say(said)
    assert "zebrafish" in page.html()
    after = everything_under(tmp_path)
    assert not [path for path, content in after.items() if b"zebrafish" in content]
    assert set(after) == set(before)
    assert "zebrafish" not in caplog.text


def test_an_error_that_nobody_foresaw_is_logged_without_its_message(
    caplog: pytest.LogCaptureFixture,
) -> None:
    quiet_log.keep_words_out()
    logger = logging.getLogger("streamlit.error_util")
    propagated = logger.propagate
    logger.propagate = True
    try:
        raise ValueError(SAID)
    except ValueError as error:
        logger.error("Uncaught app execution", exc_info=error)
    finally:
        logger.propagate = propagated
    assert "ValueError" in caplog.text
    assert "test_privacy.py" in caplog.text
    assert "zebrafish" not in caplog.text
