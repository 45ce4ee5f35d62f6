"""The door of the staff's pages: every doubt keeps it shut, and patients' pages never notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from assistant.settings import Settings
from assistant.ui import local, staff
from assistant.ui import staff_words as words
from assistant.ui.local import remote_reason, why_not_local
from assistant.ui.staff import behind_door, staff_access

HERE = (("Host", "localhost:8501"), ("Origin", "http://localhost:8501"))
STAFF = Settings(staff=True)
LISTED = Settings(staff_emails="Ann@Practice.example, bo@practice.example")
SCRIPT = """
import streamlit as st
from assistant.ui.staff import staff_pages
pages = staff_pages()
st.text([(page.url_path, page.visibility) for page in pages])
st.navigation([st.Page(lambda: st.text("patients"), title="Ask"), *pages]).run()
"""


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # neither .env nor secrets of the developer
    monkeypatch.setattr(staff, "_broken_secrets", lambda: None)


def log_in(monkeypatch: pytest.MonkeyPatch, auth: Mapping[str, Any] | None, **user: object) -> None:
    monkeypatch.setattr(staff, "_auth_section", lambda: auth)
    monkeypatch.setattr(staff.st, "user", user)


@pytest.mark.parametrize(
    ("headers", "ip"),
    [
        (HERE, None),
        (HERE, "127.0.0.1"),
        (HERE, "127.8.9.10"),
        (HERE, "::ffff:127.0.0.1"),
        ((("host", "127.0.0.1"), ("origin", "http://127.0.0.1")), None),
        ((("Host", "[::1]:8501"), ("Origin", "http://[::1]:8501")), "::1"),
        ((("Host", "LOCALHOST:80"), ("Origin", "https://localhost")), None),
    ],
)
def test_this_machine_is_let_in(headers: tuple[tuple[str, str], ...], ip: str | None) -> None:
    assert remote_reason(headers, ip) is None


@pytest.mark.parametrize(
    "ip", ["192.168.1.7", "10.0.0.2", "::ffff:10.0.0.2", "fe80::1", "8.8.8.8", "", "unknown"]
)
def test_another_machine_is_not(ip: str) -> None:
    assert remote_reason(HERE, ip) == words.OTHER_MACHINE


@pytest.mark.parametrize(
    "name",
    [
        "Forwarded", "X-Forwarded-For", "x-forwarded-host", "X-FORWARDED-PROTO", "Via", "X-Real-IP",
        "CF-Connecting-IP", "True-Client-IP", "X-Forwarded",
    ],
)  # fmt: skip
def test_a_proxy_makes_nobody_local(name: str) -> None:
    for value in ("127.0.0.1", "", "localhost"):
        assert remote_reason((*HERE, (name, value)), None) == words.THROUGH_PROXY


@pytest.mark.parametrize(
    "host",
    [
        "chat.practice.example", "localhost.evil.example", "127.0.0.1.evil.example",
        "evil@localhost", "localhost@evil.example", "localhost:99999", "localhost:x",
        "localhost/a", "[::1", "", " ",
        "2130706433", "0.0.0.0", "192.168.1.7",
    ],
)  # fmt: skip
def test_another_name_for_this_machine_is_refused(host: str) -> None:
    assert remote_reason((("Host", host), HERE[1]), None) == words.OTHER_NAME
    assert remote_reason((HERE[0], ("Origin", f"http://{host}")), None) == words.OTHER_NAME


def test_names_that_are_missing_or_said_twice_are_refused() -> None:
    assert remote_reason((), None) == words.OTHER_NAME
    assert remote_reason(HERE[:1], None) == words.OTHER_NAME
    assert remote_reason((*HERE, HERE[0]), None) == words.OTHER_NAME
    assert remote_reason((*HERE, HERE[1]), None) == words.OTHER_NAME
    assert remote_reason((HERE[0], ("Origin", "null")), None) == words.OTHER_NAME


class Sent(dict[str, str]):
    def get_all(self, name: str) -> list[str]:
        return [self[name]]


@pytest.mark.parametrize(
    ("option", "value", "why"),
    [
        ("server.address", "0.0.0.0", None),
        ("server.address", "unix:///run/chat.sock", words.NOT_TOLD),
        ("server.enableAgentApi", True, words.NOT_TOLD),
    ],
)
def test_a_server_that_hides_where_requests_come_from_lets_nobody_in(
    monkeypatch: pytest.MonkeyPatch, option: str, value: object, why: str | None
) -> None:
    monkeypatch.setattr(local.st, "context", SimpleNamespace(headers=Sent(HERE), ip_address=None))
    monkeypatch.setattr(local.st, "get_option", lambda name: value if name == option else None)
    assert why_not_local() == why


def test_without_login_only_this_machine_and_only_when_switched_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(staff, "_auth_section", lambda: None)
    assert staff_access(Settings()).why == words.OFF
    assert staff_access(STAFF).why == words.OTHER_NAME  # this test sends no headers at all
    monkeypatch.setattr(staff, "why_not_local", lambda: None)
    assert staff_access(Settings()).why == words.OFF
    assert staff_access(LISTED).why == words.OFF
    assert staff_access(STAFF).state == "allowed"


def test_an_error_keeps_the_door_shut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff, "_auth_section", lambda: None)
    monkeypatch.setattr(staff, "why_not_local", lambda: 1 / 0)
    assert staff_access(STAFF).state == "refused"


@pytest.mark.parametrize("verified", [None, True, "true"])
def test_a_listed_address_is_let_in(monkeypatch: pytest.MonkeyPatch, verified: object) -> None:
    log_in(
        monkeypatch, {}, is_logged_in=True, email=" ANN@practice.Example", email_verified=verified
    )
    assert staff_access(LISTED).state == "allowed"


@pytest.mark.parametrize(
    ("user", "why"),
    [
        ({"email": "eve@practice.example"}, words.NOT_LISTED.format(email="eve@practice.example")),
        ({"email": "ann@practice.example.evil"}, "ann@practice.example.evil"),
        ({"email": "ann@practice.example", "email_verified": False}, words.UNVERIFIED),
        ({"email": "ann@practice.example", "email_verified": "false"}, words.UNVERIFIED),
        ({"email": "ann@practice.example", "email_verified": 0}, words.UNVERIFIED),
        ({}, words.NO_EMAIL),
        ({"email": ""}, words.NO_EMAIL),
        ({"email": ["ann@practice.example"]}, words.NO_EMAIL),
    ],
)
def test_another_login_is_refused(
    monkeypatch: pytest.MonkeyPatch, user: Mapping[str, object], why: str
) -> None:
    log_in(monkeypatch, {}, is_logged_in=True, **user)
    access = staff_access(LISTED)
    assert access.state == "refused"
    assert why in access.why


def test_an_empty_list_lets_nobody_in_and_being_local_is_no_way_round_a_login(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(staff, "why_not_local", lambda: None)
    log_in(monkeypatch, {}, is_logged_in=True, email="ann@practice.example")
    assert staff_access(STAFF).state == "refused"
    monkeypatch.setattr(staff, "find_spec", lambda name: object())
    for said in ({}, {"is_logged_in": False}, {"is_logged_in": "yes"}):
        log_in(monkeypatch, {}, email="ann@practice.example", **said)
        assert staff_access(LISTED).state == "login"
        assert staff_access(STAFF).state == "login"


def test_without_authlib_the_card_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    log_in(monkeypatch, {"client_id": "x"})
    monkeypatch.setattr(staff, "find_spec", lambda name: None)
    access = staff_access(LISTED)
    assert (access.state, access.why) == ("refused", words.NO_AUTHLIB)
    assert "[login]" in access.next_step


def test_addresses_from_headers_are_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    log_in(monkeypatch, {}, is_logged_in=True, email="ann@practice.example")
    monkeypatch.setattr(staff.st, "get_option", lambda name: {"X-Email": "email"})
    assert staff_access(LISTED).why == words.BY_HEADERS


def test_secrets_that_cannot_be_read_do_not_open_the_local_door(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.undo()
    path = tmp_path / "secrets.toml"
    path.write_text('[auth]\nclient_id = "not closed', encoding="utf-8")
    fake = SimpleNamespace(load_if_toml_exists=lambda: False)
    monkeypatch.setattr(staff.st, "secrets", fake)
    monkeypatch.setattr(staff.st, "get_option", lambda name: [str(path)])
    monkeypatch.setattr(staff, "why_not_local", lambda: None)
    access = staff_access(STAFF)
    assert access.state == "refused"
    assert str(path) in access.why
    path.unlink()
    assert staff_access(STAFF).state == "allowed"


def opened(auth: Mapping[str, Any] | None = None, **user: object) -> AppTest:
    app = AppTest.from_string(SCRIPT, default_timeout=60)
    if auth is not None:
        app.secrets["auth"] = dict(auth)
    app.user.update(user)
    app.run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    return "\n".join(e.proto.body for e in app.get("html"))


def test_the_menu_shows_the_pages_to_those_who_may_see_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert opened().text[0].value == "[]"
    monkeypatch.setenv("PMR_STAFF", "1")
    assert opened().text[0].value == "[('library', 'hidden'), ('quality', 'hidden')]"
    monkeypatch.setattr(staff, "why_not_local", lambda: None)
    assert opened().text[0].value == "[('library', 'visible'), ('quality', 'visible')]"
    monkeypatch.setenv("PMR_ANSWER_SENTENCES", "lots")  # the pages themselves say so
    assert opened().text[0].value == "[]"


def test_the_menu_follows_the_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMR_STAFF_EMAILS", "ann@practice.example")
    auth = {"client_id": "x"}
    assert opened(auth).text[0].value == "[('library', 'hidden'), ('quality', 'hidden')]"
    for email, seen in (("ann@practice.example", "visible"), ("eve@x.example", "hidden")):
        app = opened(auth, is_logged_in=True, email=email)
        assert app.text[0].value == f"[('library', '{seen}'), ('quality', '{seen}')]"


DOOR = """
import streamlit as st
from assistant.ui.staff import behind_door
behind_door(lambda: st.text("for staff only"))()
"""


def door(auth: Mapping[str, Any] | None = None, **user: object) -> AppTest:
    app = AppTest.from_string(DOOR, default_timeout=60)
    if auth is not None:
        app.secrets["auth"] = dict(auth)
    app.user.update(user)
    return app.run()


def test_the_page_asks_on_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMR_STAFF", "1")
    here: list[str | None] = [None]
    monkeypatch.setattr(staff, "why_not_local", lambda: here[0])
    app = door()
    assert [t.value for t in app.text] == ["for staff only"]
    here[0] = words.OTHER_MACHINE
    app.run()
    assert not app.text
    assert words.OTHER_MACHINE in html(app)
    monkeypatch.setenv("PMR_ANSWER_SENTENCES", "lots")
    assert not app.run().text
    assert "PMR_ANSWER_SENTENCES" in html(app)


def test_the_door_offers_each_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff, "find_spec", lambda name: object())
    monkeypatch.setenv("PMR_STAFF_EMAILS", "ann@practice.example")
    asked: list[str | None] = []
    monkeypatch.setattr(st, "login", asked.append)
    app = door({"one": {"client_id": "a"}, "two": {"client_id": "b"}})
    assert [b.label for b in app.button] == ["Log in with one", "Log in with two"]
    app.button(key="staff-login-two").click().run()
    assert asked == ["two"]
    assert [b.label for b in door({"client_id": "a"}).button] == [words.LOG_IN]


def test_a_login_that_is_set_up_wrongly_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff, "find_spec", lambda name: object())
    app = door({"client_id": "a"})  # st.login itself refuses: no Authlib, no address
    app.button(key="staff-login-default").click().run()
    assert not app.exception
    assert "[auth]" in html(app)


def test_a_wrong_login_can_be_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMR_STAFF_EMAILS", "ann@practice.example")
    app = door({"client_id": "a"}, is_logged_in=True, email="<b>eve</b>@x.example")
    assert not app.text
    assert "&lt;b&gt;eve" in html(app)
    assert [b.label for b in app.button] == [words.LOG_OUT]


def test_a_wrapped_page_keeps_its_name() -> None:
    def show_something() -> None:
        """Draw."""

    wrapped: Callable[[], None] = behind_door(show_something)
    assert wrapped.__name__ == "show_something"
