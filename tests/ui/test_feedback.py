"""Thumbs: off unless asked for, nothing kept without consent, records the evals can read."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from io import FileIO
from pathlib import Path

import pytest

from assistant.guardrail.types import Level, Turn
from assistant.ui import feedback_file, safety, words
from assistant.ui.feedback import reason_labels
from assistant.ui.feedback_file import feedback_record, keep
from evals.feedback import Feedback, export

from .conftest import Page
from .fakes import answer, decision

EMERGENCY = "my back hurts and I can't pee since this morning"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "feedback.jsonl"


@pytest.fixture
def page(open_page: Callable[[], Page], kept: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setenv("PMR_FEEDBACK_FILE", str(kept))
    return open_page()


def fill_in(page: Page, reason: str = "incomplete", *, agree: bool = True) -> Page:
    page.click("reply-1-thumb-down")
    page.app.radio(key="reply-1-reason").set_value(reason)
    page.app.checkbox(key="reply-1-consent").set_value(agree)
    return page


def test_without_the_setting_nobody_is_asked(open_page: Callable[[], Page]) -> None:
    page = open_page().say("What causes back spasms?")
    assert words.HELPED_ASK not in page.html()
    assert not page.labels("reply-1-thumb")


def test_a_thumb_alone_keeps_nothing(page: Page, kept: Path) -> None:
    page.say("What causes back spasms?").click("reply-1-thumb-up").click("reply-1-close")
    assert page.labels("reply-1-thumb")
    assert not kept.exists()


def test_nothing_is_kept_without_consent_or_a_reason(page: Page, kept: Path) -> None:
    fill_in(page.say("What causes back spasms?"), agree=False).click("reply-1-send")
    assert f'role="alert"><b>{words.TICK_FIRST}' in page.html()
    page.app.checkbox(key="reply-1-consent").set_value(True)
    page.app.radio(key="reply-1-reason").set_value(None)
    assert words.PICK_REASON in page.click("reply-1-send").html()
    assert not kept.exists()


def test_what_is_sent_can_be_exported_as_a_case(page: Page, kept: Path, tmp_path: Path) -> None:
    fill_in(page.say("What causes back spasms?"))
    page.app.text_area(key="reply-1-comment").set_value("What about stress?\nAnd sleep?")
    assert words.THANKS in page.click("reply-1-send").html()
    assert not page.labels("reply-1-thumb")
    (line,) = kept.read_text("utf-8").splitlines()
    record = json.loads(line)
    assert list(record) == list(Feedback.model_fields)
    assert record["turns"][0] == "What causes back spasms?"
    assert "can follow a strain" in record["turns"][1]["text"]
    assert (record["thumb"], record["kind"]) == ("down", "answer")
    assert record["sources"] == ["back-spasms"]
    assert kept.stat().st_mode & 0o077 == 0
    assert export(kept, tmp_path / "cases.jsonl") == 1
    (case,) = map(json.loads, (tmp_path / "cases.jsonl").read_text("utf-8").splitlines())
    assert case["question"] == "What causes back spasms?"
    assert "And sleep?" in case["note"]


def test_a_later_thumb_holds_the_conversation_up_to_its_reply(page: Page, kept: Path) -> None:
    page.say("What causes back spasms?").say("which stretches are good").say("hello")
    page.click("reply-2-thumb-up")
    page.app.checkbox(key="reply-2-consent").set_value(True)
    page.click("reply-2-send")
    turns = json.loads(kept.read_text("utf-8"))["turns"]
    assert [t if isinstance(t, str) else t["role"] for t in turns] == [
        "What causes back spasms?",
        "assistant",
        "which stretches are good",
        "assistant",
    ]
    assert page.labels("reply-1-thumb")
    assert not page.labels("reply-3-thumb")  # nothing to judge in a greeting


def test_false_alarm_is_offered_only_when_a_doctor_was_named(page: Page) -> None:
    page.say("What causes back spasms?").click("reply-1-thumb-down")
    page.say("I am losing weight").click("reply-2-thumb-down")
    offered = [page.app.radio(key=f"reply-{n}-reason").options for n in (1, 2)]
    assert words.REASON_FALSE_ALARM not in offered[0]
    assert offered[1] == list(reason_labels().values())


def test_a_care_card_stays_first_and_a_false_alarm_changes_nothing(page: Page, kept: Path) -> None:
    html = page.say(EMERGENCY).html()
    assert html.index("Get emergency help now") < html.index(words.CARD_FIRST)
    assert [e.label for e in page.app.expander] == [words.CARD_FEEDBACK]
    assert not page.app.expander[0].proto.expanded
    page.click("reply-1-thumb-down")
    assert not page.app.radio
    assert not page.app.text_area
    page.app.checkbox(key="reply-1-consent").set_value(True)
    html = page.click("reply-1-send").html()
    assert words.CARD_STANDS in html
    assert "Get emergency help now" in html
    record = json.loads(kept.read_text("utf-8"))
    assert (record["kind"], record["reason"]) == ("care", "false_alarm")


@pytest.mark.parametrize("said", ["I want to end it", "my partner hits me"])
def test_despair_and_abuse_are_never_asked_about_nor_kept(page: Page, said: str) -> None:
    page.say(said).say("What causes back spasms?")
    assert not page.labels("reply-1-thumb")
    assert not page.labels("reply-2-thumb")


@pytest.mark.parametrize(("channel", "is_kept"), [("medical", True), ("crisis", False)])
def test_a_comment_is_read_for_warning_signs(
    page: Page, kept: Path, monkeypatch: pytest.MonkeyPatch, channel: str, is_kept: bool
) -> None:
    fill_in(page.say("What causes back spasms?"))
    urgent = decision(Level.EMERGENCY, "x", channel)
    monkeypatch.setattr(safety, "decisions", lambda turns, settings: (urgent,))
    page.app.text_area(key="reply-1-comment").set_value("and now this")
    assert "Get emergency help now" in page.click("reply-1-send").html()
    assert kept.exists() is is_kept


def test_a_file_that_cannot_be_written_is_no_fault_of_the_chat(
    page: Page, kept: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept.mkdir(parents=True)
    html = fill_in(page.say("What causes back spasms?")).click("reply-1-send").html()
    assert words.NOT_KEPT in html
    assert str(kept) in caplog.text
    assert "can follow a strain" in page.say("which stretches are good").html()


def test_start_over_forgets_the_thumbs(page: Page) -> None:
    fill_in(page.say("What causes back spasms?")).click("reply-1-send").click("start-over")
    page.say("What causes back spasms?")
    assert page.labels("reply-1-thumb")
    assert not page.app.checkbox


def test_lines_of_many_writers_stay_whole(kept: Path) -> None:
    reply = answer(decision(Level.NONE))
    text = "\ud83d half a pair, a line\u2028break\n" * 500

    def write() -> None:
        for _ in range(5):
            keep(feedback_record("up", [Turn("user", text)], reply), kept)

    writers = [threading.Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    lines = kept.read_text("utf-8").split("\n")
    assert len([json.loads(line) for line in lines if line]) == 40


def test_a_full_file_is_left_as_it_is(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = feedback_record("up", [Turn("user", "x")], answer(decision(Level.NONE)))
    keep(record, kept)
    before = kept.read_bytes()
    monkeypatch.setattr(feedback_file, "MOST_BYTES", len(before) + 10)
    with pytest.raises(OSError, match="full"):
        keep(record, kept)
    assert kept.read_bytes() == before


def test_a_disk_that_fills_up_leaves_no_half_line(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NearlyFull(FileIO):
        def write(self, data: bytes) -> int:
            return super().write(data[: len(data) // 2])

    record = feedback_record("up", [Turn("user", "x")], answer(decision(Level.NONE)))
    keep(record, kept)
    before = kept.read_bytes()
    monkeypatch.setattr(feedback_file, "_open_for_owner", lambda path: NearlyFull(path, "a"))
    with pytest.raises(OSError, match="no room"):
        keep(record, kept)
    assert kept.read_bytes() == before
