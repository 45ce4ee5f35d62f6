"""Questions are answered in their own language, from the articles in that language only."""

from __future__ import annotations

from pathlib import Path

import pytest
from core_support import store, write_article

from assistant.answering.languages import Readers
from assistant.chat import Assistant
from assistant.corpus import load_articles
from assistant.glossary import Glossary
from assistant.guardrail.types import Turn
from assistant.index.build import build_index
from assistant.index.live import LiveIndex
from assistant.phrases import phrase
from assistant.settings import Settings
from assistant.testing import StemEmbedder

SCIATICA = "Sciatica is pain that runs down the leg. Sciatica often lasts four to six weeks."
CIATICA = "La ciática es un dolor que baja por la pierna. La ciática dura de cuatro a seis semanas."


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    corpus = tmp_path / "corpus"
    write_article(corpus, "sciatica", f"## What is sciatica?\n\n{SCIATICA}", title="Sciatica")
    write_article(
        corpus, "sciatica-es", f"## ¿Qué es la ciática?\n\n{CIATICA}", title="Ciática",
        extra=["lang: es", "translation_of: sciatica"],
    )  # fmt: skip
    data = tmp_path / "data"
    embedder, vectors = StemEmbedder(), store(data)
    build_index(load_articles(corpus), data_dir=data, store=vectors, embedder=embedder)
    settings = Settings(corpus_dir=corpus, data_dir=data)
    return Assistant(settings, LiveIndex(data, vectors, embedder), embedder)


@pytest.mark.parametrize(
    ("question", "lang"),
    [
        ("what is sciatica", "en"),
        ("how long does sciatica last?", "en"),
        ("que es la ciatica", "es"),
        ("¿Cuánto dura la ciática?", "es"),
        ("ciatica?", "es"),
        ("ok???", "en"),
    ],
)
def test_the_language_of_a_question_is_told(assistant: Assistant, question: str, lang: str) -> None:
    readers = Readers(assistant.current_index(), Glossary(), StemEmbedder())
    assert readers.reader(question).lang == lang


def test_a_message_without_words_of_any_language_goes_on_in_the_one_before(
    assistant: Assistant,
) -> None:
    readers = Readers(assistant.current_index(), Glossary(), StemEmbedder())
    assert readers.reader("???", ["¿Qué es la ciática?"]).lang == "es"


@pytest.mark.parametrize(
    ("question", "article"),
    [("How many weeks does sciatica last?", "sciatica"), ("¿Qué es la ciática?", "sciatica-es")],
)
def test_only_articles_of_the_questions_language_are_quoted_or_named(
    assistant: Assistant, question: str, article: str
) -> None:
    reply = assistant.reply([Turn("user", question)])
    assert {sentence.article for sentence in reply.sentences} | set(reply.nearest) == {article}


def test_an_answer_that_is_not_there_is_missed_in_the_questions_language(
    assistant: Assistant,
) -> None:
    reply = assistant.reply([Turn("user", "¿Sirven las ventosas para las rodillas?")])
    assert (reply.kind, reply.text) == ("no_answer", phrase("not_found", "es"))


def test_a_dose_is_declined_in_spanish(assistant: Assistant) -> None:
    reply = assistant.reply([Turn("user", "¿cuánto ibuprofeno me tomo?")])
    assert reply.kind == "declined"
    assert "farmacéutico" in reply.text
