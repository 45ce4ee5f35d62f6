"""How the page looks to this reader: larger letters, stronger contrast. Kept for the visit."""

from __future__ import annotations

import streamlit as st

from assistant.ui import words
from assistant.ui.style import HIGH_CONTRAST_CSS, LARGE_TYPE_CSS

_CHOICES = {"large-type": LARGE_TYPE_CSS, "high-contrast": HIGH_CONTRAST_CSS}


def styles() -> str:
    """The styles that the reader chose beside the page's own."""
    return "".join(css for name, css in _CHOICES.items() if _is_on(name))


def draw_display_button() -> None:
    """A button that unfolds the choices."""
    with st.popover(words.DISPLAY, type="tertiary", icon=":material/text_fields:", key="display"):
        _draw_choice("large-type", words.LARGE_TYPE)
        _draw_choice("high-contrast", words.HIGH_CONTRAST)


def _draw_choice(name: str, label: str) -> None:
    # What a page does not draw is forgotten with its key, so the choice is kept beside it.
    key = f"choose-{name}"
    st.toggle(label, _is_on(name), key=key, on_change=_keep, args=(name, key))


def _keep(name: str, key: str) -> None:
    st.session_state[name] = st.session_state[key]


def _is_on(name: str) -> bool:
    return bool(st.session_state.get(name, False))
