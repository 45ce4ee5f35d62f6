"""Commands beside run, compare, gate and report: mutants, peers, public sets, drafts, schemas."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.embedding import open_embedder
from evals.console import err, open_subject, print_lines, progress_bar, settings_of
from evals.loading import require_part
from evals.run import RUNS

Runs = Annotated[Path, typer.Option("--out", help="Folder of run files.")]


def add_to(app: typer.Typer) -> None:
    """Put the commands of this module into ``app``."""
    for name, command in (
        ("mutate", mutate),
        ("peers", peers),
        ("public", public),
        ("export-feedback", export_feedback),
        ("schemas", schemas),
    ):
        app.command(name)(command)


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

    settings = settings_of(context)
    chosen = [m for m in all_mutants() if not area or m.area in area]
    with progress_bar() as progress:
        outcomes = run_mutants(
            mutation_cases(), mutation_subject(settings), chosen, progress=progress
        )
    print_lines(summary_lines(outcomes))
    if not area:
        typer.echo(f"Kept in {keep(outcomes, settings, out)}")


def peers(
    context: typer.Context,
    part: Annotated[str, typer.Option(help="Our cases: dev (or dev2, …), test or all.")] = "dev",
) -> None:
    """Measure simple routers, rankers and a plain pipeline beside the assistant, on our cases."""
    from evals.peer_figures import peer_lines

    require_part(part)
    with open_subject(settings_of(context)) as subject, progress_bar() as progress:
        print_lines(peer_lines(subject, part, progress=progress))


def public(
    context: typer.Context,
    name: Annotated[
        list[str] | None, typer.Option("--set", help="Only this set; may be given again.")
    ] = None,
    shared: Annotated[
        Path | None, typer.Option(help="Folder with the sets; ../shared beside the project.")
    ] = None,
    out: Runs = RUNS,
) -> None:
    """Measure the assistant and its peers on public sets, beside published figures.

    Can be interrupted: what is finished is kept, and the same command goes on from there.
    """
    from evals.public.bench import Bench
    from evals.public.files import SHARED
    from evals.public.measuring import chosen, measure_sets
    from evals.public.vectors import KeptEmbedder

    settings = settings_of(context)
    embedder = KeptEmbedder(open_embedder(settings.embedding_model, settings.data_dir), out)
    bench = Bench(settings=settings, embedder=embedder, shared=shared or SHARED)
    try:
        with progress_bar() as progress:
            print_lines(measure_sets(chosen(name or ()), bench, out, progress))
    finally:
        embedder.close()
    err.print(f"Finished figures are kept in {out}.")


def export_feedback(
    feedback: Annotated[Path, typer.Argument(help="JSONL of feedback records from the chat.")],
    to: Annotated[Path, typer.Option(help="Draft cases; a person completes them.")] = Path(
        "feedback-cases.jsonl"
    ),
) -> None:
    """Turn thumbs-down feedback into draft cases."""
    from evals.feedback import export

    typer.echo(f"{export(feedback, to)} draft cases in {to}; complete the fields named in note.")


def schemas() -> None:
    """Write the JSON Schemas of the cases into evals/schema."""
    from evals.loading import write_schemas

    for path in write_schemas():
        typer.echo(str(path))
