"""The guardrail's decision on a conversation, for people who check it: ``pmr-assistant triage``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from assistant.characters import printable, well_formed
from assistant.environment import COUNTRY, practice_says_something
from assistant.guardrail import Flag, Level, Turn, assess


def place() -> tuple[str, str | None]:
    """Country and phone of the practice. Where nothing is set, no library is loaded to check it.

    Raises:
        SettingsInvalid, PracticeInvalid: as :func:`assistant.settings.load_settings`.
    """
    if not practice_says_something():
        return COUNTRY, None
    from assistant.settings import load_settings

    settings = load_settings()
    return settings.country, settings.practice_phone


def triage_text(message: str, country: str, practice_phone: str | None, *, as_json: bool) -> str:
    """What ``triage`` prints of one message."""
    turns = [Turn("user", well_formed(message))]
    result = triage(turns, country=country, practice_phone=practice_phone)
    return json.dumps(result, ensure_ascii=False, indent=2) if as_json else explain(result)


def triage(turns: Sequence[Turn], *, country: str, practice_phone: str | None) -> dict[str, Any]:
    """What the guardrail decides after the last user turn, and why; docs/json.md describes it.

    ``levels`` holds the level after each user turn. Nothing but the guardrail is used.
    """
    decisions = assess(turns, country=country, practice_phone=practice_phone)
    last = decisions[-1]
    return {
        "level": last.level.label,
        "levels": [decision.level.label for decision in decisions],
        "route": last.level >= Level.PROMPT,
        "latched": last.latched,
        "ask": last.ask,
        "flags": [_flag(flag) for flag in last.flags],
        "message": last.message.text if last.message else "",
        "rules_version": last.rules_version,
    }


def _flag(flag: Flag) -> dict[str, Any]:
    return {
        "id": flag.id,
        "level": flag.level.label,
        "detector": flag.detector,
        "source": flag.source,
        "evidence": flag.evidence,
        "turn": flag.turn,
        "spans": [{"turn": turn, "start": start, "end": end} for turn, start, end in flag.spans],
    }


def explain(result: dict[str, Any]) -> str:
    """``result`` as lines for a terminal. Control codes in the person's words are removed."""
    lines = [f"level: {result['level']}" + (" (kept)" if result["latched"] else "")]
    if len(result["levels"]) > 1:
        lines.append("by turn: " + ", ".join(result["levels"]))
    for flag in result["flags"]:
        lines.append(f"- {flag['id']}: {flag['level']}, found by {flag['detector']}")
        lines.append(f'  words: "{flag["evidence"]}" (turn {flag["turn"] + 1})')
        lines.append(f"  source: {flag['source']}")
    if result["ask"]:
        lines.append(f"asks: {result['ask']}")
    lines.append(f"rules: {result['rules_version']}")
    if result["message"]:
        lines += ["", result["message"]]
    return printable("\n".join(lines))
