"""The page's own words stay readable for a person in pain, and are the same in each language."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from assistant.catalogue import LANGUAGES, page_words
from assistant.ui import words
from assistant.visit.form import pain_form

from .conftest import APP, Page

ENGLISH, SPANISH = page_words("en"), page_words("es")
FORM = pain_form()
SENTENCES = (words.PURPOSE, words.CAN, words.CANNOT, words.MISREAD, words.BROKEN_TEXT,
             words.ARTICLES_INTRO, words.NOT_FOUND, words.NO_SUCH_ARTICLE, words.KEEPS,
             words.TICK_FIRST, words.THANKS, words.NOT_KEPT, words.CARD_FIRST,
             words.CARD_STANDS, words.QUESTIONS_KEPT, words.NOTED, words.NOTED_GONE,
             words.NOTED_STAYS, words.PAIN_INTRO, words.PAIN_WHERE_HELP, words.PAIN_SIGNS_HELP,
             words.PAIN_READY_HELP, words.PAIN_READY_VISIT, words.PAIN_NO_WHERE,
             words.VISIT_INTRO, words.VISIT_EMPTY,
             words.VISIT_NO_DOCTOR, words.VISIT_SIGNS_HELP, words.VISIT_PRIVATE,
             words.VISIT_LETTERS,
             *(value for name, value in ENGLISH.items() if name.startswith("PRIVACY_")),
             *(f"{sign.ask} {sign.means}" for sign in FORM.signs))  # fmt: skip
SAME_IN_BOTH = {"NO", "LIBRARY_LANGUAGE", "PAIN_STRONG_SAYS", "VISIT_LASTS"}


def syllables(word: str) -> int:
    word = re.sub(r"(?:[^laeiouy]es|ed|[^laeiouy]e)$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", word)))


def fields(template: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(template) if name)


def names_used() -> Iterator[str]:
    """Every word that a module of the page reads from the catalogue."""
    for path in (APP.parent / "assistant" / "ui").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "assistant.ui"
            for alias in node.names
            if alias.name == "words"
        }
        for node in ast.walk(tree):
            named = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
            if named and node.value.id in imported:
                yield node.attr


def test_reading_grade_is_six_or_lower() -> None:
    text = " ".join(SENTENCES).replace("{practice}", "our practice").replace("{days}", "thirty")
    found = re.findall(r"[A-Za-z']+", text)
    sentences = len(re.findall(r"[.!?]", text))
    grade = 0.39 * len(found) / sentences + 11.8 * sum(map(syllables, found)) / len(found) - 15.59
    assert grade <= 6


def test_no_negative_contractions_except_in_the_readers_own_answer() -> None:
    for name, value in ENGLISH.items():
        if name not in ("UNSURE", "PAIN_SIGNS_HELP"):  # the second quotes the first
            assert not re.search(r"n['’]t\b", value), name


def test_every_word_is_there_in_each_language_with_the_same_fields() -> None:
    assert list(ENGLISH) == list(SPANISH)
    for name, value in ENGLISH.items():
        assert fields(value) == fields(SPANISH[name]), name
        assert value != SPANISH[name] or name in SAME_IN_BOTH, f"{name} is not translated"
    assert len(ENGLISH["MONTHS"].split()) == len(SPANISH["MONTHS"].split()) == 12


def test_every_word_that_the_page_reads_is_in_the_catalogue() -> None:
    assert set(names_used()) <= set(ENGLISH)


def test_spanish_says_usted() -> None:
    said = " ".join([*SPANISH.values(), *(f"{s.ask} {s.means}" for s in pain_form("es").signs)])
    assert not re.search(r"\b(tú|tu|tus|te|tienes|puedes|quieres|escribe)\b", said, re.I)


def open_in(lang: str) -> Page:
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.query_params["lang"] = lang
    return Page(app.run()).checked()


def test_the_address_chooses_the_language_and_the_switch_changes_it(
    open_page: Callable[[], Page],
) -> None:
    page = open_in("es")
    assert SPANISH["CANNOT"] in page.html()
    assert ENGLISH["CANNOT"] not in page.html()
    assert SPANISH["INPUT"] == page.app.chat_input(key="message").placeholder
    page.click("switch-language")
    assert ENGLISH["CANNOT"] in page.html()
    assert page.app.query_params["lang"] in ("en", ["en"])


@pytest.mark.parametrize("lang", ["xx", "<script>"])
def test_an_unknown_language_in_the_address_is_english(
    open_page: Callable[[], Page], lang: str
) -> None:
    assert ENGLISH["CANNOT"] in open_in(lang).html()


def test_the_card_stays_in_the_language_of_the_message(open_page: Callable[[], Page]) -> None:
    page = open_in("es").say("I can't pee")
    assert "Get emergency help now" in page.html()
    assert SPANISH["BADGE_EMERGENCY"] in page.html()


def test_there_is_a_file_for_each_language() -> None:
    folder = Path(APP).parent / "assistant" / "catalogue"
    assert {path.stem for path in folder.glob("*.toml")} == set(LANGUAGES)
