"""The chat as a practice starts it, in a real browser: whom it asks, what it keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from browsing.serving import make_index, serve
from browsing.visitor import PHONE, Visitor, visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SECRET = "zebrafish"
PRACTICE = 'country = "US"\nname = "Name of your practice"\nlogo = "logo.svg"\npages = {pages}\n'
# It would call another website, and change the page, if it were more than a picture.
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>document.title="ran"'
    '</script><image href="https://elsewhere.example/x.png"/></svg>'
)


@dataclass(frozen=True)
class OwnChat:
    """A chat with a logo and hidden pages, and the folder that all its files are in."""

    address: str
    folder: Path

    def write_practice(self, pages: str) -> None:
        text = PRACTICE.format(pages=pages)
        (self.folder / "practice.toml").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def own_chat(
    practice: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OwnChat]:
    folder = tmp_path_factory.mktemp("own")
    (folder / "logo.svg").write_text(LOGO, encoding="utf-8")
    (folder / "home").mkdir()
    OwnChat("", folder).write_practice('["articles", "visit"]')
    settings = {
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "home"),
        "PMR_CORPUS_DIR": practice["PMR_CORPUS_DIR"],
        "PMR_DATA_DIR": str(folder / "data"),
        "PMR_STAFF": "1",
        "STREAMLIT_LOGGER_LEVEL": "debug",
    }
    make_index(settings, folder)
    with serve(settings, folder, folder / "log") as address:
        yield OwnChat(address, folder)


@pytest.fixture
def guest(own_chat: OwnChat, browser: Browser) -> Iterator[Visitor]:
    made = visitor(browser, own_chat.address, size=PHONE)
    yield made
    made.page.context.close()


def test_a_visit_asks_no_other_website_and_leaves_nothing_behind(
    own_chat: OwnChat, guest: Visitor
) -> None:
    from playwright.sync_api import expect

    page = guest.page
    asked: set[str | None] = set()
    refused: list[str] = []
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    page.on("websocket", lambda socket: asked.add(urlsplit(socket.url).netloc))
    page.on("console", lambda said: refused.append(said.text) if "Policy" in said.text else None)
    guest.go()
    for text in ("what causes back spasms", "and I can't pee"):
        guest.ask(f"{SECRET} {text}")
    page.get_by_role("link", name="What is kept").click()
    expect(page.get_by_role("heading", name="What is kept of this chat")).to_be_visible()
    expect(page.locator(".pmr-brand img")).to_be_visible()
    for path, heading in (
        ("/articles", "Our articles"),
        ("/articles?article=back-spasms-causes", ""),
        ("/visit", "My visit"),
        ("/library", "Library"),
        ("/quality", "Quality"),
        ("/?lang=es&embed=true", "Preguntas sobre el dolor de espalda"),
    ):
        guest.go(path)
        named = (
            page.get_by_role("heading", name=heading) if heading else page.get_by_role("heading")
        )
        expect(named.first).to_be_visible()
        page.wait_for_load_state("networkidle")
    assert page.title() != "ran"
    assert asked - {""} == {urlsplit(own_chat.address).netloc}  # data: and blob: have no host
    assert not refused
    notes = {cookie["name"] for cookie in page.context.cookies()}
    stored = str(page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})"))
    assert notes <= {"_streamlit_xsrf"}
    assert SECRET not in stored
    files = [f for f in own_chat.folder.rglob("*") if f.is_file()]
    assert own_chat.folder / "log" in files  # at its most talkative
    assert not [f for f in files if SECRET.encode() in f.read_bytes()]


def test_another_website_cannot_show_the_page_in_a_frame(own_chat: OwnChat, guest: Visitor) -> None:
    page = guest.page
    with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
        page.set_content(f'<iframe src="{own_chat.address}/?embed=true"></iframe>')
    assert not [frame for frame in page.frames if frame.url.startswith(own_chat.address)]


def test_a_hidden_page_cannot_be_opened_by_its_address(own_chat: OwnChat, guest: Visitor) -> None:
    from playwright.sync_api import expect

    page = guest.page
    guest.go("/visit")
    expect(page.get_by_role("heading", name="My visit")).to_be_visible()
    own_chat.write_practice("[]")
    for path in ("visit", "articles?article=back-spasms-causes"):
        page.goto(f"{own_chat.address}/{path}")
        expect(page.get_by_test_id("stChatInput")).to_be_visible()
        expect(page.get_by_text("Page not found")).to_be_visible()
        expect(page.get_by_role("heading", name="My visit")).to_have_count(0)
    page.goto(f"{own_chat.address}/privacy")
    expect(page.get_by_role("heading", name="What is kept of this chat")).to_be_visible()
