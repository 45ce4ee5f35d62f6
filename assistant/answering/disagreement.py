"""Two articles that say opposite things on one point: both are shown, with their dates.

Only what can be told from words alone counts: nearly the same sentence, one of them denied, or with
another number of the same unit. Most disagreements are subtler; a person must find those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.compose import Pick
from assistant.answering.units import quotable
from assistant.contradiction import contradict
from assistant.embedding import Vectors
from assistant.index.live import Index
from assistant.phrases import phrase
from assistant.records import Article
from assistant.retrieval import Hit
from assistant.text import plain

_SAME_POINT = 0.80  # cosine of the two sentences


@dataclass(frozen=True, slots=True)
class Disagreement:
    """``other`` says the opposite of the pick at ``position``; ``note`` tells the reader so."""

    position: int
    other: Pick
    note: str


def disagreement(index: Index, picks: Sequence[Pick], hits: Sequence[Hit]) -> Disagreement | None:
    """The first pick that a sentence of another article contradicts, or ``None``."""
    by_passage = {hit.passage.id: hit for hit in hits}
    for position, pick in enumerate(picks):
        own = by_passage.get(pick.passage.id)
        if own is None or pick.passage.sentences[pick.position].kind != "sentence":
            continue
        text, vector = _text(index, pick), own.sentence_vectors[pick.position]
        for hit in hits:
            if hit.passage.article == pick.passage.article:
                continue
            other = _opposite(index, hit, text, vector)
            if other is not None:
                lang = index.library.articles[pick.passage.article].language
                first, second = _named(index, pick, lang), _named(index, other, lang)
                note = phrase("disagree", lang, first=first, second=second)
                return Disagreement(position, other, note)
    return None


def _opposite(index: Index, hit: Hit, text: str, vector: Vectors) -> Pick | None:
    """The sentence of ``hit`` on the same point as ``text`` that says the opposite."""
    near = hit.sentence_vectors @ vector
    for position, sentence in enumerate(hit.passage.sentences):
        if near[position] < _SAME_POINT or sentence.kind != "sentence":
            continue
        other = Pick(passage=hit.passage, position=position)
        words = _text(index, other)
        if quotable(words) and contradict(text, words):
            return other
    return None


def _named(index: Index, pick: Pick, lang: str) -> str:
    article = index.library.articles[pick.passage.article]
    return f"“{article.title}” ({_dated(article, lang)})"


def _dated(article: Article, lang: str) -> str:
    if article.reviewed:
        return phrase("reviewed_on", lang, day=article.reviewed)
    if article.published:
        return phrase("published_on", lang, day=article.published)
    return phrase("no_date", lang)


def _text(index: Index, pick: Pick) -> str:
    return plain(index.library.quote(pick.passage.article, pick.span))
