"""Choosing a run and a baseline, and what is read of their files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from assistant.settings import Settings
from assistant.ui import quality_words as words
from assistant.ui.escaping import Html, fill, join
from assistant.ui.quality_cases import draw_cases
from assistant.ui.quality_figures import draw_figures
from assistant.ui.staff_frame import draw_problem
from evals.compare import Comparison
from evals.errors import GateInvalid
from evals.gate import FILE, Verdict, judge, load_gate
from evals.judge import Judgement
from evals.quality import RunEntry, SuiteView, against, open_run, read_entry, suite_views
from evals.run import RUNS, Run, run_files

_MOST_RUNS = 30  # a file of every suite has megabytes; each is read once

Stamp = tuple[str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A run with everything that is computed from it once."""

    run: Run
    baseline: Run | None
    comparison: Comparison | None
    verdicts: tuple[Verdict, ...]
    suites: tuple[SuiteView, ...]
    gate_problem: str = ""


def draw_runs(settings: Settings) -> None:
    """Pickers for run and baseline, then figures, cases and the list of runs."""
    folder = settings.runs_dir or RUNS
    with st.spinner(words.READING):
        entries = _entries(folder)
    usable = {e.path.stem: e for e in entries if not e.problem}
    if not entries:
        draw_problem(words.NO_RUNS.format(folder=folder), words.NO_RUNS_STEP)
        return
    if not usable:
        draw_problem(words.NO_USABLE.format(folder=folder), words.NO_USABLE_STEP)
        st.html(_runs_table(entries))
        return
    left, right = st.columns(2)
    with left:
        entry = _pick_run(usable)
    with right:
        baseline = _pick_baseline(usable, entry)
    opened = _open(_stamp(entry.path), _stamp(baseline.path) if baseline else None, _stamp(FILE))
    figures, cases, runs = st.tabs([words.TAB_FIGURES, words.TAB_CASES, words.TAB_RUNS])
    with figures:
        draw_figures(
            opened.suites,
            opened.verdicts,
            opened.comparison,
            opened.gate_problem,
            Judgement.from_json(opened.run.judge),
        )
    with cases:
        draw_cases(opened.run, opened.baseline)
    with runs:
        st.html(_runs_table(entries, current=entry))
        st.html(_about(opened.run))


def _pick_run(usable: dict[str, RunEntry]) -> RunEntry:
    names = list(usable)
    name = st.selectbox(
        words.RUN, names, format_func=lambda n: _label(usable[n]), key="run", bind="query-params"
    )
    return usable[name or names[0]]


def _pick_baseline(usable: dict[str, RunEntry], entry: RunEntry) -> RunEntry | None:
    """Any other run. The one before of the same kind is offered first."""
    names = [name for name in usable if name != entry.path.stem]
    older = names[list(usable).index(entry.path.stem) :]
    alike = [n for n in older if _kind(usable[n]) == _kind(entry)]
    options = ["", *names]
    name = st.selectbox(
        words.BASELINE,
        options,
        index=options.index(alike[0]) if alike else 0,
        format_func=lambda n: _label(usable[n]) if n else words.NO_BASELINE,
        key=f"baseline-of-{entry.path.stem}",  # each run has its own, so the default fits
    )
    return usable[name] if name else None


def _kind(entry: RunEntry) -> tuple[str, tuple[str, ...]]:
    return entry.cases, entry.suites


def _label(entry: RunEntry) -> str:
    started = entry.started[:16].replace("T", " ")
    return f"{started}, {entry.cases}, {entry.path.stem.rpartition('-')[2]}"


def _entries(folder: Path) -> list[RunEntry]:
    """The newest runs, newest first."""
    newest = list(reversed(run_files(folder)))[:_MOST_RUNS]
    return [_entry(_stamp(path)) for path in newest]


def _stamp(path: Path) -> Stamp:
    """What a cached reading is kept under: it changes when the file does."""
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), found.st_mtime_ns, found.st_size


@st.cache_resource(show_spinner=False, max_entries=4 * _MOST_RUNS)
def _entry(stamp: Stamp) -> RunEntry:
    return read_entry(Path(stamp[0]))


@st.cache_resource(show_spinner=False, max_entries=4)
def _run(stamp: Stamp) -> Run:
    return open_run(Path(stamp[0]))


@st.cache_resource(show_spinner=words.READING, max_entries=4)
def _open(run_stamp: Stamp, baseline_stamp: Stamp | None, gate_stamp: Stamp) -> Opened:
    run = _run(run_stamp)
    baseline = _run(baseline_stamp) if baseline_stamp else None
    comparison = against(baseline, run)
    problem = ""
    verdicts: list[Verdict] = []
    try:
        verdicts = judge(run, load_gate(Path(gate_stamp[0])), partial=True)
    except GateInvalid as error:
        problem = f"{error} {error.next_step}"
    return Opened(
        run=run,
        baseline=baseline,
        comparison=comparison,
        verdicts=tuple(verdicts),
        suites=tuple(suite_views(run, comparison, verdicts)),
        gate_problem=problem,
    )


def _runs_table(entries: list[RunEntry], current: RunEntry | None = None) -> Html:
    head = join([fill('<th scope="col">{c}</th>', c=c) for c in words.RUN_COLUMNS])
    rows = join([_run_row(e, current=e is current) for e in entries])
    note = words.OLDER.format(count=_MOST_RUNS) if len(entries) == _MOST_RUNS else ""
    return fill(
        '<div class="pmr pmr-wide" role="region" tabindex="0" aria-label="{title}">'
        "<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{note}</div>",
        title=words.TAB_RUNS,
        head=head,
        rows=rows,
        note=fill("<p>{note}</p>", note=note) if note else Html(""),
    )


def _run_row(entry: RunEntry, *, current: bool) -> Html:
    name = fill("<b>{id}</b>", id=entry.id) if current else entry.id
    head = fill('<th scope="row">{name}</th>', name=name)
    if entry.problem:
        template = '<tr>{head}<td colspan="5"><b>{unreadable}:</b> {problem}</td></tr>'
        return fill(template, head=head, unreadable=words.UNREADABLE, problem=entry.problem)
    cells = (
        entry.started[:16].replace("T", " "),
        entry.cases,
        ", ".join(entry.suites),
        f"{entry.failed} of {entry.judged}",
        entry.revision,
    )
    return fill(
        "<tr>{head}{cells}</tr>", head=head, cells=join([fill("<td>{c}</td>", c=c) for c in cells])
    )


def _about(run: Run) -> Html:
    facts = {**run.fingerprints, **{k.replace("_", " "): v for k, v in run.settings.items()}}
    rows = [fill("<dt>{k}</dt><dd>{v}</dd>", k=str(k), v=str(v)) for k, v in facts.items()]
    extra = [
        fill("<h3>{title}</h3><ul>{items}</ul>", title=title, items=join(_items(lines)))
        for title, lines in run.extra.items()
    ]
    return fill(
        '<div class="pmr pmr-facts-list"><h2>{title}</h2><dl>{rows}</dl>{extra}</div>',
        title=words.ABOUT,
        rows=join(rows),
        extra=join(extra),
    )


def _items(lines: list[object]) -> list[Html]:
    return [fill("<li>{line}</li>", line=str(line)) for line in lines]
