"""The staff's pages and their door: by login, or without one only at this machine.

Each page asks again on every run. Whatever cannot be told keeps the door shut.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st
from streamlit.errors import StreamlitAPIException

from assistant.errors import SettingsInvalid
from assistant.settings import Settings, settings_and_practice
from assistant.ui import library_words, quality_words
from assistant.ui import staff_words as words
from assistant.ui.escaping import fill, markdown_safe
from assistant.ui.frame import open_page
from assistant.ui.local import why_not_local
from assistant.ui.quality import show_quality
from assistant.ui.staff_frame import draw_problem

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StaffAccess:
    """Whether this visitor may see the staff's pages; if not, ``why`` and the ``next_step``."""

    state: Literal["allowed", "login", "refused"]
    why: str = ""
    next_step: str = ""


ALLOWED = StaffAccess("allowed")


def staff_pages() -> list[StreamlitPage]:
    """The pages for staff; none where neither ``PMR_STAFF`` nor a login is set up.

    Who is not allowed in does not see them in the menu; their address then leads to the door.
    """
    settings = _settings()
    if settings is None or not (settings.staff or _login_may_be_set_up()):
        return []
    allowed = staff_access(settings).state == "allowed"
    shown: Literal["visible", "hidden"] = "visible" if allowed else "hidden"
    return [
        st.Page(behind_door(draw), title=title, url_path=path, visibility=shown)
        for draw, title, path in (
            (_show_library, library_words.PAGE, "library"),
            (show_quality, quality_words.PAGE, "quality"),
        )
    ]


def staff_access(settings: Settings) -> StaffAccess:
    """Whether whoever is at the other end may see the staff's pages.

    With an ``[auth]`` section in Streamlit's secrets: who has logged in with a verified address of
    ``PMR_STAFF_EMAILS``. Without one: who sits at this machine, if ``PMR_STAFF`` is set. Never
    raises; an error keeps the door shut.
    """
    try:
        broken = _broken_secrets()
        if broken is not None:
            why = words.SECRETS_BROKEN.format(path=broken)
            return StaffAccess("refused", why, words.SECRETS_BROKEN_STEP)
        auth = _auth_section()
        return _at_this_machine(settings) if auth is None else _by_login(settings)
    except Exception as error:  # noqa: BLE001 - the door stays shut, whatever went wrong
        _log.error("who may see the staff's pages cannot be told: %s", type(error).__name__)
        return StaffAccess("refused", words.NOT_TOLD, words.LOCAL_STEP)


def behind_door(draw: Callable[[], None]) -> Callable[[], None]:
    """``draw`` for staff only: who may see it is asked on every run of the page."""

    @wraps(draw)
    def page() -> None:
        settings = _settings()
        access = staff_access(settings) if settings is not None else None
        if settings is None or access is None or access.state != "allowed":
            open_page(staff=True)  # the styles; with wrong settings the card that says so
            if access is not None:
                _draw_door(access)
            return
        draw()
        _draw_log_out()

    return page


def _show_library() -> None:
    from assistant.ui.library import show_library  # much to import, and no patient needs it

    show_library()


def _settings() -> Settings | None:
    try:
        return settings_and_practice()[0]
    except SettingsInvalid:
        return None  # every page says what is wrong with them


def _at_this_machine(settings: Settings) -> StaffAccess:
    if not settings.staff:
        return StaffAccess("refused", words.OFF, words.OFF_STEP)
    why = why_not_local()
    return ALLOWED if why is None else StaffAccess("refused", why, words.LOCAL_STEP)


def _by_login(settings: Settings) -> StaffAccess:
    if st.get_option("server.trustedUserHeaders"):
        return StaffAccess("refused", words.BY_HEADERS, words.BY_HEADERS_STEP)
    user = st.user
    if user.get("is_logged_in") is not True:
        if find_spec("authlib") is None:
            return StaffAccess("refused", words.NO_AUTHLIB, words.NO_AUTHLIB_STEP)
        return StaffAccess("login", words.LOG_IN_ASK)
    email, verified = user.get("email"), user.get("email_verified")
    if not isinstance(email, str) or not email.strip():
        return StaffAccess("refused", words.NO_EMAIL, words.NOT_LISTED_STEP)
    # Some providers never say it; one that says anything but yes has not verified the address.
    if verified is not None and str(verified).casefold() != "true":
        return StaffAccess("refused", words.UNVERIFIED, words.UNVERIFIED_STEP)
    if email.strip().casefold() not in settings.staff_emails:
        return StaffAccess("refused", words.NOT_LISTED.format(email=email), words.NOT_LISTED_STEP)
    return ALLOWED


def _login_may_be_set_up() -> bool:
    try:
        return _broken_secrets() is not None or _auth_section() is not None
    except Exception as error:  # noqa: BLE001 - patients' pages are drawn all the same
        _log.error("whether a login is set up cannot be told: %s", type(error).__name__)
        return False


def _auth_section() -> Mapping[str, Any] | None:
    """The ``[auth]`` section of Streamlit's secrets, if there is one, empty or not."""
    if not st.secrets.load_if_toml_exists() or "auth" not in st.secrets:
        return None
    section = st.secrets["auth"]
    return section if isinstance(section, Mapping) else {}


def _broken_secrets() -> str | None:
    """A file of secrets that is there and cannot be read: a login in it must not be passed by."""
    if st.secrets.load_if_toml_exists():
        return None
    paths = [str(path) for path in st.get_option("secrets.files")]
    return next((path for path in paths if Path(path).exists()), None)


def _draw_door(access: StaffAccess) -> None:
    st.html(fill('<div class="pmr pmr-head"><h1>{title}</h1></div>', title=words.TITLE))
    if access.state == "login":
        st.html(fill('<p class="pmr">{text}</p>', text=access.why))
        _draw_log_in()
        return
    draw_problem(access.why, access.next_step)
    _draw_log_out()


def _draw_log_in() -> None:
    for provider in _providers():
        name = markdown_safe(provider or "")
        label = words.LOG_IN_WITH.format(provider=name) if provider else words.LOG_IN
        if st.button(label, key=f"staff-login-{provider or 'default'}"):
            try:
                st.login(provider)
            except StreamlitAPIException as error:
                problem = " ".join(str(error).split())
                draw_problem(words.LOGIN_BROKEN.format(problem=problem), words.LOGIN_BROKEN_STEP)


def _providers() -> list[str | None]:
    """The named providers of the ``[auth]`` section, or ``None`` for the one without a name."""
    auth = _auth_section() or {}
    named = [name for name, part in auth.items() if isinstance(part, Mapping)]
    return [None] if "client_id" in auth or not named else [*named]


def _draw_log_out() -> None:
    if st.user.get("is_logged_in") is True:
        st.button(words.LOG_OUT, key="staff-logout", on_click=st.logout)
