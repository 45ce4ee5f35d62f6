"""What patients see of the practice's file, and what they see while it is broken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.catalogue import page_words
from assistant.guardrail.types import Level
from assistant.reply import Reply
from assistant.settings import load_settings
from assistant.ui import words
from assistant.ui.headers import safe_headers
from assistant.ui.safety import emergency_text

from .conftest import Page
from .fakes import FakeAssistant, decision

Open = Callable[[], Page]
SAMPLE = """
country = "UK"
name = "Spine <House>"
logo = "logo.svg"
phone = "020 7946 0000"
booking_link = "https://book.example/?a=1&b=2"
disclaimer = "It does not <replace> a visit."
hours = { en = "Mon-Fri", es = "lun-vie" }
"""


@pytest.fixture
def write(open_page: Open, tmp_path: Path) -> Callable[[str], None]:
    """Writes the practice's file into the folder that the page runs in."""
    (tmp_path / "logo.svg").write_text("<svg><script>alert(1)</script></svg>", encoding="utf-8")

    def write(text: str) -> None:
        (tmp_path / "practice.toml").write_text(text, encoding="utf-8")

    return write


def links(page: Page) -> list[str]:
    return [each.proto.page for each in page.app.get("page_link")]


def test_name_logo_and_foot_are_on_the_page_as_plain_words(
    open_page: Open, write: Callable[[str], None]
) -> None:
    write(SAMPLE)
    html = open_page().html()
    assert '<img src="data:image/svg+xml;base64,' in html
    assert "Spine &lt;House&gt;" in html
    assert "does not &lt;replace&gt; a visit." in html
    assert "<script>alert" not in html
    assert 'href="tel:02079460000"' in html
    assert 'href="https://book.example/?a=1&amp;b=2"' in html
    assert "Hours: Mon-Fri" in html
    assert 'href="tel:999"' in html


def test_hours_follow_the_language_of_the_page(
    open_page: Open, write: Callable[[str], None]
) -> None:
    write(SAMPLE)
    page = open_page().click("switch-language")
    assert "Horario: lun-vie" in page.html()
    assert page_words("es")["BOOK"] in page.html()


def test_without_a_file_there_is_neither_name_nor_logo(open_page: Open) -> None:
    html = open_page().html()
    assert "pmr-brand" not in html
    assert "pmr-contact" not in html


def test_the_answer_about_appointments_says_how_to_reach_the_practice(
    open_page: Open,
    write: Callable[[str], None],
    assistant: FakeAssistant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(SAMPLE)
    booking = Reply(
        kind="small_talk",
        decision=decision(Level.NONE),
        care_by_turn=(Level.NONE,),
        text="I cannot book.",
        contact=True,
    )
    monkeypatch.setattr(assistant, "reply", lambda turns: booking)
    assert open_page().say("book me in").html().count(words.BOOK) == 2  # and at the foot
    monkeypatch.setattr(assistant, "reply", lambda turns: replace(booking, contact=False))
    assert open_page().say("book me in").html().count(words.BOOK) == 1


@pytest.mark.parametrize("pages", ["[]", '["visit"]', '["articles"]', '["pain"]'])
def test_a_hidden_page_is_in_no_menu_and_has_no_link(
    open_page: Open, write: Callable[[str], None], assistant: FakeAssistant, pages: str
) -> None:
    write(f'country = "US"\npages = {pages}\n')
    page = open_page()
    assert ("pain-first" in page.buttons()) == ("pain" in pages)
    assert (words.PAIN_INVITE in page.html()) == ("pain" in pages)
    page.say("What causes back spasms?")
    assert ("articles" in links(page)) == ("articles" in pages)
    assert ("visit" in links(page)) == ("visit" in pages)
    assert "privacy" in links(page)
    page.say("about taxes")
    assert "Stretches" in page.html() or "articles" in pages  # a title without a link


def test_an_open_pain_form_goes_when_the_practice_hides_it(
    open_page: Open, write: Callable[[str], None]
) -> None:
    page = open_page().click("pain-first")
    assert words.PAIN_TITLE in page.html()
    write('country = "US"\npages = []\n')
    page.app.run()
    assert words.PAIN_TITLE not in page.checked().html()


BROKEN = [
    ("country = 'UK", words.EMERGENCY_LOCAL),
    ("country = 'UK'\nphone = 'x'\nnam = 'y'\n", 'href="tel:999"'),
]


@pytest.mark.parametrize(("text", "line"), BROKEN)
def test_a_file_that_breaks_under_a_running_chat_keeps_no_one_from_care(
    open_page: Open,
    write: Callable[[str], None],
    caplog: pytest.LogCaptureFixture,
    text: str,
    line: str,
) -> None:
    write(SAMPLE)
    page = open_page()
    assert words.PRACTICE_BROKEN not in page.html()
    write(text)
    page.say("I can't pee")
    assert "Get emergency help now" in page.html()
    page.say("What causes back spasms?")
    html = page.html()
    assert line in html
    assert "practice.toml" in html
    assert words.PRACTICE_BROKEN in html
    assert caplog.text.count("the practice's file has mistakes") == 1
    write(SAMPLE)
    page.app.run()
    assert words.PRACTICE_BROKEN not in page.checked().html()


def test_the_emergency_line_follows_the_files_country(
    open_page: Open, write: Callable[[str], None]
) -> None:
    write("country = 'other'\n")
    assert emergency_text(load_settings()) == words.EMERGENCY_LOCAL
    write("country = 'DE'\n")
    assert "112" in emergency_text(load_settings())


def headers_of(origins: tuple[str, ...]) -> dict[str, str]:
    """What a response carries after the headers were put on."""
    sent: list[dict[str, object]] = []

    async def page(scope: object, receive: object, send: Callable[..., object]) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[misc]

    async def keep(message: dict[str, object]) -> None:
        sent.append(message)

    made = safe_headers(origins)
    app = made.cls(page, *made.args, **made.kwargs)
    asyncio.run(app({"type": "http"}, None, keep))  # type: ignore[arg-type]
    found = sent[0]["headers"]
    assert isinstance(found, list)
    return {name.decode(): value.decode() for name, value in found}


def test_only_named_websites_may_frame_the_page_and_none_may_be_loaded_from() -> None:
    policy = headers_of(())["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self'")
    assert "http" not in policy
    named = headers_of(("https://a.example", "https://b.example"))["content-security-policy"]
    assert named.endswith("frame-ancestors 'self' https://a.example https://b.example")
