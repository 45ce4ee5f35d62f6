"""Written answers that need not be written again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

MOST = 256

Kept = TypeVar("Kept")


class RecentlyUsed(Generic[Kept]):
    """At most ``most`` values in memory, the least lately used one goes first. Thread-safe."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Kept | None:
        """The value kept under ``key``, or ``None``."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def keep(self, key: Hashable, value: Kept) -> None:
        """Keep ``value`` under ``key``."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)

    def forget(self, key: Hashable) -> None:
        """Keep nothing under ``key`` any more."""
        with self._lock:
            self._values.pop(key, None)
