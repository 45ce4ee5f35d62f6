"""The model as a second pair of eyes on safety: it may raise a level, never lower one."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Literal

from assistant.guardrail.raising import raised, user_messages
from assistant.guardrail.types import Decision, Flag, Level, Turn
from assistant.records import Looked
from assistant.settings import Settings
from assistant.writing.breaker import Breaker
from assistant.writing.cache import RecentlyUsed
from assistant.writing.meter import Meter
from assistant.writing.model import ChatModel, ModelChoice, stream_text
from assistant.writing.opinion import Unreadable, flag_of, read_opinion
from assistant.writing.prompt import LOOK_VERSION, look_messages
from assistant.writing.timed import OutOfTime, within

_log = logging.getLogger(__name__)

_SHARE = 0.5  # of PMR_MODEL_TIMEOUT; the writing has the rest
_LONGEST_REPLY = 2000  # characters; one line of JSON is wanted
_MOST_READ = 16_000  # characters of the conversation, the latest: they must fit before the model
_REMEMBERED = 4096  # points of conversations


@dataclass(frozen=True, slots=True)
class _Seen:
    """The model's opinion at one point of a conversation, and the flag that it makes, if any."""

    level: Level
    flag: Flag | None


class SecondLook:
    """Asks one model about conversations. Safe to share between threads.

    What it said is remembered for each point of a conversation, so that a level it raised stays
    for the rest of that conversation; after a restart it is asked anew.
    """

    def __init__(
        self,
        choice: ModelChoice,
        settings: Settings,
        opened: Callable[[], ChatModel],
        *,
        breaker: Breaker | None = None,
    ) -> None:
        self._choice, self._settings, self._opened = choice, settings, opened
        self._breaker = breaker or Breaker(choice.patience)
        self._kept: RecentlyUsed[_Seen] = RecentlyUsed(_REMEMBERED)

    @property
    def seconds(self) -> float:
        """How long a look may take."""
        return self._choice.timeout_s * _SHARE

    def add_to(self, turns: Sequence[Turn], decisions: Sequence[Decision]) -> tuple[Decision, ...]:
        """``decisions``, one per user turn, raised by what the model has said so far."""
        said = user_messages(turns)
        known = {n: self._kept.get(_key(said[: n + 1])) for n in range(len(said))}
        return raised(
            turns,
            decisions,
            {n: seen.flag for n, seen in known.items() if seen and seen.flag},
            country=self._settings.country,
            practice_phone=self._settings.practice_phone,
        )

    def look(self, turns: Sequence[Turn]) -> Generator[Looked]:
        """Ask about ``turns``; what is found counts in :meth:`add_to` from then on.

        Gives a record again and again while it waits, so that who reads it can stop; the last one
        tells what came of it. Never raises.
        """
        said = user_messages(turns)
        key = _key(said)
        meter = Meter(self._settings.model_prices)
        seen = self._kept.get(key)
        if seen is not None:
            yield self._record(meter, level=seen.level.label)
            return
        if not self._breaker.allows():
            yield self._record(meter, failed="breaker")
            return
        ended = False
        try:
            text = ""
            for piece in self._pieces(said, meter):
                text += piece
                yield self._record(meter)
            opinion = read_opinion(text)
            seen = _Seen(opinion.level, flag_of(opinion, said, self._choice.name))
            self._kept.keep(key, seen)
            self._breaker.succeeded()
            ended = True
            yield self._record(meter, level=seen.level.label)
        except Exception as error:  # noqa: BLE001 - the rules' decision stands whatever broke
            self._breaker.failed()
            ended = True
            # The kind only: a message could repeat the prompt, and with it the patient's words.
            _log.error("no second look: %s", type(error).__name__)
            yield self._record(meter, failed=_why(error))
        finally:
            if not ended:
                self._breaker.given_up()

    def _pieces(self, said: Sequence[str], meter: Meter) -> Generator[str]:
        model = self._opened()
        asked = look_messages(_latest(said))
        source = partial(stream_text, model, asked, tracing=self._choice.tracing, used=meter.used)
        meter.begin(asked)
        length = 0
        with closing(within(source, self.seconds)) as pieces:
            for piece in pieces:
                meter.heard(piece)
                length += len(piece)
                if length > _LONGEST_REPLY:
                    raise Unreadable
                yield piece
        meter.ended()

    def _record(
        self,
        meter: Meter,
        *,
        level: str | None = None,
        failed: Literal["timeout", "failed", "unreadable", "breaker"] | None = None,
    ) -> Looked:
        return Looked(
            model=self._choice.name,
            prompt=LOOK_VERSION,
            level=level,
            failed=failed,
            spent=meter.spent(),
        )


def _latest(said: Sequence[str]) -> list[str]:
    """The last messages that fit before the model, the first of them perhaps cut."""
    kept: list[str] = []
    room = _MOST_READ
    for text in reversed(said):
        if room <= 0:
            break
        kept.append(text[-room:])
        room -= len(text)
    return kept[::-1]


def _key(said: Sequence[str]) -> str:
    """A conversation up to a message, without its words."""
    return hashlib.sha256(json.dumps(list(said)).encode()).hexdigest()


def _why(error: Exception) -> Literal["timeout", "unreadable", "failed"]:
    if isinstance(error, OutOfTime):
        return "timeout"
    return "unreadable" if isinstance(error, Unreadable) else "failed"
