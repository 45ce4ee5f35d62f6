"""How ingest, start, search and one added article change from 1,000 to 1,000,000 passages.

Run with ``make bench-scale``, or name sizes: ``python -m benchmarks.scale 1000 10000``. Each step
of each size runs in a process of its own, and what is finished is kept in ``build/scale``: an
interrupted run goes on where it stopped. A peer that cannot be installed is left out, and that is
said. Texts and vectors are made (``benchmarks/made.py``); splitting, counting, tables and Chroma
are the real ones. Machines differ and are rarely idle: read the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.environments import peer_environment
from benchmarks.machine import machine
from benchmarks.made import PASSAGES, SENTENCES

SIZES = (1_000, 10_000, 100_000)  # a million takes a night: name it to measure it
FOLDER = Path(__file__).resolve().parent.parent / "build" / "scale"
STEPS = ("build", "search", "recall", "add", "peer")
_MOST_SECONDS = 12 * 3600

Figures = Mapping[str, Any]


def measured(folder: Path, size: int, step: str) -> Figures | None:
    """The figures of one step, from an earlier run when it was finished; ``None`` if left out."""
    kept = folder / f"{size}" / f"{step}.json"
    if not kept.is_file():
        environment: dict[str, str] | None = {**os.environ, "OMP_NUM_THREADS": "1"}
        if step == "peer" and environment:
            environment = peer_environment(environment)
        if environment is None:
            print("LangChain's packages are not here and cannot be installed: left out")
            return None
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.scale_steps"]
        print(f"{size:,} passages: {step}… (load {os.getloadavg()[0]:.1f})", flush=True)
        done = subprocess.run(
            [*command, step, str(size), str(folder)],
            check=True, stdout=subprocess.PIPE, text=True, env=environment, timeout=_MOST_SECONDS,
        )  # fmt: skip
        written = kept.with_suffix(".tmp")
        written.write_text(done.stdout, encoding="utf-8")
        written.replace(kept)
    figures: Figures = json.loads(kept.read_text(encoding="utf-8"))
    return figures


class Table:
    """Rows of figures, one column for each size."""

    def __init__(self, found: Mapping[int, Mapping[str, Figures | None]]) -> None:
        self._found = found

    def row(
        self, title: str, step: str, value: Callable[[Figures], float], form: str = ",.1f"
    ) -> None:
        """One line; ``-`` where the step was left out."""
        cells = []
        for figures in self._found.values():
            own = figures[step]
            cells.append("-" if own is None else format(value(own), form))
        print(f"{title:52s}" + "".join(f"{cell:>12}" for cell in cells))


def _ms(name: str, share: str) -> Callable[[Figures], float]:
    return lambda figures: float(figures[name][share])


def show(found: Mapping[int, Mapping[str, Figures | None]]) -> None:
    """Print everything that was measured."""
    table = Table(found)
    print(f"\n{'passages':52s}" + "".join(f"{size:12,}" for size in found))
    table.row("vectors", "build", lambda f: f["vectors"], ",d")
    table.row("ingest, passages a second", "build", lambda f: f["passages"] / f["seconds"])
    table.row("  of processor time, passages a second", "build", lambda f: f["passages"] / f["cpu"])
    table.row("  LangChain + Chroma, vectors ready", "peer", lambda f: f["passages"] / f["ingest"])
    table.row("disk, vectors in Chroma, MB", "build", lambda f: f["chroma_mb"])
    table.row("disk, everything else, MB", "build", lambda f: f["other_mb"])
    table.row("peak memory of the build, MB", "build", lambda f: f["memory_mb"], ",.0f")
    table.row("peak memory of searching, MB", "search", lambda f: f["memory_mb"], ",.0f")
    table.row("  LangChain + Chroma", "peer", lambda f: f["memory_mb"], ",.0f")
    table.row("start: index opened, ms", "search", lambda f: f["opened"]["wall"])
    table.row("  of it our own tables, ms", "search", lambda f: f["tables"]["wall"])
    table.row(
        "  and the first search (Chroma reads its graphs), ms", "search", _ms("first", "wall")
    )
    for title, name, step in (
        ("retrieval", "retrieval", "search"),
        ("  of it BM25", "bm25", "search"),
        ("  raw HNSW: Chroma's two queries alone", "raw", "search"),
        ("  LangChain + Chroma, one query of passages", "query", "peer"),
    ):
        table.row(f"{title}, p50 ms", step, _ms(name, "p50"))
        before = " " * (len(title) - len(title.lstrip()))
        table.row(f"{before}  p95 ms", step, _ms(name, "p95"))
        table.row(f"{before}  processor ms, p50", step, _ms(name, "cpu"))
        table.row(f"{before}  processor ms, p95", step, _ms(name, "cpu_p95"))
    table.row(
        "recall@10 of passages against exact search", "recall", lambda f: f["passages"], ".3f"
    )
    table.row("recall@10 of sentences", "recall", lambda f: f["sentences"], ".3f")
    table.row("one article added, s", "add", lambda f: f["seconds"], ",.2f")
    table.row("  processor s", "add", lambda f: f["cpu"], ",.2f")
    for stage in ("words", "vectors", "snapshot", "switch"):
        table.row(f"  {stage}", "add", lambda f, stage=stage: f["stages"][stage], ",.2f")
    if len(found) > 1:
        first, last = (found[size]["search"] for size in (min(found), max(found)))
        if first and last:
            wall, cpu = (
                last["retrieval"][name] / first["retrieval"][name] for name in ("p95", "cpu_p95")
            )
            print(
                f"\np95 of retrieval, largest / smallest: {wall:.1f}, of processor time {cpu:.1f}"
            )


def main(arguments: Sequence[str]) -> None:
    """Measure every size that was not measured yet, and print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="numbers of passages")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where libraries are kept")
    parser.add_argument("--skip", nargs="*", choices=STEPS[1:], default=(), help="steps left out")
    options = parser.parse_args(arguments)
    print(machine())
    print(f"made articles of {PASSAGES} passages, {SENTENCES} sentences in each")
    found: dict[int, dict[str, Figures | None]] = {}
    try:
        for size in options.sizes:
            (options.folder / str(size)).mkdir(parents=True, exist_ok=True)
            found[size] = {
                step: None if step in options.skip else measured(options.folder, size, step)
                for step in STEPS
            }
    except KeyboardInterrupt:
        print("\nInterrupted: finished steps are kept, the next run goes on from there.")
    if found:
        show(found)


if __name__ == "__main__":
    main(sys.argv[1:])
