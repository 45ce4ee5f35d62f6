"""What all commands of the evals share: settings, progress, the assistant to be measured."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from assistant.embedding import open_embedder
from assistant.settings import Settings, load_settings
from evals.memory_store import CachedEmbedder
from evals.run import Progress
from evals.subject import Subject, throwaway_subject

err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


def settings_of(context: typer.Context) -> Settings:
    """The settings with what was given before the command."""
    return load_settings(**(context.obj or {}))


def print_lines(lines: Iterable[str]) -> None:
    """Lines on standard output, each as soon as it is there."""
    for line in lines:
        typer.echo(line)


@contextmanager
def open_subject(settings: Settings, corpus: Path | None = None) -> Iterator[Subject]:
    """What is under test: the index that is there, or one made of ``corpus`` for this run."""
    # Suites share questions: the first one that asks pays for the embedding, and is timed.
    embedder = CachedEmbedder(open_embedder(settings.embedding_model, settings.data_dir))
    if corpus is None:
        yield Subject(settings, embedder=embedder)
        return
    with tempfile.TemporaryDirectory(prefix="evals-") as folder:
        err.print(f"Indexing {corpus} in memory…")
        yield throwaway_subject(settings, corpus, Path(folder), embedder)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Progress on standard error; ``--json`` output stays clean."""
    bar = Bar(
        TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(),
        TimeRemainingColumn(), console=err, transient=True, disable=not sys.stderr.isatty(),
    )  # fmt: skip
    tasks: dict[str, object] = {}
    with bar:

        def update(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=total)
            bar.update(tasks[name], completed=done, total=total)  # type: ignore[arg-type]

        yield update
