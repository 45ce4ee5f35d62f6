"""Scoring cases in several processes, each with an assistant of its own over the same index."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from assistant.settings import Settings
from evals.scores import Score
from evals.subject import Subject
from evals.suites import Scorer, score_case

Job = tuple[Scorer, Any]
ScoreJobs = Callable[[Sequence[Job]], Iterator[list[Score]]]

_AT_ONCE = 4  # cases handed over together: few enough that no process is left waiting at the end
_opened: list[Subject] = []  # the subject of this process


class Workers:
    """Processes that score; made once for a whole run, because each loads its own models.

    Use as a context manager. Leaving it by an interruption drops what has not begun.
    """

    def __init__(self, count: int, settings: Settings) -> None:
        self._pool = ProcessPoolExecutor(
            count, mp_context=get_context("spawn"), initializer=_open, initargs=(settings,)
        )

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._pool.shutdown(wait=kind is None, cancel_futures=True)

    def scores(self, jobs: Sequence[Job]) -> Iterator[list[Score]]:
        """The scores of every job, in the order of the jobs."""
        return self._pool.map(_scored, jobs, chunksize=_AT_ONCE)


def _open(settings: Settings) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when to stop
    os.environ["OMP_NUM_THREADS"] = "1"  # read by PyTorch, which is not imported yet
    from assistant.embedding import open_embedder
    from evals.memory_store import CachedEmbedder

    embedder = CachedEmbedder(open_embedder(settings.embedding_model, settings.data_dir))
    _opened.append(Subject(settings, embedder=embedder))


def _scored(job: Job) -> list[Score]:
    scorer, case = job
    return score_case(scorer, case, _opened[0])
