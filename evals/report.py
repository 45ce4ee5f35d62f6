"""One HTML page about a run: the gate, failures first, then every metric. Needs no network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from evals import show
from evals.charts import ChartRow, interval_chart
from evals.compare import is_safety
from evals.gate import FILE, Verdict, judge, load_gate
from evals.judge import JUDGED, Judgement, Rating
from evals.run import RUNS, Run, SuiteResult
from evals.scores import Score, kind_of
from evals.stats import Estimate

_STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:66rem;margin:2rem auto;padding:0 1rem;
color:#1b1f24;background:#fff}
h1,h2,h3{line-height:1.2}h2{margin-top:2.5rem;border-bottom:1px solid #d0d7de}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;
border-bottom:1px solid #d0d7de;vertical-align:top;overflow-wrap:anywhere}
svg text{font:13px system-ui,sans-serif;fill:currentColor}svg .axis{font-size:11px;opacity:.7}
.grid{stroke:#d0d7de}.whisker{stroke-width:3}.limit{stroke:#bc4c00;stroke-width:2}
.bad{fill:#b42318;stroke:#b42318}.good{fill:#146c43;stroke:#146c43}
.plain{fill:#0b5cad;stroke:#0b5cad}
.fail{color:#b42318;font-weight:600}.pass{color:#146c43;font-weight:600}
.muted{opacity:.75}details{margin:.4rem 0}summary{cursor:pointer}
dl{display:grid;grid-template-columns:8rem 1fr;gap:.2rem .8rem;margin:.5rem 0 1rem 1rem}
dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}
.fail{color:#ff8a80}.pass{color:#6ccf97}.bad{fill:#ff8a80;stroke:#ff8a80}
.good{fill:#6ccf97;stroke:#6ccf97}.plain{fill:#79b8ff;stroke:#79b8ff}}
"""


def write_report(run: Run, to: Path | None = None, *, folder: Path = RUNS) -> Path:
    """Write the page of ``run`` and return its path."""
    path = to or folder / f"{run.id}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(report_html(run), encoding="utf-8")
    return path


def report_html(run: Run) -> str:
    """The page. Texts about suicide, self-harm, abuse or violence are never in it."""
    verdicts = judge(run, load_gate(FILE), partial=True)
    body = [
        f"<h1>Evals of {escape(run.started[:10])}</h1>",
        *_about(run),
        *_gate(verdicts),
        *_failures(run),
        *(part for result in run.results for part in _metrics(result, verdicts)),
        *_judge(Judgement.from_json(run.judge)),
        *_extra(run.extra),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Evals {escape(run.id)}</title><style>{_STYLE}</style></head><body>"
        f"{''.join(body)}</body></html>\n"
    )


def _about(run: Run) -> Iterator[str]:
    facts = {
        "run": run.id,
        "cases": str(run.spec.get("cases") or f"our own, part {run.spec.get('part')}"),
        "time": f"{run.seconds:.0f} s",
        **{k: str(v) for k, v in run.fingerprints.items()},
        **{k.replace("_", " "): str(v) for k, v in run.settings.items()},
    }
    yield (
        "<p>Cases are invented and not clinically reviewed: this measures software, it is no "
        "evidence of clinical safety. Intervals are 95%. Suites are never averaged.</p>"
    )
    rows = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts.items())
    yield f"<details><summary>What was run</summary><dl>{rows}</dl></details>"


def _gate(verdicts: Sequence[Verdict]) -> Iterator[str]:
    failed = [v for v in verdicts if not v.passed]
    word = (
        '<span class="fail">failed</span>' if failed else '<span class="pass">passed</span>'
    )  # fmt: skip
    yield f"<h2>Gate: {word} ({len(verdicts) - len(failed)} of {len(verdicts)})</h2>"
    if not failed:
        return
    yield "<table><tr><th>threshold</th><th>got</th><th>why it matters</th></tr>"
    for v in failed:
        t, e = v.threshold, v.estimate
        got = show.estimate(t.metric, e) if e else v.note
        yield (
            f"<tr><td>{escape(f'{t.suite} {t.metric} {t.limit}')}</td>"
            f'<td class="fail">{escape(got)}</td><td>{escape(t.reason)}</td></tr>'
        )
    yield "</table>"


def _failures(run: Run) -> Iterator[str]:
    yield "<h2>Failing cases</h2>"
    for result in run.results:
        failing = [s for s in result.scores if s.passed is False]
        if not failing:
            continue
        judged = sum(s.passed is not None for s in result.scores)
        opened = " open" if is_safety(result.suite) and len(failing) <= 30 else ""
        yield (
            f"<details{opened}><summary><strong>{escape(result.suite)}</strong>: "
            f"{len(failing)} of {judged} failing</summary>"
        )
        for score in failing:
            yield _case(score)
        yield "</details>"


