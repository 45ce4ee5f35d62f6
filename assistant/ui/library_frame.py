"""What the parts of the Library page share: faults in words, progress, and what was just done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import streamlit as st

from assistant.articles.desk import Desk
from assistant.articles.publishing import Done, restore, withdraw
from assistant.ui import library_words as words
from assistant.ui import staff_frame

_DONE = "library-done"


@dataclass(frozen=True, slots=True)
class _Message:
    """What was just done, and what takes it back."""

    text: str
    undo: Callable[[Desk], Done] | None = None


def explained() -> AbstractContextManager[None]:
    """Whatever goes wrong inside is said in words and leaves the articles as they are."""
    return staff_frame.explained(words.BROKEN, words.BROKEN_STEP)


@contextmanager
def moving(desk: Desk, label: str) -> Iterator[None]:
    """Show how far the work inside is."""
    bar = st.progress(0.0, text=label)

    def advance(done: int, total: int) -> None:
        bar.progress(min(1.0, done / total) if total else 1.0, text=label)

    desk.progress = advance
    try:
        yield
    finally:
        bar.empty()


def said(text: str, done: Done | None = None) -> None:
    """Say ``text`` at the top of the page on its next run, with a button to take ``done`` back."""
    st.session_state[_DONE] = _Message(text, _undo_of(done) if done else None)


def draw_done(desk: Desk) -> None:
    """What was said, and its undo."""
    message = st.session_state.get(_DONE)
    if not isinstance(message, _Message):
        return
    st.success(message.text)
    if message.undo is not None and st.button(words.UNDO, key="library-undo"):
        with explained():
            done = message.undo(desk)
            state = words.WITHDRAWN if done.version is None else words.RESTORED
            said(state.format(title=done.article))
            st.rerun()


def _undo_of(done: Done) -> Callable[[Desk], Done]:
    """The version before again, or out again if there was none."""
    before = done.was
    if before is None:
        return lambda desk: withdraw(desk, done.article, reason=words.UNDO)
    return lambda desk: restore(desk, done.article, version=before, reason=words.UNDO)
