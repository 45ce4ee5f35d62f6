"""What the staff's pages have in common: their head, and words for whatever goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.ui.escaping import fill
from assistant.ui.frame import open_page
from assistant.ui.style import STAFF_CSS

_log = logging.getLogger(__name__)


def open_staff_page(title: str, intro: str) -> Settings | None:
    """Put styles and head on the page. ``None`` when the settings are wrong, which is shown."""
    settings = open_page(staff=True)
    if settings is None:
        return None
    st.html(STAFF_CSS)
    head = '<div class="pmr pmr-head"><h1>{title}</h1><p>{intro}</p></div>'
    st.html(fill(head, title=title, intro=intro))
    return settings


@contextmanager
def explained(broken: str, next_step: str) -> Iterator[None]:
    """Show what stops the work inside, instead of taking the page down.

    ``broken`` is said of what nobody foresaw; it may name the ``{kind}`` of error.
    """
    try:
        yield
    except AssistantError as error:
        draw_problem(str(error), error.next_step)
    except Exception as error:  # noqa: BLE001 - the edge: staff get words, not a traceback
        _log.exception("a page for staff could not do what was asked")
        draw_problem(broken.format(kind=type(error).__name__), next_step)


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
