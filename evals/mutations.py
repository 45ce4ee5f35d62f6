"""Proof that the evals can fail: every damaged build must turn them red."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from assistant.embedding import open_embedder
from assistant.errors import AssistantError
from assistant.guardrail import extract
from assistant.index.live import LiveIndex
from assistant.index.opening import open_store
from assistant.settings import Settings
from evals.compare import compare
from evals.fingerprints import fingerprints
from evals.gate import judge, load_gate
from evals.loading import MODELS, case_files, load_cases
from evals.memory_store import CachedEmbedder, MemoryStore
from evals.mutants import Mutant, all_mutants, reading_kept
from evals.run import Run, SuiteResult
from evals.scores import Score
from evals.subject import Subject
from evals.suites import SUITES, score_case

FILE_NAME = "mutations.json"

Cases = dict[str, list[Any]]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one mutant.

    ``killed_by`` is ``gate`` when a threshold that held before is missed now, ``comparison``
    when the case-by-case comparison reports a regression, empty when the mutant survived.
    """

    mutant: str
    area: str
    killed_by: str
    evidence: str
    broken: bool = False

    @property
    def line(self) -> str:
        """The outcome in one line."""
        word = f"killed by the {self.killed_by}" if self.killed_by else "SURVIVED"
        return f"{self.area}: {self.mutant}: {'BROKEN' if self.broken else word}: {self.evidence}"


def mutation_score(outcomes: Sequence[Outcome]) -> float:
    """Share of the mutants that turned the evals red. Broken mutants count as survivors."""
    return sum(bool(o.killed_by) for o in outcomes) / len(outcomes) if outcomes else 0.0


def run_mutants(
    cases: Cases,
    subject: Subject,
    mutants: Sequence[Mutant] | None = None,
    *,
    progress: Progress | None = None,
) -> list[Outcome]:
    """Run every mutant over the suites it concerns and hold it against the undamaged build."""
    chosen = all_mutants() if mutants is None else list(mutants)
    wanted = {name for mutant in chosen for name in mutant.suites}
    with reading_kept():
        healthy = _as_run([_suite(name, cases[name], subject) for name in sorted(wanted)])
        _require_whole(healthy)
        outcomes = []
        for number, mutant in enumerate(chosen, start=1):
            outcomes.append(_outcome(mutant, cases, subject, healthy))
            if progress:
                progress("mutants", number, len(chosen))
    return outcomes


def _require_whole(healthy: Run) -> None:
    """A build that breaks on its own shows nothing when it is damaged.

    Raises:
        AssistantError: names one of the cases.
    """
    broken = [(r.suite, s) for r in healthy.results for s in r.scores if s.error]
    if broken:
        suite, first = broken[0]
        raise AssistantError(
            f"The undamaged build ends in an error on {len(broken)} cases, first on {suite} "
            f"{first.case_id} ({first.why.split(':')[0]}).",
            hint="Repair it first; pmr-assistant eval run shows every case.",
        )


def _outcome(mutant: Mutant, cases: Cases, subject: Subject, healthy: Run) -> Outcome:
    try:
        # Readings kept from the healthy build would hide a mutant that reads differently.
        fresh = _reading_afresh() if mutant.reads else nullcontext()
        with fresh, mutant.apply():
            damaged = [_suite(name, cases[name], subject) for name in mutant.suites]
    except (AttributeError, TypeError, KeyError, ValueError) as error:
        return _broken(mutant, str(error))
    if misfit := _misfit(damaged):
        return _broken(mutant, misfit)
    return _judged(mutant, healthy, _as_run(damaged))


def _broken(mutant: Mutant, why: str) -> Outcome:
    return Outcome(
        mutant=mutant.name, area=mutant.area, killed_by="", broken=True,
        evidence=f"the part it damages has changed: {why}",
    )  # fmt: skip


def _misfit(damaged: Sequence[SuiteResult]) -> str:
    """A mutant that is called in another way than it knows raises: that is no proof of anything."""
    reasons = (s.why for result in damaged for s in result.scores if s.error)
    return next((why for why in reasons if why.startswith(("TypeError", "AttributeError"))), "")


def _reading_afresh() -> Any:  # noqa: ANN401 - a context manager
    from contextlib import contextmanager
    from unittest.mock import patch

    from assistant.guardrail import answers, earlier, thread

    @contextmanager
    def afresh() -> Iterator[None]:
        real = extract.read_message.__wrapped__  # past its cache
        with (
            patch.object(thread, "read_message", real),
            patch.object(answers, "read_message", real),
            patch.object(earlier, "read_message", real),
        ):
            yield

    return afresh()


