"""Making the index equal to the published articles; it also finishes an interrupted change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from assistant.answering.fixed import reply_examples
from assistant.article_cache import ArticleCache
from assistant.articles.changes import carry_out_files, finish, pending
from assistant.articles.shelf import Shelf
from assistant.corpus import read_articles
from assistant.embedding import Embedder, open_embedder
from assistant.glossary import read_glossary
from assistant.index.build import BuildReport, build_index
from assistant.index.opening import open_store
from assistant.records import Article
from assistant.screening.findings import Finding
from assistant.settings import Settings, refuse_writing

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What became of the index. ``finished`` says which interrupted change was carried through."""

    report: BuildReport
    articles: tuple[Article, ...]
    findings: tuple[Finding, ...]
    finished: str = ""


def update_index(
    settings: Settings,
    *,
    shelf: Shelf | None = None,
    embedder: Embedder | None = None,
    rebuild: bool = False,
    progress: Progress | None = None,
) -> Update:
    """Make the index equal to the published articles. Only what changed is embedded.

    A change of the articles that was interrupted, or that has just been begun, is carried through
    first: its files, then the index, then the history.

    Raises:
        CorpusMissing, ArticleInvalid: the articles cannot be used; the old index stays.
        LibraryBusy, IndexBusy: somebody else is changing the articles or the index.
        DataDirUnusable, EmbedderUnavailable, StoreUnavailable, CorpusError
        ReadOnly: another installation writes.
    """
    refuse_writing(settings)
    shelf = shelf or Shelf(settings.corpus_dir)
    with shelf.locked(create=False):
        change = pending(shelf)
        if change:
            carry_out_files(shelf, change)
        articles, found, _files = read_articles(
            settings.corpus_dir, ArticleCache.of(settings.data_dir)
        )
        glossary, found_there = read_glossary(settings.corpus_dir)
        build = partial(
            build_index,
            articles,
            data_dir=settings.data_dir,
            store=open_store(settings),
            embedder=embedder
            or open_embedder(settings.embedding_model, settings.data_dir, export=True),
            glossary=glossary,
            wordings=reply_examples(),
            progress=progress,
        )
        report = build(rebuild=rebuild)
        if change and change.purge:
            # What is withdrawn is out of every answer by now. Its vectors may share a large
            # segment, which takes minutes to write anew in a library of thousands.
            build(purge=True)
        if change:
            finish(shelf, change)
    return Update(
        report=report,
        articles=articles,
        findings=(*found, *found_there),
        finished="; ".join(f"{e.action} {e.article}" for e in change.events) if change else "",
    )
