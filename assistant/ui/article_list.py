"""All articles under their topics, and what a search among them finds.

What somebody looks for may be a warning sign. The guardrail reads it like a message, together with
the chat so far: what must not wait goes to the chat, where its card stays.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from assistant.catalogue import LANGUAGES
from assistant.errors import CorpusError
from assistant.guardrail.types import Level
from assistant.records import Article, Library
from assistant.settings import Settings
from assistant.topics import Topic, by_topic, read_topics
from assistant.ui import language, safety, session, words
from assistant.ui.article_links import open_article_link, open_section_link
from assistant.ui.cards import broken_card, care_card, practice_phone
from assistant.ui.escaping import fill, markdown_safe
from assistant.ui.frame import ask_in_chat, scroll_to
from assistant.ui.lookup import find_articles
from assistant.ui.practice import practice_name
from assistant.ui.session import Problem

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_log = logging.getLogger(__name__)
_LIST_ID, _BOX = "articles-head", "search-words"
_MOST_CHARACTERS = 2000


def draw_list(
    library: Library, settings: Settings, chat: StreamlitPage | None, *, to_top: bool
) -> None:
    """Draw the search, and what it found or else every topic; ``to_top`` scrolls to its head."""
    st.html(
        fill(
            '<div class="pmr pmr-head" id="{id}"><h1>{title}</h1><p>{intro} {ask}</p></div>',
            id=_LIST_ID,
            title=words.ARTICLES_TITLE,
            intro=words.ARTICLES_INTRO,
            ask=words.SEARCH_ASK,
        )
    )
    _draw_search()
    if session.looked_for():
        _draw_found(session.looked_for(), settings, chat)
    else:
        _draw_topics(library, _topics(settings.corpus_dir))
    if to_top:
        scroll_to(_LIST_ID)


def _draw_search() -> None:
    with st.form("search", border=False):
        st.text_input(
            words.SEARCH_ARTICLES,
            session.looked_for(),
            key=_BOX,
            placeholder=words.SEARCH_HELP,
            max_chars=_MOST_CHARACTERS,
        )
        st.form_submit_button(
            words.SEARCH_BUTTON, icon=":material/search:", on_click=_look_for_what_was_typed
        )


def _look_for_what_was_typed() -> None:
    session.look_for(st.session_state[_BOX])


def _show_all() -> None:
    session.look_for("")
    st.session_state[_BOX] = ""


def _draw_found(text: str, settings: Settings, chat: StreamlitPage | None) -> None:
    decision = safety.decisions(session.as_turns(session.exchanges(), text), settings)[-1]
    if decision.level >= Level.URGENT and chat is not None:
        session.look_for("")
        ask_in_chat(text, chat)
    if decision.message is not None:
        st.html(care_card(decision))
    if decision.level >= Level.URGENT:
        return
    found = find_articles(text, decision, settings)
    if isinstance(found, Problem):
        phone = practice_phone(practice_name(settings), settings.practice_phone)
        st.html(broken_card(found.message, found.next_step, phone, away=found.away))
        return
    lead = words.FOUND_ARTICLES if found else words.FOUND_NOTHING
    st.html(fill('<p class="pmr" role="status">{text}</p>', text=lead.format(words=text)))
    for each in found:
        name = each.article.id
        with st.container(gap="xsmall", key=f"found-{name}"):
            open_article_link(each.article.title, name, key=f"open-{name}")
            for position, passage in enumerate(each.passages):
                open_section_link(passage.heading, name, key=f"section-{position}-{name}")
    st.button(words.SEARCH_ALL, key="show-all", on_click=_show_all)


def _topics(folder: Path) -> tuple[Topic, ...]:
    try:
        return read_topics(folder)
    except CorpusError as error:
        _log.error("the articles are shown without topics: %s", error)
        return ()


def _draw_topics(library: Library, topics: tuple[Topic, ...]) -> None:
    own = language.drawn()
    _draw_groups(library, topics, own)
    others = sorted({article.language for article in library} - {own})
    for lang in others:
        title = words.OTHER_LANGUAGE if lang in LANGUAGES else words.OTHER_LANGUAGES
        st.html(fill('<div class="pmr pmr-head"><h2>{title}</h2></div>', title=title))
        _draw_groups(library, topics, lang)


def _draw_groups(library: Library, topics: tuple[Topic, ...], lang: str) -> None:
    groups = by_topic(library, topics, lang)
    if len(groups) == 1:
        _draw_links(groups[0][1])
        return
    for position, (topic, articles) in enumerate(groups):
        title = topic.title(lang) if topic else words.OTHER_TOPICS
        label = f"{markdown_safe(title)} ({len(articles)})"
        with st.expander(label, key=f"topic-{lang}-{position}"):
            _draw_links(articles)


def _draw_links(articles: list[Article]) -> None:
    with st.container(gap="xsmall"):
        for article in articles:
            open_article_link(article.title, article.id, key=f"list-{article.id}")
