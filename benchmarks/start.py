"""From process start to the first answer, one warm query and indexing, each beside its peers.

Run with ``make bench-start``. Peers are the smallest scripts over LangChain with Chroma, LlamaIndex
and txtai (``benchmarks/peers``), with the same model and the same articles: they print what they
found and write no answer. Each gets an environment of its own on the first run (some gigabytes;
``PMR_BENCH_PEERS`` names the folder); one that cannot be installed is left out and named.
Machines differ and are rarely idle: read the ratios of one run, not the seconds.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple

from benchmarks.answers import QUESTIONS
from benchmarks.environments import environment
from benchmarks.machine import busy_neighbours, machine, p95
from benchmarks.peer_runs import Ready, ready_peers
from benchmarks.threads import print_threads

STARTS, DISTURBED_STARTS = 5, 3
ROUNDS = 5
PASSAGES = 192
SIGN = "I cannot feel my legs"  # the rules find it and the detector is asked, so all is loaded

# What limits `triage`: the interpreter with ONNX Runtime, and the detector's weights and words.
DETECTOR_ALONE = """
from assistant.guardrail.learned.classifier import load
load("detector").read("my back aches")
"""
RULES_ALONE = f"""
import sys
from assistant.guardrail import second
second.opinion = lambda text: None
second.rules_out = lambda text, limit="whole": False
from assistant.__main__ import main
sys.argv = ["pmr-assistant", "triage", {SIGN!r}]
main()
"""


class Cost(NamedTuple):
    """Wall and processor seconds of one process."""

    wall: float
    cpu: float


class Program(NamedTuple):
    """A command with the environment that it is started in."""

    command: Sequence[str]
    environment: Mapping[str, str]


def cost(program: Program) -> Cost:
    """What it takes to run ``program`` to its end, without a terminal."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(
        program.command, check=True, capture_output=True, stdin=subprocess.DEVNULL,
        env=program.environment,
    )  # fmt: skip
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu)


