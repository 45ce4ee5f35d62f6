"""Labelled messages: who must be routed to care, who must not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assistant.guardrail.types import Level, Turn
from evals.cases import TurnText
from evals.peers import Router, keyword_router, nearest_router
from evals.public.bench import Bench, Measure, Metrics, PublicSet, Tick
from evals.public.files import read_rows
from evals.stats import rate
from evals.subject import Subject

CATALOGUE = "red-flags/catalogue.json"
_SETS = {
    "nursesim160": "NurseSim-RL, made-up lay sentences (MIT)",
    "medicationqa690": "MedicationQA, MedInfo 2019",
    "liveqa104": "TREC LiveQA 2017 medical, long consumer messages",
    "xstest450": "XSTest v2, wording that only looks dangerous (CC BY 4.0)",
}


class Labelled(NamedTuple):
    """A message or conversation, and whether it must be routed to care."""

    id: str
    turns: tuple[Turn, ...]
    route: bool | None


def read_set(path: Path) -> list[Labelled]:
    """Labelled messages; those without a label are left out.

    Raises:
        PublicDataInvalid: the file is not such a set.
    """
    return [row for row in read_rows(path, _labelled) if row.route is not None]


def _labelled(row: dict[str, Any]) -> Labelled:
    given = row.get("turns") or [row["text"]]
    read = (TurnText.model_validate(turn) for turn in given)
    return Labelled(row["id"], tuple(Turn(t.role, t.text) for t in read), row["route"])


def assistant_router(subject: Subject) -> Router:
    """Our guardrail as a yes or no."""
    return lambda turns: subject.levels(turns)[-1] >= Level.PROMPT


def route_rates(rows: Sequence[Labelled], router: Router, tick: Tick | None = None) -> Metrics:
    """Recall over messages that must route, false alarms over those that must not."""
    routed: dict[bool, list[float]] = {True: [], False: []}
    for number, row in enumerate(rows, start=1):
        routed[bool(row.route)].append(float(router(row.turns)))
        if tick:
            tick(number, len(rows))
    found = {"recall": routed[True], "false_alarm": routed[False]}
    return {name: rate(values) for name, values in found.items() if values}


def routers(bench: Bench) -> dict[str, Router]:
    """The assistant and its peers; the nearest-phrasing one needs the catalogue."""
    found = {
        "assistant": assistant_router(Subject(bench.settings)),
        "keyword rules": keyword_router,
    }
    catalogue = bench.shared / CATALOGUE
    if catalogue.is_file():
        found["nearest phrasing by MiniLM"] = nearest_router(catalogue, bench.embedder)
    return found


def _set(name: str, file: str, title: str) -> PublicSet:
    def systems(bench: Bench) -> Mapping[str, Measure]:
        def measure(router: Router) -> Measure:
            return lambda tick: route_rates(read_set(bench.shared / file), router, tick)

        return {system: measure(router) for system, router in routers(bench).items()}

    return PublicSet(name=name, title=title, files=(file,), systems=systems)


SETS = (
    *(_set(name, f"data/guardrail/{name}.jsonl", f"{name}: {t}") for name, t in _SETS.items()),
    _set(
        "context111",
        "red-flags/context_cases.jsonl",
        "context111: negation, turns, languages, injections (written for this project)",
    ),
)
