"""What measuring a public set needs, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.embedding import Embedder, Vectors
from assistant.settings import Settings
from evals.public.files import SHARED
from evals.stats import Estimate

Metrics = dict[str, Estimate]
Tick = Callable[[int, int], None]  # done, total
Measure = Callable[[Tick], Metrics]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Settings and the embedding model shared by all systems, and where the sets lie."""

    settings: Settings
    embedder: Embedder
    shared: Path = SHARED


def embed_all(texts: Sequence[str], bench: Bench, tick: Tick) -> Vectors:
    """Unit vectors of ``texts``, with progress."""
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        tick(done, len(texts))

    return bench.embedder.embed(texts, progress=advance)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicSet:
    """One set: its files below ``shared``, and how each system is measured on it.

    ``systems`` prepares; nothing is read or embedded before one of its functions is called.
    """

    name: str
    title: str
    files: tuple[str, ...]
    systems: Callable[[Bench], Mapping[str, Measure]]

    def missing(self, shared: Path) -> list[str]:
        """The files that are not there."""
        return [name for name in self.files if not (shared / name).is_file()]
