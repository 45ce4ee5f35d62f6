"""axe-core finds nothing serious on any page, and everything can be done with the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browsing.accessibility import Focus, grave_violations, tab_through
from browsing.visitor import Visitor

Visit = Callable[..., Visitor]
Steps = Callable[[Visitor], object]

# What is Streamlit's own and cannot be changed from here: rule, then selectors.
KNOWN: dict[str, tuple[str, ...]] = {}


def _examples(patient: Visitor) -> None:
    expect(patient.page.locator("[class*=st-key-example] button").first).to_be_visible()


def _answer_with_sources(patient: Visitor) -> None:
    patient.open_sources(patient.ask("What causes back spasms?"))


def _strong_contrast(patient: Visitor) -> None:
    patient.page.get_by_role("button", name="Display").click()
    patient.page.get_by_text("Strong contrast").click()
    patient.page.get_by_text("Larger letters").click()
    patient.drawn()
    patient.page.keyboard.press("Escape")
    patient.ask("losing weight without trying and my back hurts")
    patient.open_sources(patient.ask("What causes back spasms?"))


def _feedback(patient: Visitor) -> None:
    patient.ask("What causes back spasms?")
    patient.page.get_by_role("button", name="No, it did not").click()
    expect(patient.page.get_by_text("What went wrong?")).to_be_visible()


def _pain_form(patient: Visitor) -> None:
    patient.page.get_by_role("button", name="Describe your pain").click()
    expect(patient.page.get_by_role("heading", name="Warning signs")).to_be_visible()


def _search(patient: Visitor) -> None:
    patient.page.get_by_label("Look for a word or a topic").fill("leg pain")
    patient.page.keyboard.press("Enter")
    expect(patient.page.get_by_text("These articles come closest")).to_be_visible()


def _visit(patient: Visitor) -> None:
    patient.ask("How long does sciatica last?")
    patient.page.get_by_role("link", name="My visit").last.click()
    expect(patient.page.get_by_role("heading", name="My visit")).to_be_visible()
    patient.drawn()


def _add(editor: Visitor) -> None:
    editor.page.get_by_role("tab", name="Add").click()
    expect(editor.page.get_by_label("Who publishes it")).to_be_visible()


PAGES: dict[str, tuple[str, Steps]] = {
    "first visit": ("/", _examples),
    "answer": ("/", _answer_with_sources),
    "strong contrast": ("/", _strong_contrast),
    "emergency": ("/", lambda patient: patient.ask("my back hurts and I can't pee")),
    "despair": ("/", lambda patient: patient.ask("I want to end my life")),
    "not covered": ("/", lambda patient: patient.ask("Which knee brace is best?")),
    "feedback": ("/", _feedback),
    "pain form": ("/", _pain_form),
    "articles": ("/articles", lambda _patient: None),
    "articles, search": ("/articles", _search),
    "one article": ("/articles?article=sciatica", lambda _patient: None),
    "my visit": ("/", _visit),
    "what is kept": ("/privacy", lambda _patient: None),
    "Spanish": ("/?lang=es", lambda patient: patient.ask("¿Qué es la ciática?")),
    "library": ("/library", lambda _editor: None),
    "library, adding": ("/library", _add),
    "quality": ("/quality", lambda _editor: None),
}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(visit: Visit, name: str) -> None:
    path, do = PAGES[name]
    person = visit()
    person.go(path)
    do(person)
    found = grave_violations(person.page, KNOWN)
    assert not found, "\n".join(map(str, found))


def _in_order(stops: list[Focus], *names: str) -> None:
    """``names`` are among ``stops`` in this order, and every stop can be seen."""
    reached = [stop.name for stop in stops]
    places = [next((n for n, name in enumerate(reached) if each in name), -1) for each in names]
    assert -1 not in places, (names, reached)
    assert places == sorted(places), (names, reached)
    assert [stop.name for stop in stops if not stop.visible] == []


def test_a_question_is_asked_and_a_citation_read_with_the_keyboard_only(visit: Visit) -> None:
    patient = visit()
    patient.go()
    _examples(patient)
    page = patient.page
    stops = tab_through(page, until="Type your question")
    _in_order(stops, "Skip to main content", "Articles", "Describe your pain", "911", "Type your")
    page.keyboard.type("What causes back spasms?")
    page.keyboard.press("Enter")
    patient.sent += 1
    answer = patient.reply()
    expect(patient.box).to_be_focused()  # the next question can be typed at once

    while not answer.locator("a.pmr-chip:focus").count():
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(answer.locator(".pmr-source:focus mark").first).to_be_in_viewport()
    stops = tab_through(page, until="Read this in the article", most=3)
    _in_order(stops, "Read this in the article")
    page.keyboard.press("Enter")
    expect(page.locator(".pmr-article mark").first).to_be_in_viewport()
    tab_through(page, until="Back to chat", most=200)
    page.keyboard.press("Enter")
    expect(page.locator(".pmr-answer")).to_be_visible()


def test_the_number_on_a_care_card_is_reached_from_the_question_box(visit: Visit) -> None:
    patient = visit()
    patient.go()
    patient.ask("my back hurts and I can't pee since this morning")
    expect(patient.box).to_be_focused()
    stops = tab_through(patient.page, until="Call 911", key="Shift+Tab")
    assert all(stop.on_screen for stop in stops)
    _in_order(stops, "Start over", "Describe your pain", "Call 911")
