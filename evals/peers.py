"""Peers measured in the same run: what people build first, on the same cases.

Guardrail: keyword rules; the nearest catalogue phrasing by MiniLM, as embedding routers do.
Retrieval: a plain LangChain pipeline (chunks of 1,000 with 200 overlap, the same embeddings,
Chroma); BM25 alone over the same chunks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from assistant.embedding import Embedder, Vectors
from assistant.guardrail.types import Turn
from assistant.index.bm25 import Bm25
from assistant.index.store import ChromaStore
from assistant.text import plain, stems
from evals.splitting import recursive_split

Router = Callable[[Sequence[Turn]], bool]  # does this conversation go to care?
Ranker = Callable[[str], list[str]]  # article ids, best first

# What a first version of such a rule list holds: the words of the public back-pain leaflets.
KEYWORDS = re.compile(
    r"\b(chest pain|can'?t breathe|trouble breathing|short(ness)? of breath|numb(ness)?|"
    r"can'?t (pee|urinate|walk|move|feel)|bladder|bowel|incontinen\w+|saddle|fever|chills|"
    r"weight loss|lost weight|cancer|trauma|fell|fall|accident|fracture|broken|weakness|"
    r"paraly[sz]\w+|stroke|seizure|unconscious|bleeding|overdose|suicid\w+|kill myself|"
    r"end my life|pregnan\w+|steroids?|worst headache|night sweats|emergency|911|999)\b",
    re.I,
)
NEAREST_THRESHOLD = 0.55  # a usual cut for MiniLM; not tuned on our cases


def keyword_router(turns: Sequence[Turn]) -> bool:
    """Whether any red-flag keyword occurs in a user's message."""
    return any(KEYWORDS.search(turn.text) for turn in turns if turn.role == "user")


def nearest_router(catalogue: Path, embedder: Embedder) -> Router:
    """Routes when the nearest phrasing of the catalogue is near enough."""
    rows = json.loads(catalogue.read_text(encoding="utf-8"))
    phrasings = embedder.embed([p for row in rows for p in row["phrasings"]])

    def route(turns: Sequence[Turn]) -> bool:
        vectors = embedder.embed([turn.text for turn in turns if turn.role == "user"])
        return bool(float((vectors @ phrasings.T).max()) >= NEAREST_THRESHOLD)

    return route


class Chunk(NamedTuple):
    """A chunk of an article in a plain pipeline."""

    article: str
    text: str


def chunks_of(articles: dict[str, str]) -> list[Chunk]:
    """Every article cut by the plain splitter."""
    return [Chunk(name, c) for name, text in articles.items() for c in recursive_split(text)]


def bm25_ranker(chunks: Sequence[Chunk]) -> Ranker:
    """BM25 alone."""
    index = Bm25.of([stems(plain(c.text)) for c in chunks])

    def rank(question: str) -> list[str]:
        best = np.argsort(-index.scores(stems(question)), kind="stable")
        return list(dict.fromkeys(chunks[int(n)].article for n in best))[:10]

    return rank


class PlainRag:
    """Chunks, MiniLM and Chroma, as in the LangChain tutorials. Close it to free the folder.

    A tutorial shows four chunks; the ranking goes deeper, so that the figures at ten exist.
    """

    def __init__(self, chunks: Sequence[Chunk], embedder: Embedder) -> None:
        self._chunks, self._embedder = list(chunks), embedder
        self._folder = TemporaryDirectory(prefix="evals-", ignore_cleanup_errors=True)
        self._store = ChromaStore.on_disk(Path(self._folder.name) / "chroma")
        vectors: Vectors = embedder.embed([c.text for c in self._chunks])
        self._store.add("plain", [str(n) for n in range(len(self._chunks))], vectors)

    def nearest(self, question: str, count: int = 4) -> list[Chunk]:
        """The chunks a model would be given."""
        vector = self._embedder.embed([question])[0]
        found = self._store.nearest("plain", vector, min(count, len(self._chunks)))
        return [self._chunks[int(i)] for i, _cosine in found]

    def rank(self, question: str) -> list[str]:
        """Article ids, best first."""
        return list(dict.fromkeys(c.article for c in self.nearest(question, 60)))[:10]

    def close(self) -> None:
        """Drop the folder with the vectors."""
        self._folder.cleanup()
