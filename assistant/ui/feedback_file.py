"""The file for what people agree to send: one JSON record on each line.

Nothing else of the chat is ever written. ``pmr-assistant eval export-feedback`` reads the file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from io import FileIO
from pathlib import Path

from filelock import FileLock

from assistant.characters import well_formed
from assistant.files import OWNER_ONLY
from assistant.guardrail.types import Turn
from assistant.reply import Reply

MOST_BYTES = 50_000_000  # thousands of chats; a script that sends for ever must not fill the disk
_WAIT_S = 3.0  # another visitor's line takes milliseconds


def feedback_record(
    thumb: str, turns: Sequence[Turn], reply: Reply, *, reason: str = "", comment: str = ""
) -> dict[str, object]:
    """What is kept of one thumb; docs/evals.md describes the fields.

    ``turns`` is the conversation up to and with the reply that the thumb is about.
    """
    return {
        "thumb": thumb,
        "turns": [_turn(turn) for turn in turns],
        "kind": reply.kind,
        "reason": reason,
        "comment": well_formed(comment),
        "sources": list(dict.fromkeys(c.article for c in reply.citations)),
        "rules_version": reply.decision.rules_version,
    }


def _turn(turn: Turn) -> object:
    text = well_formed(turn.text)
    return text if turn.role == "user" else {"role": turn.role, "text": text}


def keep(record: Mapping[str, object], path: Path) -> None:
    """Append ``record`` as one line, whole or not at all, whoever else is writing.

    Raises:
        OSError: the file cannot be written, is full, or another writer holds it for too long.
    """
    line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(f"{path}.lock", timeout=_WAIT_S, mode=OWNER_ONLY)
    with lock, _open_for_owner(path) as file:
        before = file.seek(0, os.SEEK_END)
        if before + len(line) > MOST_BYTES:
            raise OSError(f"{path} is full: move it away, a new one is then begun")
        try:
            if file.write(line) != len(line):
                raise OSError(f"no room for a line in {path}")
        except OSError:
            file.truncate(before)
            raise


def _open_for_owner(path: Path) -> FileIO:
    """What patients wrote is for the account that runs the chat, and nobody else."""
    return FileIO(path, "a", opener=lambda name, flags: os.open(name, flags, OWNER_ONLY))
