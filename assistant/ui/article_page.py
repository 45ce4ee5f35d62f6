"""One article on the page: its facts, its contents, its text, and where to go from there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import streamlit as st

from assistant.answering.suggest import article_questions
from assistant.guardrail.types import Level
from assistant.records import Article, Library, Span
from assistant.topics import related
from assistant.ui import words
from assistant.ui.article_facts import original_link, publications, reading_level, review_facts
from assistant.ui.article_links import PASSAGE, SECTION, WORDS, open_article_link, open_list_link
from assistant.ui.article_text import QUOTED_ID, Section, article_html, sections
from assistant.ui.escaping import Html, fill, join, markdown_safe
from assistant.ui.excerpts import is_fit
from assistant.ui.frame import ask_in_chat, scroll_to

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_HEAD_ID = "article-head"
_RANGE = re.compile(r"(\d{1,7})-(\d{1,7})")
_QUESTIONS, _RELATED = 3, 4
_MOST_CHARACTERS = 2000


def draw_article(library: Library, article: Article, chat: StreamlitPage | None) -> None:
    """Draw ``article``, at the words or the section that the address names."""
    open_list_link()
    quoted = _quoted(library, article)
    contents = sections(article)
    st.html(_head(library, article, contents, jump=bool(quoted)))
    st.html(article_html(article, quoted))
    if chat is not None:
        _draw_ask(library, article, chat)
    _draw_related(library, article)
    if article.sources:
        st.html(publications(article.sources))
    named = st.query_params.get(SECTION, "")
    place = named if named in {section.id for section in contents} else _HEAD_ID
    scroll_to(QUOTED_ID if quoted else place)


def _quoted(library: Library, article: Article) -> list[Span]:
    """The sentences that the address names, if their passage is part of this article."""
    passage_id = st.query_params.get(PASSAGE, "")
    if passage_id not in library or library.passage(passage_id).article != article.id:
        return []
    passage = library.passage(passage_id)
    spans = [s.span for s in passage.sentences]
    named = _RANGE.fullmatch(st.query_params.get(WORDS, ""))
    if named is None or int(named[1]) > int(named[2]):
        return spans
    start = passage.span.start
    words_span = Span(start + int(named[1]), start + int(named[2]))
    return [span for span in spans if span.overlaps(words_span)]


def _head(library: Library, article: Article, contents: list[Section], *, jump: bool) -> Html:
    author = article.author or article.publisher or article.source or ""
    level = reading_level(library, article)
    link = Html(f'<p><a href="#{QUOTED_ID}">{words.QUOTED_HERE}</a></p>') if jump else Html("")
    return fill(
        '<div class="pmr pmr-head" id="{id}"><h1>{title}</h1><p>{facts}</p>{author}{level}{link}'
        "{original}{contents}</div>",
        id=_HEAD_ID,
        title=article.title,
        facts=review_facts(article),
        author=fill("<p>{author}</p>", author=author) if author else Html(""),
        level=fill("<p>{level}</p>", level=level) if level else Html(""),
        link=link,
        original=original_link(article),
        contents=_contents(contents),
    )


def _contents(contents: list[Section]) -> Html:
    if len(contents) < 2:
        return Html("")
    items = [fill('<li><a href="#{id}">{heading}</a></li>', **s._asdict()) for s in contents]
    return fill(
        '<details class="pmr-contents"><summary>{title}</summary><ul>{items}</ul></details>',
        title=words.ON_THIS_PAGE,
        items=join(items),
    )


def _draw_ask(library: Library, article: Article, chat: StreamlitPage) -> None:
    """Questions this article answers, and a box for one's own; both are asked in the chat."""
    st.html(fill('<div class="pmr pmr-article"><h2>{title}</h2></div>', title=words.ASK_ABOUT))
    fit = [q for q in article_questions(library, article.id) if is_fit(q, Level.NONE)]
    with st.container(horizontal=True, gap="xsmall", key="article-questions"):
        for position, question in enumerate(fit[:_QUESTIONS]):
            if st.button(markdown_safe(question), key=f"article-question-{position}"):
                ask_in_chat(question, chat)
    with st.form("ask-about", border=False, clear_on_submit=True):
        typed = st.text_input(words.ASK_ABOUT_BOX, max_chars=_MOST_CHARACTERS)
        if st.form_submit_button(words.ASK_ABOUT_BUTTON) and typed.strip():
            ask_in_chat(f"{article.title.strip('¿?')}: {typed.strip()}", chat)


def _draw_related(library: Library, article: Article) -> None:
    near = related(library, article, _RELATED)
    if not near:
        return
    st.html(fill('<div class="pmr pmr-article"><h2>{title}</h2></div>', title=words.RELATED))
    with st.container(gap="xsmall", key="related"):
        for each in near:
            open_article_link(each.title, each.id, key=f"related-{each.id}")
