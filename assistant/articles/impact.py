"""What publishing a draft would change in the answers to known questions, before it is done."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.answering.answer import HITS
from assistant.answering.fixed import reply_examples
from assistant.articles.desk import Desk
from assistant.chat import Assistant
from assistant.corpus import load_article
from assistant.embedding import open_embedder
from assistant.errors import InputInvalid
from assistant.glossary import load_glossary
from assistant.guardrail.types import Level, Turn
from assistant.index.build import build_index
from assistant.index.live import LiveIndex
from assistant.index.opening import open_store
from assistant.index.store import ChromaStore
from assistant.records import Article
from assistant.reply import Reply, ReplyKind
from assistant.retrieval import Query, Retriever

Effect = Literal["answered", "lost", "changed", "better", "worse"]
_DEPTH = 2
Score = Callable[[str, Reply], float | None]


@dataclass(frozen=True, slots=True)
class Said:
    """What a question gets: the kind of reply, its words, and the articles it quotes."""

    kind: ReplyKind
    text: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A question whose answer would be another one.

    ``effect``: it would be *answered* for the first time, *lost*, or *changed*; for a question
    whose key facts are known, *better* or *worse* by them.
    """

    question: str
    effect: Effect
    before: Said
    after: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """Every shift, the worst first, and how many questions were asked."""

    shifts: tuple[Shift, ...]
    asked: int


_GRAVITY: tuple[Effect, ...] = ("lost", "worse", "changed", "answered", "better")


def preview(
    desk: Desk,
    article_id: str,
    questions: Sequence[str],
    *,
    score: Score | None = None,
    advance: Callable[[int, int], None] | None = None,
) -> Impact:
    """Ask ``questions`` of the library as it is and as it would be with the draft published.

    ``score`` gives the share of a question's key facts that a reply holds, where they are known.
    Only questions for which the article is found are asked: no other answer rests on it. Nothing
    that answers patients is touched: the trial index is made in a folder of its own.

    Raises:
        NoSuchArticle: there is no such draft.
        ArticleInvalid: the draft can be no article yet.
        IndexUnavailable: there is no index to compare with.
    """
    path = desk.shelf.found(desk.shelf.draft(article_id), article_id)
    draft = load_article(path)
    settings = desk.settings
    embedder = desk.embedder or open_embedder(settings.embedding_model, settings.data_dir)
    articles = {**desk.published().articles, article_id: draft}
    asked = list(dict.fromkeys(questions))
    with _trial(desk) as trial:
        store = (
            open_store(settings) if settings.chroma_url else ChromaStore.on_disk(trial / "chroma")
        )
        build_index(
            sorted(articles.values(), key=lambda a: a.id),
            data_dir=trial,
            store=store,
            embedder=embedder,
            glossary=load_glossary(settings.corpus_dir),
            wordings=reply_examples(),
        )
        live = LiveIndex(settings.data_dir, open_store(settings), embedder)
        tried = LiveIndex(trial, store, embedder)
        now, then = Assistant(settings, live, embedder), Assistant(settings, tried, embedder)
        retriever = Retriever(embedder)
        shifts = []
        for done, question in enumerate(asked):
            if any(_finds(retriever, index, question, draft) for index in (live, tried)):
                shift = _compare(question, now, then, score)
                shifts += [shift] if shift else []
            if advance:
                advance(done + 1, len(asked))
    return Impact(
        shifts=tuple(sorted(shifts, key=lambda s: (_GRAVITY.index(s.effect), s.question))),
        asked=len(asked),
    )


def _finds(retriever: Retriever, index: LiveIndex, question: str, draft: Article) -> bool:
    """Whether the article is among what is found for ``question``; no other one is changed by it.

    Deeper than answers look, because they know more of the question than its words.
    """
    query = Query.of(question, lang=draft.language)
    hits = retriever.search(index.current(), query, count=_DEPTH * HITS)
    return any(hit.passage.article == draft.id for hit in hits)


def _compare(question: str, now: Assistant, then: Assistant, score: Score | None) -> Shift | None:
    replies = []
    for assistant in (now, then):
        try:
            replies.append(assistant.reply([Turn("user", question)]))
        except InputInvalid:
            return None  # a kept question that is no question
    if replies[0].decision.level >= Level.URGENT:
        return None  # no article has a say in a care message
    before, after = map(_said, replies)
    if before == after:
        return None
    marks = [score(question, reply) if score else None for reply in replies]
    return Shift(
        question=question, effect=_effect(before, after, marks), before=before, after=after
    )


def _effect(before: Said, after: Said, marks: Sequence[float | None]) -> Effect:
    if before.kind != after.kind:
        if after.kind == "answer":
            return "answered"
        if before.kind == "answer":
            return "lost"
    first, second = marks
    if first is not None and second is not None and first != second:
        return "better" if second > first else "worse"
    return "changed"


def _said(reply: Reply) -> Said:
    words = [reply.words(sentence) for sentence in reply.sentences]
    return Said(
        reply.kind,
        " ".join(words) or reply.text,
        tuple(dict.fromkeys(citation.article for citation in reply.citations)),
    )


@contextmanager
def _trial(desk: Desk) -> Iterator[Path]:
    """A copy of the index to try things on."""
    with tempfile.TemporaryDirectory(prefix="pmr-preview-") as folder:
        trial = Path(folder) / "data"
        with desk.shelf.locked():  # nobody builds while it is copied
            left_out = shutil.ignore_patterns("*.tmp", "*.lock", "encoders", "read", "read-sync")
            shutil.copytree(desk.settings.data_dir, trial, ignore=left_out)
        yield trial
