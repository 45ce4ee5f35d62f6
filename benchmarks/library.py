"""What adding and withdrawing one article costs in libraries of 100, 1,000 and 5,000 articles.

Run with ``make bench-library``. The articles are the beginnings of our own with words exchanged
(with whole ones Chroma needs an hour for the first build of 5,000). The embedder stands in for a
model: random unit vectors of dimension 384, from the texts' checksums, so only our own costs and
Chroma's are measured; random vectors are the hardest for a search graph. Each size runs in a
process of its own, one after the other. What the screening says of the first library is given,
because it takes the same time for each article at every size.
"""

from __future__ import annotations

import json
import math
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from assistant.article_cache import ArticleCache
from assistant.article_json import article_to_json
from assistant.corpus import load_article, read_articles
from assistant.embedding import Progress, Vectors
from assistant.index.build import BuildReport, build_index
from assistant.index.live import LiveIndex
from assistant.index.manifest import KINDS, read_manifest
from assistant.index.proof import prove
from assistant.index.store import ChromaStore
from assistant.index.texts import make_library, texts_to_embed
from assistant.records import Article
from assistant.text import STOP_WORDS, words
from benchmarks.machine import machine

SIZES = (100, 1_000, 5_000)
ADDED = 3  # articles added one after the other; the middle figure counts
QUERIES = 40
EXCHANGED = 0.3  # share of an article's words that a copy says otherwise
STAGES = ("read", "words", "vectors", "snapshot", "switch")
_OWN, _LENGTH = 12, 1_600  # articles that the others are made from, and their characters
_ARTICLES = Path(__file__).resolve().parent.parent / "corpus" / "articles"


