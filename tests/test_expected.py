"""The second vector of a question: where its answer is expected."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from core_support import PROJECT, live

from assistant.embedding import Vectors
from assistant.expected import NAME, expected_encoder_for, load_expected
from assistant.retrieval import Query, Retriever
from assistant.testing import StemEmbedder

DATA = PROJECT / "assistant" / "data"


class Pointing:
    """Expects every answer at one vector."""

    def __init__(self, vector: Vectors) -> None:
        self.vector = vector

    def embed(self, question: str) -> Vectors:
        return self.vector


def made_for() -> str:
    account = json.loads((DATA / f"{NAME}.json").read_text("utf-8"))
    return str(account["model"])


def test_the_shipped_encoder_gives_a_unit_vector_and_the_same_one_again() -> None:
    encoder = expected_encoder_for(made_for())
    assert encoder is not None
    first, again = (encoder.embed("How long does a back spasm last?") for _ in range(2))
    assert first.shape == (384,)
    assert float(np.linalg.norm(first)) == pytest.approx(1.0, abs=1e-5)
    assert np.array_equal(first, again)
    assert np.array_equal(first, encoder.embed("HOW LONG does a back spasm last?"))


def test_a_question_of_any_length_is_read() -> None:
    encoder = expected_encoder_for(made_for())
    assert encoder is not None
    for text in ("", "?", "why " * 2_000, "¿Y el frío? 🙂"):
        assert np.isfinite(encoder.embed(text)).all()


def test_another_encoder_of_the_library_gets_no_second_vector(built: Path) -> None:
    index = live(built).current()
    assert expected_encoder_for("another@1") is None
    hits = Retriever(StemEmbedder()).search(index, Query.of("does heat help"), count=3)
    for hit in hits:  # an answer is expected where the question is
        assert np.allclose(hit.expected_cosines, hit.sentence_cosines)
        assert hit.expected_cosine == pytest.approx(hit.signals["passage"], abs=1e-5)


@pytest.mark.parametrize("broken", ["expected.json", "expected.onnx"])
def test_without_its_files_questions_are_read_by_one_encoder(
    broken: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for path in DATA.glob("expected.*"):
        text = b"not what it was" if path.name == broken else path.read_bytes()
        (tmp_path / path.name).write_bytes(text)
    assert expected_encoder_for(made_for(), tmp_path) is None
    assert "one encoder only" in caplog.text
    assert "back" not in caplog.text


def test_hits_tell_how_near_they_are_to_the_answer_expected(built: Path) -> None:
    index, embedder = live(built).current(), StemEmbedder()
    query = Query.of("does heat help")
    wanted = Retriever(embedder).search(index, query, count=1)[0].sentence_vectors[0]
    hits = Retriever(embedder, expecting=Pointing(wanted)).search(index, query, count=3)
    assert hits[0].expected_cosines[0] == pytest.approx(1.0, abs=1e-5)
    assert hits[0].expected_cosines.shape == hits[0].sentence_cosines.shape


def test_an_encoder_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_expected(tmp_path)
