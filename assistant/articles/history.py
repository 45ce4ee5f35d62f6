"""Who did what to an article, and every version that was ever published."""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.articles.shelf import Shelf
from assistant.files import write_whole

Action = Literal[
    "drafted", "edited", "sent for review", "reviewed", "published", "withdrawn", "restored",
    "found", "discarded",
]  # fmt: skip
_log = logging.getLogger(__name__)


class Decision(BaseModel):
    """What an editor decided about a finding that would have stopped the article."""

    model_config = ConfigDict(frozen=True)

    kind: str
    found: str
    why: str
    reason: str


class Event(BaseModel):
    """One thing that was done. ``change`` is unique; ``was`` is the version before."""

    model_config = ConfigDict(frozen=True)

    change: str
    at: str
    by: str
    article: str
    action: Action
    version: str | None = None
    was: str | None = None
    reason: str = ""
    decisions: tuple[Decision, ...] = ()


def now() -> str:
    """The time of an event, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read_history(shelf: Shelf, article_id: str) -> list[Event]:
    """What was done to an article, oldest first. A line that a crash cut off is left out."""
    path = shelf.history(article_id)
    if not path.is_file():
        return []
    events = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            events.append(Event.model_validate_json(line))
        except ValidationError:
            _log.warning("a line of %s cannot be read and is left out", path)
    return events


def record(shelf: Shelf, event: Event) -> None:
    """Write ``event`` down; once only, however often it is asked for."""
    path = shelf.history(event.article)
    path.parent.mkdir(parents=True, exist_ok=True)
    if any(kept.change == event.change for kept in read_history(shelf, event.article)):
        return
    with path.open("a+b") as stream:
        stream.seek(0, os.SEEK_END)
        if stream.tell():
            stream.seek(-1, os.SEEK_END)
            cut_off = stream.read(1) != b"\n"
            stream.write(b"\n" if cut_off else b"")
        line = json.dumps(event.model_dump(mode="json"), ensure_ascii=False)
        stream.write(f"{line}\n".encode())
        stream.flush()
        os.fsync(stream.fileno())


def keep_version(shelf: Shelf, article_id: str, version: str, raw: str) -> Path:
    """Keep one version's file for good. Equal versions are kept once."""
    path = shelf.version(article_id, version)
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, raw)
    return path


def versions(shelf: Shelf, article_id: str) -> list[str]:
    """The versions that were put out and are kept, each once, in the order of their last time."""
    events = read_history(shelf, article_id)
    named = [e.version for e in events if e.action in ("published", "restored", "found")]
    latest = list(reversed(dict.fromkeys(reversed(named))))
    return [v for v in latest if v and shelf.version(article_id, v).is_file()]
