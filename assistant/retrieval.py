"""Finding passages: dense and lexical search fused, then re-scored by fields and sentences."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assistant.chunking import passage_text
from assistant.embedding import Embedder, Vectors
from assistant.expected import Expecting, expected_encoder_for
from assistant.index.bm25 import Matches
from assistant.index.catalogue import Entry
from assistant.index.live import Index
from assistant.index.texts import field_text
from assistant.kinds import Kind, agreement
from assistant.ranking import SIGNALS, Ranking, ranking_for
from assistant.records import DEFAULT_LANGUAGE, Passage
from assistant.text import stems

CANDIDATES = 40  # per search; the union is re-scored
_ELSEWHERE = 0.5  # what a passage on another part of the body stands behind
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
    elsewhere: frozenset[str] = frozenset()
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
        elsewhere: frozenset[str] = frozenset(),
        terms: tuple[Term, ...] = (),
        yes_no: bool = False,
        lang: str = DEFAULT_LANGUAGE,
    ) -> Query:
        """A query for ``text``; ``words`` is what to match word by word, when it differs.

        ``about`` maps ids of articles on the question's topic to a strength between 0 and 1;
        ``elsewhere`` are articles on parts of the body that it does not name.
        """
        found = stems(text if words is None else words)
        return cls(
            text=text,
            stems=tuple(dict.fromkeys(found)),
            kinds=kinds,
            about=about or {},
            elsewhere=elsewhere,
            terms=terms,
            yes_no=yes_no,
            lang=lang,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage found, with the signals behind its rank (``ranking.SIGNALS``).

    Cosines are between -1 and 1, BM25 values are divided by the best one of this query.
    ``sentence_vectors``, shape ``(sentences, dimension)``, ``sentence_cosines`` and
    ``expected_cosines`` have one row per sentence of the passage. ``expected_cosine`` (of the
    passage) and ``expected_cosines`` are those to where an answer is expected (``expected.py``).
    """

    passage: Passage
    score: float
    signals: Mapping[str, float]
    heading_cosine: float
    sentence_vectors: Vectors
    sentence_cosines: NDArray[np.float32]
    expected_cosine: float
    expected_cosines: NDArray[np.float32]


