"""A build that stops where a test wants to kill it. Run as: slow_build.py CORPUS DATA POINT

POINT is ``embed:N`` (inside the N-th call of the embedder), ``snapshot`` (before the texts are
written), ``manifest`` (before the new build goes live), ``garbage`` (just after), or ``none``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from core_support import build

from assistant.corpus import load_articles
from assistant.embedding import Progress, Vectors
from assistant.index import build as builder
from assistant.index import writer
from assistant.testing import StemEmbedder

BATCH = 4  # texts between two checkpoints


embedded: list[str] = []


def stop() -> None:
    print(f"stopped after {len(embedded)}", flush=True)  # noqa: T201 - the test reads it
    time.sleep(120)  # killed long before
    sys.exit(3)


class StoppingEmbedder(StemEmbedder):
    def __init__(self, point: str) -> None:
        super().__init__()
        self.point, self.calls = point, 0

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        self.calls += 1
        if self.point == f"embed:{self.calls}":
            stop()
        embedded.extend(texts)
        return super().embed(texts, progress=progress)


def stop_instead(*_args: object, **_options: object) -> None:
    stop()


def main(corpus: str, data: str, point: str) -> None:
    writer._CHECKPOINT = BATCH
    if point == "snapshot":
        builder.save_segment = stop_instead
    elif point == "manifest":
        builder.write_manifest = stop_instead
    elif point == "garbage":
        builder._Build._collect_garbage = stop_instead
    report = build(load_articles(Path(corpus)), Path(data), StoppingEmbedder(point))
    print(f"embedded {report.embedded}", flush=True)  # noqa: T201 - the test reads it


if __name__ == "__main__":
    main(*sys.argv[1:])
