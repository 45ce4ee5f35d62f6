"""The command line of the evals: ``pmr-assistant eval run | compare | gate | report | …``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from evals import more_commands, show
from evals.console import open_subject, print_lines, progress_bar, settings_of
from evals.errors import CasesInvalid, JudgeUnavailable
from evals.judge import ChatModel, Judgement, judge_run, open_model
from evals.loading import guess_suite, require_part
from evals.run import RUNS, Progress, Run, Spec, load, save
from evals.run import run as run_suites
from evals.subject import Subject
from evals.suites import SUITES

app = typer.Typer(
    name="eval",
    help="Measure the assistant: no judge model, no key, no network.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Runs = Annotated[Path, typer.Option("--out", help="Folder of run files.")]


@app.callback()
def _options(
    context: typer.Context,
    corpus: Annotated[Path | None, typer.Option(help="Folder with the articles.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder for the index.")] = None,
) -> None:
    given = {"corpus_dir": corpus, "data_dir": data_dir}
    outer = context.obj if isinstance(context.obj, dict) else {}
    context.obj = {**outer, **{k: v for k, v in given.items() if v is not None}}


def _spec(suites: Sequence[str] | None, cases: Path | None, part: str) -> Spec:
    unknown = sorted(set(suites or ()) - set(SUITES))
    if unknown:
        raise CasesInvalid(
            f"There is no suite {', '.join(unknown)}.", hint=f"Suites: {', '.join(SUITES)}."
        )
    require_part(part)
    if cases is not None and not suites:
        suites = [guess_suite(cases)]
    return Spec(suites=tuple(suites or SUITES), part=part, cases_file=cases)


@app.command()
def run(
    context: typer.Context,
    suite: Annotated[
        list[str] | None, typer.Option(help="Run only this suite; may be given again.")
    ] = None,
    cases: Annotated[Path | None, typer.Option(help="Your own cases: JSONL or YAML.")] = None,
    part: Annotated[str, typer.Option(help="Our cases: dev (or dev2, …), test or all.")] = "dev",
    out: Runs = RUNS,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object for each suite.")
    ] = False,
    corpus: Annotated[
        Path | None, typer.Option(help="Another library; it is indexed in memory.")
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, help="Processes; with one, times are undisturbed.")
    ] = 1,
    judge: Annotated[
        str | None,
        typer.Option(help="A chat model, provider:model, that rates the answers besides."),
    ] = None,
    judge_base_url: Annotated[
        str | None, typer.Option(help="Address of the judge, such as http://localhost:8080/v1.")
    ] = None,
) -> None:
    """Run the cases and keep every verdict in one file."""
    spec = _spec(suite, cases, part)
    settings = settings_of(context)
    model = _judge_model(judge, judge_base_url)
    with open_subject(settings, corpus) as subject, progress_bar() as progress:
        alone = corpus is not None  # that library is in this process only
        finished, path = run_suites(
            spec, subject, out=out, progress=progress, workers=1 if alone else workers
        )
        if model is not None and judge:
            finished = _judged(finished, model, judge, subject, out, progress)
    _print_run(finished, path, as_json=as_json)


def _judge_model(name: str | None, base_url: str | None) -> ChatModel | None:
    """The judge, opened before anything runs: a mistake in its name must not cost a run."""
    if base_url and not name:
        raise JudgeUnavailable("--judge-base-url needs --judge.", hint="Add: --judge openai:MODEL")
    return open_model(name, base_url) if name else None


def _judged(
    finished: Run, model: ChatModel, name: str, subject: Subject, out: Path, progress: Progress
) -> Run:
    """The run with the judge's ratings; it was kept before and is kept again."""
    judgement = judge_run(finished, model, name, subject.article_texts(), progress=progress)
    finished = replace(finished, judge=judgement.to_json())
    save(finished, out)
    return finished


def _print_run(finished: Run, path: Path, *, as_json: bool) -> None:
    judgement = Judgement.from_json(finished.judge)
    if as_json:
        for result in finished.results:
            typer.echo(json.dumps(result.public_json(), ensure_ascii=False))
        if judgement:
            typer.echo(json.dumps({"judge": judgement.public_json()}, ensure_ascii=False))
        return
    print_lines(show.run_lines(finished))
    if judgement:
        typer.echo()
        print_lines(show.judge_lines(judgement))
    for result in finished.results:
        typer.echo(f"\nFailing cases of {result.suite}:")
        print_lines(show.failure_lines(result))
    typer.echo(f"\nKept in {path}")


@app.command()
def compare(
    first: Annotated[str, typer.Argument(help="Run file, or latest~1.")],
    second: Annotated[str, typer.Argument(help="Run file, or latest.")],
    out: Runs = RUNS,
) -> None:
    """Say what changed from the first run to the second; exit 1 on a regression."""
    from evals.compare import compare as compare_runs

    comparison = compare_runs(load(first, out), load(second, out))
    print_lines(show.comparison_lines(comparison))
    if comparison.regressions:
        raise typer.Exit(1)


@app.command()
def gate(
    run_file: Annotated[str, typer.Argument(metavar="RUN", help="Run file, or latest.")],
    thresholds: Annotated[Path | None, typer.Option(help="Another file of thresholds.")] = None,
    partial: Annotated[
        bool, typer.Option(help="Leave out suites that were not run instead of failing.")
    ] = False,
    out: Runs = RUNS,
) -> None:
    """Hold a run against the thresholds in evals/gate.toml; exit 1 when one is missed."""
    if not passes_gate(load(run_file, out), thresholds, partial=partial):
        raise typer.Exit(1)


def passes_gate(finished: Run, thresholds: Path | None = None, *, partial: bool = False) -> bool:
    """Print the gate's verdicts; whether all hold."""
    from evals.gate import FILE, judge, load_gate

    verdicts = judge(finished, load_gate(thresholds or FILE), partial=partial)
    print_lines(show.gate_lines(verdicts))
    return bool(verdicts) and all(v.passed for v in verdicts)


@app.command()
def report(
    run_file: Annotated[str, typer.Argument(metavar="RUN", help="Run file, or latest.")] = "latest",
    out: Runs = RUNS,
    to: Annotated[Path | None, typer.Option(help="The page to write.")] = None,
) -> None:
    """Write one HTML page about a run: charts, failures first, no network needed."""
    from evals.report import write_report

    typer.echo(f"Written: {write_report(load(run_file, out), to, folder=out)}")


more_commands.add_to(app)
