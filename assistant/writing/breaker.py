"""Leaving a failing model alone for a while, so that readers do not wait for it in vain."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FAILURES = 3  # in a row


class Breaker:
    """Opens after ``failures`` in a row; after ``pause_s`` one call may try whether it works again.

    Safe to share between threads. Every call that :meth:`allows` let through must end in
    :meth:`succeeded`, :meth:`failed` or :meth:`given_up`.
    """

    def __init__(
        self,
        failures: int = FAILURES,
        pause_s: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._pause_s, self._clock = failures, pause_s, clock
        self._failures = 0
        self._opened_at = 0.0
        self._trying = False
        self._lock = threading.Lock()

    def allows(self) -> bool:
        """Whether the model may be called now."""
        with self._lock:
            if self._failures < self._most:
                return True
            if self._trying or self._clock() - self._opened_at < self._pause_s:
                return False
            self._trying = True
            return True

    def succeeded(self) -> None:
        """The call came to its end."""
        with self._lock:
            self._failures, self._trying = 0, False

    def failed(self) -> None:
        """The call failed or took too long."""
        with self._lock:
            self._failures += 1
            self._trying = False
            self._opened_at = self._clock()

    def given_up(self) -> None:
        """The reader did not wait for the end: that says nothing about the model."""
        with self._lock:
            self._trying = False
