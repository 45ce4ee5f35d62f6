"""More or less of an answer, taking it away, trying again, and how the page looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.guardrail.types import Level
from assistant.ui import words
from assistant.ui.answers import _explained

from .conftest import Page
from .fakes import FakeAssistant, answer, decision


def test_an_answer_can_be_copied_with_its_sources_and_their_review(page: Page) -> None:
    html = page.say("What causes spasms?").html()
    copied = html.partition('<pre id="reply-1-copy" hidden>')[2].partition("</pre>")[0]
    assert copied.startswith("What causes spasms?\n\nA back spasm can follow a strain. [1]")
    assert "[1] Back spasms &amp; you: *read* &lt;b&gt;this&lt;/b&gt;" in copied
    assert "Not yet clinically reviewed" in copied
    assert "does not replace your doctor" in copied
    assert 'value="print"' in html


def test_what_is_no_answer_has_nothing_to_copy(page: Page) -> None:
    assert "-copy" not in page.say("taxes").html()
    assert "-copy" not in page.say("I can't pee").html()


def test_a_full_answer_offers_more_and_then_less(
    monkeypatch: pytest.MonkeyPatch, open_page: Callable[[], Page], assistant: FakeAssistant
) -> None:
    monkeypatch.setenv("PMR_ANSWER_SENTENCES", "1")
    page = open_page().say("What causes spasms?")
    assert page.labels("reply-1-length") == [words.SAY_MORE]
    page.click("reply-1-length")
    assert assistant.fuller == [False, True]
    assert page.labels("reply-1-length") == [words.SAY_LESS]
    page.click("reply-1-length")
    assert assistant.fuller[-1] is False
    page.say("Which stretches help?")
    assert not page.labels("reply-1-length")  # only the last answer changes its length


def test_a_short_answer_offers_no_more(page: Page) -> None:
    assert not page.say("What causes spasms?").labels("reply-1-length")


def test_a_reply_that_failed_can_be_tried_again(
    page: Page, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_how: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(assistant, "reply_stream", fail)
        page.say("What causes spasms?")
        assert page.labels("reply-1-retry") == [words.TRY_AGAIN]
    page.click("reply-1-retry")
    assert "pmr-answer" in page.html()
    assert not page.labels("reply-1-retry")


def test_larger_letters_and_strong_contrast_stay_for_the_visit(page: Page) -> None:
    assert "font-size: 22px" not in page.html(but_styles=False)
    page.app.toggle(key="choose-large-type").set_value(True).run()
    page.app.toggle(key="choose-high-contrast").set_value(True).run()
    page.say("What causes spasms?")
    assert "font-size: 22px" in page.html(but_styles=False)
    assert "#00008b" in page.html(but_styles=False)
    page.app.toggle(key="choose-large-type").set_value(False).run()
    assert "font-size: 22px" not in page.html(but_styles=False)


def test_hard_words_of_an_answer_are_explained_below_it() -> None:
    reply = replace(answer(decision(Level.NONE)), explained=(("lumbar", "<i>Low</i> back."),))
    html = _explained(reply)
    assert f"<summary>{words.EXPLAINED.format(terms='lumbar')}</summary>" in html
    assert "<li>&lt;i&gt;Low&lt;/i&gt; back.</li>" in html
    assert _explained(answer(decision(Level.NONE))) == ""
