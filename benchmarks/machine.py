"""What every benchmark says of the machine and does to it, and the figure that all of them give."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


def machine() -> str:
    """One line: system, cores, Python and, where it is known, what else is running."""
    line = f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return f"{line}, load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else line


def p95(values: Sequence[float]) -> float:
    """The 95th percentile of two values or more."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


@contextmanager
def busy_neighbours() -> Iterator[None]:
    """Another process on every processor for as long as the block runs."""
    spin = [sys.executable, "-c", "while True: pass"]
    processes = [subprocess.Popen(spin) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()
