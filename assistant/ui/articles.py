"""The Articles page: the list, or the one article that the address names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from assistant.errors import AssistantError
from assistant.ui import session, words
from assistant.ui.article_links import ARTICLE, PATH
from assistant.ui.article_list import draw_list
from assistant.ui.article_page import draw_article
from assistant.ui.cards import broken_card, practice_phone
from assistant.ui.escaping import fill
from assistant.ui.frame import open_side_page
from assistant.ui.practice import practice_name

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_READING = "article-is-open"


def articles_page(chat: StreamlitPage | None = None) -> StreamlitPage:
    """The page for ``st.navigation``; ``chat`` is the way back."""

    def show() -> None:
        show_articles(chat)

    return st.Page(show, title=words.ARTICLES_PAGE, url_path=PATH)


def show_articles(chat: StreamlitPage | None = None) -> None:
    """Draw the list of articles, or the one that the address names."""
    settings = open_side_page(chat)
    if settings is None:
        return
    try:
        library = session.open_library(settings)
    except AssistantError as error:
        phone = practice_phone(practice_name(settings), settings.practice_phone)
        st.html(broken_card(str(error), error.next_step, phone))
        return
    # Links between list and article do not change the browser's address, and the next run would
    # be of what it says. This sends it what the link asked for.
    st.query_params.update({})
    wanted = st.query_params.get(ARTICLE)
    if wanted is not None and wanted in library.articles:
        st.session_state[_READING] = True
        draw_article(library, library.articles[wanted], chat)
        return
    if wanted is not None:
        st.html(fill('<p class="pmr">{text}</p>', text=words.NO_SUCH_ARTICLE))
    # List and article are one page to Streamlit, which leaves it where it was scrolled to. Who
    # opens the list anew is at its head, and must not be moved while pressing something.
    draw_list(library, settings, chat, to_top=st.session_state.pop(_READING, False))
