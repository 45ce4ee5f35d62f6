"""The command line of the evals: ``pmr-assistant eval run | compare | gate | report | …``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from assistant.embedding import SentenceTransformerEmbedder
from assistant.settings import Settings, load_settings
from evals import show
from evals.errors import CasesInvalid
from evals.loading import PARTS, guess_suite
from evals.memory_store import CachedEmbedder
from evals.run import RUNS, Progress, Run, Spec, load
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
_err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
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


def _settings(context: typer.Context) -> Settings:
    return load_settings(**(context.obj or {}))


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        typer.echo(line)


def _spec(suites: Sequence[str] | None, cases: Path | None, part: str) -> Spec:
    unknown = sorted(set(suites or ()) - set(SUITES))
    if unknown:
        raise CasesInvalid(
            f"There is no suite {', '.join(unknown)}.", hint=f"Suites: {', '.join(SUITES)}."
        )
    if part not in PARTS:
        raise CasesInvalid(f"There is no part {part!r}.", hint="Parts: dev, test, all.")
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
    part: Annotated[str, typer.Option(help="Our cases: dev, test or all.")] = "dev",
    out: Runs = RUNS,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object for each suite.")
    ] = False,
    corpus: Annotated[
        Path | None, typer.Option(help="Another library; it is indexed in memory.")
    ] = None,
) -> None:
    """Run the cases and keep every verdict in one file."""
    spec = _spec(suite, cases, part)
    settings = _settings(context)
    with _subject(settings, corpus) as subject, progress_bar() as progress:
        finished, path = run_suites(spec, subject, out=out, progress=progress)
    if as_json:
        for result in finished.results:
            typer.echo(json.dumps(result.public_json(), ensure_ascii=False))
        return
    _print(show.run_lines(finished))
    for result in finished.results:
        typer.echo(f"\nFailing cases of {result.suite}:")
        _print(show.failure_lines(result))
    typer.echo(f"\nKept in {path}")


@contextmanager
def _subject(settings: Settings, corpus: Path | None) -> Iterator[Subject]:
    """What is under test: the index that is there, or one made of ``corpus`` for this run."""
    if corpus is None:
        # Suites share questions: the first one that asks pays for the embedding, and is timed.
        embedder = CachedEmbedder(SentenceTransformerEmbedder(settings.embedding_model))
        yield Subject(settings, embedder=embedder)
        return
    import tempfile

    from evals.subject import throwaway_subject

    with tempfile.TemporaryDirectory(prefix="evals-") as folder:
        embedder = CachedEmbedder(SentenceTransformerEmbedder(settings.embedding_model))
        _err.print(f"Indexing {corpus} in memory…")
        yield throwaway_subject(settings, corpus, Path(folder), embedder)


@app.command()
def compare(
    first: Annotated[str, typer.Argument(help="Run file, or latest~1.")],
    second: Annotated[str, typer.Argument(help="Run file, or latest.")],
    out: Runs = RUNS,
) -> None:
    """Say what changed from the first run to the second; exit 1 on a regression."""
    from evals.compare import compare as compare_runs

    comparison = compare_runs(load(first, out), load(second, out))
    _print(show.comparison_lines(comparison))
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
    _print(show.gate_lines(verdicts))
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


@app.command()
def mutate(
    context: typer.Context,
    area: Annotated[
        list[str] | None,
        typer.Option(help="Only rules, reading, deciding, output, answering or ranking."),
    ] = None,
    out: Runs = RUNS,
) -> None:
    """Damage one thing at a time and require the evals to notice; prints the survivors."""
    from evals.mutants import all_mutants
    from evals.mutations import keep, mutation_cases, mutation_subject, run_mutants, summary_lines

    settings = _settings(context)
    chosen = [m for m in all_mutants() if not area or m.area in area]
    with progress_bar() as progress:
        outcomes = run_mutants(
            mutation_cases(), mutation_subject(settings), chosen, progress=progress
        )
    _print(iter(summary_lines(outcomes)))
    if not area:
        typer.echo(f"Kept in {keep(outcomes, settings, out)}")


@app.command()
def peers(
    context: typer.Context,
    part: Annotated[str, typer.Option(help="Our cases: dev, test or all.")] = "dev",
) -> None:
    """Measure simple routers and rankers beside the assistant, on our cases and public sets."""
    from evals.public import peer_lines

    _spec(None, None, part)
    with _subject(_settings(context), None) as subject:
        _print(peer_lines(subject, part))


@app.command("export-feedback")
def export_feedback(
    feedback: Annotated[Path, typer.Argument(help="JSONL of feedback records from the chat.")],
    to: Annotated[Path, typer.Option(help="Draft cases; a person completes them.")] = Path(
        "feedback-cases.jsonl"
    ),
) -> None:
    """Turn thumbs-down feedback into draft cases."""
    from evals.feedback import export

    typer.echo(f"{export(feedback, to)} draft cases in {to}; complete the fields named in note.")


@app.command()
def schemas() -> None:
    """Write the JSON Schemas of the cases into evals/schema."""
    from evals.loading import write_schemas

    for path in write_schemas():
        typer.echo(str(path))


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Progress on standard error; ``--json`` output stays clean."""
    bar = Bar(
        TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(),
        TimeRemainingColumn(), console=_err, transient=True,
        disable=not sys.stderr.isatty(),
    )  # fmt: skip
    tasks: dict[str, object] = {}
    with bar:

        def update(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=total)
            bar.update(tasks[name], completed=done)  # type: ignore[arg-type]

        yield update
