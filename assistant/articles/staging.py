"""What putting an article out and taking it out consist of, as parts of one change."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from typing import Literal

from assistant.articles.changes import NewChange
from assistant.articles.desk import Desk, version_of
from assistant.articles.history import Decision, keep_version, record, versions
from assistant.articles.shelf import Shelf, checked_id
from assistant.corpus import read_file


def stage_publication(
    desk: Desk,
    change: NewChange,
    article_id: str,
    raw: str,
    version: str,
    *,
    there: Path | None,
    action: Literal["published", "restored"] = "published",
    reason: str = "",
    decisions: tuple[Decision, ...] = (),
) -> str | None:
    """Put ``raw`` out in place of the file ``there``; returns the version that was in it."""
    was = _kept(desk, article_id, there) if there else None
    keep_version(desk.shelf, article_id, version, raw)
    change.put(there or _free_file(desk.shelf, article_id), raw)
    change.remove(desk.shelf.withdrawn(article_id))
    change.note(
        desk.event(article_id, action, version=version, was=was, reason=reason, decisions=decisions)
    )
    return was


def stage_withdrawal(
    desk: Desk, change: NewChange, article_id: str, there: Path, *, reason: str
) -> str | None:
    """Take the article in the file ``there`` out; returns the version that was in it."""
    was = _kept(desk, article_id, there)
    change.put(desk.shelf.withdrawn(article_id), read_file(there))
    change.remove(there)
    change.note(desk.event(article_id, "withdrawn", was=was, reason=reason))
    change.purge = True
    return was


def _kept(desk: Desk, article_id: str, path: Path) -> str | None:
    """Keep what is in ``path`` for good, also when somebody put it there by hand."""
    version, raw = version_of(path), read_file(path)
    if version is None:  # no article any more, but somebody's work
        digest = hashlib.sha256(raw.encode()).hexdigest()[:12]
        keep_version(desk.shelf, article_id, f"unreadable-{digest}", raw)
    elif version not in versions(desk.shelf, article_id):
        keep_version(desk.shelf, article_id, version, raw)
        record(desk.shelf, desk.event(article_id, "found", version=version))
    return version


def _free_file(shelf: Shelf, article_id: str) -> Path:
    """Where an article that is not there yet goes; another one may have a file of its name."""
    usual = shelf.root / f"{checked_id(article_id)}.md"
    if not usual.exists():
        return usual
    return usual.with_name(f"{article_id}.{secrets.token_hex(4)}.md")
