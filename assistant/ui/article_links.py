"""Links to articles, to their sections and to words quoted from them."""

from __future__ import annotations

import streamlit as st

from assistant.records import Citation, Span
from assistant.ui import words
from assistant.ui.article_text import section_id
from assistant.ui.escaping import fill, markdown_safe
from assistant.ui.practice import shows
from assistant.visit.sheet import ArticlePlace

PATH = "articles"
ARTICLE, PASSAGE, WORDS, SECTION = "article", "passage", "words", "section"  # of the address


def open_article_link(
    label: str, article_id: str, *, key: str, quote: Citation | None = None, start: int = 0
) -> None:
    """A link to an article, or to words quoted from it. The chat is kept meanwhile.

    ``start`` is where the quote's passage begins: the link counts from there, so it stays right
    when words before the passage change. A practice may hide the page: an article's title is then
    plain text, and a quote, whose words stand beside the link, has none.
    """
    if not shows("articles"):
        if quote is None:
            st.html(fill('<p class="pmr">{title}</p>', title=label))
        return
    params = {ARTICLE: article_id}
    if quote is not None:
        params |= _words_quoted(quote.passage, quote.span, start)
    _link(label, params, key)


def open_section_link(heading: str, article_id: str, *, key: str) -> None:
    """A link to the section of an article under ``heading``."""
    _link(heading, {ARTICLE: article_id, SECTION: section_id(heading)}, key, icon=None)


def open_place_link(label: str, place: ArticlePlace, *, key: str) -> None:
    """A link to the words of an article that stand on the page for the visit."""
    if not shows("articles"):
        return
    quoted = _words_quoted(place.passage, place.span, place.passage_start)
    _link(label, {ARTICLE: place.article, **quoted}, key)


def open_list_link() -> None:
    """A link to the list of all articles."""
    st.page_link(_page(), label=words.ALL_ARTICLES, icon=":material/arrow_back:")


def _words_quoted(passage: str, span: Span, start: int) -> dict[str, str]:
    return {PASSAGE: passage, WORDS: f"{span.start - start}-{span.end - start}"}


def _link(
    label: str, params: dict[str, str], key: str, icon: str | None = ":material/article:"
) -> None:
    with st.container(key=key):
        st.page_link(_page(), label=markdown_safe(label), icon=icon, query_params=params)


def _page() -> st.Page:
    """The Articles page by its path, which is all that a link reads of a page."""
    return st.Page(lambda: None, title=words.ARTICLES_PAGE, url_path=PATH)
