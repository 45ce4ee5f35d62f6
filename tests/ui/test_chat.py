from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from assistant.errors import IndexMissing, InputInvalid, StoreUnavailable
from assistant.guardrail.types import Level, Turn
from assistant.ui import lookup, safety, session, words

from .conftest import Page
from .fakes import EXAMPLES, FakeAssistant, decision

EMERGENCY = "my back hurts and I can't pee since this morning"


def test_first_screen_says_what_this_is_and_offers_questions(page: Page) -> None:
    html = page.html()
    assert f"<h1>{words.TITLE}</h1>" in html
    assert "our practice" in html
    assert words.CANNOT in html
    assert page.labels("example-") == list(EXAMPLES)


@pytest.mark.parametrize("said", [None, "What causes back spasms?", EMERGENCY, "how about taxes"])
def test_emergency_line_is_there_on_every_state(page: Page, said: str | None) -> None:
    if said:
        page.say(said)
    assert '<p class="pmr pmr-emergency-line">' in page.html()
    assert 'href="tel:911"' in page.html().split('pmr-emergency-line">')[1]


def test_emergency_line_names_the_countrys_number(
    open_page: Callable[[], Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMR_COUNTRY", "UK")
    html = open_page().html()
    assert 'href="tel:999"' in html
    assert "911" not in html


def test_practice_name_and_phone_come_from_settings(
    open_page: Callable[[], Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMR_PRACTICE_NAME", "Hill <Clinic>")
    monkeypatch.setenv("PMR_PRACTICE_PHONE", "(555) 010-2000")
    html = open_page().html()
    assert "Hill &lt;Clinic&gt;" in html
    assert 'href="tel:5550102000"' in html


def test_a_tapped_example_is_asked(page: Page, assistant: FakeAssistant) -> None:
    page.click("example-0")
    assert assistant.seen == [(Turn("user", EXAMPLES[0]),)]
    assert words.CANNOT not in page.html()


@pytest.mark.parametrize("blank", ["", "   ", "\n\t"])
def test_a_blank_message_is_ignored(page: Page, assistant: FakeAssistant, blank: str) -> None:
    page.say(blank)
    assert assistant.seen == []
    assert words.CANNOT in page.html()


def test_answer_quotes_in_order_with_chips_and_lists_under_their_lead_in(page: Page) -> None:
    html = page.say("What causes back spasms?").html()
    assert '<a class="pmr-chip" href="#reply-1-1" aria-label="Source 1">[1]</a>' in html
    assert html.index("can follow a strain") < html.index("Common causes include:")
    assert "<ul><li>lifting a heavy load&nbsp;" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert" not in html


def test_sources_show_place_review_date_and_the_words_in_their_paragraph(page: Page) -> None:
    page.say("What causes back spasms?")
    assert "Sources (4)" in [e.label for e in page.app.expander]
    html = page.html()
    assert "Section: What causes back spasms?" in html
    assert "Not yet clinically reviewed. Published March 5, 2024." in html
    assert "<mark>A back spasm can follow a strain.</mark> Costs are $5" in html
    words_quoted = "A%20back%20spasm%20can%20follow%20a%20strain."
    assert f'href="https://practice.example/back-spasms#:~:text={words_quoted}' in html


def test_help_box_ends_an_answer(page: Page) -> None:
    page.say("What causes back spasms?")
    assert words.HELP_BOX in [e.label for e in page.app.expander]


def test_screen_readers_hear_that_an_answer_is_ready(page: Page) -> None:
    html = page.say("What causes back spasms?").html()
    assert 'role="status">Answer 1 is ready. 4 sources.</div>' in html
    html = page.say("which stretches are good").html()
    assert 'role="status">Answer 2 is ready. 1 source.</div>' in html


def test_the_question_as_understood_is_shown_only_when_it_differs(page: Page) -> None:
    assert "Answering:" not in page.say("what causes back spasms").html()
    assert "Answering: What causes back spasms?" in page.say("what causes it").html()


def test_suggestions_are_buttons_under_the_last_answer_only(page: Page) -> None:
    page.say("What causes back spasms?")
    assert page.labels("reply-1-next-") == ["Which stretches help?"]
    page.click("reply-1-next-0")
    assert "Which stretches help?" in page.html()
    assert not page.labels("reply-1-next-")


def test_emergency_shows_only_the_card(page: Page) -> None:
    html = page.say(EMERGENCY).html()
    assert 'class="pmr pmr-card pmr-emergency" role="alert"' in html
    assert "Get emergency help now" in html
    assert "“<bdi>can&#x27;t pee</bdi>”" in html
    assert '<a class="pmr-call" href="tel:911">' in html
    assert "pmr-answer" not in html
    assert not page.app.expander
    assert not page.labels("reply-1-next-")


def test_the_card_stays_through_later_turns_and_reruns(page: Page) -> None:
    page.say(EMERGENCY).say("which stretches are good").say("What causes back spasms?")
    assert "Get emergency help now" in page.html()
    page.app.run()
    assert "Get emergency help now" in page.checked().html()


def test_an_urgent_level_never_shows_article_text_whatever_else_the_reply_holds(
    page: Page, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    from .fakes import answer

    monkeypatch.setattr(assistant, "reply", lambda turns: answer(decision(Level.URGENT, "x y")))
    html = page.say("anything").html()
    assert "Get medical care today" in html
    assert "can follow a strain" not in html


def test_prompt_shows_the_card_and_then_the_answer(page: Page) -> None:
    html = page.say("What causes back spasms? I am losing weight").html()
    assert html.index("pmr-card pmr-prompt") < html.index("pmr-answer")
    assert len(page.app.divider) == 1


def test_a_question_asked_back_is_answered_by_button(page: Page, assistant: FakeAssistant) -> None:
    page.say("I have a foot drop")
    assert "Is it new?" in page.html()
    assert page.labels("reply-1-ask-") == [words.YES, words.NO, words.UNSURE]
    page.click("reply-1-ask-2")
    turns = assistant.seen[-1]
    assert turns[-1] == Turn("user", words.UNSURE)
    assert turns[-2].role == "assistant"
    assert turns[-2].text.endswith("Is it new?")
    assert not page.labels("reply-1-ask-")


def test_crisis_and_safeguarding_use_their_own_words(page: Page) -> None:
    html = page.say("I want to end it").html()
    assert words.BADGE_CRISIS in html
    assert "You wrote" not in html
    assert f"{words.BADGE_EMERGENCY}</p>" not in html


def test_safeguarding_offers_to_clear_the_chat(page: Page) -> None:
    page.say("my partner hits me")
    page.click("reply-1-clear")
    assert "hits me" not in page.html()
    assert words.CANNOT in page.html()


def test_no_answer_names_the_nearest_articles(page: Page) -> None:
    html = page.say("how do I do my taxes").html()
    assert "I did not find an answer." in html
    labels = [e.proto.label for e in page.app.get("page_link")]
    assert labels[1] == "Stretches"


def test_small_talk_is_just_words(page: Page) -> None:
    html = page.say("hello").html()
    assert "Hello." in html
    assert not page.app.expander


def test_start_over_forgets_everything(page: Page, assistant: FakeAssistant) -> None:
    page.say(EMERGENCY).click("start-over")
    assert words.CANNOT in page.html()
    assert "pee" not in page.html()
    page.say("which stretches are good")
    assert len(assistant.seen[-1]) == 1


def test_a_long_message_is_folded(page: Page) -> None:
    html = page.say("pain " * 4000).html()
    assert words.SHOW_ALL in html


def test_user_text_is_never_markup(page: Page) -> None:
    html = page.say("<img src=x onerror=alert(1)> **bold**").html()
    assert "&lt;img src=x onerror=alert(1)&gt; **bold**" in html
    assert "<img" not in html


def test_missing_index_is_a_card_with_the_next_step(
    open_page: Callable[[], Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(settings: object) -> FakeAssistant:
        raise IndexMissing("There is no index in '/x' yet.")

    monkeypatch.setattr(session, "open_assistant", fail)
    page = open_page()
    assert words.BROKEN_TITLE in page.html()
    assert "pmr-assistant index" in page.html()
    page.click("try-again")
    html = page.say("What causes back spasms?").html()
    assert "pmr-assistant index" in html


def test_warning_signs_are_answered_without_an_index(
    open_page: Callable[[], Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(settings: object) -> FakeAssistant:
        raise IndexMissing("There is no index in '/x' yet.")

    monkeypatch.setattr(session, "open_assistant", fail)
    monkeypatch.setattr(
        safety, "decisions", lambda turns, settings: (decision(Level.EMERGENCY, "can't pee"),)
    )
    html = open_page().say(EMERGENCY).html()
    assert "Get emergency help now" in html
    assert words.BROKEN_TITLE not in html


def test_an_opening_that_failed_is_tried_again(
    open_page: Callable[[], Page], monkeypatch: pytest.MonkeyPatch, assistant: FakeAssistant
) -> None:
    tries = iter([StoreUnavailable("no server"), None])

    def flaky(settings: object) -> FakeAssistant:
        if (error := next(tries)) is not None:
            raise error
        return assistant

    monkeypatch.setattr(session, "open_assistant", flaky)
    page = open_page()
    assert "no server" in page.html()
    assert "can follow a strain" in page.say("What causes back spasms?").html()


def test_articles_that_are_away_are_said_to_be(
    page: Page, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(turns: object) -> None:
        raise StoreUnavailable("no server")

    with monkeypatch.context() as broken:
        broken.setattr(assistant, "reply", away)
        html = page.say("What causes back spasms?").html()
    assert words.AWAY_TITLE in html
    assert words.BROKEN_TITLE not in html
    assert "can follow a strain" in page.say("What causes back spasms?").html()


def test_a_message_that_cannot_be_used_is_explained_without_blame(
    page: Page, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(turns: object) -> None:
        raise InputInvalid("Your message has 20,000 characters.")

    monkeypatch.setattr(assistant, "reply", refuse)
    html = page.say("x" * 20_000).html()
    assert "Your message has 20,000 characters. Write your question" in html
    assert words.BROKEN_TITLE not in html


def test_an_unexpected_error_is_a_card_and_its_words_are_not_logged(
    page: Page,
    assistant: FakeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(turns: object) -> None:
        raise RuntimeError("patient words")

    monkeypatch.setattr(assistant, "reply", fail)
    html = page.say("What causes back spasms?").html()
    assert words.BROKEN_TITLE in html
    assert "RuntimeError" in caplog.text
    assert "patient words" not in caplog.text + html


def test_bad_settings_are_a_card(
    open_page: Callable[[], Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMR_ANSWER_SENTENCES", "lots")
    html = open_page().html()
    assert words.BROKEN_TITLE in html
    assert "PMR_ANSWER_SENTENCES" in html


def test_first_paint_does_not_wait_and_a_question_asked_meanwhile_is_answered(
    open_page: Callable[[], Page], monkeypatch: pytest.MonkeyPatch, assistant: FakeAssistant
) -> None:
    gate = threading.Event()

    def slow(settings: object) -> FakeAssistant:
        gate.wait(10)
        return assistant

    monkeypatch.setattr(session, "open_assistant", slow)
    page = open_page()
    assert words.GETTING_READY in page.html()
    assert page.app.chat_input
    threading.Timer(0.3, gate.set).start()
    assert "can follow a strain" in page.say("What causes back spasms?").html()


def test_a_waiting_question_does_not_hold_up_a_care_card(
    open_page: Callable[[], Page], monkeypatch: pytest.MonkeyPatch, assistant: FakeAssistant
) -> None:
    gate = threading.Event()

    def slow(settings: object) -> FakeAssistant:
        gate.wait(10)
        return assistant

    monkeypatch.setattr(session, "open_assistant", slow)
    page = open_page()
    page.app.session_state["exchanges"] = [session.Exchange("What causes back spasms?")]
    html = page.say(EMERGENCY).html()
    assert not gate.is_set()
    assert "Get emergency help now" in html
    assert words.NOT_ANSWERED in html
    gate.set()


def test_a_care_card_does_not_wait_for_the_articles(
    open_page: Callable[[], Page], monkeypatch: pytest.MonkeyPatch, assistant: FakeAssistant
) -> None:
    gate = threading.Event()

    def slow(settings: object) -> FakeAssistant:
        gate.wait(10)
        return assistant

    monkeypatch.setattr(session, "open_assistant", slow)
    monkeypatch.setattr(
        lookup.safety, "decisions", lambda turns, settings: (decision(Level.EMERGENCY, "pee"),)
    )
    page = open_page()
    assert "Get emergency help now" in page.say(EMERGENCY).html()
    assert not gate.is_set()
    gate.set()
