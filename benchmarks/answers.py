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
from pathlib import Path

from benchmarks.machine import machine, p95

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


def _timed(command: Sequence[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - start


def _rate(work: Callable[[], object], count: int) -> float:
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)


def main() -> None:
    """Print the tables."""
    from assistant.chat import Assistant, open_store
    from assistant.corpus import load_articles
    from assistant.embedding import open_embedder
    from assistant.guardrail.types import Turn
    from assistant.index.build import build_index
    from assistant.index.live import LiveIndex
    from assistant.index.texts import make_library, texts_to_embed
    from assistant.settings import load_settings

    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(data_dir=Path(folder))
        articles = load_articles(settings.corpus_dir)
        embedder = open_embedder(settings.embedding_model, settings.data_dir, export=True)
        embedder.embed(["warm up"])
        texts = [
            t for kind in texts_to_embed(make_library(articles)).values() for t in kind.values()
        ]
        store = open_store(settings)
        ours = _rate(
            lambda: build_index(
                articles, data_dir=settings.data_dir, store=store, embedder=embedder
            ),
            len(texts),
        )
        raw = _rate(lambda: embedder.embed(texts), len(texts))
        print(f"\nIndexing {len(articles)} articles, {len(texts)} texts to embed")
        print(f"  whole build        {ours:8.1f} texts/s")
        print(f"  raw encoder        {raw:8.1f} texts/s   build / raw = {ours / raw:.2f}")

        assistant = Assistant(settings, LiveIndex(settings.data_dir, store, embedder), embedder)
        assistant.warm_up()
        stages: dict[str, list[float]] = {}
        encoder: list[float] = []
        for n in range(ROUNDS):
            for question in QUESTIONS:
                # Blanks make it another message: nothing is known of it from the last round.
                reply = assistant.reply([Turn("user", question + " " * n)])
                for stage, ms in reply.timings_ms.items():
                    stages.setdefault(stage, []).append(ms)
                start = time.perf_counter()
                embedder.embed([question])
                encoder.append((time.perf_counter() - start) * 1000)
        print(f"\nWarm answers, {len(QUESTIONS)} questions x {ROUNDS}      p50 ms   p95 ms")
        for stage, values in [*stages.items(), ("(raw query embedding)", encoder)]:
            middle, high = statistics.median(values), p95(values)
            print(f"  {stage:24s}         {middle:8.1f} {high:8.1f}")

        environment = {**os.environ, "PMR_DATA_DIR": folder}
        cli = [sys.executable, "-m", "assistant"]
        ask = [*cli, "ask", "--json", QUESTIONS[0]]
        first = [_timed(ask, environment) for _ in range(STARTS)]
        library = [
            _timed([sys.executable, "-c", "import sentence_transformers"], environment)
            for _ in range(STARTS)
        ]
        print(f"\nProcess start to first answer, median of {STARTS}")
        print(f"  pmr-assistant ask              {statistics.median(first):6.2f} s")
        print(
            f"  import sentence_transformers   {statistics.median(library):6.2f} s   "
            f"ask / import = {statistics.median(first) / statistics.median(library):.2f}"
        )
    peak = {
        "this process": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "one ask": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss,
    }
    print("\nPeak memory " + json.dumps({name: f"{kb / 1024:.0f} MB" for name, kb in peak.items()}))


if __name__ == "__main__":
    main()