class StandIn:
    """Unit vectors of dimension 384 in a microsecond: the same text, the same vector."""

    model_id, dimension = "stand-in@1", 384

    def __init__(self) -> None:
        made = np.random.default_rng(7).standard_normal((2, 4096, self.dimension))
        self._rows = made.astype(np.float32)
        self.embedded = 0

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """One vector per text."""
        self.embedded += len(texts)
        numbers = np.array([zlib.crc32(text.encode()) for text in texts], dtype=np.int64)
        vectors = self._rows[0, numbers % 4096] + self._rows[1, numbers // 4096 % 4096]
        if progress:
            progress(len(texts))
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


class TimedStore(ChromaStore):
    """Adds up the time that is spent in Chroma."""

    seconds = 0.0

    @contextmanager
    def _errors(self) -> Iterator[None]:
        start = time.perf_counter()
        try:
            with super()._errors():
                yield
        finally:
            self.seconds += time.perf_counter() - start


class Writer:
    """Makes a library: our own articles, in every round with other words exchanged."""

    def __init__(self, folder: Path, cache: ArticleCache) -> None:
        self._folder, self._cache = folder, cache
        self._own = [
            replace(own, text=own.text[:_LENGTH].rpartition("\n\n")[0])
            for own in (load_article(path) for path in sorted(_ARTICLES.glob("*.md"))[:_OWN])
        ]
        said = {word for article in self._own for word in words(article.text)}
        self._words = sorted(w for w in said if len(w) > 3 and w.isalpha() and w not in STOP_WORDS)
        folder.mkdir(parents=True)

    def article(self, number: int) -> Article:
        """Article ``number`` of the library."""
        own, dice = self._own[number % len(self._own)], random.Random(number)
        meant = {w: dice.choice(self._words) for w in self._words if dice.random() < EXCHANGED}
        parts = [meant.get(word, word) for word in own.text.split(" ")]
        return replace(
            own, id=f"a{number:05}", title=f"{own.title} {number}", text=" ".join(parts),
            version=f"v{number}", translation_of=None, withheld=(), not_quotable=(), sources=(),
        )  # fmt: skip

    def write(self, number: int, *, screened: bool) -> None:
        """Write the file of an article; unless it is ``screened`` later, its record as well."""
        article = self.article(number)
        path = self._folder / f"{article.id}.md"
        lines = ("---", f"id: {article.id}", f'title: "{article.title}"', "publisher: P", "---", "")
        path.write_text("\n".join(lines) + "\n" + article.text, encoding="utf-8")
        if not screened:
            key = self._cache.key(path, path.read_bytes())
            self._cache.put(key, {"article": article_to_json(article), "findings": []})


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


class Bench:
    """One library in a folder of its own."""

    def __init__(self, folder: Path, size: int) -> None:
        self.size, self.corpus, self.data = size, folder / "corpus", folder / "data"
        self.store, self.embedder = TimedStore.on_disk(self.data / "chroma"), StandIn()
        self.writer = Writer(self.corpus, ArticleCache.of(self.data))
        self.copy = folder / "copy"

    def build(self, *, purge: bool = False) -> dict[str, float]:
        """Bring the index up to date; seconds by stage, and what was embedded."""
        embedded, in_chroma = self.embedder.embedded, self.store.seconds
        read, found = _timed(lambda: read_articles(self.corpus, ArticleCache.of(self.data)))
        stages: dict[str, float] = {}
        total, _ = _timed(lambda: self._index(found.articles, stages, purge=purge))
        return {
            "all": read + total,
            "read": read,
            **stages,
            "chroma": self.store.seconds - in_chroma,
            "embedded": self.embedder.embedded - embedded,
        }

    def _index(
        self, articles: Sequence[Article], stages: dict[str, float], *, purge: bool
    ) -> BuildReport:
        return build_index(
            articles,
            data_dir=self.data,
            store=self.store,
            embedder=self.embedder,
            purge=purge,
            timed=stages.__setitem__,
        )

    def run(self) -> dict[str, Any]:
        """Every figure of this size."""
        for number in range(self.size):
            self.writer.write(number, screened=False)
        figures: dict[str, Any] = {"first": self.build(), **self._counts()}
        figures["directly"] = self._directly(self.size)
        figures["search"] = [self._search()]
        figures["added"] = []
        for number in range(self.size, self.size + ADDED):
            self.writer.write(number, screened=True)
            figures["added"].append(self.build())
        figures["search"].append(self._search())
        figures["open"] = _timed(lambda: self._live().current())[0]
        (self.corpus / "a00003.md").unlink()
        figures["withdrawn"] = self.build()
        figures["purged"] = self.build(purge=True)
        figures["problems"] = prove(self.data, self.store, exact=True)
        figures["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return figures

    def _live(self) -> LiveIndex:
        return LiveIndex(self.data, self.store, self.embedder)

    def _counts(self) -> dict[str, Any]:
        return {"texts": sum(read_manifest(self.data).counts.values())}

    def _directly(self, number: int) -> float:
        """Seconds Chroma needs for one article's vectors in collections of this size.

        Not a number where the library is too large for Chroma.
        """
        (segment,) = read_manifest(self.data).segments
        if not segment.stored:
            return math.nan
        shutil.copytree(self.data / "chroma", self.copy)
        store, texts = ChromaStore.on_disk(self.copy), self._texts(number)
        names = [segment.collection(kind) for kind in KINDS]
        store.count(names[0])  # opened before

        def add() -> None:
            for kind, name in zip(KINDS, names, strict=True):
                vectors = StandIn().embed(list(texts[kind].values()))
                store.add(name, [f"new-{each}" for each in texts[kind]], vectors)
            store.settle(names)

        seconds = _timed(add)[0]
        shutil.rmtree(self.copy)
        return seconds

    def _texts(self, number: int) -> dict[Any, dict[str, str]]:
        return texts_to_embed(make_library([self.writer.article(number)]))

    def _search(self) -> float:
        """Milliseconds of one search of passages and sentences, the middle of several."""
        index = self._live().current()
        took = []
        for number in range(QUERIES):
            vector = StandIn().embed([f"question {number}"])[0]

            def ask(vector: Vectors = vector) -> None:
                index.nearest_passages(vector, 40)
                index.nearest_sentences(vector, 40)

            took.append(_timed(ask)[0] * 1000)
        return statistics.median(took)


def _middle(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def _print(found: dict[int, dict[str, Any]]) -> None:
    def row(title: str, value: Callable[[dict[str, Any]], float], form: str = "10.2f") -> None:
        print(f"{title:44s}" + "".join(f"{value(f):{form}}" for f in found.values()))

    print(f"\n{'articles':44s}" + "".join(f"{size:10,}" for size in found))
    row("vectors", lambda f: f["texts"], "10,.0f")
    row("first build, articles read before, s", lambda f: f["first"]["all"])
    row("  of it in Chroma", lambda f: f["first"]["chroma"])
    row(f"one article added (middle of {ADDED}), s", lambda f: _middle(f["added"])["all"])
    row("  texts embedded", lambda f: _middle(f["added"])["embedded"], "10.0f")
    for stage in STAGES:
        row(f"  {stage}", lambda f, stage=stage: _middle(f["added"])[stage])
    row("  of all in Chroma", lambda f: _middle(f["added"])["chroma"])
    row("the same vectors added to Chroma directly, s", lambda f: f["directly"])
    row("one article withdrawn, s", lambda f: f["withdrawn"]["all"])
    row("and purged, s", lambda f: f["purged"]["all"])
    row("an index opened, s", lambda f: f["open"])
    row("a search of one segment, ms", lambda f: f["search"][0])
    row(f"  of {1 + ADDED} segments", lambda f: f["search"][1])
    row("peak memory, MB", lambda f: f["memory"], "10,.0f")


def main(arguments: Sequence[str]) -> None:
    """Print the table; with ``--one SIZE`` measure that size and print its figures as JSON."""
    if arguments[:1] == ["--one"]:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(Bench(Path(folder), int(arguments[1])).run()))
        return
    print(machine())
    found: dict[int, dict[str, Any]] = {}
    for size in [int(a) for a in arguments] or SIZES:
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.library", "--one", str(size)]
        print(f"{size:,} articles… (load {os.getloadavg()[0]:.1f})", flush=True)
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found[size] = json.loads(done.stdout)
        for problem in found[size]["problems"]:
            print(f"  not right: {problem}")
    _print(found)
    first, last = found[min(found)], found[max(found)]
    apart = [_middle(f["added"])["all"] - _middle(f["added"])["chroma"] for f in (first, last)]
    print(f"\nAdding one article, Chroma's part left out: {apart[1] / apart[0]:.1f} times as long")


if __name__ == "__main__":
    main(sys.argv[1:])
