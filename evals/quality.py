"""Runs as a person looks at them: the list, figures by suite, cases beside a baseline.

No interface here: the Quality page (``assistant/ui/quality*.py``) draws these records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from assistant.guardrail.types import Turn
from evals.cases import Case, Conversation
from evals.compare import Comparison, MetricChange, compare, is_safety
from evals.errors import CasesInvalid, RunUnreadable
from evals.gate import Verdict
from evals.loading import MODELS, PARTS, case_files, fingerprint, load_cases
from evals.run import Run, SuiteResult, load
from evals.scores import MetricKind, Score, kind_of
from evals.stats import Estimate
from evals.suites import SUITES
from evals.variants import VARIANTS

Show = Literal["all", "failures", "passes", "errors", "different"]
SHOWS: tuple[Show, ...] = ("all", "failures", "passes", "errors", "different")
SORTED: tuple[Show, ...] = ("failures", "different")  # what changed most stands on top
# How a case differs from the baseline, what matters most first.
CHANGES = (
    "newly failing",
    "red flag no longer named",
    "newly passing",
    "reply changed",
    "not in the baseline",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEntry:
    """One line in the list of runs. ``problem`` says why a file cannot be used."""

    path: Path
    id: str
    started: str = ""
    cases: str = ""
    suites: tuple[str, ...] = ()
    judged: int = 0
    failed: int = 0
    revision: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One metric of a suite, with its limits in the gate and its change from the baseline."""

    name: str
    kind: MetricKind
    estimate: Estimate
    verdicts: tuple[Verdict, ...] = ()
    change: MetricChange | None = None

    @property
    def holds(self) -> bool | None:
        """Whether every limit is met; ``None`` when the gate has none for it."""
        return all(v.passed for v in self.verdicts) if self.verdicts else None

    @property
    def is_share(self) -> bool:
        """Whether value and interval lie between 0 and 1, as a chart of rates needs."""
        return self.estimate.low >= 0 and self.estimate.high <= 1 and "latency" not in self.name

    @property
    def is_whole(self) -> bool:
        """Whether it counts the whole suite, not a subset of its cases."""
        return "/" not in self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteView:
    """The figures of one suite. ``missing`` are limits on metrics that no case measured."""

    suite: str
    safety: bool
    judged: int
    failed: int
    errors: int
    figures: tuple[Figure, ...]
    missing: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One case of a run beside the baseline's; ``change`` is one of ``CHANGES``, or empty."""

    suite: str
    score: Score
    before: Score | None = None
    change: str = ""


def read_entry(path: Path) -> RunEntry:
    """The list's line for a run file; never raises for what is in the file."""
    try:
        run = open_run(path)
    except RunUnreadable as error:
        return RunEntry(path=path, id=path.stem, problem=f"{error} {error.next_step}")
    judged = [s for r in run.results for s in r.scores if s.passed is not None]
    return RunEntry(
        path=path,
        id=run.id,
        started=run.started,
        cases=str(run.spec.get("cases") or f"part {run.spec.get('part')}"),
        suites=tuple(r.suite for r in run.results),
        judged=len(judged),
        failed=sum(not s.passed for s in judged),
        revision=run.fingerprints.get("revision", ""),
    )


def open_run(path: Path) -> Run:
    """The run in ``path``, with every field of a kind that can be shown.

    Raises:
        RunUnreadable: the file is missing, damaged or of another format.
    """
    try:
        run = load(path)
        _check_run(run)
    except (AttributeError, TypeError, ValueError) as error:
        raise RunUnreadable(f"{path} is damaged: {error}.") from error
    return run


def _check_run(run: Run) -> None:
    _expect("its head", (run.id, run.started), str)
    _expect("its head", (run.spec, run.settings, run.fingerprints, run.extra), Mapping)
    _expect("its fingerprints", run.fingerprints.values(), str)
    _expect("its extra tables", run.extra.values(), list)
    for result in run.results:
        _expect("a suite's name", (result.suite,), str)
        for score in result.scores:
            _check_score(score)


def _check_score(score: Score) -> None:
    texts = (score.case_id, score.got, score.wanted, score.why, score.question, score.answer)
    _expect("a case", (*texts, *score.tags), str)
    _expect(f"case {score.case_id}", (score.values, score.details), Mapping)
    _expect(f"a value of {score.case_id}", score.values.values(), (int, float))
    _expect(f"the verdict on {score.case_id}", (score.passed,), (bool, type(None)))
    _expect(f"the marks of {score.case_id}", (score.sensitive, score.error), bool)


def _expect(where: str, values: Iterable[object], kind: type | tuple[type, ...]) -> None:
    wrong = [v for v in values if not isinstance(v, kind)]
    if wrong:
        raise TypeError(f"{where} has {str(wrong[0])[:40]!r} where something else belongs")


def against(baseline: Run | None, run: Run) -> Comparison | None:
    """What changed from the baseline, when there is one."""
    return compare(baseline, run) if baseline is not None else None


