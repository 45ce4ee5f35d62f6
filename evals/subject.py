"""What is under test: the assistant as its faces use it, opened only as far as a suite needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from assistant.embedding import Embedder, open_embedder
from assistant.guardrail.types import Decision, Level, Turn
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.answering.question import QuestionReader
    from assistant.chat import Assistant
    from assistant.glossary import Glossary
    from assistant.index.live import Index, LiveIndex
    from assistant.records import Article
    from assistant.retrieval import Hit, Query

RANKED = 40  # passages behind an article ranking; ten articles need no more


class Found(NamedTuple):
    """A passage in a ranking: its article, its section and how well it fits."""

    article: str
    section: str
    score: float


class Subject:
    """The assistant of one library. Nothing is loaded before a suite asks for it."""

    def __init__(
        self,
        settings: Settings,
        *,
        embedder: Embedder | None = None,
        live: LiveIndex | None = None,
    ) -> None:
        self.settings = settings
        self._given_embedder = embedder
        self._given_live = live

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model."""
        return self._given_embedder or open_embedder(
            self.settings.embedding_model, self.settings.data_dir
        )

    @cached_property
    def live(self) -> LiveIndex:
        """The index that answers."""
        from assistant.index.live import LiveIndex
        from assistant.index.opening import open_store

        return self._given_live or LiveIndex(
            self.settings.data_dir, open_store(self.settings), self.embedder
        )

    @cached_property
    def assistant(self) -> Assistant:
        """The assistant over that index."""
        from assistant.chat import Assistant
        from assistant.writing.writer import open_second_look, open_writer

        writer = open_writer(self.settings)
        look = open_second_look(self.settings, writer)
        return Assistant(self.settings, self.live, self.embedder, writer, look)

    def index(self) -> Index:
        """The build that answers right now."""
        return self.live.current()

    def levels(self, turns: Sequence[Turn]) -> list[Level]:
        """The guardrail's level after each user turn."""
        return [decision.level for decision in self.decisions(turns)]

    def decisions(self, turns: Sequence[Turn]) -> tuple[Decision, ...]:
        """The guardrail's decisions; needs no index and no model."""
        from assistant.guardrail import decide

        return decide.assess(turns, country=self.settings.country)

    def violations(self, text: str, level: Level, question: str = "") -> list[str]:
        """What the output check has against ``text`` as an answer to ``question``, in words.

        Empty when it may be shown.
        """
        import assistant.guardrail as guardrail

        return [
            _named(v)
            for v in guardrail.violations(
                text,
                level=level,
                country=self.settings.country,
                practice_phone=self.settings.practice_phone,
                question=question,
            )
        ]

    def reply(self, turns: Sequence[Turn]) -> dict[str, Any]:
        """The public JSON form of the reply to ``turns``."""
        from assistant.reply import reply_to_json

        return reply_to_json(self.assistant.reply(turns))

    def converse(self, messages: Iterable[Turn]) -> tuple[dict[str, Any], list[Turn]]:
        """The reply to the last message, with the build's own replies in between.

        An assistant's message given in the case stands in place of the build's own.
        """
        from assistant.reply import reply_to_json
        from assistant.terminal import render

        turns: list[Turn] = []
        reply = None
        for message in messages:
            if message.role == "user" and reply is not None and turns[-1].role == "user":
                turns.append(Turn("assistant", render(reply)))
            turns.append(message)
            if message.role == "user":
                reply = self.assistant.reply(turns)
        if reply is None:
            raise ValueError("a conversation needs a user's message")
        return reply_to_json(reply), turns

    def article_texts(self) -> dict[str, str]:
        """The indexed text of every article, for checking quotes."""
        return {article.id: article.text for article in self.index().library}

    def rank(self, question: str, earlier: Sequence[str] = ()) -> list[Found]:
        """Passages for ``question`` as the assistant ranks them, best first."""
        return [
            Found(
                hit.passage.article,
                f"{hit.passage.article}#{hit.passage.heading}",
                round(float(hit.score), 4),
            )
            for hit in self.search(question, earlier)[1]
        ]

    def first_passage(self, question: str, earlier: Sequence[str] = ()) -> tuple[str, str]:
        """The passage ranked first for ``question``: its article's id and its words."""
        from assistant.chunking import passage_text

        _query, hits = self.search(question, earlier, count=1)
        if not hits:
            return "", ""
        passage = hits[0].passage
        article = self.index().library.articles[passage.article]
        return article.id, passage_text(article, passage)

    def confidence(self, question: str, earlier: Sequence[str] = ()) -> float:
        """How sure the coverage gate is that the articles answer ``question``."""
        from assistant.answering.answer import HITS
        from assistant.answering.coverage import coverage

        query, hits = self.search(question, earlier, count=HITS)
        return float(coverage(self.index(), query, hits).confidence)

    def reader(self, question: str, earlier: Sequence[str] = ()) -> QuestionReader:
        """The assistant's own reader for a question in this one's language."""
        return self.assistant.reader(question, earlier)

    def search(
        self, question: str, earlier: Sequence[str] = (), *, count: int = RANKED
    ) -> tuple[Query, list[Hit]]:
        """``question`` as the assistant reads it, and the passages it finds, best first."""
        query = self.reader(question, earlier).read(question, list(earlier)).query
        return query, self.assistant._retriever.search(self.index(), query, count=count)


def _named(violation: object) -> str:
    for name in ("id", "check", "category", "rule"):
        value = getattr(violation, name, None)
        if isinstance(value, str):
            return value
    return str(violation)


def throwaway_subject(settings: Settings, corpus: Path, data: Path, embedder: Embedder) -> Subject:
    """A subject over the articles in ``corpus``, indexed in memory.

    Raises:
        AssistantError: the articles cannot be used.
    """
    from assistant.corpus import load_articles
    from assistant.glossary import load_glossary

    own = settings.model_copy(update={"corpus_dir": corpus})
    return subject_over(load_articles(corpus), own, data, embedder, glossary=load_glossary(corpus))


def subject_over(
    articles: Sequence[Article],
    settings: Settings,
    data: Path,
    embedder: Embedder,
    *,
    glossary: Glossary | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Subject:
    """A subject over ``articles``: vectors in memory, the rest of the index in ``data``.

    Raises:
        ArticleInvalid: no article holds a sentence that could be quoted.
    """
    from assistant.index.build import build_index
    from assistant.index.live import LiveIndex
    from evals.memory_store import MemoryStore

    store = MemoryStore().as_store()
    build_index(
        articles, data_dir=data, store=store, embedder=embedder, glossary=glossary,
        progress=progress,
    )  # fmt: skip
    own = settings.model_copy(update={"data_dir": data})
    return Subject(own, embedder=embedder, live=LiveIndex(data, store, embedder))