def _judged(mutant: Mutant, healthy: Run, damaged: Run) -> Outcome:
    before = {(v.threshold.suite, v.threshold.metric): v for v in _verdicts(healthy)}
    for verdict in _verdicts(damaged):
        key = (verdict.threshold.suite, verdict.threshold.metric)
        if not verdict.passed and key in before and before[key].passed:
            evidence = f"{key[0]} {key[1]} {verdict.threshold.limit} missed"
            return Outcome(
                mutant=mutant.name, area=mutant.area, killed_by="gate", evidence=evidence
            )
    same = tuple(r for r in healthy.results if damaged.suite(r.suite))
    regressions = compare(_as_run(same), damaged).regressions
    return Outcome(
        mutant=mutant.name,
        area=mutant.area,
        killed_by="comparison" if regressions else "",
        evidence=regressions[0] if regressions else _unnoticed(mutant),
    )


def _unnoticed(mutant: Mutant) -> str:
    return f"no case and no threshold noticed{f' ({mutant.note})' if mutant.note else ''}"


def _verdicts(run: Run) -> list[Any]:
    return judge(run, load_gate(), partial=True)


def _suite(name: str, cases: Sequence[Any], subject: Subject) -> SuiteResult:
    scores: list[Score] = []
    for case in cases:
        scores += score_case(SUITES[name].scorer, case, subject)
    return SuiteResult(name, tuple(scores))


def _as_run(results: Sequence[SuiteResult]) -> Run:
    return Run(id="", started="", spec={}, settings={}, fingerprints={}, results=tuple(results))


def mutation_subject(settings: Settings) -> Subject:
    """The built index with its vectors in memory: the same answers, many times faster."""
    embedder = CachedEmbedder(open_embedder(settings.embedding_model, settings.data_dir))
    disk = open_store(settings)
    manifest = LiveIndex(settings.data_dir, disk, embedder).current().manifest
    memory = MemoryStore()
    for kind, segment in product(manifest.counts, manifest.segments):
        if not segment.counts[kind]:
            continue
        name = segment.collection(kind)
        found = disk.vectors(name, disk.ids(name))
        memory.add(name, list(found), np.stack(list(found.values())))
    live = LiveIndex(settings.data_dir, memory.as_store(), embedder)
    return Subject(settings, embedder=embedder, live=live)


def mutation_cases() -> Cases:
    """What the mutants are held against. Safety cases of both parts: a kill is no tuning.

    Answers come from the development part alone, so that the suite stays affordable.
    """
    wide = ("guardrail", "output", "no_answer", "retrieval")
    return {
        name: load_cases(
            case_files(suite.cases_of, "all" if name in wide else "dev"), MODELS[suite.cases_of]
        )
        for name, suite in SUITES.items()
    }


def keep(outcomes: Sequence[Outcome], settings: Settings, folder: Path) -> Path:
    """Write the outcomes beside the runs; a later report of the same build shows them."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    values = {
        "fingerprints": fingerprints(settings),
        "score": mutation_score(outcomes),
        "outcomes": [asdict(o) for o in outcomes],
    }
    path.write_text(json.dumps(values, indent=1), encoding="utf-8")
    return path


def kept_lines(settings: Settings, folder: Path) -> list[str]:
    """Score and survivors of the last mutation run, or what to do when it is of another build."""
    try:
        values = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        outcomes = [Outcome(**o) for o in values["outcomes"]]
    except (OSError, ValueError, KeyError, TypeError):
        return ["Not run yet. Run: pmr-assistant eval mutate"]
    now = fingerprints(settings)
    same = all(values["fingerprints"].get(k) == now[k] for k in ("rules", "code", "corpus"))
    lines = [] if same else ["Of an earlier build. Run again: pmr-assistant eval mutate"]
    return [*lines, *summary_lines(outcomes)]


def summary_lines(outcomes: Sequence[Outcome]) -> list[str]:
    """The mutation score, how the mutants were killed, and every survivor."""
    by = Counter(o.killed_by for o in outcomes if o.killed_by)
    survivors = [o.line for o in outcomes if not o.killed_by]
    return [
        f"Mutation score {mutation_score(outcomes):.3f}: {sum(by.values())} of {len(outcomes)} "
        f"killed ({by['gate']} by the gate, {by['comparison']} by the comparison)",
        *(survivors or ["No survivor."]),
    ]
