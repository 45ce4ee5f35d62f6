"""Everyday messages that were once misread, each beside the sign that must still be seen."""

from __future__ import annotations

import pytest

from assistant.guardrail import Level, Turn, assess
from assistant.guardrail.extract import read_message
from assistant.guardrail.plain import all_plain
from assistant.guardrail.rulebook import shipped_rulebook
from assistant.guardrail.spelling import Speller
from assistant.visit.description import Description, Ticked
from assistant.visit.form import pain_form
from tests.guardrail.helpers import decide, ids


def _findings(text: str) -> set[str]:
    """The findings that ``text`` claims of anybody now."""
    events = read_message(text, shipped_rulebook()).events
    return {event.finding for event in events if event.assertion.value == "present"}


@pytest.mark.parametrize(
    "text", ["She hit her head.", "My wife just hit her head", "I hit my head"]
)
def test_hitting_ones_own_head_is_no_violence(text: str) -> None:
    assert "violence.severe" not in _findings(text)


@pytest.mark.parametrize(
    "text", ["He hit her head.", "my boyfriend hit my head", "she hit his head"]
)
def test_hitting_somebody_elses_head_is(text: str) -> None:
    assert "violence-abuse" in ids(decide(text))


@pytest.mark.parametrize(
    "text", ["My pain is 4 today", "back pain at 7, was 8", "my son says 0 to 10 it is a 3"]
)
def test_a_strength_of_pain_is_no_age(text: str) -> None:
    assert not read_message(text, shipped_rulebook()).ages


def test_an_age_stays_an_age() -> None:
    assert read_message("first time back pain at 74", shipped_rulebook()).ages
    assert "child-back-pain" in ids(decide("he is 4 and his back hurts"))


def test_two_places_of_one_leg_are_not_both_legs() -> None:
    one = "I have pain in my left leg and my left foot and my lower back"
    two = "I have pain in my left leg and my right foot and my lower back"
    assert "bilateral-leg-symptoms" not in ids(decide(one))
    assert "bilateral-leg-symptoms" in ids(decide(two))


def test_a_fever_of_my_little_one_is_not_mine() -> None:
    text = "My little one has a fever today and I have strained my back carrying her"
    assert "fever-with-back-pain" not in ids(decide(text))
    assert "fever-with-back-pain" in ids(decide("I have a fever and I strained my back"))


@pytest.mark.parametrize("text", ["I fit kitchens", "quite fit for 50", "will it fit my chair"])
def test_what_fits_is_no_seizure(text: str) -> None:
    assert "seizure" not in _findings(text)


@pytest.mark.parametrize("text", ["she had a fit", "4th fit today", "it was a long fit"])
def test_a_fit_is(text: str) -> None:
    assert "seizure" in _findings(text)


def test_real_words_are_not_repaired_into_symptoms() -> None:
    speller: Speller = shipped_rulebook().speller
    for word in ("noches", "techo", "cada", "pagina", "creak", "hinge", "cricked", "overdone"):
        assert speller.repair(word) == (word,)
    assert speller.repair("numness") == ("numbness",)


def test_spanish_denials_and_their_twins() -> None:
    assert "chest.pain" not in _findings("No me duele el pecho ni me falta el aire")
    assert "chest-pain" in ids(decide("me duele el pecho"))
    assert "pregnancy-warning" not in ids(decide("Tengo dolor en el cuello desde hace 3 semanas."))
    assert "autonomic-dysreflexia" not in ids(decide("dolor de cabeza, ejercicios para el cuello"))


def test_a_letter_answers_a_lettered_question() -> None:
    asked = Turn("assistant", "Do any apply? a) osteoporosis b) cancer at any time c) steroids")
    opening = Turn("user", "new ache at the bottom of my spine")
    for letter, level in (("b", Level.URGENT), ("d", Level.NONE)):
        assert assess([opening, asked, Turn("user", letter)])[-1].level is level


@pytest.mark.parametrize("lang", ["en", "es"])
def test_calm_form_sentences_are_plain(lang: str) -> None:
    """Whatever is ticked without a sign is in plain words, so no second reader is asked."""
    form, book = pain_form(lang), shipped_rulebook()
    everything = Description(
        lang=lang,
        areas=tuple(form.areas),
        count=3,
        strength=4,
        feels=Ticked(tuple(form.feels)),
        worse=Ticked(tuple(form.worse)),
        better=Ticked(tuple(form.better)),
        tried=Ticked(tuple(form.tried)),
        signs={sign.id: "no" for sign in form.signs},
    )
    assert all_plain([everything.message()], book.plain)


def test_signs_of_the_form_are_not_plain() -> None:
    for lang in ("en", "es"):
        for sign in pain_form(lang).signs:
            assert not all_plain([sign.yes], shipped_rulebook().plain), sign.yes


def test_plain_words_name_no_sign() -> None:
    plain = shipped_rulebook().plain
    assert all_plain(["I have had pain in my neck for 12 days."], plain)
    for text in ("pain in both legs", "I am 81 and my back hurts", "my back and chest hurt", ""):
        assert not all_plain([text], plain)


@pytest.mark.parametrize(
    "text",
    ["Acute low back pain", "baclofen pump", "Plantar fasciitis (heel pain)", "pregnancy",
     "Pregabalin", "pelvic girdle pain", "inflammatory back pain"],
)  # fmt: skip
def test_the_bare_name_of_a_topic_is_no_sign(with_detector: None, text: str) -> None:
    assert assess([Turn("user", text)])[-1].level is Level.NONE


@pytest.mark.parametrize("text", ["chest pain", "foot drop", "back pain and fever", "can't pee"])
def test_the_bare_name_of_a_sign_is_one(text: str) -> None:
    assert assess([Turn("user", text)])[-1].level >= Level.URGENT
