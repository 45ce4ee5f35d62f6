"""The pain form on the chat page."""

from __future__ import annotations

from assistant.ui import words
from assistant.visit.form import pain_form

from .conftest import Page
from .fakes import FakeAssistant


def fill_in(page: Page, *areas: str, **signs: str) -> Page:
    page.app.button_group(key="pain-areas").set_value(list(areas))
    for sign, answer in signs.items():
        page.app.radio(key=f"pain-sign-{sign}").set_value(answer)
    page.app.run()
    return page.click("pain-look")


def test_the_form_opens_shows_the_message_and_sends_it(
    page: Page, assistant: FakeAssistant
) -> None:
    page.click("pain-first")
    fill_in(page, "lower_back", "left_leg")
    assert "I have pain in my lower back and my left leg." in page.html()
    assert not assistant.seen  # shown, and not sent
    page.click("pain-send")
    assert assistant.seen[-1][-1].text.startswith("I have pain in my lower back")
    assert words.PAIN_TITLE not in page.html()


def test_every_sign_is_asked_with_three_answers_and_none_is_preset(page: Page) -> None:
    page.click("pain-first")
    asked = [r for r in page.app.radio if r.key.startswith("pain-sign-")]
    assert [r.key.removeprefix("pain-sign-") for r in asked] == [s.id for s in pain_form().signs]
    assert all(r.options == [words.YES, words.NO, words.UNSURE] for r in asked)
    assert all(r.value is None for r in asked)


def test_the_drawing_names_what_is_ticked(page: Page) -> None:
    page.click("pain-first")
    assert words.PAIN_SKETCH_EMPTY in page.html()
    fill_in(page, "neck")
    assert words.PAIN_SKETCH.format(areas="Neck") in page.html()


def test_without_a_place_there_is_nothing_to_send(page: Page) -> None:
    page.click("pain-first")
    fill_in(page, fever="yes")
    assert words.PAIN_NO_WHERE in page.html()
    assert "pain-send" not in page.buttons()


def test_a_card_stays_above_the_form_and_a_typed_message_closes_it(page: Page) -> None:
    page.say("I can't pee").click("pain-again")
    html = page.html()
    assert html.index("Get emergency help now") < html.index(words.PAIN_TITLE)
    assert words.PAIN_TITLE not in page.say("thanks").html()


def test_closing_sends_nothing(page: Page, assistant: FakeAssistant) -> None:
    page.click("pain-first").click("pain-close")
    assert not assistant.seen
    assert words.CANNOT in page.html()


def test_no_form_is_offered_below_words_about_violence(page: Page) -> None:
    assert "pain-again" not in page.say("he hits me").buttons()
