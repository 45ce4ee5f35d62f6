"""The answer-sentence sets: which of the candidates answers the question?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from evals.public.bench import Bench, Measure, Metrics, PublicSet, Tick, embed_all
from evals.public.ranking import (
    Ranker,
    assistant_ranker,
    bm25_sentences,
    cosine_ranker,
    plain_rag_ranker,
)
from evals.public.sentences import (
    Loader,
    Task,
    grouped,
    judgeable,
    listed,
    mas,
    mediqa,
    squad,
)
from evals.stats import mean, rate

FOLDER = "data/answer-sentences"
DEPTH = 10


class _Kind(NamedTuple):
    name: str
    title: str
    load: Loader
    whole: bool = False  # candidates are whole answers, not sentences


_KINDS = (
    _Kind("selqa-dev", "SelQA, development part (Apache-2.0)", listed),
    _Kind("squad11-dev-half", "SQuAD 1.1, half of the development articles (CC BY-SA 4.0)", squad),
    _Kind("trecqa-train", "TREC QA sentence selection, training part", listed),
    _Kind("mediqa-mas-val", "MEDIQA 2021 multi-answer summarisation, consumer health", mas),
    _Kind("mediqa-qa-val", "MEDIQA 2019, ranking whole answers, validation", mediqa, whole=True),
    _Kind(
        "mediqa-qa-train-alexa", "MEDIQA 2019, ranking whole answers, training", mediqa, whole=True
    ),
)


def ranking_metrics(task: Task, order: Sequence[int]) -> dict[str, float]:
    """P@1, reciprocal rank and average precision of an order of all candidates.

    With grades also nDCG@10, the gain being the grade above the lowest one (Järvelin and
    Kekäläinen 2002).
    """
    ranks = [n for n, position in enumerate(order, start=1) if position in task.gold]
    precisions = [found / rank for found, rank in enumerate(ranks, start=1)]
    values = {
        "p@1": float(bool(ranks) and ranks[0] == 1),
        "mrr": 1 / ranks[0] if ranks else 0.0,
        "map": sum(precisions) / len(task.gold),
    }
    if task.grades:
        ideal = _gain(sorted(task.grades, reverse=True))
        values["ndcg@10"] = _gain([task.grades[n] for n in order]) / ideal if ideal else 0.0
    return values


def _gain(grades: Sequence[int]) -> float:
    return sum((g - 1) / math.log2(n + 2) for n, g in enumerate(grades[:DEPTH]))


def measure(tasks: Sequence[Task], ranker: Ranker | None, tick: Tick) -> Metrics:
    """Metrics over ``tasks``; without a ranker, of the order that the set holds."""
    values: list[dict[str, float]] = []
    for group in grouped(tasks):
        if ranker is None:
            values += [ranking_metrics(task, task.given) for task in group]
        else:
            with ranker(group[0].candidates) as order:
                values += [ranking_metrics(task, order(task.question)) for task in group]
        tick(len(values), len(tasks))
    columns = {name: [v[name] for v in values] for name in values[0]}
    return {name: (rate if name == "p@1" else mean)(c) for name, c in columns.items()}


def _set(kind: _Kind) -> PublicSet:
    file = f"{FOLDER}/{kind.name}.jsonl"

    def systems(bench: Bench) -> Mapping[str, Measure]:
        embedder = bench.embedder
        rankers: dict[str, Ranker | None] = {
            "assistant": assistant_ranker(bench.settings, embedder, whole=kind.whole),
            "MiniLM cosine": cosine_ranker(embedder),
            "BM25 alone": bm25_sentences(),
        }
        if kind.whole:
            rankers["plain LangChain pipeline"] = plain_rag_ranker(embedder)
            rankers["CHiQA, as it stands in the set"] = None
        path = bench.shared / file
        return {name: partial(_measured, kind, bench, path, r) for name, r in rankers.items()}

    return PublicSet(name=kind.name, title=kind.title, files=(file,), systems=systems)


def _measured(kind: _Kind, bench: Bench, path: Path, ranker: Ranker | None, tick: Tick) -> Metrics:
    tasks = judgeable(kind.load(path))
    if ranker is not None:  # many at once are embedded several times faster than one by one
        embed_all([t for task in tasks for t in (task.question, *task.candidates)], bench, tick)
    return measure(tasks, ranker, tick)


SETS = tuple(_set(kind) for kind in _KINDS)
