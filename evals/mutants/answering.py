"""Answering damaged: coverage gate, choosing, citing, follow-ups, and each part of the ranking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from assistant import chat, retrieval
from assistant.answering import answer as answer_module
from assistant.answering import coverage as coverage_module
from assistant.answering import question as question_module
from assistant.embedding import Vectors
from assistant.index.live import Index
from assistant.ranking import SIGNALS, Ranking
from assistant.records import Span
from evals.mutants.damage import Mutant, Patch, swap, together

ANSWERS = ("answers", "retrieval")
_NAMES_OFF = ("heading", "title", "fields")


def answer_mutants() -> list[Mutant]:
    """Choosing and citing, then the ranking, damaged one at a time."""
    return [*composing_mutants(), *ranking_mutants()]


def composing_mutants() -> list[Mutant]:
    """The coverage gate, composing, citing and follow-ups, damaged one at a time."""
    reader, cover = question_module.QuestionReader, coverage_module.Coverage
    answering = {
        "coverage gate always open": (
            swap(cover, "enough", property(lambda _: True)), ("no_answer",)),
        "coverage gate always closed": (
            swap(cover, "enough", property(lambda _: False)), ("answers",)),
        "unknown subjects allowed": (
            swap(coverage_module, "_subjects", frozenset), ("no_answer",)),
        "demands of the question ignored": (
            swap(answer_module, "meets_demands", lambda *_: True), ("no_answer",)),
        "what was asked for ignored": (
            swap(answer_module, "says_what_was_asked", lambda *_: True), ("no_answer",)),
        "comparisons not laid side by side": (
            swap(answer_module, "comparison_in", lambda _: None), ("answers",)),
        "citation numbers shuffled": (_citing(_shuffled), ("answers",)),
        "citation spans shifted": (_citing(_shifted), ("answers",)),
        "citations to another article": (_citing(_elsewhere), ("answers",)),
        "citations dropped": (_citing(_uncited), ("answers",)),
        "one sentence an answer": (_limited(1), ("answers",)),
        "fixed replies off": (swap(chat, "fixed_reply", lambda _: None), ("answers",)),
        "earlier turns ignored": (_forgetting(reader), ("follow_ups",)),
        "kinds of question off": (
            swap(question_module, "question_kinds", lambda _: ()), ANSWERS),
        "top passage only": (_top(1), ANSWERS),
        "passages in reverse": (_reversed(), ANSWERS),
    }  # fmt: skip
    return [
        Mutant(name=name, area="answering", suites=suites, apply=apply)
        for name, (apply, suites) in answering.items()
    ]


def ranking_mutants() -> list[Mutant]:
    """Each signal of the ranking without weight; titles and headings also without any trace."""
    signals = {
        "BM25 off": ("body", "fields"),
        "dense search off": ("passage", "sentence", "title", "heading", "match"),
        "best sentence off": ("sentence",),
        "sort of information off": ("sort",),
        "learned match off": ("match",),
    }
    return [
        Mutant(
            name="heading fields off", area="ranking", suites=ANSWERS, apply=_without(_NAMES_OFF),
            note="titles and headings also stand in the passage vectors, which make up for the "
            "fields; the next mutant damages both",
        ),
        Mutant(
            name="titles and headings off everywhere", area="ranking", suites=ANSWERS,
            apply=together(_without(_NAMES_OFF), *_vectors_without_headings()),
        ),
        *(
            Mutant(name=name, area="ranking", suites=ANSWERS, apply=_without(names))
            for name, names in signals.items()
        ),
    ]  # fmt: skip


def _vectors_without_headings() -> tuple[Patch, Patch]:
    """A passage is the mean of its sentences, which are embedded without title and headings."""

    def nearest(self: Index, vector: Vectors, count: int) -> list[tuple[str, float]]:
        best: dict[str, float] = {}
        for passage, _position, cosine in self.nearest_sentences(vector, count):
            best.setdefault(passage, cosine)
        return list(best.items())

    def vectors(self: Index, ids: Iterable[str]) -> dict[str, Vectors]:
        counts = {i: len(self.library.passage(i).sentences) for i in ids}
        means = {i: v.mean(axis=0) for i, v in self.sentence_vectors(counts).items()}
        return {i: np.asarray(v / np.linalg.norm(v), np.float32) for i, v in means.items()}

    return swap(Index, "nearest_passages", nearest), swap(Index, "passage_vectors", vectors)


def _without(names: Sequence[str]) -> Patch:
    """These signals count nothing, also for a retriever that has its ranking already."""
    real = Ranking.scores
    columns = [SIGNALS.index(name) for name in names]

    def scores(self: Ranking, signals: Any, headed: Any) -> Any:  # noqa: ANN401
        damaged = np.array(signals)
        damaged[:, columns] = 0.0
        return real(self, damaged, headed)

    return swap(Ranking, "scores", scores)


def _top(count: int) -> Patch:
    real = retrieval.Retriever.search

    def search(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        return real(self, *args, **kwargs)[:count]

    return swap(retrieval.Retriever, "search", search)


def _reversed() -> Patch:
    real = retrieval.Retriever.search

    def search(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        return real(self, *args, **kwargs)[::-1]

    return swap(retrieval.Retriever, "search", search)


def _limited(count: int) -> Patch:
    real = answer_module.compose  # type: ignore[attr-defined]

    def compose(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        return real(*args, **{**kwargs, "limit": count})

    return swap(answer_module, "compose", compose)


def _forgetting(reader: type) -> Patch:
    real = reader.read  # type: ignore[attr-defined]

    def read(self: Any, message: str, earlier: Sequence[str] = ()) -> Any:  # noqa: ANN401, ARG001
        return real(self, message, ())

    return swap(reader, "read", read)


def _citing(damage: Callable[[Any, Any, Any], Any]) -> Patch:
    real = chat.cite  # type: ignore[attr-defined]

    def cite(library: Any, *more: Any) -> Any:  # noqa: ANN401
        return damage(library, *real(library, *more))

    return swap(chat, "cite", cite)


def _shuffled(_library: Any, sentences: Any, citations: Any) -> Any:  # noqa: ANN401
    """Every number points at the next citation."""
    count = len(citations)
    return sentences, tuple(replace(c, number=c.number % count + 1) for c in citations)


def _shifted(_library: Any, sentences: Any, citations: Any) -> Any:  # noqa: ANN401
    """Every span starts some words late."""
    return sentences, tuple(
        replace(c, span=Span(min(c.span.start + 12, c.span.end), c.span.end)) for c in citations
    )


def _elsewhere(library: Any, sentences: Any, citations: Any) -> Any:  # noqa: ANN401
    """Every citation names another article."""
    names = list(library.articles)
    return sentences, tuple(
        replace(c, article=names[(names.index(c.article) + 1) % len(names)]) for c in citations
    )


def _uncited(_library: Any, sentences: Any, citations: Any) -> Any:  # noqa: ANN401
    """Sentences lose their numbers."""
    return tuple(replace(s, citations=()) for s in sentences), citations
