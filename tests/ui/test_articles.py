from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from assistant.errors import IndexMissing
from assistant.ui import session, words

from .conftest import Page
from .fakes import LIBRARY

# AppTest can only switch to pages that are files, so this page is opened on its own.
SCRIPT = """
import streamlit as st
from assistant.ui.articles import articles_page
st.navigation([articles_page()]).run()
"""


@pytest.fixture
def page(open_page: Callable[[], Page]) -> Page:
    return Page(AppTest.from_string(SCRIPT, default_timeout=60))


def read(page: Page, **params: str) -> Page:
    for name, value in params.items():
        page.app.query_params[name] = value
    page.app.run()
    return page.checked()


def test_list_names_every_article(page: Page) -> None:
    read(page)
    labels = [e.proto.label for e in page.app.get("page_link")]
    assert len(labels) == 2
    assert "Stretches" in labels


def test_article_shows_dates_review_line_and_publications(page: Page) -> None:
    html = read(page, article="back-spasms").html()
    assert "Not yet clinically reviewed. Published March 5, 2024." in html
    assert "<h2>What causes back spasms?</h2>" in html
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
