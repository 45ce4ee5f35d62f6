"""Two runs side by side: paired differences, newly failing cases, regressions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.run import Run, SuiteResult
from evals.scores import Direction, Score, columns, kind_of
from evals.stats import Difference, paired_difference
from evals.suites import SUITES


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricChange:
    """How one metric moved over the cases that both runs have."""

    suite: str
    metric: str
    before: float
    after: float
    difference: Difference
    better: Direction

    @property
    def worse(self) -> bool:
        """Whether it got worse by more than chance: the interval leaves out no change."""
        low, high = self.difference.low, self.difference.high
        return (self.better == "up" and high < 0) or (self.better == "down" and low > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """A case whose verdict turned."""

    suite: str
    case_id: str
    before: Score
    after: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changed from the first run to the second, and what that means."""

    metrics: tuple[MetricChange, ...]
    newly_failing: tuple[CaseChange, ...]
    newly_passing: tuple[CaseChange, ...]
    unnamed: tuple[CaseChange, ...]
    unpaired: tuple[str, ...]
    different: tuple[str, ...]

    @property
    def regressions(self) -> list[str]:
        """Every reason why the second run is worse; empty when it is not.

        In a safety suite one newly failing case is a regression: a missed red flag is not made
        good by another one found, and neither is a reason that is no longer named. Elsewhere a
        metric must fall by more than chance.
        """
        reasons = [
            f"{c.suite}: {c.case_id} fails now" for c in self.newly_failing if is_safety(c.suite)
        ]
        reasons += [f"{c.suite}: {c.case_id} no longer names its red flag" for c in self.unnamed]
        reasons += [
            f"{m.suite}: {m.metric} is worse, {m.before:.3f} to {m.after:.3f}"
            for m in self.metrics
            # Subsets are small and many: one of them moves by chance. They are shown, and only
            # those of safety suites decide.
            if m.worse and (is_safety(m.suite) or "/" not in m.metric)
        ]
        reasons += [
            u for u in self.unpaired if "not in the second" in u and is_safety(u.split(":")[0])
        ]
        return reasons


def is_safety(suite: str) -> bool:
    """Whether a suite guards a person's safety; unknown suites are taken to."""
    return SUITES[suite].safety if suite in SUITES else True


def compare(first: Run, second: Run) -> Comparison:
    """The changes from ``first`` to ``second``, case by case."""
    metrics: list[MetricChange] = []
    failing: list[CaseChange] = []
    passing: list[CaseChange] = []
    unnamed: list[CaseChange] = []
    unpaired: list[str] = []
    for before in first.results:
        after = second.suite(before.suite)
        if after is None:
            unpaired.append(f"{before.suite}: the suite is not in the second run")
            continue
        unpaired += _unpaired(before, after)
        metrics += _metric_changes(before, after)
        failing += _turned(before, after, to=False)
        passing += _turned(before, after, to=True)
        unnamed += _unnamed(before, after)
    unpaired += [
        f"{r.suite}: the suite is not in the first run"
        for r in second.results
        if first.suite(r.suite) is None
    ]
    return Comparison(
        metrics=tuple(metrics),
        newly_failing=tuple(failing),
        newly_passing=tuple(passing),
        unnamed=tuple(unnamed),
        unpaired=tuple(unpaired),
        different=tuple(_different(first, second)),
    )


def _unpaired(before: SuiteResult, after: SuiteResult) -> list[str]:
    first, second = _by_id(before.scores), _by_id(after.scores)
    found = []
    if lost := sorted(first.keys() - second.keys()):
        found.append(f"{before.suite}: not in the second run: {_some(lost)}")
    if new := sorted(second.keys() - first.keys()):
        found.append(f"{before.suite}: not in the first run: {_some(new)}")
    changed = [
        i for i in first.keys() & second.keys() if first[i].question != second[i].question
    ]  # fmt: skip
    if changed:
        found.append(f"{before.suite}: the case itself was edited: {_some(sorted(changed))}")
    return found


def _some(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - 5} more" if len(ids) > 5 else ""
    return f"{', '.join(ids[:5])}{more}"


def _by_id(scores: Sequence[Score]) -> dict[str, Score]:
    return {s.case_id: s for s in scores}


def _metric_changes(before: SuiteResult, after: SuiteResult) -> list[MetricChange]:
    old, new = columns(before.scores), columns(after.scores)
    changes = []
    for name in old:
        ids = [i for i in old[name] if i in new.get(name, {})]
        if not ids or name in ("confidence", "covered"):
            continue
        left, right = [old[name][i] for i in ids], [new[name][i] for i in ids]
        changes.append(
            MetricChange(
                suite=before.suite,
                metric=name,
                before=sum(left) / len(left),
                after=sum(right) / len(right),
                difference=paired_difference(left, right),
                better=kind_of(name).better,
            )
        )
    return [*changes, *_auroc_change(before, after)]


def _auroc_change(before: SuiteResult, after: SuiteResult) -> list[MetricChange]:
    """AUROC belongs to no single case; it is worse when the two intervals do not meet."""
    left, right = before.metrics.get("auroc"), after.metrics.get("auroc")
    if left is None or right is None:
        return []
    low, high = right.low - left.high, right.high - left.low
    difference = Difference(right.value - left.value, right.n, low, high)
    return [
        MetricChange(
            suite=before.suite, metric="auroc", before=left.value, after=right.value,
            difference=difference, better="up",
        )
    ]  # fmt: skip


def _turned(before: SuiteResult, after: SuiteResult, *, to: bool) -> list[CaseChange]:
    second = _by_id(after.scores)
    return [
        CaseChange(suite=before.suite, case_id=s.case_id, before=s, after=second[s.case_id])
        for s in before.scores
        if s.case_id in second and s.passed is (not to) and second[s.case_id].passed is to
    ]


def _unnamed(before: SuiteResult, after: SuiteResult) -> list[CaseChange]:
    """Cases still routed, but for a reason that is not theirs: the message would mislead."""
    second = _by_id(after.scores)
    return [
        CaseChange(suite=before.suite, case_id=s.case_id, before=s, after=second[s.case_id])
        for s in before.scores
        if s.values.get("named") == 1.0
        and s.case_id in second
        and second[s.case_id].values.get("named") == 0.0
        and second[s.case_id].passed is not False
    ]


def _different(first: Run, second: Run) -> list[str]:
    """What else differs between the runs, so that nobody credits the wrong change."""
    pairs = [
        (name, str(first.fingerprints.get(name, "")), str(second.fingerprints.get(name, "")))
        for name in ("corpus", "rules", "model", "code", "revision")
    ]
    pairs += [("settings", str(first.settings), str(second.settings))]
    return [f"{name}: {old} and {new}" for name, old, new in pairs if old != new]


__all__ = ["Comparison", "compare", "is_safety"]
