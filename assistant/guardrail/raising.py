"""What a second look may add to decisions that are made: it raises a level and never lowers one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from assistant.guardrail.languages import ENGLISH, written_in
from assistant.guardrail.messages import care_message
from assistant.guardrail.rulebook import shipped_rulebook
from assistant.guardrail.state import as_turns
from assistant.guardrail.types import CareMessage, Decision, Flag, Turn


def user_messages(turns: Sequence[Turn]) -> list[str]:
    """The words of the user's turns as the guardrail counts them: one decision for each."""
    return [turn.text for turn in as_turns(turns) if turn.role == "user"]


def raised(
    turns: Sequence[Turn],
    decisions: Sequence[Decision],
    seen: Mapping[int, Flag],
    *,
    country: str = "US",
    practice_phone: str | None = None,
) -> tuple[Decision, ...]:
    """``decisions``, one per user turn, with the flags that were ``seen`` after some of them.

    A flag counts from its turn (from 0) on for the rest of the conversation, and only while it is
    graver than what the rules decided; otherwise their decision stands as it is. Never raises an
    error: what breaks here leaves the decisions as they are.
    """
    if not seen:
        return tuple(decisions)
    try:
        message = partial(care_message, country=country, practice_phone=practice_phone)
        return tuple(_raised(user_messages(turns), decisions, seen, message))
    except Exception:  # noqa: BLE001 - the rules' decisions stand, whatever broke
        return tuple(decisions)


def _raised(
    said: Sequence[str],
    decisions: Sequence[Decision],
    seen: Mapping[int, Flag],
    message: partial[CareMessage],
) -> Iterator[Decision]:
    book = shipped_rulebook()
    lang, since = ENGLISH, 0
    held: Flag | None = None
    for number, (text, decision) in enumerate(zip(said, decisions, strict=True)):
        lang = written_in(text, book.small_words) or lang
        new = seen.get(number)
        if new is not None and (held is None or new.level > held.level):
            held, since = new, number
        if held is None or held.level <= decision.level:
            yield decision
            continue
        flags = (held, *decision.flags)
        yield replace(
            decision,
            level=held.level,
            flags=flags,
            message=message(held.level, flags, book, lang=lang),
            latched=since < number,
        )
