"""Reading conversations from JSONL lines, the input of ``ask --jsonl``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from assistant.characters import well_formed
from assistant.errors import InputInvalid
from assistant.guardrail.types import Decision, Turn
from assistant.json_lines import read_objects

if TYPE_CHECKING:
    from assistant.reply import Reply

_FORM = (
    'Each line is {"id": "...", "text": "..."} or {"id": "...", "turns": ["...", '
    '{"role": "assistant", "text": "..."}, "..."]}.'
)


class Answering(Protocol):
    """What answers a conversation."""

    def reply(self, turns: Sequence[Turn]) -> Reply:
        """The reply to the last user turn."""
        ...

    def assess(self, turns: Sequence[Turn]) -> tuple[Decision, ...]:
        """The guardrail's decision after each user turn."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One conversation to answer. ``as_turns`` tells whether it was given as ``turns``."""

    id: str | None
    turns: tuple[Turn, ...]
    as_turns: bool

    def answer(self, assistant: Answering) -> dict[str, Any]:
        """The result line. A message that cannot be used is ``declined`` with the reason."""
        from assistant.reply import Reply, reply_to_json  # triage reads conversations without it

        try:
            reply = assistant.reply(self.turns)
        except InputInvalid as error:
            decisions = assistant.assess(self.turns)
            reply = Reply(
                kind="declined",
                decision=decisions[-1],
                care_by_turn=tuple(d.level for d in decisions),
                text=f"{error} {error.next_step}",
            )
        return reply_to_json(reply, case_id=self.id, turns=self.as_turns)


def text_case(text: str) -> Case:
    """A conversation of one message."""
    return Case(id=None, turns=(Turn("user", well_formed(text)),), as_turns=False)


def read_cases(path: Path) -> list[Case]:
    """The conversations in a JSONL file, or in standard input for ``-``.

    Raises:
        InputInvalid: names the line and what is wrong with it; nothing is answered then.
    """
    return [_case(values, number) for number, values in read_objects(path, hint=_FORM)]


def _case(values: Mapping[str, Any], number: int) -> Case:
    case_id = values.get("id")
    given = values.get("turns", values.get("text"))
    turns = [given] if isinstance(given, str) else given
    if not isinstance(turns, list) or not turns:
        raise InputInvalid(f"Line {number} has neither text nor turns.", hint=_FORM)
    read = tuple(_turn(turn, number) for turn in turns)
    if read[-1].role != "user":
        raise InputInvalid(f"Line {number}: the last turn must be the user's.", hint=_FORM)
    return Case(
        id=well_formed(str(case_id)) if case_id is not None else None,
        turns=read,
        as_turns="turns" in values,
    )


def _turn(value: object, number: int) -> Turn:
    if isinstance(value, str):
        return Turn("user", well_formed(value))
    if isinstance(value, dict) and isinstance(value.get("text"), str):
        role = value.get("role", "user")
        if role in ("user", "assistant"):
            return Turn(role, well_formed(value["text"]))
    raise InputInvalid(
        f"Line {number}: a turn is neither a text nor a role and a text.", hint=_FORM
    )
