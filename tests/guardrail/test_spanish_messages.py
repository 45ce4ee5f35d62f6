"""Who writes in Spanish gets the warning, and the question put back, in Spanish."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.guardrail import Level, Turn
from assistant.guardrail.decide import assess
from assistant.guardrail.messages import care_message
from assistant.guardrail.rulebook import shipped_rulebook
from assistant.guardrail.spoken import in_english, in_language

BOOK = shipped_rulebook()
LONGEST_HEADLINE = 15  # words


def texts(table: Any, path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from texts(value, f"{path}{key}.")
        else:
            yield path + key, " ".join(value) if isinstance(value, list) else str(value)


def test_every_text_is_there_in_spanish_with_its_blanks() -> None:
    spanish = dict(texts(BOOK.messages_es))
    for name, english in texts(BOOK.messages):
        if name != "version":
            blanks = sorted(re.findall(r"\{\w+\}", english))
            assert sorted(re.findall(r"\{\w+\}", spanish[name])) == blanks, name


def test_spanish_headlines_are_short() -> None:
    for name, text in texts(BOOK.messages_es):
        if name.endswith("headline"):
            assert len(text.split()) <= LONGEST_HEADLINE, name


@pytest.mark.parametrize("country", ["US", "GB", "ES", "AU", "NZ", "IE", "CA", "XX"])
@pytest.mark.parametrize("level", [Level.NOTICE, Level.PROMPT, Level.URGENT, Level.EMERGENCY])
def test_no_english_words_stand_in_a_spanish_warning(country: str, level: Level) -> None:
    message = care_message(level, (), BOOK, country=country, lang="es")
    assert not re.search(r"\b(the|your|call|or|number|emergency)\b", message.text, re.I)


def test_a_spanish_emergency_is_answered_in_spanish() -> None:
    decision = assess([Turn("user", "no puedo orinar y tengo dormida la entrepierna")])[-1]
    assert decision.level is Level.EMERGENCY
    assert decision.message is not None
    assert decision.message.headline == BOOK.messages_es["emergency"]["headline"]


def test_the_language_of_the_last_words_counts() -> None:
    turns = [Turn("user", "no puedo orinar desde ayer"), Turn("user", "what should I do now?")]
    message = assess(turns)[-1].message
    assert message is not None
    assert message.headline == BOOK.messages["emergency"]["headline"]


@pytest.mark.parametrize(
    "question",
    [
        *(ask.question for ask in BOOK.asks),
        BOOK.messages["doubt"]["question"].format(words="mi pierna"),
    ],
)
def test_a_question_put_back_in_spanish_is_understood_as_the_english_one(question: str) -> None:
    spanish = in_language(question, "es", BOOK)
    assert spanish is not None
    assert spanish != question
    assert in_english(f"Algo. {spanish}", BOOK) == f"Algo. {question}"


def test_yes_to_a_question_put_back_in_spanish_counts() -> None:
    (bladder,) = [ask.question for ask in BOOK.asks if ask.id == "bladder"]
    asked = in_language(bladder, "es", BOOK) or ""
    turns = [Turn("user", "me duele la espalda"), Turn("assistant", asked), Turn("user", "sí")]
    assert assess(turns)[-1].level is Level.EMERGENCY
