"""The words the guardrail speaks: turns in, decisions out.

Nothing here depends on any other part of the assistant, so that the safety layer can be
imported, tested and audited alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

Role = Literal["user", "assistant"]


class Level(IntEnum):
    """How fast a person needs care; a higher level always outranks a lower one.

    The four outcomes follow the red-flag catalogue's tiers: ``EMERGENCY`` (emergency number,
    now), ``URGENT`` (care today), ``PROMPT`` (a doctor within days), ``NOTICE`` (a general
    question about a warning sign: the normal answer plus the "when to get help" box).
    """

    NONE = 0
    NOTICE = 1
    PROMPT = 2
    URGENT = 3
    EMERGENCY = 4

    @property
    def label(self) -> str:
        """The lower-case word used in files, JSON and logs."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation, exactly as it was typed or shown."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One red flag that fired, with the words that made it fire.

    ``evidence`` is copied from the raw user message (never from a model or an article) and
    ``turn`` counts user turns from 0. ``source`` names the guideline or institution behind the
    rule. ``detector`` says which mechanism fired. ``spans`` are the places of the evidence, as
    ``(turn, start, end)`` in characters of that raw message; empty when it quotes no message.
    ``about_other`` says that somebody else than the writer has the sign.
    """

    id: str
    level: Level
    evidence: str
    source: str
    turn: int
    detector: str = "rules"
    spans: tuple[tuple[int, int, int], ...] = ()
    about_other: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CareMessage:
    """The fixed text a person sees. Assembled from reviewed templates, never generated.

    ``channel`` selects the template family: ``medical``, ``crisis`` (suicide, self-harm),
    ``safeguarding`` (violence, abuse) or ``failure`` (the guardrail itself broke).
    ``numbers`` are ``(label, number)`` pairs for ``tel:`` links. ``text`` is the whole message
    as plain text, for the command line, logs of the care text and screen readers. ``lang`` is the
    language that all of it is written in.
    """

    channel: str
    headline: str
    who: str
    how_soon: str
    why: str
    do_not: tuple[str, ...]
    tell_them: str
    first_aid: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...]
    limits: str
    text: str
    lang: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the guardrail decided after one user turn, given all turns up to it.

    ``latched`` is true when the level comes from an earlier turn that is still in force.
    ``message`` is ``None`` only for ``Level.NONE``. ``ask`` is a short question to put to the
    person when their words leave a doubt, or ``None``.
    """

    level: Level
    flags: tuple[Flag, ...] = ()
    message: CareMessage | None = None
    latched: bool = False
    ask: str | None = None
    rules_version: str = field(default="")