def suite_views(
    run: Run, comparison: Comparison | None, verdicts: Sequence[Verdict]
) -> list[SuiteView]:
    """Every suite on its own, safety suites first. There is no figure over several suites."""
    changes = {(m.suite, m.metric): m for m in comparison.metrics} if comparison else {}
    views = [_suite_view(result, changes, verdicts) for result in run.results]
    return sorted(views, key=lambda view: not view.safety)


def _suite_view(
    result: SuiteResult,
    changes: Mapping[tuple[str, str], MetricChange],
    verdicts: Sequence[Verdict],
) -> SuiteView:
    judged = [s for s in result.scores if s.passed is not None]
    own = [v for v in verdicts if v.threshold.suite == result.suite]
    metrics = result.metrics
    return SuiteView(
        suite=result.suite,
        safety=is_safety(result.suite),
        judged=len(judged),
        failed=sum(not s.passed for s in judged),
        errors=sum(s.error for s in judged),
        figures=tuple(
            Figure(
                name=name,
                kind=kind_of(name),
                estimate=metrics[name],
                verdicts=tuple(v for v in own if v.threshold.metric == name),
                change=changes.get((result.suite, name)),
            )
            for name in sorted(metrics, key=lambda n: (n.partition("/")[0], "/" in n, n))
            if name != "error" or metrics[name].value > 0
        ),
        missing=tuple(v for v in own if v.threshold.metric not in metrics),
    )


def case_rows(run: Run, baseline: Run | None) -> list[CaseRow]:
    """Every case of ``run``, safety suites first, each beside the same case of the baseline."""
    rows = []
    for result in sorted(run.results, key=lambda r: not is_safety(r.suite)):
        old = baseline.suite(result.suite) if baseline else None
        before = {s.case_id: s for s in old.scores} if old else {}
        for score in result.scores:
            earlier = before.get(score.case_id)
            change = _change(earlier, score) if old else ""
            rows.append(CaseRow(suite=result.suite, score=score, before=earlier, change=change))
    return rows


def _change(before: Score | None, after: Score) -> str:
    if before is None:
        return "not in the baseline"
    if before.passed is not False and after.passed is False:
        return "newly failing"
    if before.passed is False and after.passed is not False:
        return "newly passing"
    if before.values.get("named") == 1.0 and after.values.get("named") == 0.0:
        return "red flag no longer named"
    same = (before.got, before.answer) == (after.got, after.answer)
    return "" if same or after.passed is None else "reply changed"


def chosen(
    rows: Sequence[CaseRow], show: Show, *, suite: str | None = None, find: str = ""
) -> list[CaseRow]:
    """The rows to list, newly failing ones on top.

    ``find`` is looked for in ids, tags and texts; of sensitive cases only id and tags are
    searched, so that a search cannot bring up what is not shown.
    """
    kept = [
        row
        for row in rows
        if _shown(row, show)
        and suite in (None, row.suite)
        and find.casefold().strip() in _searched(row.score)
    ]
    if show in SORTED:
        kept.sort(key=lambda row: CHANGES.index(row.change) if row.change else len(CHANGES))
    return kept


def _shown(row: CaseRow, show: Show) -> bool:
    match show:
        case "failures":
            return row.score.passed is False
        case "passes":
            return row.score.passed is True
        case "errors":
            return row.score.error
        case "different":
            return bool(row.change)
    return True


def _searched(score: Score) -> str:
    parts = [score.case_id, *score.tags]
    if not score.sensitive:
        parts += [score.question, score.why, score.answer]
    return "\n".join(parts).casefold()


def conversation(run: Run, suite: str, score: Score) -> tuple[Turn, ...] | None:
    """The messages of a case, or ``None`` when they can no longer be told apart.

    A run file keeps a conversation as one line of text. Its turns stand in our case files, as
    long as nobody has edited the case since. Anything else is read as the one message it is.
    """
    cases = {} if run.spec.get("cases") else _our_cases(suite, str(run.spec.get("part")))
    base, _, variant = score.case_id.partition("+")
    case = cases.get(base)
    turns = case.conversation() if isinstance(case, Conversation) else []
    if turns and score.question in (
        " | ".join(t.text for t in turns),
        *(t.text for t in turns[-1:]),
    ):
        return tuple(Turn(t.role, VARIANTS.get(variant, str)(t.text)) for t in turns)
    if not score.question or " | " in score.question:
        return None
    return (Turn("user", score.question),)


def _our_cases(suite: str, part: str) -> Mapping[str, Case]:
    if suite not in SUITES or part not in PARTS:
        return {}
    files = tuple(case_files(SUITES[suite].cases_of, part))
    try:
        return _cases_in(SUITES[suite].cases_of, files, fingerprint(files))
    except (CasesInvalid, OSError):  # being edited right now: then without
        return {}


@lru_cache(maxsize=16)
def _cases_in(model: str, files: tuple[Path, ...], _print: str) -> Mapping[str, Case]:
    return {case.id: case for case in load_cases(files, MODELS[model])}
