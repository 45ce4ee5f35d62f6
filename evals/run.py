"""Running suites: interruptible, resumable, and kept in one self-contained file per run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from evals.errors import RunUnreadable
from evals.fingerprints import fingerprints, shown_settings
from evals.loading import FOLDER, MODELS, case_files, fingerprint, guess_suite, load_cases
from evals.parallel import Job, ScoreJobs, Workers
from evals.scores import Score, metrics_of
from evals.stats import Estimate
from evals.subject import Subject
from evals.suites import SUITES, score_case
from evals.suites.no_answer import score_contrast

FORMAT = 1
# In the project's folder beside the cases; an installed package is no place to write to.
RUNS = FOLDER / "runs" if (FOLDER.parent / "pyproject.toml").is_file() else Path("eval-runs")

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What to run: suites, the part of our cases, or one file of anybody's cases."""

    suites: tuple[str, ...] = tuple(SUITES)
    part: str = "dev"
    cases_file: Path | None = None

    def files(self, suite: str) -> list[Path]:
        """The case files of a suite."""
        if self.cases_file is not None:
            return [self.cases_file]
        return case_files(SUITES[suite].cases_of, self.part)


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """Verdicts and metrics of one suite."""

    suite: str
    scores: tuple[Score, ...]
    seconds: float = 0.0

    @property
    def metrics(self) -> dict[str, Estimate]:
        """Every metric with n and interval."""
        return metrics_of(self.scores)

    def public_json(self) -> dict[str, Any]:
        """The form that ``--json`` prints; documented in docs/evals.md."""
        return {
            "suite": self.suite,
            "metrics": {
                name: {"value": e.value, "n": e.n, "low": e.low, "high": e.high}
                for name, e in self.metrics.items()
            },
            "cases": [
                {"id": s.case_id, "passed": s.passed, "got": s.got, "wanted": s.wanted,
                 "why": s.why}
                for s in self.scores
                if s.passed is not None
            ],
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One finished run.

    ``judge`` holds the ratings of an optional judge model (evals/judge.py), apart from the
    suites, so that nothing that reads metrics can meet them.
    """

    id: str
    started: str
    spec: Mapping[str, Any]
    settings: Mapping[str, Any]
    fingerprints: Mapping[str, str]
    results: tuple[SuiteResult, ...]
    seconds: float = 0.0
    extra: Mapping[str, Any] = field(default_factory=dict)
    judge: Mapping[str, Any] = field(default_factory=dict)

    def suite(self, name: str) -> SuiteResult | None:
        """The result of one suite, when the run has it."""
        return next((r for r in self.results if r.suite == name), None)

    def to_json(self) -> dict[str, Any]:
        """The run file."""
        return {
            "format": FORMAT,
            "id": self.id,
            "started": self.started,
            "seconds": round(self.seconds, 2),
            "spec": dict(self.spec),
            "settings": dict(self.settings),
            "fingerprints": dict(self.fingerprints),
            "extra": dict(self.extra),
            "judge": dict(self.judge),
            "suites": [
                {
                    "suite": r.suite,
                    "seconds": round(r.seconds, 2),
                    "metrics": {name: e._asdict() for name, e in r.metrics.items()},
                    "cases": [s.to_json() for s in r.scores],
                }
                for r in self.results
            ],
        }


def run(
    spec: Spec,
    subject: Subject,
    *,
    out: Path = RUNS,
    progress: Progress | None = None,
    workers: int = 1,
) -> tuple[Run, Path]:
    """Run ``spec`` and write the run file; returns both.

    With more than one worker, cases are scored in as many processes, each with an assistant of
    its own over the index of the settings. The verdicts are the same; times are those of a busy
    machine.

    Finished cases are kept in a journal beside it: the same command goes on where an
    interrupted one stopped, as long as neither cases, code, articles nor settings have changed.

    Raises:
        CasesInvalid: a case file cannot be used. Nothing has run then.
    """
    started = datetime.now(UTC)
    cases = {name: _load(spec, name) for name in spec.suites}
    prints = fingerprints(subject.settings)
    identity = _identity(spec, prints, subject)
    out.mkdir(parents=True, exist_ok=True)
    journal = _Journal(out / f"unfinished-{identity}.jsonl")
    results, clock = [], time.perf_counter()
    with _scoring(subject, workers) as score_jobs:
        for name in spec.suites:
            begin = time.perf_counter()
            jobs = _jobs(name, cases[name], spec)
            scores = _run_suite(name, jobs, score_jobs, journal, progress)
            results.append(SuiteResult(name, tuple(scores), time.perf_counter() - begin))
    finished = Run(
        id=f"{started:%Y%m%d-%H%M%S}-{identity[:8]}",
        started=started.isoformat(timespec="seconds"),
        spec=_spec_json(spec),
        settings=shown_settings(subject.settings),
        fingerprints=prints,
        results=tuple(results),
        seconds=time.perf_counter() - clock,
    )
    path = save(finished, out)
    journal.discard()
    return finished, path


def _load(spec: Spec, name: str) -> list[Any]:
    suite = SUITES[name]
    files = spec.files(name)
    return load_cases(files, MODELS[suite.cases_of])


@contextmanager
def _scoring(subject: Subject, workers: int) -> Iterator[ScoreJobs]:
    if workers > 1:
        with Workers(workers, subject.settings) as processes:
            yield processes.scores
    else:
        yield lambda jobs: (score_case(scorer, case, subject) for scorer, case in jobs)


def _jobs(name: str, cases: Sequence[Any], spec: Spec) -> list[Job]:
    jobs: list[Job] = [(SUITES[name].scorer, case) for case in cases]
    if name == "no_answer":
        jobs += [(score_contrast, case) for case in _covered(spec)]
    return jobs


def _run_suite(
    name: str,
    jobs: Sequence[Job],
    score_jobs: ScoreJobs,
    journal: _Journal,
    progress: Progress | None,
) -> Iterator[Score]:
    keys = [f"{name}/{scorer.__name__}/{case.id}" for scorer, case in jobs]
    fresh = score_jobs(
        [job for key, job in zip(keys, jobs, strict=True) if journal.get(key) is None]
    )
    for done, key in enumerate(keys, start=1):
        scores = journal.get(key)
        if scores is None:
            scores = next(fresh)
            journal.put(key, scores)
        yield from scores
        if progress:
            progress(name, done, len(jobs))


def _covered(spec: Spec) -> list[Any]:
    """Covered questions of our own, against which confidence is ranked."""
    part = "dev" if spec.cases_file is not None else spec.part
    files = [f for f in case_files("answers", part) if f.name.startswith("answers_")]
    return [c for c in load_cases(files, MODELS["answers"]) if c.expect == "answer"]  # type: ignore[attr-defined]


def _identity(spec: Spec, prints: Mapping[str, str], subject: Subject) -> str:
    files = {name: fingerprint(spec.files(name)) for name in spec.suites}
    known = {k: v for k, v in prints.items() if k != "revision"}
    parts = [_spec_json(spec), files, known, shown_settings(subject.settings)]
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def _spec_json(spec: Spec) -> dict[str, Any]:
    return {
        "suites": list(spec.suites),
        "part": spec.part if spec.cases_file is None else None,
        "cases": spec.cases_file.name if spec.cases_file else None,
    }


class _Journal:
    """Scores of an unfinished run, one line per case, written as they come."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, list[Score]] = {}
        if path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                self._take(line)

    def _take(self, line: str) -> None:
        try:
            values = json.loads(line)
            self._known[values["case"]] = [Score.from_json(v) for v in values["scores"]]
        except (ValueError, KeyError, TypeError):
            return  # the line that was being written when the run was interrupted

    def get(self, key: str) -> list[Score] | None:
        return self._known.get(key)

    def put(self, key: str, scores: Iterable[Score]) -> None:
        line = json.dumps({"case": key, "scores": [s.to_json() for s in scores]})
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def discard(self) -> None:
        self._path.unlink(missing_ok=True)


def save(finished: Run, out: Path) -> Path:
    """Write the run file; it appears whole or not at all."""
    path = out / f"{finished.id}.json"
    temporary = path.with_suffix(".tmp")
    text = json.dumps(finished.to_json(), ensure_ascii=False, indent=1)
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
    return path


def load(name: str | Path, folder: Path = RUNS) -> Run:
    """The run in a file; ``latest`` is the newest one of ``folder``, ``latest~1`` the one before.

    Raises:
        RunUnreadable: there is no such run, or the file is damaged or of another format.
    """
    path = _find(str(name), folder)
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if values["format"] != FORMAT:
            raise RunUnreadable(f"{path} has format {values['format']!r}; this reads {FORMAT}.")
        results = tuple(
            SuiteResult(s["suite"], tuple(map(Score.from_json, s["cases"])), s["seconds"])
            for s in values["suites"]
        )
        fields = ("id", "started", "spec", "settings", "fingerprints", "seconds", "extra")
        judge = values.get("judge", {})
        return Run(**{k: values[k] for k in fields}, results=results, judge=judge)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunUnreadable(f"{path} cannot be read: {error}.") from error


def run_files(folder: Path = RUNS) -> list[Path]:
    """Run files, oldest first."""
    return sorted(folder.glob("[0-9]*-[0-9]*-*.json"))


def _find(name: str, folder: Path) -> Path:
    if name.startswith("latest"):
        back = int(name.partition("~")[2] or 0) if name != "latest" else 0
        files = run_files(folder)
        if len(files) <= back:
            raise RunUnreadable(f"There are {len(files)} runs in {folder}.")
        return files[-1 - back]
    path = Path(name)
    return path if path.is_file() or not (folder / name).is_file() else folder / name


__all__ = ["RUNS", "Run", "Spec", "SuiteResult", "guess_suite", "load", "run", "save"]
