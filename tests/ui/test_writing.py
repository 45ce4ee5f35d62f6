"""An answer that is written while the page is open: shown in steps, stopped, kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import streamlit as st

from assistant.guardrail.types import Level
from assistant.records import Writing, WrittenSentence
from assistant.rephrasing import Step
from assistant.reply import MODEL, Reply
from assistant.ui import words

from .conftest import Page
from .fakes import FakeAssistant, answer, decision

QUESTION = "What causes back spasms?"
ONE = WrittenSentence(text="A strain <b>can</b> bring on a spasm.", citations=(1,))
TWO = WrittenSentence(text="Lifting is a common cause.", citations=(1,))


def written(quoted: Reply, *sentences: WrittenSentence, **known: object) -> Reply:
    writing = Writing(model="m", prompt="1", **known)  # type: ignore[arg-type]
    return replace(
        quoted,
        sentences=sentences,
        citations=quoted.citations[:1] if sentences else (),
        writer=MODEL,
        writing=writing,
    )


def play(
    assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch, *, break_off: bool = False
) -> list[bool]:
    """Make ``assistant`` write in steps; the list tells whether its stream was closed."""
    closed: list[bool] = []

    def stream(turns: object) -> Iterator[Step]:
        level = Level.PROMPT if "weight" in str(turns) else Level.NONE
        quoted = answer(decision(level, "losing weight" if level else ""))
        try:
            stopped = written(quoted, ONE, stopped=True)
            yield Step(written(quoted), replace(quoted, writing=stopped.writing))
            yield Step(written(quoted, ONE), stopped)
            if break_off:
                st.stop()  # as Streamlit itself ends a run once "Stop" was clicked
            last = written(quoted, ONE, TWO, removed=1)
            yield Step(last, last)
        finally:
            closed.append(True)

    monkeypatch.setattr(assistant, "reply_stream", stream)
    return closed


def test_a_written_answer_is_marked_and_survives_a_rerun(
    page: Page, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = play(assistant, monkeypatch)
    html = page.say(QUESTION).html()
    for _ in range(2):
        assert "A strain &lt;b&gt;can&lt;/b&gt; bring on a spasm.&nbsp;<a" in html
        assert "Lifting is a common cause." in html
        assert "1 sentence removed: not in our articles." in html
        assert html.count("Lifting is a common cause.") == 1, "the steps leave nothing behind"
        assert "reply-1-stop" not in page.buttons()
        page.app.run()
        html = page.html()
    assert closed == [True], "asked once"


def test_a_stopped_answer_keeps_what_was_checked(
    page: Page, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = play(assistant, monkeypatch, break_off=True)
    page.say(QUESTION)
    assert "reply-1-stop" in page.buttons()
    page.app.run()
    html = page.checked().html()
    assert "bring on a spasm." in html
    assert "You stopped this answer" in html
    assert "Lifting is a common cause." not in html
    assert "reply-1-stop" not in page.buttons()
    assert closed == [True]


def test_the_source_of_a_rephrased_sentence_is_marked_in_its_paragraph(
    page: Page, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(assistant, monkeypatch)
    assert "<mark>A back spasm can follow a strain.</mark>" in page.say(QUESTION).html()


def test_the_care_card_stands_above_a_written_answer(
    page: Page, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(assistant, monkeypatch)
    html = page.say("I am losing weight").html()
    assert html.index("Please see a doctor") < html.index("Lifting is a common cause.")


def test_the_first_screen_does_not_promise_quotes_when_a_model_writes(
    open_page: Callable[[], Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert words.CAN in open_page().html()
    monkeypatch.setenv("PMR_MODEL", "ollama:llama3.2")
    html = open_page().html()
    assert words.CAN_WRITE in html
    assert words.CAN not in html