class Retriever:
    """Hybrid search over one index build.

    ``ranking`` and ``expecting`` are those shipped for the embedder unless others are given.
    """

    def __init__(
        self,
        embedder: Embedder,
        ranking: Ranking | None = None,
        expecting: Expecting | None = None,
    ) -> None:
        self._embedder = embedder
        self._given_ranking, self._given_expecting = ranking, expecting

    @cached_property
    def _ranking(self) -> Ranking:
        # Only when something is searched: a care message must not touch the embedder.
        return self._given_ranking or ranking_for(self._embedder.model_id)

    @cached_property
    def _expecting(self) -> Expecting | None:
        return self._given_expecting or expected_encoder_for(self._embedder.model_id)

    def _expected(self, text: str, vector: Vectors) -> Vectors:
        """Where an answer to ``text`` is expected; at its own ``vector`` when nothing tells."""
        return vector if self._expecting is None else self._expecting.embed(text)

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
            _Lexical.of(index.lexical_body(query.stems)),
            _Lexical.of(index.lexical_fields(query.stems)),
        )
        found = self._candidates(index, vector, body, fields)
        entries = {n: entry for n in found if (entry := index.entry(n)).language == query.lang}
        if not entries:
            return []
        return self._best(index, query, vector, entries, body, fields, count)

    def _candidates(
        self, index: Index, vector: Vectors, body: _Lexical, fields: _Lexical
    ) -> dict[int, None]:
        """Positions in the library of every passage some search ranks high."""
        found = dict.fromkeys(i for i, _ in index.nearest_passages(vector, CANDIDATES))
        found |= dict.fromkeys(i for i, _, _ in index.nearest_sentences(vector, CANDIDATES))
        positions = {index.position(i): None for i in found}
        for lexical in (body, fields):
            positions |= dict.fromkeys(lexical.best)
        return positions

    def _best(
        self,
        index: Index,
        query: Query,
        vector: Vectors,
        entries: Mapping[int, Entry],
        body: _Lexical,
        fields: _Lexical,
        count: int,
    ) -> list[Hit]:
        """The best of the passages in ``entries``; only these are read from their articles."""
        positions, passages = list(entries), list(entries.values())
        found = index.passage_vectors([p.id for p in passages])
        own = np.array([found[p.id] for p in passages])
        sentences = index.sentence_vectors({p.id: p.sentences for p in passages})
        cosines = {p.id: sentences[p.id] @ vector for p in passages}
        expected = self._expected(query.text, vector)
        answering = {p.id: sentences[p.id] @ expected for p in passages}
        headings = [p.heading for p in passages]
        named = self._named(index, vector, passages)
        title = np.array([named.get(p.title, 0.0) for p in passages])
        heading = np.array([named.get(text, 0.0) for text in headings])
        readings = self._ranking.readings
        nothing = np.zeros(len(passages), dtype=np.float32)
        signals = {
            "passage": own @ vector,
            "sentence": np.array([cosines[p.id].max() for p in passages]),
            "title": title,
            "heading": np.maximum(heading, title * _TITLE_AS_HEADING),
            "body": body.at(positions),
            "fields": fields.at(positions),
            "kind": np.array([agreement(query.kinds, text) for text in headings]),
            "topic": np.array([query.about.get(p.article, 0.0) for p in passages]),
            "sort": readings.sort(vector, own) if readings else nothing,
            "match": readings.match(vector, own) if readings else nothing,
        }
        table = np.column_stack([signals[name] for name in SIGNALS]).astype(np.float32)
        beside = np.array([p.article in query.elsewhere for p in passages], dtype=np.float32)
        scores = self._ranking.scores(table, np.array([bool(text) for text in headings]))
        scores = scores - np.float32(_ELSEWHERE) * beside
        best = sorted(range(len(passages)), key=scores.__getitem__, reverse=True)[:count]
        return [
            Hit(
                passage=index.library.passages[positions[row]],
                score=float(scores[row]),
                signals=dict(zip(SIGNALS, table[row].tolist(), strict=True)),
                heading_cosine=float(heading[row]),
                sentence_vectors=sentences[passages[row].id],
                sentence_cosines=cosines[passages[row].id],
                expected_cosine=float(own[row] @ expected),
                expected_cosines=answering[passages[row].id],
            )
            for row in best
        ]

    @staticmethod
    def _named(index: Index, vector: Vectors, passages: Sequence[Entry]) -> dict[str, float]:
        """The cosine of every title and heading of ``passages`` to ``vector``."""
        texts = [*(p.title for p in passages), *(p.heading for p in passages)]
        return {text: float(own @ vector) for text, own in index.field_vectors(texts).items()}


@dataclass(frozen=True, slots=True)
class _Lexical:
    """The matches of one BM25 index, divided by the ``top`` one; ``best`` are positions."""

    matches: Matches
    best: Sequence[int]
    top: float

    @classmethod
    def of(cls, matches: Matches) -> _Lexical:
        rows, scores = matches.best(CANDIDATES // 2)
        return cls(matches, rows.tolist(), float(scores.max(initial=0.0)))

    def at(self, positions: Sequence[int]) -> NDArray[np.float32]:
        """What the passages at ``positions`` score, the best of the library 1."""
        scores = self.matches.at(positions)
        return scores / self.top if self.top > 0 else scores


def covered_stems(index: Index, hits: Sequence[Hit]) -> frozenset[str]:
    """Stems that occur in the words, title or headings of the passages found."""
    found: set[str] = set()
    for hit in hits:
        article = index.library.articles[hit.passage.article]
        found.update(stems(passage_text(article, hit.passage)))
        found.update(stems(field_text(index.library, hit.passage)))
    return frozenset(found)
