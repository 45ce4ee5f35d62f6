"""One query's embedding by the threads inside a run, which wait actively or asleep."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.answers import QUESTIONS
from benchmarks.machine import busy_neighbours, p95

QUERIES = 40


def milliseconds(embed: Callable[[str], object]) -> tuple[float, float]:
    """Median and 95th percentile of one query's embedding."""
    times = []
    for n in range(QUERIES):
        start = time.perf_counter()
        embed(QUESTIONS[n % len(QUESTIONS)])
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times), p95(times)


def print_threads(encoder: Path) -> None:
    """The last table: threads inside one run of the encoder, waiting actively or asleep."""
    import numpy as np
    import onnxruntime
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_padding()
    print("\nOne query, ms, by threads   idle p50    p95   beside a busy neighbour p50    p95")
    for threads, spins in ((1, "0"), (os.cpu_count() or 1, "0"), (os.cpu_count() or 1, "1")):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", spins)
        session = onnxruntime.InferenceSession(str(encoder / "encoder.onnx"), options)

        def embed(text: str, session: onnxruntime.InferenceSession = session) -> object:
            ids = np.array([tokenizer.encode(text).ids])
            return session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})

        idle = milliseconds(embed)
        with busy_neighbours():
            busy = milliseconds(embed)
        name = f"{threads}, {'spinning' if spins == '1' else 'asleep'}"
        print(f"  {name:22s} {idle[0]:10.1f} {idle[1]:6.1f} {busy[0]:29.1f} {busy[1]:6.1f}")
