"""Articles that say what another one says: the same words, or nearly all of them.

Two articles are compared by their shingles, all runs of five words (Broder 1997). The shingles of a
library stand in one sorted table, so that a draft is looked up and never compared pair by pair.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.blocks import blocks
from assistant.characters import visible
from assistant.records import Article
from assistant.text import plain, words

SHINGLE = 5  # words in a run
LEAST = 0.8  # of the shingles of both, or of the shorter one, that two near duplicates share
FEWEST_SHINGLES = 20  # of an article that may be found inside another; a sentence or two may recur

Shingles = npt.NDArray[np.uint64]
_STEP = np.uint64(0x9E3779B97F4A7C15)  # any large odd number: it makes the order of words count


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A published article of the same or nearly the same words as a draft.

    ``jaccard`` is the share of the shingles of both that both have, ``contained`` the share of the
    shorter one's that the other has. ``same_sections`` are headings of the draft whose text stands
    word for word under some heading there. ``exact`` says that all words are the same.
    """

    article: str
    title: str
    jaccard: float
    contained: float
    same_sections: tuple[str, ...] = ()
    exact: bool = False


def folded(text: str) -> list[str]:
    """The words of Markdown ``text`` without case, accents, punctuation, blanks and marks."""
    return words(plain(visible(text)))


def fingerprint(text: str) -> str:
    """Equal for texts of the same words in the same order (see ``folded``)."""
    return hashlib.sha256(" ".join(folded(text)).encode()).hexdigest()


def shingles(text: str) -> Shingles:
    """The different runs of five words of ``text`` as sorted 64-bit numbers, shape (n,).

    Empty for a text of fewer than five words.
    """
    found = np.array([zlib.crc32(word.encode()) for word in folded(text)], dtype=np.uint64)
    if len(found) < SHINGLE:
        return np.empty(0, dtype=np.uint64)
    runs = np.lib.stride_tricks.sliding_window_view(found, SHINGLE)
    mixed = np.zeros(len(runs), dtype=np.uint64)
    for place in range(SHINGLE):
        mixed = (mixed + runs[:, place]) * _STEP  # wraps round at 64 bits
        mixed ^= mixed >> np.uint64(29)
    return np.unique(mixed)


class ShingleTable:
    """The shingles of many articles, in one table sorted by shingle."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._articles = tuple(articles)
        each = [shingles(article.text) for article in self._articles]
        self._sizes = np.array([len(found) for found in each], dtype=np.int64)
        owners = np.repeat(np.arange(len(each)), self._sizes)
        joined = np.concatenate([np.empty(0, dtype=np.uint64), *each])
        order = np.argsort(joined, kind="stable")
        self._shingles, self._owners = joined[order], owners[order]

    def near(self, draft: Article) -> list[Near]:
        """The articles of the same or nearly the same words as ``draft``, the nearest first."""
        own = shingles(draft.text)
        shared = self._shared(own)
        union = self._sizes + len(own) - shared
        shorter = np.minimum(self._sizes, len(own))
        jaccard = shared / np.maximum(union, 1)
        contained = np.where(shorter >= FEWEST_SHINGLES, shared / np.maximum(shorter, 1), 0.0)
        same = fingerprint(draft.text)
        found = []
        for number, article in enumerate(self._articles):
            likely = max(jaccard[number], contained[number]) > LEAST
            exact = self._sizes[number] == len(own) == shared[number]
            exact = exact and fingerprint(article.text) == same
            if exact or likely:
                found.append(
                    Near(
                        article=article.id,
                        title=article.title,
                        jaccard=1.0 if exact else float(jaccard[number]),
                        contained=1.0 if exact else float(contained[number]),
                        same_sections=_same_sections(draft, article),
                        exact=bool(exact),
                    )
                )
        return sorted(found, key=lambda near: (-near.jaccard, -near.contained, near.article))

    def _shared(self, own: Shingles) -> npt.NDArray[np.int64]:
        """How many of ``own`` each article has, shape (articles,)."""
        counts = np.zeros(len(self._articles), dtype=np.int64)
        first = np.searchsorted(self._shingles, own, side="left")
        last = np.searchsorted(self._shingles, own, side="right")
        for start, end in zip(first, last, strict=True):
            counts[self._owners[start:end]] += 1  # an article has a shingle once
        return counts


def _same_sections(draft: Article, other: Article) -> tuple[str, ...]:
    theirs = {fingerprint(text) for _heading, text in _sections(other)}
    return tuple(
        heading for heading, text in _sections(draft) if text and fingerprint(text) in theirs
    )


def _sections(article: Article) -> list[tuple[str, str]]:
    """Every heading with the text below it, down to the next heading."""
    heads = [block for block in blocks(article.text) if block.kind == "heading"]
    starts = [head.span.start for head in heads]
    return [
        (plain(head.span.cut(article.text).strip("#= \n")), article.text[head.span.end : end])
        for head, end in zip(heads, [*starts[1:], len(article.text)], strict=False)
    ]
