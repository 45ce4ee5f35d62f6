"""The language of the page: chosen by a switch, kept for the visit and in the address."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from assistant.catalogue import LANGUAGES
from assistant.records import DEFAULT_LANGUAGE

_CHOSEN, _DRAWN, _PARAM = "language", "language-drawn", "lang"


def chosen() -> str:
    """The language that the patient's pages are in."""
    return str(st.session_state.get(_CHOSEN, DEFAULT_LANGUAGE))


def drawn() -> str:
    """The language of the page on the screen; English outside any page."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return DEFAULT_LANGUAGE
    return str(st.session_state.get(_DRAWN, DEFAULT_LANGUAGE))


def read_address() -> None:
    """Take the language from the address, before any page is drawn; or put it there.

    The menu drops the parameter on the way from one page to the next.
    """
    wanted = st.query_params.get(_PARAM)
    if wanted in LANGUAGES:
        st.session_state[_CHOSEN] = wanted
    elif chosen() != DEFAULT_LANGUAGE:
        st.query_params[_PARAM] = chosen()
    st.session_state[_DRAWN] = chosen()


def draw_in_english() -> None:
    """The page that comes is for staff, whose words are English only."""
    st.session_state[_DRAWN] = DEFAULT_LANGUAGE


def switch() -> None:
    """Change to the other language; a button calls this before the page is drawn."""
    other = LANGUAGES[(LANGUAGES.index(chosen()) + 1) % len(LANGUAGES)]
    st.session_state[_CHOSEN] = st.session_state[_DRAWN] = other
    st.query_params[_PARAM] = other
