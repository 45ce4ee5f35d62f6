"""How sentences are weighed, and which of them stand together in an answer."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from core_support import PROJECT, live

from assistant.answering.compose import compose
from assistant.answering.lines import FEATURES, line_features
from assistant.answering.selection import Selection
from assistant.answering.terms import Vocabulary
from assistant.answering.units import Unit
from assistant.kinds import Kind
from assistant.retrieval import Query, Retriever
from assistant.testing import StemEmbedder
from assistant.text import plain


def unit(*lines: tuple[float, int], at: int = 0, passage: str = "p", is_list: bool = False) -> Unit:
    """Lines with their worth and what they say; what is said twice has one vector."""
    hit = SimpleNamespace(passage=SimpleNamespace(id=passage))
    return Unit(
        hit=hit,  # type: ignore[arg-type]
        rank=0,
        positions=tuple(range(at, at + len(lines))),
        features=np.zeros((len(lines), len(FEATURES))),
        worth=np.array([worth for worth, _ in lines]),
        vectors=np.eye(12, dtype=np.float32)[[said for _, said in lines]],
        is_list=is_list,
    )


def shown(*units: Unit, limit: int = 6, in_list: float = 1.0) -> list[tuple[int, ...]]:
    selection = Selection(units, limit, in_list=in_list)
    while (number := selection.best()) is not None:
        selection.add(number)
    return [s.positions for s in selection.shown]


def test_a_line_that_repeats_the_first_makes_way_for_a_new_one() -> None:
    best, again, new = unit((3, 0), at=0), unit((2.9, 0), at=1), unit((1, 1), at=2)
    assert shown(best, again, new) == [(0,), (2,)]


def test_what_is_far_behind_is_left_out_although_there_is_room() -> None:
    assert shown(unit((9, 0), at=0), unit((1, 1), at=1)) == [(0,)]


def test_a_list_keeps_its_best_items_in_the_articles_order() -> None:
    listed = unit((0, 0), (1, 1), (3, 2), (1, 3), (3.1, 4), is_list=True)
    assert shown(listed, limit=4) == [(0, 1, 2, 4)]
    assert shown(listed, limit=2) == []  # a lead-in and one of four items would say too little


def test_a_list_that_is_shown_grows_when_its_next_item_says_more_than_a_sentence() -> None:
    listed = unit((0, 0), (3, 1), (3, 2), (1.5, 3), is_list=True)
    assert shown(listed, unit((1, 4), at=9), limit=4) == [(0, 1, 2, 3)]
    assert shown(listed, unit((2, 4), at=9), limit=4) == [(0, 1, 2), (9,)]


def test_a_sentence_shown_in_a_pair_is_not_shown_again() -> None:
    assert shown(unit((3, 0), (3, 1), at=0), unit((2, 1), at=1), unit((1, 2), at=2)) == [
        (0, 1),
        (2,),
    ]


def test_two_sentences_that_need_each_other_have_no_place_in_one_line() -> None:
    pair = unit((3, 0), (3, 1))
    asked = Query(text="what is it", stems=())
    assert compose([pair], asked, limit=1) == []
    assert [p.position for p in compose([pair], asked, limit=2)] == [0, 1]


def test_a_yes_or_no_question_opens_with_what_decides_it() -> None:
    decides = unit((1.5, 1), at=1)
    decides.features[0, FEATURES.index("cue")] = 1.0
    units = [unit((2, 0), at=0), decides]
    sure = Query(text="is it safe", stems=(), kinds=(Kind.SAFETY,), yes_no=True)
    assert [p.position for p in compose(units, sure)] == [1, 0]
    assert [p.position for p in compose(units, replace(sure, yes_no=False))] == [0, 1]


def test_features_have_a_row_for_each_sentence_and_a_weight_each(built: Path) -> None:
    index = live(built).current()
    embedder = StemEmbedder()
    query = Query.of("does heat help")
    hits = Retriever(embedder).search(index, query, count=3)
    articles = index.library.articles
    texts = [
        [plain(s.span.cut(articles[h.passage.article].text)) for s in h.passage.sentences]
        for h in hits
    ]
    tables = line_features(
        Vocabulary(index.library, index.lexis["en"], embedder), query, hits, texts
    )
    assert [t.shape for t in tables] == [(len(own), len(FEATURES)) for own in texts]
    behind = np.concatenate(tables)[:, FEATURES.index("behind")]
    assert behind.max() == pytest.approx(0.0)
    assert behind.min() < 0
    saved = PROJECT / "assistant" / "data" / "sentences.toml"
    assert set(tomllib.loads(saved.read_text("utf-8"))["weights"]) == set(FEATURES)
