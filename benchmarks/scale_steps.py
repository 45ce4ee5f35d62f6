"""One step of ``benchmarks/scale.py`` for one size, in this process; prints its figures as JSON."""

from __future__ import annotations

import json
import resource
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.embedding import Vectors, open_embedder
from assistant.index.build import build_index, change_index
from assistant.index.ledger import Ledger
from assistant.index.live import LiveIndex
from assistant.index.manifest import Kind, Segment, read_manifest
from assistant.index.rows import Rows
from assistant.index.snapshot import load_snapshot, segment_folder
from assistant.index.store import ChromaStore
from assistant.index.texts import make_library, shown_text
from assistant.records import Article
from assistant.retrieval import CANDIDATES, Query, Retriever
from assistant.settings import load_settings
from benchmarks.made import Made, Perturbed, real_vectors

QUERIES = 200
COMPARED = 100  # queries whose neighbours are held against exact search
NEAREST = 10
ADDED = 3  # articles added one after the other; the middle figure counts
_READ = 4_096  # vectors read at once for the exact search
_BATCH = 1_000

Figures = dict[str, Any]


def _cost(work: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    """Wall and processor milliseconds of ``work``, and what it returned."""
    start, cpu = time.perf_counter(), time.process_time()
    result = work()
    taken = {"wall": time.perf_counter() - start, "cpu": time.process_time() - cpu}
    return {name: 1000 * seconds for name, seconds in taken.items()}, result


def _spread(costs: Sequence[dict[str, float]]) -> dict[str, float]:
    wall, cpu = [each["wall"] for each in costs], [each["cpu"] for each in costs]
    (low, high), (cpu_low, cpu_high) = (np.percentile(each, [50, 95]) for each in (wall, cpu))
    return {
        "p50": float(low), "p95": float(high), "cpu": float(cpu_low), "cpu_p95": float(cpu_high)
    }  # fmt: skip


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Steps:
    """The library of one size, in a folder of its own."""

    def __init__(self, size: int, folder: Path) -> None:
        self.size, self.data = size, folder / str(size) / "data"
        self.peer_folder = folder / str(size) / "peer"
        self.made, self.store = Made(), ChromaStore.on_disk(self.data / "chroma")
        kept = folder / "bases.npy"
        settings = load_settings()
        self.embedder = Perturbed(
            real_vectors(kept, lambda: open_embedder(settings.embedding_model, folder))
        )

    def build(self) -> Figures:
        """The first build; the articles are ready before."""
        shutil.rmtree(self.data, ignore_errors=True)  # of a run that was interrupted
        articles, stages = list(self.made.articles(self.size)), dict[str, float]()
        taken, report = _cost(
            lambda: build_index(
                articles, data_dir=self.data, store=self.store, embedder=self.embedder,
                timed=stages.__setitem__,
            )
        )  # fmt: skip
        chroma = _megabytes(self.data / "chroma")
        return {
            "passages": report.passages,
            "vectors": report.embedded,
            "seconds": taken["wall"] / 1000,
            "cpu": taken["cpu"] / 1000,
            "stages": stages,
            "chroma_mb": chroma,
            "other_mb": _megabytes(self.data) - chroma,
            "memory_mb": _memory(),
        }

    def search(self) -> Figures:
        """The start and warm searches, everything imported and Chroma connected before."""
        self.store.names()
        tables, _ = _cost(lambda: load_snapshot(self.data, read_manifest(self.data)))
        live = LiveIndex(self.data, self.store, self.embedder)
        opened, index = _cost(live.current)
        retriever = Retriever(self.embedder)
        costs: dict[str, list[dict[str, float]]] = {"retrieval": [], "raw": [], "bm25": []}
        for question, vector in self._questions(1 + QUERIES):
            query = Query.of(question)

            def raw(vector: Vectors = vector) -> None:
                index.nearest_passages(vector, CANDIDATES)
                index.nearest_sentences(vector, CANDIDATES)

            def lexical(query: Query = query) -> None:
                index.lexical_body(query.stems).best(CANDIDATES // 2)
                index.lexical_fields(query.stems).best(CANDIDATES // 2)

            def whole(query: Query = query, vector: Vectors = vector) -> None:
                retriever.search(index, query, vector=vector)

            for name, work in (("retrieval", whole), ("raw", raw), ("bm25", lexical)):
                costs[name].append(_cost(work)[0])
        first = costs["retrieval"][0]
        spreads = {name: _spread(each[1:]) for name, each in costs.items()}
        return {
            "opened": opened, "tables": tables, "first": first, **spreads, "memory_mb": _memory()
        }  # fmt: skip

    def _questions(self, count: int) -> list[tuple[str, Vectors]]:
        texts = [self.made.question(number) for number in range(count)]
        return list(zip(texts, self.embedder.embed(texts), strict=True))

    def recall(self) -> Figures:
        """The share of the ten nearest that a search finds, by kind."""
        index = LiveIndex(self.data, self.store, self.embedder).current()
        (segment,) = index.manifest.segments
        vectors = np.stack([vector for _, vector in self._questions(COMPARED)])
        found: dict[Kind, list[set[str]]] = {
            "passages": [{i for i, _ in index.nearest_passages(v, NEAREST)} for v in vectors],
            "sentences": [
                {f"{i}:{n}" for i, n, _ in index.nearest_sentences(v, NEAREST)} for v in vectors
            ],
        }
        return {
            kind: float(np.mean([len(a & b) / NEAREST for a, b in zip(own, exact, strict=True)]))
            for kind, own in found.items()
            for exact in [self._exact(segment, kind, vectors)]
        }

    def _exact(self, segment: Segment, kind: Kind, vectors: Vectors) -> list[set[str]]:
        """The nearest of each row of ``vectors`` among all that are stored, a part at a time."""
        ids = list(Ledger.load(segment_folder(self.data, segment.name)).contents().ids(kind))
        best: list[list[tuple[float, str]]] = [[] for _ in vectors]
        rows = Rows.load(self.data, segment)
        assert rows is not None
        for start in range(0, len(ids), _READ):
            held = rows.get(kind, ids[start : start + _READ])
            names, cosines = list(held), np.stack(list(held.values())) @ vectors.T
            for column, own in enumerate(best):
                near = np.argsort(-cosines[:, column])[:NEAREST]
                own += [(float(cosines[n, column]), names[n]) for n in near]
                own[:] = sorted(own, reverse=True)[:NEAREST]
        return [{name for _, name in own} for own in best]

    def add(self) -> Figures:
        """One more article; nothing is said of the others."""
        runs = list[Figures]()
        for number in range(ADDED):
            article, stages = self.made.article(self.size + number), dict[str, float]()

            def add(article: Article = article, stages: dict[str, float] = stages) -> None:
                change_index(
                    [article], data_dir=self.data, store=self.store, embedder=self.embedder,
                    timed=stages.__setitem__,
                )  # fmt: skip

            taken, _ = _cost(add)
            cpu = taken["cpu"] / 1000
            runs.append({"seconds": taken["wall"] / 1000, "cpu": cpu, "stages": stages})
        return sorted(runs, key=lambda run: float(run["seconds"]))[ADDED // 2]

    def peer(self) -> Figures:
        """LangChain's Chroma with its defaults: the texts of the passages, one vector each."""
        from langchain_chroma import Chroma

        shutil.rmtree(self.peer_folder, ignore_errors=True)
        library = make_library(self.made.articles(self.size))
        texts = [shown_text(library, passage) for passage in library.passages]
        ours = self.embedder

        class Embeddings:
            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                vectors: list[list[float]] = ours.embed(texts).tolist()
                return vectors

        store = Chroma(
            persist_directory=str(self.peer_folder),
            embedding_function=Embeddings(),  # type: ignore[arg-type]
        )
        ingest, _ = _cost(
            lambda: [
                store.add_texts(texts[start : start + _BATCH])
                for start in range(0, len(texts), _BATCH)
            ]
        )
        vectors = [vector.tolist() for _, vector in self._questions(1 + QUERIES)]
        costs = [
            _cost(lambda v=v: store.similarity_search_by_vector(v, k=NEAREST))[0] for v in vectors
        ]
        return {
            "passages": len(texts), "ingest": ingest["wall"] / 1000, "query": _spread(costs[1:]),
            "memory_mb": _memory(),
        }  # fmt: skip


def main(arguments: Sequence[str]) -> None:
    """``STEP SIZE FOLDER``: print the figures of one step."""
    step, size, folder = arguments
    print(json.dumps(getattr(Steps(int(size), Path(folder)), step)()))


if __name__ == "__main__":
    main(sys.argv[1:])
