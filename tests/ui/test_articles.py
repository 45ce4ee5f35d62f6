from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from assistant.errors import IndexMissing
from assistant.guardrail.types import Level
from assistant.ui import session, words
from assistant.ui.article_facts import original_link

from .conftest import Page
from .fakes import LIBRARY, SPASMS, STRETCHES, FakeAssistant

# AppTest can only switch to pages that are files, so this page is opened on its own.
SCRIPT = """
import streamlit as st
from assistant.ui.articles import articles_page
from assistant.ui.chat import show_chat
chat = st.Page(show_chat, title="chat")
st.navigation([articles_page(chat), chat]).run()
"""
TOPICS = """
[[topic]]
title = "Spasms"
titles.es = "Espasmos"
articles = ["back-spasms", "gone"]
"""


@pytest.fixture
def page(open_page: Callable[[], Page]) -> Page:
    return Page(AppTest.from_string(SCRIPT, default_timeout=60))


@pytest.fixture
def topics(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PMR_CORPUS_DIR", str(tmp_path))
    path = tmp_path / "topics.toml"
    path.write_text(TOPICS, encoding="utf-8")
    return path


def look_for(page: Page, text: str) -> Page:
    page.app.text_input(key="search-words").set_value(text)
    next(b for b in page.app.button if b.label == words.SEARCH_BUTTON).click().run()
    return page.checked()


def links(page: Page) -> list[str]:
    return [e.proto.label for e in page.app.get("page_link")]


def read(page: Page, **params: str) -> Page:
    for name, value in params.items():
        page.app.query_params[name] = value
    page.app.run()
    return page.checked()


def test_list_names_every_article(page: Page) -> None:
    read(page)
    assert len(links(page)) == 3  # one leads back to the chat
    assert "Stretches" in links(page)


def test_articles_stand_under_their_topics_and_the_rest_at_the_end(
    page: Page, topics: Path
) -> None:
    read(page)
    assert [e.label for e in page.app.expander] == ["Spasms (1)", f"{words.OTHER_TOPICS} (1)"]


def test_a_broken_map_of_topics_hides_no_article(page: Page, topics: Path) -> None:
    topics.write_text("[[topic]]\ntitle = 1\n", encoding="utf-8")
    read(page)
    assert not page.app.expander
    assert "Stretches" in links(page)


def test_a_search_shows_the_nearest_articles_and_their_sections(
    page: Page, assistant: FakeAssistant
) -> None:
    look_for(read(page), "loosen up")
    assert assistant.looked_for == [("loosen up", Level.NONE)]
    assert "closest to “loosen up”" in page.html()
    assert {"Stretches", "Which stretches help?"} <= set(links(page))
    assert len(links(page)) == 3
    page.click("show-all")
    assert len(links(page)) == 3


def test_a_search_without_result_says_so(page: Page) -> None:
    look_for(read(page), "taxes <b>")
    assert "no article for “taxes &lt;b&gt;”" in page.html()


def test_a_search_for_a_warning_sign_becomes_a_message_in_the_chat(
    page: Page, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    went: list[str] = []
    monkeypatch.setattr(st, "switch_page", lambda chat: went.append(chat.title))
    look_for(read(page), "I can't pee and my legs are numb")
    assert went == ["chat"]
    assert not assistant.looked_for
    said = [exchange.said for exchange in page.app.session_state["exchanges"]]
    assert said == ["I can't pee and my legs are numb"]


def test_an_article_has_contents_a_reading_level_and_ways_on(page: Page) -> None:
    html = read(page, article="back-spasms").html()
    assert 'href="#section-what-causes-back-spasms">What causes back spasms?</a>' in html
    assert '<h2 id="section-what-causes-back-spasms">' in html
    assert "Reading level: grade " in html
    assert page.labels("article-question")[0] == "What causes back spasms?"


def test_a_question_about_an_article_is_asked_in_the_chat_with_its_title(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(st, "switch_page", lambda chat: None)
    read(page, article="stretches")
    page.app.text_input[0].set_value("how often")
    next(b for b in page.app.button if b.label == words.ASK_ABOUT_BUTTON).click().run()
    assert [e.said for e in page.app.session_state["exchanges"]] == ["Stretches: how often"]


def test_article_shows_dates_review_line_and_publications(page: Page) -> None:
    html = read(page, article="back-spasms").html()
    assert "Not yet clinically reviewed. Published March 5, 2024." in html
    assert '<h2 id="section-what-causes-back-spasms">What causes back spasms?</h2>' in html
    assert 'href="https://medlineplus.gov/backpain.html"' in html
    assert "MedlinePlus. 2020" in html
    assert "<script>alert" not in html
    assert "<mark" not in html


def test_a_deep_link_marks_the_quoted_words(page: Page) -> None:
    passage = LIBRARY.passages[0]
    first = passage.sentences[0].span
    end = first.end - passage.span.start
    html = read(page, article="back-spasms", passage=passage.id, words=f"0-{end}").html()
    assert '<mark id="quoted">A back spasm can follow a strain.</mark> Costs' in html
    assert html.count("<mark") == 1


def test_the_original_page_opens_at_the_quoted_words() -> None:
    link = original_link(SPASMS, "A twelve-word strain, said to be one of the many causes, hurts.")
    assert 'back-spasms#:~:text=A%20twelve%2Dword%20strain%2C%20said%20to%20be%20one%20of"' in link
    assert 'href="https://practice.example/back-spasms"' in original_link(SPASMS)
    assert original_link(STRETCHES, "Bring one knee") == ""


@pytest.mark.parametrize("passage", ["gone", LIBRARY.passages[-1].id, "<b>"])
def test_a_stale_deep_link_still_opens_the_article(page: Page, passage: str) -> None:
    html = read(page, article="back-spasms", passage=passage, words="9-1").html()
    assert "What causes back spasms?" in html
    assert "<mark" not in html


def test_an_unknown_article_leads_to_the_list(page: Page) -> None:
    assert words.NO_SUCH_ARTICLE in read(page, article="nope").html()


def test_missing_index_is_a_card(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(settings: object) -> None:
        raise IndexMissing("There is no index yet.")

    monkeypatch.setattr(session, "open_library", fail)
    html = read(page).html()
    assert words.BROKEN_TITLE in html
    assert "pmr-assistant index" in html
