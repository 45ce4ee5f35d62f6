"""The staff's Library page: its tabs, who is at work, and what was just done, with an undo."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from assistant.articles.desk import Desk
from assistant.articles.listing import Row, list_articles
from assistant.articles.publishing import Done, restore, withdraw
from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.ui import library_words as words
from assistant.ui.escaping import fill
from assistant.ui.frame import open_page
from assistant.ui.quality import draw_problem
from assistant.ui.style import STAFF_CSS

_log = logging.getLogger(__name__)
_DONE = "library-done"


@dataclass(frozen=True, slots=True)
class Message:
    """What was just done, and how to take it back: the article's id and what to do with it."""

    text: str
    undo: Callable[[Desk], Done] | None = None


def show_library() -> None:
    """Draw the page; whatever goes wrong is said in words and leaves the articles as they are."""
    settings = open_page(staff=True)
    if settings is None:
        return
    st.html(STAFF_CSS)
    head = '<div class="pmr pmr-head"><h1>{title}</h1><p>{intro}</p></div>'
    st.html(fill(head, title=words.PAGE, intro=words.INTRO))
    with explained():
        _draw(settings)


def _draw(settings: Settings) -> None:
    from assistant.ui.library_add import draw_add
    from assistant.ui.library_articles import draw_articles
    from assistant.ui.library_drafts import draw_drafts
    from assistant.ui.library_gaps import draw_gaps

    desk = Desk(settings=settings, by=_who())
    _draw_done(desk)
    rows = list_articles(desk)
    drafts = [row for row in rows if row.state in ("draft", "in review")]
    names = (
        words.TAB_ARTICLES,
        words.TAB_ADD,
        words.TAB_DRAFTS.format(count=len(drafts)),
        words.TAB_GAPS,
    )
    articles, add, waiting, gaps = st.tabs(list(names))
    parts: tuple[tuple[object, Callable[[Desk, list[Row]], None]], ...] = (
        (articles, draw_articles),
        (add, draw_add),
        (waiting, lambda desk, _rows: draw_drafts(desk, drafts)),
        (gaps, lambda desk, _rows: draw_gaps(desk)),
    )
    for place, draw in parts:
        with place, explained():  # type: ignore[attr-defined]
            draw(desk, rows)


@contextmanager
def explained() -> Iterator[None]:
    """Show what stops the work inside, instead of taking the page down."""
    try:
        yield
    except AssistantError as error:
        draw_problem(str(error), error.next_step)
    except Exception as error:  # noqa: BLE001 - the edge: an editor gets words, not a traceback
        _log.exception("the Library page could not do what was asked")
        draw_problem(words.BROKEN.format(kind=type(error).__name__), words.BROKEN_STEP)


def said(text: str, undo: Callable[[Desk], Done] | None = None) -> None:
    """Say ``text`` at the top of the page on its next run, with an undo button if there is one."""
    st.session_state[_DONE] = Message(text, undo)


def undo_of(done: Done) -> Callable[[Desk], Done]:
    """What takes ``done`` back: the version before, or out again if there was none."""
    before = done.was
    if before is None:
        return lambda desk: withdraw(desk, done.article, reason=words.UNDO)
    return lambda desk: restore(desk, done.article, version=before, reason=words.UNDO)


def moving(desk: Desk, label: str) -> Callable[[], None]:
    """Show how far indexing is; returns what takes the bar away."""
    bar = st.progress(0.0, text=label)

    def advance(done: int, total: int) -> None:
        bar.progress(min(1.0, done / total) if total else 1.0, text=label)

    desk.progress = advance

    def gone() -> None:
        bar.empty()

    return gone


def _draw_done(desk: Desk) -> None:
    message = st.session_state.get(_DONE)
    if not isinstance(message, Message):
        return
    st.success(message.text)
    if message.undo is not None and st.button(words.UNDO, key="library-undo"):
        with explained():
            done = message.undo(desk)
            state = words.WITHDRAWN if done.version is None else words.RESTORED
            said(state.format(title=done.article))
            st.rerun()


def _who() -> str:
    """The address somebody has logged in with; empty at this machine, where the user's name is."""
    email = st.user.get("email")
    return email if isinstance(email, str) else ""
