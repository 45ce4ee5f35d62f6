"""What patients do on the page, from the first visit to the sheet for the doctor."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from browsing.serving import serve
from browsing.visitor import PHONE, Visitor, visitor

from .conftest import ARTICLES, Chat

Visit = Callable[..., Visitor]
EMERGENCY = "my back hurts and I can't pee since this morning"


def test_a_first_visit_says_what_this_is_and_an_example_is_answered(visit: Visit) -> None:
    patient = visit()
    patient.go()
    page = patient.page
    expect(page.get_by_role("heading", name="Ask about back pain")).to_be_visible()
    expect(page.get_by_text("does not replace your doctor")).to_be_visible()
    expect(page.locator(".pmr-emergency-line a[href='tel:911']")).to_be_in_viewport()
    expect(patient.box).to_be_in_viewport()
    example = page.locator("[class*=st-key-example] button").first
    words = example.inner_text()
    patient.tap(example)
    assert patient.reply().locator(".pmr-answer a.pmr-chip").count()
    expect(page.locator("#said-1")).to_have_text(words)
    assert patient.asked_elsewhere() == []


def test_a_citation_opens_its_source_and_article_and_the_chat_is_there_on_the_way_back(
    visit: Visit,
) -> None:
    patient = visit()
    patient.go()
    page = patient.page
    answer = patient.ask("What causes back spasms?")
    chip = answer.locator("a.pmr-chip").first
    said = answer.locator(".pmr-answer").inner_text()

    chip.click()
    source = page.locator(chip.get_attribute("href") or "none")
    expect(source).to_be_focused()
    expect(source.locator("mark").first).to_be_in_viewport()
    quoted = source.locator("mark").first.inner_text()
    assert quoted.rstrip(".") in said

    answer.get_by_role("link", name="Read this in the article").first.click()
    expect(page.locator(".pmr-article mark").first).to_be_in_viewport()
    expect(page.locator(".pmr-article mark").first).to_contain_text(quoted.rstrip("."))

    page.get_by_role("link", name="Back to chat").click()
    expect(page.locator(".pmr-answer")).to_have_text(said, use_inner_text=True)
    expect(page.locator("#said-1")).to_be_visible()


def test_an_article_that_is_opened_from_the_list_is_read_from_its_head(visit: Visit) -> None:
    patient = visit(size=(390, 500))
    patient.go("/articles")
    page = patient.page
    topic = patient.unfold("Back pain and back conditions")
    topic.get_by_role("link", name="Sciatica", exact=True).click()
    article = page.get_by_role("heading", name="Sciatica", exact=True, level=1)
    expect(article).to_be_in_viewport()
    expect(page).to_have_url(re.compile(r"/articles\?article=sciatica$"))
    page.go_back()
    expect(page.get_by_role("heading", name="Our articles")).to_be_visible()
    page.go_forward()
    expect(article).to_be_visible()
    page.get_by_role("link", name="All articles").click()
    expect(page.get_by_role("heading", name="Our articles")).to_be_in_viewport()


def test_an_article_is_found_read_at_its_section_and_asked_about(visit: Visit) -> None:
    patient = visit(size=PHONE)
    patient.go("/articles")
    page = patient.page
    page.get_by_label("Look for a word or a topic").fill("slipped disc")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="What is a herniated disc?").click()
    heading = page.get_by_role("heading", name="What is a herniated disc?")
    expect(heading).to_be_in_viewport()
    page.get_by_text("On this page").click()
    page.locator(".pmr-contents").get_by_role("link", name="How long does").click()
    expect(page.get_by_role("heading", name="How long does a herniated disc")).to_be_in_viewport()
    page.get_by_label("Your question").fill("can I lift?")
    patient.tap(page.get_by_role("button", name="Ask in the chat"))
    expect(patient.reply().locator(".pmr-answer")).to_be_visible()
    expect(page.locator("#said-1")).to_have_text("Herniated disc: can I lift?")


def test_every_article_of_the_practice_can_be_opened_to_its_end(visit: Visit) -> None:
    patient = visit()
    for name in ARTICLES:
        patient.go(f"/articles?article={name}")
        expect(patient.page.get_by_role("link", name="What is kept")).to_be_visible()
        expect(patient.page.get_by_test_id("stException")).to_have_count(0)


def test_a_warning_sign_that_is_looked_for_among_the_articles_gets_its_card(visit: Visit) -> None:
    patient = visit(size=PHONE)
    patient.go("/articles")
    page = patient.page
    page.get_by_label("Look for a word or a topic").fill(EMERGENCY)
    page.keyboard.press("Enter")
    expect(page.locator(".pmr-emergency")).to_be_in_viewport()
    expect(page.locator("#said-1")).to_have_text(EMERGENCY)


def test_a_care_card_stays_through_reruns_other_pages_and_later_turns(visit: Visit) -> None:
    patient = visit(size=PHONE)
    patient.go()
    page = patient.page
    patient.ask("What causes back spasms?")
    patient.ask(EMERGENCY)
    card = page.locator(".pmr-emergency").first
    expect(card).to_be_in_viewport()
    expect(card.locator("a[href='tel:911']").first).to_be_visible()
    expect(patient.box).to_be_focused()

    page.get_by_role("link", name="My visit").last.click()
    expect(page.get_by_role("heading", name="My visit")).to_be_visible()
    expect(page.locator(".pmr-emergency")).to_be_in_viewport()
    page.get_by_role("link", name="Back to chat").click()
    expect(patient.box).to_be_visible()
    expect(page.locator(".pmr-emergency").first).to_be_attached()
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("button", name="English")).to_be_attached()
    expect(page.locator(".pmr-emergency").first).to_be_attached()

    patient.ask("which stretches help?")
    expect(page.locator(".pmr-answer")).to_have_count(1)  # the one from before the card
    expect(page.locator(".pmr-emergency").first).to_be_attached()
    expect(page.locator(".pmr-emergency-line")).to_be_visible()


def test_an_answer_is_made_longer_and_copied(visit: Visit) -> None:
    patient = visit(size=PHONE)
    patient.go()
    page = patient.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    short = patient.ask("What causes back spasms?").locator(".pmr-answer a.pmr-chip").count()
    page.get_by_role("button", name="Tell me more").click()
    expect(page.get_by_role("button", name="Make it shorter")).to_be_visible()
    assert page.locator(".pmr-answer a.pmr-chip").count() > short
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("What causes back spasms?")
    assert "Not yet clinically reviewed" in copied


def test_a_follow_up_is_read_with_its_topic(visit: Visit) -> None:
    patient = visit()
    patient.go()
    patient.ask("What is a herniated disc?")
    answer = patient.ask("how is it treated?")
    expect(answer.get_by_text(re.compile("^Answering: .*herniated disc"))).to_be_visible()
    sources = patient.open_sources(answer)
    expect(sources.filter(has_text="Herniated disc").first).to_be_visible()


def test_what_the_articles_do_not_cover_is_said_and_near_ones_are_offered(visit: Visit) -> None:
    patient = visit()
    patient.go()
    reply = patient.ask("Which knee brace is best for a torn meniscus?")
    expect(reply.locator(".pmr-answer")).to_have_count(0)
    expect(reply.locator("a.pmr-chip")).to_have_count(0)
    near = reply.get_by_role("link")
    title = near.first.inner_text().splitlines()[-1]  # an icon stands before it
    near.first.click()
    expect(patient.page.get_by_role("heading", name=title, level=1)).to_be_in_viewport()


def test_feedback_is_kept_only_after_the_box_is_ticked(visit: Visit, chat: Chat) -> None:
    patient = visit()
    patient.go()
    page = patient.page
    patient.ask("Is heat or ice better for back pain?")
    page.get_by_role("button", name="No, it did not").click()
    page.get_by_text("Something is missing").click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("We only keep this chat if you agree")).to_be_visible()
    assert not chat.feedback.exists()
    page.get_by_text("I agree:").click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Thank you.")).to_be_visible()
    kept = [json.loads(line) for line in chat.feedback.read_text("utf-8").splitlines()]
    assert len(kept) == 1
    assert "heat or ice" in json.dumps(kept)


def test_my_visit_is_saved_as_a_pdf_with_the_question_and_the_quotes(
    visit: Visit, tmp_path: Path
) -> None:
    patient = visit()
    patient.go()
    page = patient.page
    answer = patient.ask("How long does sciatica last?")
    quoted = answer.locator(".pmr-answer p").first.inner_text().split("[")[0].strip()
    page.get_by_role("link", name="My visit").last.click()
    expect(page.get_by_role("heading", name="My visit")).to_be_visible()
    page.get_by_label("More questions, one on each line").fill("Can I go swimming?")
    page.get_by_role("heading", name="My visit").click()  # leaving the box keeps what is in it
    expect(page.locator(".pmr-sheet")).to_contain_text("Can I go swimming?")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as PDF").click()
    download.value.save_as(tmp_path / "visit.pdf")
    pages = PdfReader(io.BytesIO((tmp_path / "visit.pdf").read_bytes())).pages
    text = " ".join(" ".join(p.extract_text() for p in pages).split())
    assert "How long does sciatica last?" in text
    assert "Can I go swimming?" in text
    assert quoted[:40] in text


def test_a_spanish_question_is_answered_in_spanish_and_the_language_stays(visit: Visit) -> None:
    patient = visit()
    patient.go()
    page = patient.page
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("heading", name="Preguntas sobre el dolor")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    answer = patient.ask("¿Es mejor el calor o el frío para el dolor de espalda?")
    sources = patient.open_sources(answer)
    expect(sources.locator("mark").first).to_contain_text(re.compile("calor|frío"))
    page.get_by_role("link", name="Volver al chat").or_(
        page.get_by_role("link", name="Artículos")
    ).first.click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    card = visit()
    card.go("/?lang=es")
    card.ask("no puedo orinar desde esta mañana y me duele la espalda")
    expect(card.page.locator(".pmr-emergency")).to_contain_text("911")


@pytest.mark.parametrize("path", ["/", "/articles", "/articles?article=sciatica", "/visit"])
def test_no_page_scrolls_sideways_on_a_narrow_phone(visit: Visit, path: str) -> None:
    patient = visit(size=(320, 640))
    patient.go(path)
    assert not patient.scrolls_sideways()


def test_a_chat_and_the_pain_form_fit_a_narrow_phone(visit: Visit) -> None:
    patient = visit(size=(320, 640))
    patient.go()
    answer = patient.ask("What causes back spasms?")
    patient.open_sources(answer)
    patient.ask(EMERGENCY)
    assert not patient.scrolls_sideways()
    patient.page.get_by_role("button", name="Describe your pain").click()
    expect(patient.page.get_by_text("Where does it hurt?")).to_be_visible()
    assert not patient.scrolls_sideways()


def test_a_question_asked_while_the_articles_load_is_answered(
    browser: Browser, practice: dict[str, str]
) -> None:
    with serve(practice) as address:
        early = visitor(browser, address)
        early.page.goto(address)
        early.box.wait_for()
        early.type("What causes back spasms?")
        waiting = early.page.get_by_text(re.compile("Getting our articles ready|Looking through"))
        expect(waiting.or_(early.page.locator(".pmr-answer")).first).to_be_visible()
        assert early.reply().locator(".pmr-answer a.pmr-chip").count()
        early.page.context.close()