def _case(score: Score) -> str:
    hidden = score.sensitive
    fields = {
        "question": "not shown (crisis or abuse); open the case file by its id"
        if hidden
        else score.question,
        "got": score.got,
        "wanted": score.wanted,
        "why": "not shown" if hidden and score.error else score.why,
        "answer": "" if hidden else score.answer,
        "tags": ", ".join(score.tags),
        "ranked": ""
        if hidden
        else " · ".join(str(r[1]) for r in score.details.get("ranked", [])[:5]),
    }
    if hidden:  # reasons of output cases quote the draft
        fields["why"] = score.why.split(":")[0]
    rows = "".join(
        f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in fields.items() if value
    )
    return f"<details><summary>{escape(score.case_id)}</summary><dl>{rows}</dl></details>"


def _metrics(result: SuiteResult, verdicts: Sequence[Verdict]) -> Iterator[str]:
    kind = "safety" if is_safety(result.suite) else "quality"
    yield f"<h2>{escape(result.suite)} <span class='muted'>({kind})</span></h2>"
    metrics = result.metrics
    names = sorted(metrics, key=lambda n: (n.partition("/")[0], "/" in n, n))
    shown = [n for n in names if _is_share(n, metrics[n])]
    gates = {v.threshold.metric: v for v in verdicts if v.threshold.suite == result.suite}
    yield interval_chart(
        f"Metrics of {result.suite}",
        [
            ChartRow(
                name, metrics[name],
                gates[name].threshold if name in gates else None,
                name in gates and not gates[name].passed,
            )
            for name in shown
        ],
    )  # fmt: skip
    yield from _table(names, metrics)


def _is_share(name: str, e: Estimate) -> bool:
    return name != "error" and e.low >= 0 and e.high <= 1 and not name.startswith("latency")


def _table(names: Iterable[str], metrics: dict[str, Estimate]) -> Iterator[str]:
    yield "<details><summary>All figures</summary><table><tr><th>metric</th><th>value, interval"
    yield ", n</th><th>what it is</th></tr>"
    for name in names:
        kind = kind_of(name)
        arrow = {"up": "higher is better", "down": "lower is better", "none": ""}[kind.better]
        what = f"{kind.what}{f' ({arrow})' if arrow else ''}"
        yield (
            f"<tr><td>{escape(name)}</td><td>{escape(show.estimate(name, metrics[name]))}</td>"
            f"<td>{escape(what)}</td></tr>"
        )
    yield "</table></details>"


def _judge(judgement: Judgement | None) -> Iterator[str]:
    if judgement is None:
        return
    yield f"<h2>Judge: {escape(judgement.model)} <span class='muted'>(decides nothing)</span></h2>"
    yield (
        "<p>Opinions of a language model from 1 (worst) to 5 (best), with 95% intervals. Judges "
        "differ; neither the gate nor a comparison reads these figures.</p>"
    )
    for suite in JUDGED:
        metrics, unscored = judgement.metrics(suite), judgement.unscored(suite)
        if not metrics and not unscored:
            continue
        yield f"<table><tr><th>{escape(suite)}</th><th>mean, interval, n</th></tr>"
        for name, e in metrics.items():
            figures = f"{e.value:.2f}  [{e.low:.2f}, {e.high:.2f}]  n={e.n}"
            yield f"<tr><td>{escape(name)}</td><td>{figures}</td></tr>"
        yield f"<tr><td>not fully scored</td><td>{len(unscored)} answers</td></tr></table>"
        yield from map(_rating, _lowest(judgement, suite))


def _lowest(judgement: Judgement, suite: str, count: int = 10) -> list[Rating]:
    """The answers of ``suite`` with the lowest single score."""
    rated = [r for r in judgement.ratings if r.suite == suite and r.opinions]
    return sorted(rated, key=lambda r: min(o.score for o in r.opinions.values()))[:count]


def _rating(rating: Rating) -> str:
    rows = "".join(
        f"<dt>{escape(name)} {o.score}</dt>"
        f"<dd>{'not shown' if rating.sensitive else escape(o.reason)}</dd>"
        for name, o in rating.opinions.items()
    )
    return f"<details><summary>{escape(rating.case_id)}</summary><dl>{rows}</dl></details>"


def _extra(extra: Any) -> Iterator[str]:  # noqa: ANN401 - free tables of a run
    """Tables that a run carries besides its suites: mutants, peers, public sets."""
    for title, lines in extra.items():
        rows = "".join(f"<li>{escape(str(line))}</li>" for line in lines)
        yield f"<h2>{escape(title)}</h2><ul>{rows}</ul>"
