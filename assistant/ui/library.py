"""The staff's Library page: its tabs, and who is at work."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from assistant.articles.desk import Desk
from assistant.articles.listing import list_articles
from assistant.settings import Settings
from assistant.ui import library_words as words
from assistant.ui.library_add import draw_add
from assistant.ui.library_articles import draw_articles
from assistant.ui.library_drafts import draw_drafts
from assistant.ui.library_frame import draw_done, explained
from assistant.ui.library_gaps import draw_gaps
from assistant.ui.staff_frame import open_staff_page


def show_library() -> None:
    """Draw the page; whatever goes wrong is said in words and leaves the articles as they are."""
    settings = open_staff_page(words.PAGE, words.INTRO)
    if settings is None:
        return
    with explained():
        _draw(settings)


def _draw(settings: Settings) -> None:
    desk = Desk(settings=settings, by=_who())
    draw_done(desk)
    with st.spinner(words.READING):  # new or changed files are screened, which takes a while
        published = desk.published()
    rows = list_articles(desk, published)
    drafts = [row for row in rows if row.state in ("draft", "in review")]
    parts: dict[str, Callable[[], None]] = {
        words.TAB_ARTICLES: lambda: draw_articles(desk, rows),
        words.TAB_ADD: lambda: draw_add(desk, rows),
        words.TAB_DRAFTS.format(count=len(drafts)): lambda: draw_drafts(desk, drafts, published),
        words.TAB_GAPS: lambda: draw_gaps(desk),
    }
    for place, draw in zip(st.tabs(list(parts)), parts.values(), strict=True):
        with place, explained():
            draw()


def _who() -> str:
    """The address somebody has logged in with; empty at this machine, where the user's name is."""
    email = st.user.get("email")
    return email if isinstance(email, str) else ""
