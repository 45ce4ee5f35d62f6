"""What the practice says about itself, as the page of this run shows it."""

from __future__ import annotations

import logging

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from assistant.errors import SettingsInvalid
from assistant.practice import NO_PRACTICE, PracticePage, PracticeRead
from assistant.settings import Settings, settings_and_practice
from assistant.ui import language, words
from assistant.ui.escaping import Html, fill, join, telephone

_log = logging.getLogger(__name__)
_READ = "practice"


def read() -> None:
    """Read the practice's file, before any page of this run is drawn."""
    try:
        found = settings_and_practice()[1]
    except SettingsInvalid:
        found = NO_PRACTICE  # every page says what is wrong with the settings
    if found.faults and found.faults != on_page().faults:
        _log.error("the practice's file has mistakes:\n%s", "\n".join(found.faults))
    st.session_state[_READ] = found


def on_page() -> PracticeRead:
    """What was read for this run; nothing outside any page."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return NO_PRACTICE
    found: PracticeRead = st.session_state.get(_READ, NO_PRACTICE)
    return found


def shows(page: PracticePage) -> bool:
    """Whether the practice shows ``page`` to its patients."""
    return page in on_page().practice.pages


def practice_name(settings: Settings) -> str:
    """What the practice is called, in the language of the page where it gave no name."""
    named = settings.practice_name != Settings.model_fields["practice_name"].default
    return settings.practice_name if named else words.OUR_PRACTICE


def brand(settings: Settings) -> Html:
    """Logo and name for the top of a page; nothing without a practice's file."""
    found = on_page()
    if not (found.logo or found.practice.name):
        return Html("")
    name = practice_name(settings)
    # Beside the written name the picture says nothing new to a screen reader.
    alt = "" if found.practice.name else name
    picture = fill('<img src="{src}" alt="{alt}">', src=found.logo, alt=alt) if found.logo else ""
    written = fill("<span>{name}</span>", name=name) if found.practice.name else ""
    return fill('<p class="pmr pmr-brand">{picture}{written}</p>', picture=picture, written=written)


def contact(settings: Settings) -> Html:
    """How to reach the practice, as a list: booking, phone and hours, as far as it says."""
    said = on_page().practice
    lines: list[Html] = []
    if said.booking_link:
        lines.append(
            fill(
                '<a href="{url}" target="_blank" rel="noopener noreferrer">{text}'
                '<span class="pmr-hidden"> {tab}</span></a>',
                url=said.booking_link,
                text=words.BOOK,
                tab=words.NEW_TAB,
            )
        )
    if settings.practice_phone:
        number = settings.practice_phone
        digits = telephone(number)
        text = words.PHONE.format(number=number)
        lines.append(
            fill('<a href="tel:{digits}">{text}</a>', digits=digits, text=text)
            if digits
            else fill("{text}", text=text)
        )
    if said.hours:
        hours = said.hours.words(language.drawn())
        lines.append(fill("{text}", text=words.HOURS.format(hours=hours)))
    items = join([fill("<li>{line}</li>", line=line) for line in lines])
    return fill('<ul class="pmr-contact">{items}</ul>', items=items) if lines else items
