"""The staff's Quality page, and what it says when it cannot be drawn."""

from __future__ import annotations

import logging

import streamlit as st

from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.ui import quality_words as words
from assistant.ui.escaping import fill
from assistant.ui.frame import open_page
from assistant.ui.style import STAFF_CSS

_log = logging.getLogger(__name__)


def show_quality() -> None:
    """Draw the page; whatever is wrong with the runs is said in words.

    ``assistant.ui.staff`` offers it to staff only.
    """
    settings = open_page(staff=True)
    if settings is None:
        return
    st.html(STAFF_CSS)
    head = '<div class="pmr pmr-head"><h1>{title}</h1><p>{intro}</p></div>'
    st.html(fill(head, title=words.PAGE, intro=words.INTRO))
    try:
        _draw(settings)
    except AssistantError as error:
        draw_problem(str(error), error.next_step)
    except Exception as error:  # noqa: BLE001 - the edge: a run file never takes the page down
        _log.exception("the Quality page could not be drawn")
        draw_problem(words.BROKEN.format(kind=type(error).__name__), words.BROKEN_STEP)


def _draw(settings: Settings) -> None:
    try:
        from assistant.ui.quality_view import draw_runs
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("evals"):
            raise
        draw_problem(words.NO_EVALS, words.NO_EVALS_STEP)
        return
    draw_runs(settings)


def draw_problem(text: str, next_step: str) -> None:
    """What is wrong, and what to do about it."""
    st.html(
        fill(
            '<section class="pmr pmr-card pmr-notice" role="status">'
            '<p class="pmr-badge"><span class="pmr-icon" aria-hidden="true">i</span>{text}</p>'
            "<p>{next_step}</p></section>",
            text=text,
            next_step=next_step,
        )
    )
