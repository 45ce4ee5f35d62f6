"""An answer that is written while the page is open: shown in steps, stopped, kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import streamlit as st

from assistant.guardrail.types import Level
from assistant.records import Looked, Spent, Writing, WrittenSentence
from assistant.rephrasing import Step, waiting
from assistant.reply import MODEL, Reply
from assistant.ui import spent, staff_words, words
from assistant.ui.staff import ALLOWED, StaffAccess

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

    def stream(turns: object, **_how: object) -> Iterator[Step]:
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
        assert html.count("Lifting is a common cause.&nbsp;") == 1, "the steps leave nothing behind"
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


SPENT = Spent(
    tokens_in=1900, tokens_out=40, estimated=False, first_ms=1200.0, total_ms=2000.0, cost=0.0063
)


@pytest.mark.parametrize("access", [ALLOWED, StaffAccess("refused"), StaffAccess("login")])
def test_what_the_model_took_is_for_staff_only(
    page: Page,
    assistant: FakeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    access: StaffAccess,
) -> None:
    monkeypatch.setattr(spent, "staff_access", lambda _settings: access)
    reply = written(answer(decision(Level.NONE)), ONE, TWO, spent=SPENT)
    guess = replace(SPENT, estimated=True, cost=None)
    reply = replace(reply, second_look=Looked(model="m", prompt="1", level="none", spent=guess))
    step = Step(reply, reply)
    monkeypatch.setattr(assistant, "reply_stream", lambda _turns, **_how: iter([step]))
    html = page.say(QUESTION).html()
    seen = access is ALLOWED
    assert ("1,900 tokens read, 40 written. First sentences after 1.2 s." in html) is seen
    assert ("Cost 0.0063." in html) is seen
    assert ("Second look by m, prompt 1: none. About 1,900 tokens" in html) is seen
    assert (staff_words.SPENT in [e.label for e in page.app.expander]) is seen


def test_staff_see_nothing_about_an_answer_that_no_model_was_asked_about(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spent, "staff_access", lambda _settings: ALLOWED)
    page.say(QUESTION)
    assert staff_words.SPENT not in [e.label for e in page.app.expander]


def test_a_level_that_a_second_look_raises_is_drawn_while_the_answer_is_written(
    page: Page, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    quoted = answer(decision(Level.NONE))
    raised = answer(decision(Level.PROMPT, "losing weight"))
    drawn: list[str] = []

    def stream(_turns: object, **_how: object) -> Iterator[Step]:
        yield waiting(quoted)
        yield Step(written(raised, ONE), written(raised, ONE, stopped=True))
        drawn.append("losing weight")
        st.stop()  # as Streamlit itself ends a run once "Stop" was clicked

    monkeypatch.setattr(assistant, "reply_stream", stream)
    assert "losing weight" in page.say(QUESTION).html()
    assert drawn
