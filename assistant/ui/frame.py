"""What every page has in common: styles, settings, and a card when the settings are wrong."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from assistant.errors import SettingsInvalid
from assistant.settings import Settings, settings_and_practice
from assistant.ui import display, language, practice, safety, session, words
from assistant.ui.cards import broken_card, emergency_line
from assistant.ui.escaping import Html
from assistant.ui.style import CSS, EMBED_CSS

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


def emergency_row(settings: Settings) -> DeltaGenerator:
    """Put the emergency number at the left of a row; returns the row for what stands right."""
    row = st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    )
    row.html(emergency_line(safety.emergency_text(settings)), width="content")
    return row


def scroll_to(element_id: str) -> None:
    """Bring the element with this id, one of our own, to the top of the screen.

    Streamlit leaves the page where it is when something is added below, and a care card must not
    stay out of sight. A browser runs the script once, not on every later run of the page.
    """
    if not element_id.replace("-", "").isalnum():
        raise ValueError(f"not one of our ids: {element_id!r}")
    st.html(
        f'<script>document.getElementById("{element_id}")?.scrollIntoView()</script>',
        unsafe_allow_javascript=True,
    )


def ask_in_chat(text: str, chat: StreamlitPage) -> None:
    """Leave a page beside the chat with a message for it; ends this run."""
    session.close_pain_form()
    session.ask(text)
    st.switch_page(chat)


def date_in_words(day: date) -> str:
    """``day`` as a person writes it, in the language of the page."""
    month = words.MONTHS.split()[day.month - 1]
    return words.DATE.format(day=day.day, month=month, year=day.year)


def top_row(settings: Settings) -> None:
    """Whose page it is, the button to the other language, and the language for screen readers."""
    name = "" if st.context.is_embedded else practice.brand(settings)
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute" if name else "right",
        vertical_alignment="center",
        key="language",
    ):
        if name:
            st.html(name, width="content")
        display.draw_display_button()
        st.button(
            words.OTHER_LANGUAGE,
            key="switch-language",
            icon=":material/language:",
            type="tertiary",
            on_click=language.switch,
        )
    st.html(
        f'<script>document.documentElement.lang="{language.drawn()}"</script>',
        unsafe_allow_javascript=True,
    )


def open_side_page(chat: StreamlitPage | None) -> Settings | None:
    """What every page beside the chat begins with: as ``open_page``, with the way back to it."""
    settings = open_page()
    if settings is None:
        return None
    with st.bottom, emergency_row(settings):
        if chat is not None:
            st.page_link(chat, label=words.BACK_TO_CHAT)
    top_row(settings)
    return settings


def open_page(*, staff: bool = False) -> Settings | None:
    """Put the styles on the page. ``None`` when the settings are wrong, which is then shown."""
    if staff:
        language.draw_in_english()
    st.html(CSS + display.styles())
    if st.context.is_embedded:
        st.html(EMBED_CSS)
    try:
        return settings_and_practice()[0]
    except SettingsInvalid as error:
        st.html(broken_card(str(error), error.next_step, Html("")))
        return None
