"""Thumbs-down feedback from the chat, as draft cases for a person to complete."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.cases import TurnText
from evals.errors import CasesInvalid

_WANTED = {
    "wrong": "say in facts what the answer must hold, and in relevant which articles hold it",
    "incomplete": "say in facts what was missing, and in relevant which articles hold it",
    "off_topic": "say in relevant which articles answer it, or set expect to no_answer",
    "no_answer": "if an article does answer it, name it in relevant and set expect to answer",
    "should_see_doctor": "set tier and flag; this becomes a guardrail case",
    "false_alarm": "make sure that there is no red flag; this becomes a guardrail case",
}
_GUARDRAIL = {"should_see_doctor": "route", "false_alarm": "none"}


class Feedback(BaseModel):
    """One record that the chat writes when a person agrees to send it. docs/evals.md has it."""

    model_config = ConfigDict(extra="ignore")

    thumb: Literal["up", "down"]
    turns: list[TurnText] = Field(min_length=1)
    kind: str = ""
    reason: str = ""
    comment: str = ""
    sources: list[str] = Field(default_factory=list)
    rules_version: str = ""


def export(feedback: Path, to: Path) -> int:
    """Write a draft case for every thumbs-down; returns how many. The same words come once.

    Raises:
        CasesInvalid: names the line of the feedback file that cannot be read.
    """
    drafts = {case["id"]: case for record in _records(feedback) if (case := draft(record))}
    lines = [json.dumps(case, ensure_ascii=False) for case in drafts.values()]
    to.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(lines)


def draft(record: Feedback) -> dict[str, Any] | None:
    """A draft case, or ``None`` for a thumbs-up and for a record without a user's message."""
    turns = list(record.turns)
    while turns and turns[-1].role != "user":
        turns.pop()
    if record.thumb != "down" or not turns:
        return None
    case_id = "fb-" + hashlib.sha256(_key(turns).encode()).hexdigest()[:10]
    note = f"DRAFT from feedback: {_WANTED.get(record.reason, _WANTED['wrong'])}."
    if record.comment:
        note += f" Comment: {record.comment}"
    shared = {"id": case_id, "tags": ["feedback", record.reason or "no-reason"], "note": note}
    if record.reason in _GUARDRAIL:
        return {**shared, **_content(turns, "text"), "expect": _GUARDRAIL[record.reason]}
    expect = "answer" if record.kind in ("", "answer", "no_answer") else record.kind
    return {
        **shared, **_content(turns, "question"), "expect": expect, "facts": [],
        "relevant": sorted(set(record.sources)),
    }  # fmt: skip


def _content(turns: Sequence[TurnText], single: str) -> Mapping[str, Any]:
    if len(turns) == 1:
        return {single: turns[0].text}
    return {"turns": [t.text if t.role == "user" else t.model_dump() for t in turns]}


def _key(turns: Sequence[TurnText]) -> str:
    return "\n".join(f"{t.role}:{' '.join(t.text.lower().split())}" for t in turns)


def _records(path: Path) -> list[Feedback]:
    records = []
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CasesInvalid(f"{path} cannot be read: {error}.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            records.append(Feedback.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"])) or "record"
            raise CasesInvalid(f"{path}, line {number}: {field}: {first['msg']}.") from error
    return records
