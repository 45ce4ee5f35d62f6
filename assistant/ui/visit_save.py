"""Taking the sheet along: printed, as PDF and as text. Files are made when they are asked for."""

from __future__ import annotations

from functools import partial
from typing import Literal

import streamlit as st

from assistant.settings import Settings
from assistant.ui import language, words
from assistant.ui.escaping import Html, fill, join
from assistant.ui.style import PRINT_CSS
from assistant.visit.layout import Block, as_text
from assistant.visit.pdf import as_pdf

_TAGS = {"title": "h1", "heading": "h2", "care_headline": "h2"}
_LETTER_PAPER = ("US", "USA", "CA", "CAN")
_PRINTS = "visit-prints"


def draw_save(blocks: list[Block], settings: Settings) -> None:
    """The three buttons, and the sheet itself, which only paper shows."""
    st.html(fill('<div class="pmr pmr-head"><h2>{title}</h2></div>', title=words.VISIT_SAVE))
    lang = language.drawn()
    paper: Literal["Letter", "A4"] = "A4"
    if settings.country.strip().upper() in _LETTER_PAPER:
        paper = "Letter"
    with st.container(horizontal=True, gap="xsmall", key="visit-save"):
        st.button(words.VISIT_PRINT, key="visit-print", icon=":material/print:", on_click=_print)
        st.download_button(
            words.VISIT_PDF,
            partial(as_pdf, blocks, lang=lang, paper=paper),
            f"{words.VISIT_FILE}.pdf",
            "application/pdf",
            key="visit-pdf",
            icon=":material/picture_as_pdf:",
            on_click="ignore",
        )
        st.download_button(
            words.VISIT_TEXT,
            partial(as_text, blocks),
            f"{words.VISIT_FILE}.txt",
            "text/plain",
            key="visit-text",
            icon=":material/description:",
            on_click="ignore",
        )
    st.html(PRINT_CSS)
    st.html(sheet_html(blocks))
    _open_print_dialog()


def sheet_html(blocks: list[Block]) -> Html:
    """The blocks for paper. The page shows them to change, so it hides this."""
    rows = []
    for block in blocks:
        tag = _TAGS.get(block.style, "p")
        template = f'<{tag} class="pmr-on-{{style}}">{{line}}</{tag}>'
        rows.append(fill(template, style=block.style, line=block.line))
    return fill('<div class="pmr-sheet" aria-hidden="true">{rows}</div>', rows=join(rows))


def _print() -> None:
    st.session_state[_PRINTS] = st.session_state.get(_PRINTS, 0) + 1
    st.session_state[f"{_PRINTS}-now"] = True


def _open_print_dialog() -> None:
    """Ask the browser to print, once for each press of the button.

    A browser runs a script only when its words are new, so the presses are counted in it.
    """
    if st.session_state.pop(f"{_PRINTS}-now", False):
        count = int(st.session_state[_PRINTS])
        st.html(f"<script>/* {count} */ window.print()</script>", unsafe_allow_javascript=True)
