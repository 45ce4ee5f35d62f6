"""The real embedding model over some of our own articles."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from core_support import build, live

from assistant.chat import Assistant
from assistant.corpus import load_articles
from assistant.embedding import SentenceTransformerEmbedder
from assistant.errors import EmbedderUnavailable
from assistant.guardrail.types import Level, Turn
from assistant.reply import Reply, reply_to_json
from assistant.settings import Settings
from assistant.text import plain

pytestmark = pytest.mark.slow


def shown(text: str) -> str:
    """The words a reader sees, without the marks and numbers of a list."""
    return re.sub(r"(?<!\S)(?:\d+\.|-) ", "", plain(text))


@pytest.fixture(scope="module")
def embedder() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder()


@pytest.fixture(scope="module")
def assistant(
    tmp_path_factory: pytest.TempPathFactory,
    embedder: SentenceTransformerEmbedder,
    core_library: Path,
) -> Assistant:
    data = tmp_path_factory.mktemp("data")
    build(load_articles(core_library), data, embedder)
    settings = Settings(corpus_dir=core_library, data_dir=data)
    return Assistant(settings, live(data, embedder), embedder)


def ask(assistant: Assistant, *texts: str) -> Reply:
    return assistant.reply([Turn("user", t) for t in texts])


def assert_quoted(reply: Reply) -> None:
    for sentence in reply_to_json(reply)["sentences"]:
        sources = {s["number"]: s for s in reply_to_json(reply)["sources"]}
        for number in sentence["citations"]:
            source = sources[number]
            text = reply.article(source["article"]).text
            assert shown(text[source["start"] : source["end"]]) == shown(source["quote"])
            assert sentence["text"] in " ".join(source["quote"].split())


class TestRealModel:
    def test_vectors_are_unit_vectors_and_repeatable(self, embedder) -> None:
        texts = ["back pain", "", "a" * 5000, "Rückenschmerz", "back pain"]
        vectors = embedder.embed(texts)
        assert vectors.shape == (5, embedder.dimension)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
        assert np.allclose(vectors[0], vectors[4], atol=1e-5)
        assert embedder.embed([]).shape == (0, embedder.dimension)

    def test_what_causes_back_spasms(self, assistant: Assistant) -> None:
        reply = ask(assistant, "What causes back spasms?")
        assert reply.kind == "answer"
        assert any("spasm" in reply.article(c.article).title.lower() for c in reply.citations)
        assert_quoted(reply)

    def test_a_lasagne_recipe_gets_no_answer(self, assistant: Assistant) -> None:
        reply = ask(assistant, "Give me a lasagne recipe with spinach and ricotta.")
        assert reply.kind == "no_answer"
        assert not reply.sentences
        assert reply.nearest

    @pytest.mark.parametrize(
        "question",
        [
            "What is a herniated disc?",
            "Should I use heat or ice?",
            "Which doctor treats back pain?",
            "How long do back spasms last?",
        ],
    )
    def test_core_questions_are_answered_word_for_word(
        self, assistant: Assistant, question: str
    ) -> None:
        reply = ask(assistant, question)
        assert reply.kind == "answer"
        assert 1 <= len(reply.sentences) <= 6
        assert_quoted(reply)

    def test_a_follow_up(self, assistant: Assistant) -> None:
        reply = ask(assistant, "What causes back spasms?", "how long do they last?")
        assert reply.resolved_question
        assert "spasm" in reply.resolved_question.lower()
        assert_quoted(reply)

    def test_an_emergency(self, assistant: Assistant) -> None:
        reply = ask(assistant, "My back hurts and I lost control of my bladder.")
        assert reply.kind == "care"
        assert reply.decision.level is Level.EMERGENCY
        assert not reply.sentences

    def test_example_questions_are_answered(self, assistant: Assistant) -> None:
        questions = assistant.example_questions()
        assert len(questions) >= 3
        for question in questions:
            assert ask(assistant, question).kind == "answer", question

    def test_a_folder_that_is_no_model_is_explained(self, tmp_path: Path) -> None:
        with pytest.raises(EmbedderUnavailable) as caught:
            SentenceTransformerEmbedder(str(tmp_path)).embed(["x"])
        assert "PMR_EMBEDDING_MODEL" in caught.value.next_step