def starts(programs: Mapping[str, Program], rounds: int) -> dict[str, Cost]:
    """The median cost of each. They take turns, so that all meet the same neighbours."""
    runs: dict[str, list[Cost]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            runs[name].append(cost(program))
    return {
        name: Cost(*(statistics.median(values) for values in zip(*costs, strict=True)))
        for name, costs in runs.items()
    }


def our_programs(data_dir: Path, corpus: Path) -> dict[str, Program]:
    """Our commands, and what a part of them takes."""
    ours = {
        # As installed: Python keeps its compiled modules, of ours and of the peers.
        **{n: v for n, v in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"},
        "PMR_DATA_DIR": str(data_dir),
        "PMR_CORPUS_DIR": str(corpus),
    }
    python, command = sys.executable, [sys.executable, "-m", "assistant"]
    commands: dict[str, Sequence[str]] = {
        "python -c pass": [python, "-c", "pass"],
        "  detector alone": [python, "-c", DETECTOR_ALONE],
        "  rules alone": [python, "-c", RULES_ALONE],
        "pmr-assistant triage": [*command, "triage", SIGN],
        "pmr-assistant ask": [*command, "ask", QUESTIONS[0]],
    }
    return {name: Program(each, ours) for name, each in commands.items()}


def print_starts(programs: dict[str, Program], peers: Sequence[Ready]) -> None:
    """The first table: processes from start to end."""
    theirs = {n: v for n, v in environment().items() if n != "PYTHONDONTWRITEBYTECODE"}
    programs |= {peer.name: Program(peer.ask(QUESTIONS[0]), theirs) for peer in peers}
    starts(programs, 1)  # Python compiles, the system reads the files
    idle = starts(programs, STARTS)
    with busy_neighbours():
        disturbed = starts(programs, DISTURBED_STARTS)
    print(f"\nProcess start to end, s    median of {STARTS}   processor   beside busy neighbours")
    for name, spent in idle.items():
        print(f"  {name:24s} {spent.wall:12.2f} {spent.cpu:11.2f} {disturbed[name].wall:18.2f}"
              f"  x {disturbed[name].wall / spent.wall:.1f}")  # fmt: skip
    ask = idle["pmr-assistant ask"]
    for peer in peers:
        other = idle[peer.name]
        ratios = f"{ask.wall / other.wall:12.2f} {ask.cpu / other.cpu:11.2f}"
        print(f"  {'ask / ' + peer.name:24s} {ratios}")


def our_times(data_dir: Path, corpus: Path) -> Callable[[], dict[str, list[float]]]:
    """What measures our warm answers: milliseconds of the search, its encoder, the whole reply."""
    from assistant.guardrail.types import Turn
    from assistant.opening import open_assistant
    from assistant.settings import load_settings

    assistant = open_assistant(load_settings(data_dir=data_dir, corpus_dir=corpus))
    assistant.warm_up()

    blanks = count()

    def measure() -> dict[str, list[float]]:
        found: dict[str, list[float]] = {name: [] for name in ("search", "raw encoder", "reply")}
        for question in [*QUESTIONS] * ROUNDS:
            start = time.perf_counter()
            # Blanks make it another message, so that nothing is known of it from the last round.
            reply = assistant.reply([Turn("user", question + " " * next(blanks))])
            found["reply"].append((time.perf_counter() - start) * 1000)
            stages = reply.timings_ms
            found["search"].append(stages["embedding"] + stages["retrieval"])
            found["raw encoder"].append(stages["embedding"])
        return found

    measure()
    return measure


def print_warm(ours: Callable[[], dict[str, list[float]]], peers: Sequence[Ready]) -> None:
    """The second table: one query of a process that runs, with what it cannot be quicker than."""
    with tempfile.TemporaryDirectory() as folder:
        idle, disturbed = {}, {}
        for name, measure in {
            "pmr-assistant": ours,
            **{p.name: lambda p=p: p.warm(QUESTIONS, Path(folder)) for p in peers},  # type: ignore[misc]
        }.items():
            idle[name] = measure()
            with busy_neighbours():
                disturbed[name] = measure()
    print(f"\n{'One query, warm, ms':44s} idle p50  p95    busy p50   p95")
    for name, rows in idle.items():
        for what, times in rows.items():
            busy = disturbed[name][what]
            middle, slow = statistics.median(times), statistics.median(busy)
            fast, slow95 = p95(times), p95(busy)
            print(f"  {name + ', ' + what:42s} {middle:6.1f} {fast:6.1f} {slow:11.1f} {slow95:6.1f}"
                  f"   x {slow / middle:.1f}, x {slow95 / fast:.1f}")  # fmt: skip


def print_indexing(data_dir: Path, texts: Sequence[str], peers: Sequence[Ready]) -> None:
    """The third table: passages a second, by the encoders alone and by the peers."""
    from assistant.embedding import SentenceTransformerEmbedder, open_embedder

    print("\nPassages indexed in a second           of processor time")
    for name, way in {
        "raw encoder, PyTorch": SentenceTransformerEmbedder(),
        "raw encoder, exported": open_embedder(None, data_dir, export=True),
    }.items():
        way.embed(QUESTIONS)
        start, busy = time.perf_counter(), time.process_time()
        way.embed(texts)
        wall, cpu = time.perf_counter() - start, time.process_time() - busy
        print(f"  {name:24s} {len(texts) / wall:10.1f} {len(texts) / cpu:18.1f}   ({len(texts)})")
    for peer in peers:
        print(f"  {peer.name:24s} {peer.passages / peer.seconds:10.1f}"
              f" {peer.passages / peer.cpu:18.1f}   ({peer.passages})")  # fmt: skip


def main() -> None:
    """Print the tables."""
    from assistant.corpus import load_articles
    from assistant.embedding import LocalEmbedder
    from assistant.embedding.reference import SentenceTransformerEmbedder
    from assistant.index.texts import make_library, texts_to_embed
    from assistant.settings import load_settings

    settings = load_settings()
    data_dir, corpus = settings.data_dir.resolve(), settings.corpus_dir.resolve()
    print(machine())
    folders = ["--corpus", str(corpus), "--data-dir", str(data_dir)]
    subprocess.run([sys.executable, "-m", "assistant", *folders, "index"], check=True)
    model = SentenceTransformerEmbedder(settings.embedding_model).folder
    with tempfile.TemporaryDirectory() as folder:
        peers = ready_peers(Path(folder), model, corpus / "articles")
        print_starts(our_programs(data_dir, corpus), peers)
        print_warm(our_times(data_dir, corpus), peers)
        texts = texts_to_embed(make_library(load_articles(corpus)))["passages"]
        print_indexing(data_dir, list(texts.values())[:PASSAGES], peers)
    encoder = LocalEmbedder(settings.embedding_model, settings.data_dir).exported()
    if encoder:
        print_threads(encoder)
    print(f"\n{machine()}")


if __name__ == "__main__":
    main()
