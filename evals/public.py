"""Public sets, read where they lie beside the project; skipped with a note when they do not.

Texts of these sets include suicide and abuse: results keep ids and counts, never texts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assistant.guardrail.types import Level, Turn
from evals.cases import GuardrailCase, TurnText
from evals.fingerprints import PROJECT
from evals.loading import MODELS, case_files, load_cases
from evals.peers import (
    PlainRag,
    Ranker,
    Router,
    bm25_ranker,
    chunks_of,
    keyword_router,
    nearest_router,
)
from evals.show import estimate
from evals.stats import Estimate, mean, rate
from evals.subject import Subject
from evals.suites.retrieval import ranking_values

SHARED = PROJECT.parent / "shared"
GUARDRAIL_SETS = ("nursesim160", "medicationqa690", "liveqa104", "xstest450")
_NOTE = "{name}: skipped, {path} is not there (docs/evals.md says where the set comes from)"


class Labelled(NamedTuple):
    """A message or conversation of a public set, and whether it must be routed to care."""

    id: str
    turns: tuple[Turn, ...]
    route: bool


def read_set(path: Path) -> list[Labelled]:
    """Labelled messages; those without a label are left out."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [Labelled(r["id"], _turns(r), r["route"]) for r in rows if r["route"] is not None]


def _turns(row: Mapping[str, Any]) -> tuple[Turn, ...]:
    given = row.get("turns") or [row["text"]]
    read = (TurnText.model_validate(turn) for turn in given)
    return tuple(Turn(turn.role, turn.text) for turn in read)


def assistant_router(subject: Subject) -> Router:
    """Our guardrail as a yes or no."""
    return lambda turns: subject.levels(turns)[-1] >= Level.PROMPT


def route_rates(rows: Sequence[Labelled], router: Router) -> dict[str, Estimate]:
    """Recall over messages that must route, false alarms over those that must not."""
    routed = {row.id: float(router(row.turns)) for row in rows}
    due = [routed[r.id] for r in rows if r.route]
    ordinary = [routed[r.id] for r in rows if not r.route]
    found = {}
    if due:
        found["recall"] = rate(due)
    if ordinary:
        found["false_alarm"] = rate(ordinary)
    return found


def guardrail_lines(
    routers: Mapping[str, Router], own: Sequence[Labelled] = (), shared: Path = SHARED
) -> Iterator[str]:
    """Every router on every set, one line each."""
    sets: dict[str, Sequence[Labelled]] = {"our cases": own} if own else {}
    places = {name: shared / "data" / "guardrail" / f"{name}.jsonl" for name in GUARDRAIL_SETS}
    places["context_cases"] = shared / "red-flags" / "context_cases.jsonl"
    for name, path in places.items():
        if path.is_file():
            sets[name] = read_set(path)
        else:
            yield _NOTE.format(name=name, path=f"../shared/{path.relative_to(shared)}")
    for name, rows in sets.items():
        for router_name, router in routers.items():
            for metric, e in route_rates(rows, router).items():
                yield f"{name}, {router_name}: {metric} {estimate(metric, e)}"


def retrieval_lines(
    rankers: Mapping[str, Ranker], cases: Sequence[Any], title: str
) -> Iterator[str]:
    """Every ranker on the same questions (cases that name articles, not sections)."""
    chosen = [c for c in cases if not any("#" in name for name in c.relevant)]
    for name, rank in rankers.items():
        values = [ranking_values(rank(c.question), c.relevant) for c in chosen]
        for metric in ("hit@1", "hit@5", "mrr@10", "ndcg@10"):
            column = [v[metric] for v in values]
            e = rate(column) if metric.startswith("hit") else mean(column)
            yield f"{title}, {name}: {metric} {estimate(metric, e)}"


def peer_lines(subject: Subject, part: str = "dev", shared: Path = SHARED) -> Iterator[str]:
    """All peers on our own cases and on the public sets that are there."""
    embedder = subject.embedder
    routers: dict[str, Router] = {
        "assistant": assistant_router(subject), "keyword rules": keyword_router
    }  # fmt: skip
    catalogue = shared / "red-flags" / "catalogue.json"
    if catalogue.is_file():
        routers["nearest phrasing"] = nearest_router(catalogue, embedder)
    else:
        yield "nearest phrasing: skipped, it needs ../shared/red-flags/catalogue.json"
    yield from guardrail_lines(routers, own_messages(part), shared)
    chunks = chunks_of(subject.article_texts())
    plain_rag = PlainRag(chunks, embedder)
    try:
        rankers: dict[str, Ranker] = {
            "assistant": lambda q: list(dict.fromkeys(f.article for f in subject.rank(q)))[:10],
            "plain LangChain pipeline": plain_rag.rank,
            "BM25 alone": bm25_ranker(chunks),
        }
        cases = load_cases(case_files("retrieval", part), MODELS["retrieval"])
        yield from retrieval_lines(rankers, cases, "our corpus")
    finally:
        plain_rag.close()


def own_messages(part: str) -> list[Labelled]:
    """Our single messages as routed or not. General questions count as not routed."""
    cases = load_cases(case_files("guardrail", part), GuardrailCase)
    return [
        Labelled(c.id, tuple(c.conversation()), c.expect == "route") for c in cases if not c.turns
    ]
