"""Start time, warm answers by stage, indexing rate and memory, in one table.

Run with ``make bench``. Every rate stands beside a peer measured in the same run, because
machines differ and are rarely idle: read the ratios, not the seconds.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import NamedTuple

from assistant.chat import Assistant
from assistant.corpus import load_articles
from assistant.embedding import Embedder, Progress, Vectors, open_embedder
from assistant.guardrail.types import Turn
from assistant.index.build import build_index
from assistant.index.live import LiveIndex
from assistant.index.opening import open_store
from assistant.settings import Settings, load_settings
from benchmarks.machine import busy_neighbours, machine, p95

QUESTIONS = (
    "What causes back spasms?",
    "how are back spasms treated",
    "is heat or ice better",
    "do i need an mri for my back",
    "what are the side effects of muscle relaxers",
    "What does a physiatrist do?",
    "slipped disc - can it heal by itself",
    "how do I sleep with back pain",
    "best exercises for a stiff lower back",
    "can you take tylenol and motrin at the same time",
    "how long does sciatica last",
    "how do you treat tennis elbow",
)
ROUNDS = 5
STARTS = 3
EVERY = 4  # one article of so many is indexed: all of them take a quarter of an hour
_blanks = count()


class Spent(NamedTuple):
    """Seconds of the clock and of processor time."""

    wall: float
    cpu: float


def _timed(command: Sequence[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - start


def _spent(work: Callable[[], object]) -> Spent:
    start, busy = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - start, time.process_time() - busy)


class _Noting:
    """The embedder, which notes what a build has it embed: also the articles' words."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder, self.texts = embedder, list[str]()
        self.model_id, self.dimension = embedder.model_id, embedder.dimension

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        self.texts += texts
        return self._embedder.embed(texts, progress=progress)


def print_indexing(settings: Settings, embedder: Embedder) -> None:
    """Build an index of some of the articles, and embed the same texts without one."""
    articles = load_articles(settings.corpus_dir)[::EVERY]
    embedder.embed(QUESTIONS)
    noting = _Noting(embedder)
    build = partial(build_index, articles, data_dir=settings.data_dir,
                    store=open_store(settings), embedder=noting)  # fmt: skip
    ours = _spent(build)
    raw = _spent(lambda: embedder.embed(noting.texts))
    count = len(noting.texts)
    print(f"\nIndexing {len(articles)} articles, {count} texts to embed, texts/s")
    print("                             of processor time")
    for name, spent in {"whole build": ours, "raw encoder": raw}.items():
        print(f"  {name:12s} {count / spent.wall:8.1f} {count / spent.cpu:14.1f}")
    print(f"  {'build / raw':12s} {raw.wall / ours.wall:8.2f} {raw.cpu / ours.cpu:14.2f}")


def stages(assistant: Assistant, embedder: Embedder) -> dict[str, list[float]]:
    """Milliseconds of each stage of the warm answers."""
    found: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for question in QUESTIONS:
            # Blanks make it another message: nothing is known of it from the last round.
            reply = assistant.reply([Turn("user", question + " " * next(_blanks))])
            for stage, ms in reply.timings_ms.items():
                found.setdefault(stage, []).append(ms)
            start = time.perf_counter()
            embedder.embed([question])
            found.setdefault("(raw query embedding)", []).append(
                (time.perf_counter() - start) * 1000
            )
    return found


def print_answers(assistant: Assistant, embedder: Embedder) -> None:
    """Each stage idle, and beside busy neighbours."""
    assistant.warm_up()
    stages(assistant, embedder)
    idle = stages(assistant, embedder)
    with busy_neighbours():
        busy = stages(assistant, embedder)
    print(f"\nWarm answers, ms, {len(QUESTIONS)} questions x {ROUNDS}   idle p50    p95"
          "   beside busy neighbours p50    p95")  # fmt: skip
    for stage, values in idle.items():
        middle, slow = statistics.median(values), statistics.median(busy[stage])
        print(f"  {stage:32s} {middle:8.1f} {p95(values):6.1f} {slow:28.1f} {p95(busy[stage]):6.1f}"
              f"   x {slow / middle:.1f}, x {p95(busy[stage]) / p95(values):.1f}")  # fmt: skip


def print_first() -> None:
    """A whole process, and the import that the reference model would take."""
    # As installed: Python keeps its compiled modules.
    environment = {n: v for n, v in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"}
    ask = [sys.executable, "-m", "assistant", "ask", "--json", QUESTIONS[0]]
    first = statistics.median(_timed(ask, environment) for _ in range(STARTS))
    imported = [sys.executable, "-c", "import sentence_transformers"]
    library = statistics.median(_timed(imported, environment) for _ in range(STARTS))
    print(f"\nProcess start to first answer, median of {STARTS}")
    print(f"  pmr-assistant ask              {first:6.2f} s")
    print(
        f"  import sentence_transformers   {library:6.2f} s   ask / import = {first / library:.2f}"
    )


def main() -> None:
    """Print the tables."""
    print(machine())
    own = load_settings()
    subprocess.run([sys.executable, "-m", "assistant", "index"], check=True)
    embedder = open_embedder(own.embedding_model, own.data_dir, export=True)
    with tempfile.TemporaryDirectory() as folder:
        print_indexing(load_settings(data_dir=Path(folder)), embedder)
    live = LiveIndex(own.data_dir, open_store(own), embedder)
    print_answers(Assistant(own, live, embedder), embedder)
    print_first()
    peak = {
        "this process": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "one ask": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss,
    }
    print("\nPeak memory " + json.dumps({name: f"{kb / 1024:.0f} MB" for name, kb in peak.items()}))
    print(machine())


if __name__ == "__main__":
    main()
