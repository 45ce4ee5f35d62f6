"""Finding passages: dense and lexical search fused, then re-scored by fields and sentences."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assistant.chunking import passage_text
from assistant.embedding import Embedder, Vectors
from assistant.index.live import Index
from assistant.index.texts import field_text
from assistant.kinds import Kind, agreement
from assistant.ranking import SIGNALS, Ranking, ranking_for
from assistant.records import DEFAULT_LANGUAGE, Passage
from assistant.text import stems

CANDIDATES = 40  # per search; the union is re-scored
_TITLE_AS_HEADING = 0.8  # a title that says it all counts nearly as a heading that does


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word or phrase of a question, and the stems of the articles that say it.

    ``credit`` is how fully each stem says it, ``weight`` how telling the term is (both 0 to 1);
    ``known`` tells whether the articles use the word, or the glossary's word for it.
    """

    word: str
    credit: Mapping[str, float]
    weight: float
    known: bool

    def said_by(self, found: Collection[str]) -> float:
        """How fully the stems ``found`` say this term."""
        return max((value for stem, value in self.credit.items() if stem in found), default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to look for: the words, their stems and what kind of section would answer them."""

    text: str
    stems: tuple[str, ...]
    kinds: tuple[Kind, ...] = ()
    about: Mapping[str, float] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()
    yes_no: bool = False
    lang: str = DEFAULT_LANGUAGE

    @classmethod
    def of(
        cls,
        text: str,
        kinds: tuple[Kind, ...] = (),
        *,
        words: str | None = None,
        about: Mapping[str, float] | None = None,
        terms: tuple[Term, ...] = (),
        yes_no: bool = False,
        lang: str = DEFAULT_LANGUAGE,
    ) -> Query:
        """A query for ``text``; ``words`` is what to match word by word, when it differs.

        ``about`` maps ids of articles on the question's topic to a strength between 0 and 1.
        """
        found = stems(text if words is None else words)
        return cls(
            text=text,
            stems=tuple(dict.fromkeys(found)),
            kinds=kinds,
            about=about or {},
            terms=terms,
            yes_no=yes_no,
            lang=lang,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage found, with the signals behind its rank (``ranking.SIGNALS``).

    Cosines are between -1 and 1, BM25 values are divided by the best one of this query.
    ``sentence_vectors``, shape ``(sentences, dimension)``, and ``sentence_cosines`` have one row
    per sentence of the passage.
    """

    passage: Passage
    score: float
    signals: Mapping[str, float]
    heading_cosine: float
    sentence_vectors: Vectors
    sentence_cosines: NDArray[np.float32]


class Retriever:
    """Hybrid search over one index build."""

    def __init__(self, embedder: Embedder, ranking: Ranking | None = None) -> None:
        self._embedder = embedder
        self._given_ranking = ranking

    @cached_property
    def _ranking(self) -> Ranking:
        # Only when something is searched: a care message must not touch the embedder.
        return self._given_ranking or ranking_for(self._embedder.model_id)

    def embed(self, text: str) -> Vectors:
        """The unit vector of one text."""
        vectors: Vectors = self._embedder.embed([text])
        return np.asarray(vectors[0], dtype=np.float32)

    def search(
        self, index: Index, query: Query, *, count: int = 8, vector: Vectors | None = None
    ) -> list[Hit]:
        """The ``count`` best passages, best first."""
        if not index.library.passages:
            return []
        vector = self.embed(query.text) if vector is None else vector
        body, fields = (
            _scaled(index.lexical_body(query.stems)),
            _scaled(index.lexical_fields(query.stems)),
        )
        candidates = [
            n
            for n in self._candidates(index, vector, body, fields)
            if index.library.article_of(n).language == query.lang
        ]
        hits = self._score(index, query, vector, candidates, body, fields)
        return sorted(hits, key=lambda h: h.score, reverse=True)[:count]

    def _candidates(
        self, index: Index, vector: Vectors, body: NDArray[np.float32], fields: NDArray[np.float32]
    ) -> dict[int, None]:
        """Positions in the library of every passage some search ranks high."""
        found = dict.fromkeys(i for i, _ in index.nearest_passages(vector, CANDIDATES))
        found |= dict.fromkeys(i for i, _, _ in index.nearest_sentences(vector, CANDIDATES))
        positions = {index.position(i): None for i in found}
        for scores in (body, fields):
            best = np.argsort(scores)[::-1][: CANDIDATES // 2]
            positions |= {int(n): None for n in best if scores[n] > 0}
        return positions

    def _score(
        self,
        index: Index,
        query: Query,
        vector: Vectors,
        candidates: Sequence[int],
        body: NDArray[np.float32],
        fields: NDArray[np.float32],
    ) -> list[Hit]:
        library = index.library
        passages = [library.passages[n] for n in candidates]
        if not passages:
            return []
        found = index.passage_vectors(passages)
        own = np.array([found[p.id] for p in passages])
        sentences = index.sentence_vectors(passages)
        cosines = {p.id: sentences[p.id] @ vector for p in passages}
        titles = [library.articles[p.article].title for p in passages]
        headings = [p.heading for p in passages]
        named = {
            text: float(v @ vector) for text, v in index.field_vectors([*titles, *headings]).items()
        }
        title = np.array([named.get(text, 0.0) for text in titles])
        heading = np.array([named.get(text, 0.0) for text in headings])
        readings = self._ranking.readings
        nothing = np.zeros(len(passages), dtype=np.float32)
        signals = {
            "passage": own @ vector,
            "sentence": np.array([cosines[p.id].max() for p in passages]),
            "title": title,
            "heading": np.maximum(heading, title * _TITLE_AS_HEADING),
            "body": body[candidates],
            "fields": fields[candidates],
            "kind": np.array([agreement(query.kinds, text) for text in headings]),
            "topic": np.array([query.about.get(p.article, 0.0) for p in passages]),
            "sort": readings.sort(vector, own) if readings else nothing,
            "match": readings.match(vector, own) if readings else nothing,
        }
        table = np.column_stack([signals[name] for name in SIGNALS]).astype(np.float32)
        scores = self._ranking.scores(table, np.array([bool(text) for text in headings]))
        return [
            Hit(
                passage=passage,
                score=float(scores[row]),
                signals=dict(zip(SIGNALS, table[row].tolist(), strict=True)),
                heading_cosine=float(heading[row]),
                sentence_vectors=sentences[passage.id],
                sentence_cosines=cosines[passage.id],
            )
            for row, passage in enumerate(passages)
        ]


def _scaled(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    top = float(scores.max(initial=0.0))
    return scores / top if top > 0 else scores


def covered_stems(index: Index, hits: Sequence[Hit]) -> frozenset[str]:
    """Stems that occur in the words, title or headings of the passages found."""
    found: set[str] = set()
    for hit in hits:
        article = index.library.articles[hit.passage.article]
        found.update(stems(passage_text(article, hit.passage)))
        found.update(stems(field_text(index.library, hit.passage)))
    return frozenset(found)
