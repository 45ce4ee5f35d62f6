"""Everything in one go: all suites over all cases, the report, the gate."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

from assistant.embedding import open_embedder
from assistant.errors import IndexUnavailable
from assistant.index.live import LiveIndex
from assistant.index.opening import open_store
from assistant.settings import Settings, load_settings
from evals import show
from evals.commands import passes_gate
from evals.console import progress_bar
from evals.mutations import kept_lines
from evals.public.measuring import kept_lines as public_lines
from evals.report import write_report
from evals.run import RUNS, Spec, run, save
from evals.subject import Subject


def run_everything() -> int:
    """Run all suites over the development and test parts; the exit code says what the gate says.

    Raises:
        AssistantError: nothing can be run; the message says what to do.
    """
    settings = load_settings()
    ensure_index(settings)
    with progress_bar() as progress:
        finished, path = run(
            Spec(part="all"), Subject(settings), progress=progress, workers=os.cpu_count() or 1
        )
    extra = {
        "Mutation suite": kept_lines(settings, RUNS),
        "Public sets": public_lines(settings, RUNS),
    }
    finished = replace(finished, extra=extra)
    save(finished, RUNS)
    lines = [*show.run_lines(finished), "", f"Run:    {path}"]
    lines.append(f"Report: {write_report(finished)}")
    sys.stdout.write("\n".join(lines) + "\n\n")
    return 0 if passes_gate(finished) else 1


def ensure_index(settings: Settings) -> None:
    """Build the index when there is none that fits, so that one command is enough."""
    from assistant.article_cache import ArticleCache
    from assistant.corpus import read_articles
    from assistant.glossary import load_glossary
    from assistant.index.build import build_index

    embedder = open_embedder(settings.embedding_model, settings.data_dir)
    store = open_store(settings)
    try:
        LiveIndex(settings.data_dir, store, embedder).current()
    except IndexUnavailable:
        build_index(
            read_articles(settings.corpus_dir, ArticleCache.of(settings.data_dir)).articles,
            data_dir=settings.data_dir,
            store=store,
            embedder=embedder,
            glossary=load_glossary(settings.corpus_dir),
        )
