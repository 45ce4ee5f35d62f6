"""The foot of every patient's page: how to reach the practice, its own words, what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from assistant.errors import SettingsInvalid
from assistant.settings import Settings, settings_and_practice
from assistant.ui import language, practice, words
from assistant.ui.escaping import Html, fill, join

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


def draw_foot(privacy: StreamlitPage) -> None:
    """Draw it, with a link to the page ``privacy``. Needs nothing but the settings."""
    try:
        settings = settings_and_practice()[0]
    except SettingsInvalid:
        settings = None  # the page above says what is wrong with them
    with st.container(key="foot", gap="xsmall"):
        if settings is not None and (said := _said(settings)):
            st.html(fill('<div class="pmr pmr-foot">{said}</div>', said=said))
        st.page_link(privacy, label=words.PRIVACY_PAGE)


def _said(settings: Settings) -> Html:
    found = practice.on_page()
    if found.path is None:
        return Html("")
    disclaimer = found.practice.disclaimer
    own = fill("<p>{text}</p>", text=disclaimer.words(language.drawn())) if disclaimer else Html("")
    return join([practice.contact(settings), own, _for_staff(found.faults)])


def _for_staff(faults: tuple[str, ...]) -> Html:
    """A mistake in the practice's file is the staff's to mend; nobody else needs to read it."""
    if not faults:
        return Html("")
    items = join([fill("<li>{fault}</li>", fault=fault) for fault in faults])
    return fill(
        "<details><summary>{lead}</summary><p>{text}</p><ul>{items}</ul></details>",
        lead=words.BROKEN_STAFF,
        text=words.PRACTICE_BROKEN,
        items=items,
    )
