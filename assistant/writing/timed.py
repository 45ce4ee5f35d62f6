"""Reading from a slow source without waiting for it longer than one is willing to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator
from queue import Empty, SimpleQueue
from typing import Final

PULSE_S = 0.25  # a reader who wants to stop is noticed this soon
_END: Final = None


class OutOfTime(Exception):
    """The source took longer than it was given."""


def within(source: Callable[[], Iterator[str]], seconds: float) -> Generator[str]:
    """The pieces of ``source()``, made in a thread; an empty piece while nothing has come.

    Closing this iterator closes the source at its next piece, or when its own time-out strikes:
    a thread that waits for the network cannot be interrupted.

    Raises:
        OutOfTime: the source has not ended after ``seconds``.
        Exception: whatever the source raises.
    """
    found: SimpleQueue[str | Exception | None] = SimpleQueue()
    stopped = threading.Event()
    threading.Thread(target=_pump, args=(source, found, stopped), daemon=True).start()
    deadline = time.monotonic() + seconds
    try:
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise OutOfTime
            try:
                item = found.get(timeout=min(left, PULSE_S))
            except Empty:
                yield ""
                continue
            if item is _END:
                return
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        stopped.set()


def _pump(
    source: Callable[[], Iterator[str]],
    found: SimpleQueue[str | Exception | None],
    stopped: threading.Event,
) -> None:
    try:
        pieces = source()
        try:
            for piece in pieces:
                if stopped.is_set():
                    return
                found.put(piece)
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
        found.put(_END)
    except Exception as error:  # noqa: BLE001 - raised again in the thread that reads
        found.put(error)
