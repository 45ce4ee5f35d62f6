"""MedQuAD, the part on back, muscle, bone, nerve and rehabilitation: is the right section found?

The questions are made from the section headings, so with headings shown the task is easy. The
honest track hides them: every section is an article of its own with its document's title. The
questions of one half of the topics measure; the ranking learned from the other half's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from assistant.records import Article
from evals.peers import Chunk, PlainRag, Ranker, bm25_ranker, chunks_of
from evals.public.bench import Bench, Measure, Metrics, PublicSet, Tick, embed_all
from evals.public.files import read_rows
from evals.stats import mean, rate
from evals.subject import Subject, subject_over
from evals.suites.retrieval import ranking_values

DOCUMENTS = "data/retrieval/medquad-pmr-documents.jsonl"
QUESTIONS = "data/retrieval/medquad-pmr-queries.jsonl"
METRICS = ("hit@1", "hit@5", "ndcg@10")

Opened = AbstractContextManager[Ranker]


class Section(NamedTuple):
    """A section of a document; ``id`` is what a question's answer names."""

    id: str
    title: str
    heading: str
    text: str
    kind: str = ""

    def shown(self, headings: bool) -> str:
        """The text as it is indexed, below its heading or without."""
        return f"## {self.heading}\n\n{self.text}" if headings else self.text


class Question(NamedTuple):
    """A question of one ``kind`` about ``topic``, and the sections that answer it."""

    text: str
    relevant: tuple[str, ...]
    kind: str = ""
    topic: str = ""

    @property
    def held_out(self) -> bool:
        """Whether its topic is kept for measuring: ``training/ranking.py`` learns the others'."""
        return hashlib.sha256(self.topic.lower().encode()).digest()[0] % 2 == 1


class MedQuad:
    """The library and its questions, with the section headings shown or hidden."""

    def __init__(self, bench: Bench, *, headings: bool) -> None:
        self._bench, self._headings = bench, headings

    def systems(self) -> Mapping[str, Measure]:
        """The assistant and its peers on the same sections."""
        return {
            "assistant": partial(self._measure, self._assistant),
            "plain LangChain pipeline": partial(self._measure, self._plain_rag),
            "MiniLM over whole sections": partial(self._measure, self._dense),
            "BM25 alone": partial(self._measure, self._bm25),
        }

    @cached_property
    def sections(self) -> list[Section]:
        """All sections of all documents."""
        documents = read_rows(
            self._bench.shared / DOCUMENTS,
            lambda row: [
                Section(s["sec_id"], row["title"], s["heading"], s["text"], s.get("qtype", ""))
                for s in row["sections"]
            ],
        )
        return [section for document in documents for section in document]

    @cached_property
    def all_questions(self) -> list[Question]:
        """The questions of every topic."""
        return read_rows(
            self._bench.shared / QUESTIONS,
            lambda row: Question(
                row["text"], tuple(row["rel"]), row.get("qtype", ""), row.get("focus", "")
            ),
        )

    @property
    def questions(self) -> list[Question]:
        """The questions that measure."""
        return [question for question in self.all_questions if question.held_out]

    @property
    def articles(self) -> list[Article]:
        """Every section as an article of its own."""
        return [self.article(section) for section in self.sections]

    def _measure(self, opened: Callable[[Tick], Opened], tick: Tick) -> Metrics:
        values, questions = [], self.questions
        embed_all([q.text for q in questions], self._bench, tick)
        with opened(tick) as rank:
            for number, question in enumerate(questions, start=1):
                values.append(ranking_values(rank(question.text), question.relevant))
                tick(number, len(questions))
        columns = {name: [v[name] for v in values] for name in METRICS}
        return {n: (rate if n.startswith("hit") else mean)(c) for n, c in columns.items()}

    @contextmanager
    def _assistant(self, tick: Tick) -> Iterator[Ranker]:
        with TemporaryDirectory(prefix="evals-") as folder:
            subject = subject_over(
                self.articles,
                self._bench.settings,
                Path(folder),
                self._bench.embedder,
                progress=tick,
            )
            yield partial(_ranked_articles, subject)

    def article(self, section: Section) -> Article:
        """The section as the assistant is given it."""
        text = section.shown(self._headings)
        version = hashlib.sha256(text.encode()).hexdigest()[:12]
        return Article(id=section.id, title=section.title, text=text, version=version)

    @cached_property
    def _chunks(self) -> list[Chunk]:
        return chunks_of({s.id: s.shown(self._headings) for s in self.sections})

    @contextmanager
    def _plain_rag(self, tick: Tick) -> Iterator[Ranker]:
        embed_all([c.text for c in self._chunks], self._bench, tick)  # used again below
        peer = PlainRag(self._chunks, self._bench.embedder)
        try:
            yield peer.rank
        finally:
            peer.close()

    @contextmanager
    def _bm25(self, _tick: Tick) -> Iterator[Ranker]:
        yield bm25_ranker(self._chunks)

    @contextmanager
    def _dense(self, tick: Tick) -> Iterator[Ranker]:
        texts = [f"{s.title}\n{s.shown(self._headings)}" for s in self.sections]
        matrix = embed_all(texts, self._bench, tick)
        ids = [s.id for s in self.sections]

        def rank(question: str) -> list[str]:
            cosines = matrix @ self._bench.embedder.embed([question])[0]
            return [ids[int(n)] for n in np.argsort(-cosines, kind="stable")[:10]]

        yield rank


def _ranked_articles(subject: Subject, question: str) -> list[str]:
    return list(dict.fromkeys(found.article for found in subject.rank(question)))[:10]


def _set(name: str, title: str, *, headings: bool) -> PublicSet:
    return PublicSet(
        name=name,
        title=title,
        files=(DOCUMENTS, QUESTIONS),
        systems=lambda bench: MedQuad(bench, headings=headings).systems(),
    )


SETS = (
    _set(
        "medquad-hidden", "MedQuAD PM&R, section headings hidden (NIH, CC BY 4.0)", headings=False
    ),
    _set("medquad-shown", "MedQuAD PM&R, section headings shown (NIH, CC BY 4.0)", headings=True),
)
