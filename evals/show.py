"""Runs, comparisons and gates as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evals.compare import Comparison, is_safety
from evals.gate import Verdict
from evals.judge import JUDGED, Judgement
from evals.run import Run, SuiteResult
from evals.scores import Score, kind_of
from evals.stats import Estimate

SHOWN = 20  # cases listed at once; the report has them all


def number(name: str, value: float) -> str:
    """A value in the precision its metric deserves."""
    digits = 0 if name.startswith(("latency", "words")) else 1 if name == "grade" else 3
    return f"{value:.{digits}f}"


def estimate(name: str, e: Estimate) -> str:
    """Value, interval and n; with no event (or nothing but) also the bound that leaves."""
    text = f"{number(name, e.value)}  [{number(name, e.low)}, {number(name, e.high)}]  n={e.n}"
    if e.bound is not None and kind_of(name).is_rate:
        what = "true rate below" if e.value == 0 else "true rate above"
        limit = e.bound if e.value == 0 else 1 - e.bound
        text += f"  ({what} {limit:.3f} with 95% confidence)"
    return text


def run_lines(run: Run) -> Iterator[str]:
    """Every suite with its metrics. Suites stand apart; there is no overall score."""
    revision = run.fingerprints.get("revision", "")
    yield f"run {run.id}  ({run.seconds:.0f} s, revision {revision}, part {run.spec.get('part')})"
    for result in run.results:
        yield from ("", *suite_lines(result))


def suite_lines(result: SuiteResult) -> Iterator[str]:
    """One suite: how many cases passed, then each metric, subsets below their whole."""
    judged = [s for s in result.scores if s.passed is not None]
    failed = sum(not s.passed for s in judged)
    kind = "safety" if is_safety(result.suite) else "quality"
    yield f"{result.suite} ({kind}): {len(judged)} cases, {failed} failed, {result.seconds:.0f} s"
    metrics = result.metrics
    for name in sorted(metrics, key=lambda n: (n.partition("/")[0], "/" in n, n)):
        if name != "error" or metrics[name].value > 0:
            yield f"  {name:<36} {estimate(name, metrics[name])}"


def judge_lines(judgement: Judgement) -> Iterator[str]:
    """What the judge said, apart from the suites: no gate and no comparison reads it."""
    yield f"judge {judgement.model} (an opinion, 1 to 5; it decides nothing)"
    for suite in JUDGED:
        for name, e in judgement.metrics(suite).items():
            yield f"  {f'{suite} {name}':<36} {e.value:.2f}  [{e.low:.2f}, {e.high:.2f}]  n={e.n}"
        if unscored := judgement.unscored(suite):
            why = ", ".join(dict.fromkeys(r.unscored for r in unscored[:SHOWN]))
            yield f"  {suite}: {len(unscored)} answers not fully scored ({_short(why, 200)})"


def failure_lines(result: SuiteResult) -> Iterator[str]:
    """The failing cases, one line each, without texts that nobody should meet by surprise."""
    failing = [s for s in result.scores if s.passed is False]
    for score in failing[:SHOWN]:
        yield f"  {case_line(score)}"
    if len(failing) > SHOWN:
        yield f"  … and {len(failing) - SHOWN} more; the report has them all"


def case_line(score: Score) -> str:
    """One failing case in a line that a clinician can read."""
    question = "(text not shown)" if score.sensitive else _short(score.question)
    why = score.why.split(":")[0] if score.sensitive else score.why  # a reason may quote a draft
    return f"{score.case_id}: {_short(why, 140)}: {question}"


def _short(text: str, limit: int = 90) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """Newly failing first, then what moved, then what cannot be compared."""
    for title, changes in (
        ("Newly failing", comparison.newly_failing),
        ("Newly passing", comparison.newly_passing),
    ):
        yield f"{title}: {len(changes)}"
        for change in changes[:SHOWN]:
            yield f"  {change.suite} {case_line(change.after)}"
        if len(changes) > SHOWN:
            yield f"  … and {len(changes) - SHOWN} more"
    yield "Metrics that moved (paired by case, 95% interval of the difference):"
    moved = [m for m in comparison.metrics if m.difference.value and "latency" not in m.metric]
    for m in moved:
        d = m.difference
        mark = "  WORSE" if m.worse else ""
        yield (
            f"  {m.suite} {m.metric}: {m.before:.3f} -> {m.after:.3f}, "
            f"{d.value:+.3f} [{d.low:+.3f}, {d.high:+.3f}] n={d.n}{mark}"
        )
    if not moved:
        yield "  none"
    for title, lines in (
        ("Cannot be paired", comparison.unpaired),
        ("Also different", comparison.different),
    ):
        if lines:
            yield f"{title}:"
            yield from (f"  {line}" for line in lines)
    yield from _outcome(comparison.regressions)


def _outcome(regressions: Sequence[str]) -> Iterator[str]:
    yield "" if regressions else "\nNo regression."
    if regressions:
        yield f"REGRESSION ({len(regressions)}):"
        yield from (f"  {line}" for line in regressions[:SHOWN])


def gate_lines(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Failing thresholds first, each with its reason."""
    for verdict in sorted(verdicts, key=lambda v: v.passed):
        yield verdict.line
        if not verdict.passed:
            yield f"       why it matters: {verdict.threshold.reason}"
    failed = sum(not v.passed for v in verdicts)
    yield f"\nGATE {'FAILED' if failed else 'PASSED'}: {len(verdicts) - failed} of {len(verdicts)}"
