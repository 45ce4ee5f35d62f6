"""Libraries of any size, made from our own articles: their words as often, their vectors perturbed.

A million texts cannot be embedded in a day on two cores. So an article is headings and sentences of
words drawn as often as our articles use them, and the embedder is a stand-in: it embeds a thousand
of our own sentences once, and gives each made text the vector of one of them with noise
added. Neighbourhoods are then as crowded as real ones, which random vectors are not.
"""

from __future__ import annotations

import random
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np

from assistant.corpus import load_article
from assistant.embedding import Embedder, Progress, Vectors
from assistant.index.texts import make_library, texts_to_embed
from assistant.records import Article
from assistant.text import STOP_WORDS, words

ARTICLES = Path(__file__).resolve().parent.parent / "corpus" / "articles"
PASSAGES, SENTENCES, WORDS = 10, 2, 12  # of an article, of a passage, of a sentence
HEADINGS = 2_000  # different ones; passages share them, as they do in a real library
BASES = 1_000  # texts of our own that are really embedded
NOISE = 0.6  # length of what is added to a unit vector: the cosine to the original is about 0.86
_TABLE = 4_096


class Perturbed:
    """An embedder of made texts: the same text, the same unit vector, in a few microseconds."""

    model_id = "perturbed@1"

    def __init__(self, bases: Vectors) -> None:
        """``bases``, shape ``(texts, dimension)``, are vectors of real texts."""
        self._bases, self.dimension = bases, int(bases.shape[1])
        noise = np.random.default_rng(7).standard_normal((2, _TABLE, self.dimension))
        self._noise = (noise / np.sqrt(2 * self.dimension)).astype(np.float32)

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """One vector per text."""
        numbers = np.array([zlib.crc32(text.encode()) for text in texts], dtype=np.int64)
        mixed = self._noise[0, numbers % _TABLE] + self._noise[1, numbers // _TABLE % _TABLE]
        vectors = self._bases[numbers % len(self._bases)] + NOISE * mixed
        if progress:
            progress(len(texts))
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def real_vectors(path: Path, opened: Callable[[], Embedder]) -> Vectors:
    """Vectors of ``BASES`` sentences of our articles, kept in ``path`` once they are made."""
    if not path.is_file():
        library = make_library(load_article(each) for each in sorted(ARTICLES.glob("*.md")))
        texts = list(texts_to_embed(library)["sentences"].values())
        chosen = [texts[n] for n in np.linspace(0, len(texts) - 1, BASES, dtype=int)]
        np.save(path, opened().embed(chosen))
    return np.asarray(np.load(path), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Words:
    """Words, each with how often it and those before it are used."""

    all: tuple[str, ...]
    up_to: tuple[int, ...]

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> _Words:
        return cls(tuple(counts), tuple(accumulate(counts.values())))

    def drawn(self, dice: random.Random, count: int) -> list[str]:
        return dice.choices(self.all, cum_weights=self.up_to, k=count)


class Made:
    """Articles and questions, each by its number; the same number, the same words."""

    def __init__(self) -> None:
        counts: Counter[str] = Counter()
        for path in sorted(ARTICLES.glob("*.md")):
            counts.update(w for w in words(path.read_text(encoding="utf-8")) if w.isalpha())
        telling = {word: count for word, count in counts.items() if word not in STOP_WORDS}
        self._said, self._telling = _Words.of(counts), _Words.of(telling)

    def article(self, number: int) -> Article:
        """Article ``number``: ``PASSAGES`` headings, each with ``SENTENCES`` sentences."""
        dice = random.Random(number)
        parts = []
        for _ in range(PASSAGES):
            asked = random.Random(dice.randrange(HEADINGS))
            heading = " ".join(self._telling.drawn(asked, 3)).capitalize()
            sentences = (
                f"{' '.join(self._said.drawn(dice, WORDS)).capitalize()}." for _ in range(SENTENCES)
            )
            parts.append(f"## {heading}?\n\n{' '.join(sentences)}")
        title = " ".join(self._telling.drawn(dice, 3)).capitalize()
        return Article(
            id=f"a{number:06}",
            title=f"{title} {number}",
            text="\n\n".join(parts),
            version=f"v{number}",
            publisher="P",
        )

    def articles(self, passages: int) -> Iterator[Article]:
        """As many articles as have ``passages`` passages."""
        return (self.article(number) for number in range(passages // PASSAGES))

    def question(self, number: int) -> str:
        """A question of a few telling words."""
        dice = random.Random(-1 - number)
        return f"What {' '.join(self._telling.drawn(dice, 4))} {number}?"
