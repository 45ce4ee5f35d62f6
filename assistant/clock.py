"""How long each stage of a reply takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Milliseconds spent in each stage of one reply."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self._start = time.perf_counter()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add what happens inside to the stage ``name``."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.stages[name] = (time.perf_counter() - start) * 1000

    def total(self) -> dict[str, float]:
        """Every stage so far, and ``total`` since the clock was made."""
        return {**self.stages, "total": (time.perf_counter() - self._start) * 1000}
