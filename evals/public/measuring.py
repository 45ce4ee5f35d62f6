"""Running the assistant and its peers on the public sets; what is finished is kept."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from assistant.settings import Settings
from evals.errors import CasesInvalid
from evals.fingerprints import PROJECT, fingerprints
from evals.public import answer_sentences, guardrail, medquad
from evals.public.bench import Bench, Metrics, PublicSet
from evals.show import estimate
from evals.stats import Estimate

SETS: tuple[PublicSet, ...] = (*guardrail.SETS, *medquad.SETS, *answer_sentences.SETS)
FILE_NAME = "public.json"
ASSISTANT = "assistant"

Progress = Callable[[str, int, int], None]


class Published(NamedTuple):
    """Another system's figures on a set, with who measured them and on what."""

    set: str
    system: str
    source: str
    metrics: dict[str, float]


def published() -> list[Published]:
    """The rows of published.toml."""
    text = resources.files("evals.public").joinpath("published.toml").read_text(encoding="utf-8")
    return [Published(**row) for row in tomllib.loads(text)["row"]]


def chosen(names: Sequence[str]) -> list[PublicSet]:
    """The sets of these names; all of them when no name is given.

    Raises:
        CasesInvalid: there is no such set.
    """
    known = {one.name: one for one in SETS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CasesInvalid(
            f"There is no public set {', '.join(unknown)}.", hint=f"Sets: {', '.join(known)}."
        )
    return [known[name] for name in names] if names else list(SETS)


@dataclass(slots=True)
class Kept:
    """Finished figures by set and system, each with a fingerprint of what it was made of."""

    path: Path
    cells: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Kept:
        """What earlier runs finished; a damaged file counts as nothing."""
        path = folder / FILE_NAME
        try:
            cells = dict(json.loads(path.read_text(encoding="utf-8"))["cells"])
        except (OSError, ValueError, KeyError, TypeError):
            cells = {}
        return cls(path, cells)

    def get(self, key: str, fingerprint: str) -> Metrics | None:
        """The figures under ``key`` when they were made of the same things."""
        cell = self.cells.get(key)
        if cell is None or cell["fingerprint"] != fingerprint:
            return None
        return {name: Estimate(*values) for name, values in cell["metrics"].items()}

    def put(self, key: str, fingerprint: str, metrics: Metrics) -> None:
        """Keep figures; the file is replaced whole."""
        self.cells[key] = {"fingerprint": fingerprint, "metrics": metrics}
        temporary = self.path.with_suffix(".tmp")
        temporary.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps({"format": 1, "cells": self.cells}, indent=1), "utf-8")
        temporary.replace(self.path)


def measure_sets(
    sets: Sequence[PublicSet], bench: Bench, folder: Path, progress: Progress | None = None
) -> Iterator[str]:
    """One line for each figure: the assistant, its peers, then what others published.

    Figures finished before, of the same code, model and files, are not measured again.
    """
    kept = Kept.read(folder)
    for one in sets:
        yield f"\n{one.title}"
        missing = one.missing(bench.shared)
        if missing:
            yield f"  skipped: {', '.join(missing)} is not in {bench.shared}; see docs/evals.md"
            continue
        for system, measure in one.systems(bench).items():
            fingerprint = _fingerprint(one, system, bench)
            key = f"{one.name} / {system}"
            metrics = kept.get(key, fingerprint)
            if metrics is None:
                metrics = measure(_ticker(progress, key))
                kept.put(key, fingerprint, metrics)
            yield from _lines(system, metrics)
        for row in (row for row in published() if row.set == one.name):
            figures = ", ".join(f"{name} {value:.3f}" for name, value in row.metrics.items())
            yield f"  {row.system:<46} {figures}  ({row.source})"


def kept_lines(settings: Settings, folder: Path) -> list[str]:
    """The figures finished so far, for a report; those of an earlier build say so."""
    kept = Kept.read(folder)
    if not kept.cells:
        return ["Not run yet. Run: pmr-assistant eval public"]
    code, lines = _code(settings, ASSISTANT), []
    for key, cell in kept.cells.items():
        old = key.endswith(f"/ {ASSISTANT}") and not cell["fingerprint"].startswith(code)
        metrics = {name: Estimate(*values) for name, values in cell["metrics"].items()}
        figures = ", ".join(f"{name} {estimate(name, e)}" for name, e in metrics.items())
        lines.append(f"{key}: {figures}{' (of an earlier build)' if old else ''}")
    return lines


def _lines(system: str, metrics: Metrics) -> Iterator[str]:
    for name, e in metrics.items():
        yield f"  {system:<34} {name:<11} {estimate(name, e)}"


def _ticker(progress: Progress | None, key: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(key, done, total) if progress else None


def _fingerprint(one: PublicSet, system: str, bench: Bench) -> str:
    digest = hashlib.sha256()
    for name in one.files:
        digest.update((bench.shared / name).read_bytes())
    return f"{_code(bench.settings, system)}-{digest.hexdigest()[:16]}"


def _code(settings: Settings, system: str) -> str:
    """What a system's figures depend on: the whole assistant, or the code of the peers alone."""
    prints = fingerprints(settings)
    if system == ASSISTANT:
        parts = [prints["code"], prints["rules"], prints["model"], settings.country]
    else:
        folders = (PROJECT / "evals" / "public", PROJECT / "evals" / "peers.py")
        files = [p for f in folders for p in ([f] if f.is_file() else sorted(f.glob("*.py")))]
        parts = [prints["model"], *(p.read_text(encoding="utf-8") for p in files)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
