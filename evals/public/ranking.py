"""Sentence rankers: the assistant's own, and simple peers. Each orders candidate positions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from assistant.answering.units import units_of
from assistant.embedding import Embedder
from assistant.index.bm25 import Bm25
from assistant.records import Article, Span
from assistant.settings import Settings
from assistant.text import plain, stems
from evals.peers import PlainRag, chunks_of
from evals.subject import Subject, subject_over

Order = Callable[[str], list[int]]  # candidate positions for a question, best first
Ranker = Callable[[Sequence[str]], AbstractContextManager[Order]]
_Places = dict[str, list[tuple[int, Span]]]  # candidates of each article, with their places

# What begins a heading, list, quotation, rule, fence, table or HTML in Markdown.
_MARKDOWN = re.compile(r"^(\d{1,9}(?=[.)])|(?=[#>*+\-=_`~|<\[]))")


def assistant_ranker(settings: Settings, embedder: Embedder, *, whole: bool = False) -> Ranker:
    """The assistant's own choice of sentences, over a library that holds only the candidates.

    With ``whole`` each candidate is an article and counts as its best sentence; otherwise all
    candidates are paragraphs of one article. A candidate it would never quote comes last.
    """

    @contextmanager
    def opened(candidates: Sequence[str]) -> Iterator[Order]:
        articles, places = _library(candidates, whole=whole)
        with TemporaryDirectory(prefix="evals-") as folder:
            subject = subject_over(articles, settings, Path(folder), embedder)

            def order(question: str) -> list[int]:
                best = [-np.inf] * len(candidates)
                for article, span, score in sentence_scores(subject, question):
                    for position, place in places[article]:
                        if span.overlaps(place):
                            best[position] = max(best[position], score)
                return sorted(range(len(candidates)), key=lambda n: -best[n])

            yield order

    return opened


def sentence_scores(subject: Subject, question: str) -> list[tuple[str, Span, float]]:
    """Every sentence that the assistant could quote for ``question``: article, span, score.

    The one place where the evals reach into the choosing of sentences. One that is quoted only
    together with the sentence before it has the score of the pair.
    """
    index = subject.index()
    query, hits = subject.search(question, count=len(index.library.passages))
    units = units_of(index, subject.reader(question).vocabulary, query, hits, lambda _text: True)
    scores: dict[tuple[str, Span], float] = {}
    for unit in units:
        for position in unit.positions:
            key = (unit.passage.article, unit.passage.sentences[position].span)
            scores[key] = min(unit.score, scores.get(key, unit.score))
    return [(article, span, score) for (article, span), score in scores.items()]


def _library(candidates: Sequence[str], *, whole: bool) -> tuple[list[Article], _Places]:
    """The candidates as articles without titles, and where each of them stands."""
    texts = [_MARKDOWN.sub(r"\1\\", " ".join(c.split())) or "-" for c in candidates]
    if whole:
        articles = [_article(f"candidate-{n}", text) for n, text in enumerate(texts)]
        return articles, {a.id: [(n, Span(0, len(a.text)))] for n, a in enumerate(articles)}
    article = _article("candidates", "\n\n".join(texts))
    places, start = [], 0
    for position, text in enumerate(texts):
        places.append((position, Span(start, start + len(text))))
        start += len(text) + 2
    return [article], {article.id: places}


def _article(article_id: str, text: str) -> Article:
    version = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
    return Article(id=article_id, title="", text=text, version=version)


def cosine_ranker(embedder: Embedder) -> Ranker:
    """MiniLM alone: the cosine of question and candidate, cut at the model's 256 word pieces."""

    @contextmanager
    def opened(candidates: Sequence[str]) -> Iterator[Order]:
        matrix = embedder.embed(candidates)
        yield lambda question: _descending(matrix @ embedder.embed([question])[0])

    return opened


def bm25_sentences() -> Ranker:
    """BM25 alone, with the candidates of one question as all the documents there are."""

    @contextmanager
    def opened(candidates: Sequence[str]) -> Iterator[Order]:
        index = Bm25.of([stems(plain(c)) for c in candidates])
        yield lambda question: _descending(index.scores(stems(question)))

    return opened


def plain_rag_ranker(embedder: Embedder) -> Ranker:
    """Whole answers by their best chunk in a plain LangChain pipeline."""

    @contextmanager
    def opened(candidates: Sequence[str]) -> Iterator[Order]:
        peer = PlainRag(chunks_of({str(n): c for n, c in enumerate(candidates)}), embedder)
        try:

            def order(question: str) -> list[int]:
                found = [int(name) for name in peer.rank(question)]
                return found + [n for n in range(len(candidates)) if n not in found]

            yield order
        finally:
            peer.close()

    return opened


def _descending(scores: np.ndarray) -> list[int]:
    return [int(n) for n in np.argsort(-scores, kind="stable")]
