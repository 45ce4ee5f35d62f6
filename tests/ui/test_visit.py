"""My visit, as a page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from assistant.ui import session, words
from assistant.ui.session import Edits, Exchange
from assistant.visit.description import Description

from .conftest import Page
from .fakes import FakeAssistant

# AppTest can only switch to pages that are files, so this page is opened on its own.
SCRIPT = """
import streamlit as st
from assistant.ui.visit import visit_page
st.navigation([visit_page()]).run()
"""
assistant_says = FakeAssistant()


@pytest.fixture
def visit(open_page: Callable[[], Page]) -> Callable[..., Page]:
    def opened(*said: str, described: Description | None = None) -> Page:
        app = AppTest.from_string(SCRIPT, default_timeout=60)
        history = [Exchange(s) for s in said]
        if described is not None:
            history.append(Exchange(described.message(), described))
        for position, exchange in enumerate(history):
            turns = session.as_turns(history[:position], exchange.said)
            exchange.outcome = assistant_says.reply(turns)
        app.session_state["exchanges"] = history
        return Page(app.run()).checked()

    return opened


def sheet(page: Page) -> str:
    """What paper would show."""
    return page.html().split('<div class="pmr-sheet"')[1]


def test_an_empty_visit_has_lines_to_fill_in(visit: Callable[..., Page]) -> None:
    page = visit()
    assert words.VISIT_EMPTY in page.html()
    labels = [area.label for area in page.app.text_area]
    assert labels[-1] == words.VISIT_TRIED
    assert words.VISIT_WHERE in labels


def test_questions_and_quotes_with_their_place(visit: Callable[..., Page]) -> None:
    page = visit("What causes back spasms?", described=Description(areas=("neck",)))
    paper = sheet(page)
    assert "What causes back spasms?" in paper
    assert "A back spasm can follow a strain." in paper
    assert "Where it hurts: my neck" in paper
    link = page.app.get("page_link")[0].proto
    assert "article=back-spasms" in link.query_string


def test_changes_reach_the_paper_and_stay(visit: Callable[..., Page]) -> None:
    page = visit("What causes back spasms?")
    question = next(a for a in page.app.text_area if a.value == "What causes back spasms?")
    question.set_value("Is it <b>serious</b>?")
    page.app.checkbox[0].uncheck()
    page.app.text_area(key="visit-more").set_value("First?\n\nSecond?")
    page.app.run()
    page.app.run()
    paper = sheet(page.checked())
    assert "Is it &lt;b&gt;serious&lt;/b&gt;?" in paper
    assert "A back spasm can follow a strain." not in paper
    assert "First?" in paper
    assert "Second?" in paper
    assert words.FROM_PAGE in paper


def test_the_card_stands_before_everything(visit: Callable[..., Page]) -> None:
    html = visit("I can't pee", "What causes back spasms?").html()
    assert html.index("Get emergency help now") < html.index(words.VISIT_TITLE)
    paper = html.split('<div class="pmr-sheet"')[1]
    assert paper.index("Get emergency help now") < paper.index(words.VISIT_TITLE)


def test_after_words_about_violence_nothing_can_be_saved(visit: Callable[..., Page]) -> None:
    page = visit("What causes back spasms?", "he hits me")
    assert words.VISIT_PRIVATE in page.html()
    assert "pmr-sheet" not in page.html()
    assert not page.app.get("download_button")
    page.click("visit-clear")
    assert words.VISIT_EMPTY in page.html()


def test_starting_over_forgets_the_changes(page: Page) -> None:
    page.say("What causes back spasms?")
    page.app.session_state["visit-edits"] = Edits(added="Mine?")
    page.click("start-over")
    assert "visit-edits" not in page.app.session_state


def test_the_print_button_asks_the_browser_once(visit: Callable[..., Page]) -> None:
    page = visit().click("visit-print")
    assert "window.print()" in page.html()
    page.app.run()
    assert "window.print()" not in page.html()
