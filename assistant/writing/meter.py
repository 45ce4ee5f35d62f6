"""What a call of a model takes: tokens, time and money."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.records import Spent

_CHARACTERS = 4  # to a token of English, as a rule of thumb
_MILLION = 1_000_000


class Meter:
    """Runs along with one call.

    ``prices`` are for a million tokens, read and written. The provider's count is used when the
    call has come to its end; otherwise nobody has counted all of it, and it is estimated.
    """

    def __init__(
        self,
        prices: tuple[float, float] | None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._prices, self._clock = prices, clock
        self._begun: float | None = None
        self._first_ms: float | None = None
        self._characters = [0, 0]
        self._counted = [0, 0]
        self._ended = False

    def begin(self, messages: Sequence[tuple[str, str]]) -> None:
        """The model is asked now."""
        self._begun = self._clock()
        self._characters[0] = sum(len(text) for _role, text in messages)

    def used(self, usage: Mapping[str, Any]) -> None:
        """The provider has counted so many tokens more."""
        self._counted[0] += int(usage.get("input_tokens") or 0)
        self._counted[1] += int(usage.get("output_tokens") or 0)

    def heard(self, piece: str) -> None:
        """The model has said ``piece``."""
        self._characters[1] += len(piece)

    def shown(self) -> None:
        """There is something to show; only the first time counts."""
        if self._first_ms is None:
            self._first_ms = self._elapsed_ms()

    def ended(self) -> None:
        """The model has come to its end."""
        self._ended = True

    def spent(self) -> Spent | None:
        """What was taken so far; ``None`` before :meth:`begin`."""
        if self._begun is None:
            return None
        exact = self._ended and all(self._counted)
        guessed = [math.ceil(count / _CHARACTERS) for count in self._characters]
        tokens_in, tokens_out = self._counted if exact else map(max, guessed, self._counted)
        return Spent(
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            estimated=not exact,
            first_ms=self._first_ms,
            total_ms=self._elapsed_ms(),
            cost=self._cost(tokens_in, tokens_out),
        )

    def _elapsed_ms(self) -> float:
        return round((self._clock() - (self._begun or 0.0)) * 1000, 2)

    def _cost(self, tokens_in: int, tokens_out: int) -> float | None:
        if self._prices is None:
            return None
        read, written = self._prices
        return round((tokens_in * read + tokens_out * written) / _MILLION, 6)
