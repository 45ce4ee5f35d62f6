"""The page and kept questions: off unless switched on, told to the person, taken back at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.reply import Reply
from assistant.ui import words

from .conftest import Page
from .fakes import FakeAssistant

TAXES = "how do i file my taxes with Bertrand"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "questions.jsonl"


@pytest.fixture
def page(
    open_page: Callable[[], Page],
    assistant: FakeAssistant,
    kept: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Page:
    plain = assistant._fixed

    def with_question(said: str) -> Reply | None:
        found = plain(said)
        return found and replace(found, resolved_question=said)

    monkeypatch.setattr(assistant, "_fixed", with_question)
    monkeypatch.setenv("PMR_QUESTIONS_FILE", str(kept))
    monkeypatch.setenv("PMR_KEEP_QUESTIONS_DAYS", "30")
    return open_page()


def texts(kept: Path) -> list[str]:
    return [json.loads(line)["text"] for line in kept.read_text("utf-8").splitlines()]


def test_off_nothing_is_said_and_nothing_is_kept(
    open_page: Callable[[], Page], kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMR_QUESTIONS_FILE", str(kept))  # one of the two is not enough
    page = open_page()
    assert "pmr-kept" not in page.html()
    assert words.NOTED_DELETE not in page.say(TAXES).labels("reply-1")
    assert not kept.parent.exists()


def test_a_question_without_an_answer_is_kept_once_and_the_person_is_told(
    page: Page, kept: Path
) -> None:
    assert words.QUESTIONS_KEPT.format(days=30) in page.html()
    page.say(TAXES)
    assert words.NOTED.format(days=30) in page.html()
    page.say("What causes back spasms?").say("hello")
    page.app.run()
    assert texts(kept) == ["how do i file my taxes with [name]"]
    assert words.NOTED.format(days=30) not in page.html()


def test_the_person_can_delete_it(page: Page, kept: Path) -> None:
    page.say(TAXES).click("reply-1-noted-delete")
    assert texts(kept) == []
    assert words.NOTED_GONE in page.html()
    assert not page.labels("reply-1-noted")


def test_when_it_cannot_be_deleted_the_page_says_so(
    page: Page, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.say(TAXES)
    monkeypatch.setattr("assistant.gaps.noting.QuestionNotes.take_back", lambda *_: False)
    page.click("reply-1-noted-delete")
    assert words.NOTED_STAYS in page.html()
    assert page.labels("reply-1-noted") == [words.NOTED_DELETE]


@pytest.mark.parametrize("said", ["i can't pee", "my foot drop is new", "he hits me", "i'd end it"])
def test_a_warning_takes_back_what_this_chat_left(page: Page, kept: Path, said: str) -> None:
    page.say(TAXES)
    assert len(texts(kept)) == 1
    page.say(said)
    assert texts(kept) == []
    page.say(f"{TAXES} again")
    assert texts(kept) == []
    page.click("start-over").say(TAXES)
    assert len(texts(kept)) == 1


def test_a_thumb_down_that_is_sent_keeps_the_question_too(
    page: Page, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMR_FEEDBACK_FILE", str(tmp_path / "feedback.jsonl"))
    page.say("does it help").click("reply-1-thumb-down").click("reply-1-close")
    assert not kept.exists()
    for reason, count in (("should_see_doctor", 0), ("incomplete", 1)):
        page.click("start-over").say("does it help").click("reply-1-thumb-down")
        page.app.radio(key="reply-1-reason").set_value(reason)
        page.app.checkbox(key="reply-1-consent").set_value(True)
        page.click("reply-1-send")
        assert kept.exists() == bool(count)
    (line,) = kept.read_text("utf-8").splitlines()
    assert json.loads(line)["kind"] == "thumbs_down"
    assert json.loads(line)["article"] == "back-spasms"


def test_a_file_that_cannot_be_written_does_not_break_the_chat(page: Page, kept: Path) -> None:
    kept.parent.write_text("a file where the folder should be", encoding="utf-8")
    page.say(TAXES)
    assert words.NOTED.format(days=30) not in page.html()
    assert "I did not find an answer." in page.html()
