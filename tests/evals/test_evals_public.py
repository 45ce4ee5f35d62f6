"""Public sets: read, ranked, measured beside peers, kept, and skipped when they are absent."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from assistant.guardrail.types import Turn
from assistant.settings import load_settings
from assistant.testing import StemEmbedder
from evals.errors import CasesInvalid, PublicDataInvalid
from evals.peers import keyword_router
from evals.public import answer_sentences, medquad
from evals.public.bench import Bench
from evals.public.guardrail import read_set, route_rates
from evals.public.measuring import SETS, chosen, kept_lines, measure_sets, published
from evals.public.ranking import assistant_ranker, bm25_sentences, cosine_ranker
from evals.public.sentences import Task, judgeable, mas, mediqa, split, squad
from evals.public.vectors import KeptEmbedder

HEAT = "Heat relaxes tight muscles in the back."
ICE = "Cold packs numb a sore joint for a while."


def write(path, *rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def bench(tmp_path):
    settings = load_settings(data_dir=tmp_path / "data", corpus_dir=tmp_path)
    return Bench(settings=settings, embedder=StemEmbedder(), shared=tmp_path)


def no_tick(_done, _total):
    pass


# --- messages ----------------------------------------------------------------------------


def test_rates_of_a_set_leave_out_what_has_no_label(tmp_path):
    path = write(
        tmp_path / "set.jsonl",
        {"id": "1", "text": "numb groin", "route": True},
        {"id": "2", "text": "x", "route": False},
        {"id": "3", "text": "y", "route": None},
        {"id": "4", "turns": ["a", "b"], "route": False},
    )
    labelled = read_set(path)
    assert len(labelled) == 3
    rates = route_rates(labelled, keyword_router)
    assert rates["recall"].value == 1
    assert rates["false_alarm"].value == 0
    assert labelled[2].turns == (Turn("user", "a"), Turn("user", "b"))


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "1", "route": true}', '"secret"'])
def test_a_damaged_set_is_named_by_line_and_never_quoted(tmp_path, line):
    path = tmp_path / "set.jsonl"
    path.write_text(f"\n{line}\n", "utf-8")
    with pytest.raises(PublicDataInvalid, match="line 2") as caught:
        read_set(path)
    assert "secret" not in str(caught.value)


# --- sentences ---------------------------------------------------------------------------


def test_squad_s_gold_is_every_sentence_with_the_usual_answer(tmp_path):
    context = "It flew in 1968. Ten years before, in 1958, it was founded."
    qas = [{"id": "q", "q": "When did it fly?", "answers": ["1968", "1958", "1968"]}]
    rows = write(tmp_path / "s", {"article": "a", "para": 0, "context": context, "qas": qas})
    assert squad(rows)[0].gold == {0}


def test_mas_s_gold_are_the_sentences_of_the_summary(tmp_path):
    row = {"qid": "1", "text": "?", "extractive": HEAT, "answers": [["a", f"{HEAT} {ICE}"]]}
    task = mas(write(tmp_path / "m", row))[0]
    assert [task.candidates[n] for n in task.gold] == [HEAT]


def test_mediqa_keeps_grades_and_the_order_of_its_system(tmp_path):
    answers = [
        {"aid": "1", "sys": 2, "score": 4, "text": HEAT},
        {"aid": "2", "sys": 1, "score": 2, "text": ICE},
    ]
    task = mediqa(write(tmp_path / "q", {"qid": "1", "text": "?", "answers": answers}))[0]
    assert (task.gold, task.grades, task.given) == ({0}, (4, 2), (1, 0))
    values = answer_sentences.ranking_metrics(task, task.given)
    assert values["p@1"] == 0
    assert values["mrr"] == values["map"] == 0.5
    assert values["ndcg@10"] == pytest.approx((1 + 3 / np.log2(3)) / (3 + 1 / np.log2(3)))
    assert answer_sentences.ranking_metrics(task, [0, 1])["ndcg@10"] == 1


def test_average_precision_counts_every_gold_sentence():
    task = Task("g", "q", ("a", "b", "c", "d"), frozenset({1, 3}))
    assert answer_sentences.ranking_metrics(task, [1, 0, 3, 2])["map"] == pytest.approx(5 / 6)
    assert answer_sentences.ranking_metrics(task, [0, 2, 1, 3])["mrr"] == pytest.approx(1 / 3)


def test_tasks_that_nobody_can_fail_or_pass_are_left_out():
    tasks = [Task("g", "q", ("a", "b"), gold) for gold in map(frozenset, ((), (0,), (0, 1)))]
    assert judgeable(tasks) == tasks[1:2]


def test_sentences_without_a_blank_between_them_are_told_apart():
    assert split("It helps the muscles.If not, see a doctor.") == (
        "It helps the muscles.", "If not, see a doctor.",
    )  # fmt: skip


@pytest.mark.parametrize(
    "candidates",
    [
        (ICE, HEAT, "Sleep well at night if you can do so."),
        ("# A heading line, not a heading", "- Heat relaxes tight muscles.", "1. Count to ten now"),
        (
            "> quoted by somebody else here",
            "<b>bold words in a line</b>",
            "Heat relaxes tight muscles.",
        ),
    ],
)
@pytest.mark.parametrize("whole", [False, True])
def test_the_assistant_orders_every_candidate_whatever_it_looks_like(bench, candidates, whole):
    ranker = assistant_ranker(bench.settings, bench.embedder, whole=whole)
    with ranker(candidates) as order:
        found = order("does heat relax tight muscles?")
    assert sorted(found) == [0, 1, 2]
    assert "Heat" in candidates[found[0]]


def test_better_sentence_choosing_moves_the_figure(bench, monkeypatch):
    from evals.public import ranking

    real = ranking.units_of

    def worse(*arguments):
        return [replace(unit, worth=-unit.worth) for unit in real(*arguments)]

    def first():
        with assistant_ranker(bench.settings, bench.embedder)((ICE, HEAT)) as order:
            return order("does heat relax tight muscles?")[0]

    assert first() == 1
    monkeypatch.setattr(ranking, "units_of", worse)
    assert first() == 0


@pytest.mark.parametrize("ranker", [cosine_ranker(StemEmbedder()), bm25_sentences()])
def test_the_peers_order_sentences(ranker):
    with ranker((ICE, HEAT)) as order:
        assert order("heat for tight muscles") == [1, 0]


# --- the whole way -----------------------------------------------------------------------


def library(tmp_path):
    sections = [
        {"sec_id": "a1", "heading": "Treatment", "text": HEAT},
        {"sec_id": "a2", "heading": "Causes", "text": "A sudden move can strain the back."},
    ]
    write(tmp_path / medquad.DOCUMENTS, {"title": "Back spasm", "sections": sections})
    write(tmp_path / medquad.QUESTIONS, {"text": "what relaxes tight muscles", "rel": ["a1"]})


def test_every_system_is_measured_on_the_same_questions(bench, tmp_path):
    library(tmp_path)
    lines = list(measure_sets(chosen(["medquad-hidden"]), bench, tmp_path / "out"))
    for system in ("assistant", "plain LangChain pipeline", "MiniLM over whole", "BM25 alone"):
        assert any(
            line.strip().startswith(system) and "hit@1       1.000" in line for line in lines
        )
    assert any("all 2,285 questions" in line for line in lines)


def test_hidden_headings_are_hidden(bench, tmp_path):
    library(tmp_path)
    hidden, shown = (medquad.MedQuad(bench, headings=h) for h in (False, True))
    assert not any("Treatment" in chunk.text for chunk in hidden._chunks)
    assert any("Treatment" in chunk.text for chunk in shown._chunks)
    assert "Treatment" not in hidden.article(hidden.sections[0]).text


def test_finished_figures_are_not_measured_again(bench, tmp_path, monkeypatch):
    library(tmp_path)
    first = list(measure_sets(chosen(["medquad-hidden"]), bench, tmp_path / "out"))
    monkeypatch.setattr(medquad.MedQuad, "_measure", lambda *_: 1 / 0)
    assert list(measure_sets(chosen(["medquad-hidden"]), bench, tmp_path / "out")) == first
    assert "of an earlier build" not in "".join(kept_lines(bench.settings, tmp_path / "out"))
    write(tmp_path / medquad.QUESTIONS, {"text": "why", "rel": ["a2"]})
    with pytest.raises(ZeroDivisionError):
        list(measure_sets(chosen(["medquad-hidden"]), bench, tmp_path / "out"))


def test_absent_sets_are_skipped_with_a_note(bench, tmp_path):
    lines = list(measure_sets(SETS, bench, tmp_path))
    assert sum("skipped" in line for line in lines) == len(SETS)
    assert kept_lines(bench.settings, tmp_path) == [
        "Not run yet. Run: pmr-assistant eval public"
    ]  # fmt: skip


def test_published_rows_belong_to_known_sets_and_name_their_source():
    names = {one.name for one in SETS}
    assert all(row.set in names and row.source and row.metrics for row in published())
    with pytest.raises(CasesInvalid, match="nope"):
        chosen(["nope"])


def test_vectors_are_kept_between_runs(tmp_path):
    inner = StemEmbedder()
    texts = ["heat", "ice", "heat", ""]
    first = KeptEmbedder(inner, tmp_path)
    vectors = first.embed(texts)
    first.close()
    again = KeptEmbedder(StemEmbedder(), tmp_path)
    assert np.array_equal(again.embed(texts), vectors)
    assert again._embedder.embedded == []
    assert sorted(inner.embedded) == ["", "heat", "ice"]
    assert again.embed([]).shape == (0, inner.dimension)
    again.close()
