"""A change of the published articles that is done wholly or not at all, whatever is killed when.

A change is written down in one step (``pending.json``), with the new files staged beside it. From
then on it is carried through: the files, the index, the history. Every step may be done twice, so
whoever comes next finishes what was interrupted. Before that one step nothing has happened.
"""

from __future__ import annotations

import logging
import secrets
import shutil
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.articles.history import Event, record
from assistant.articles.shelf import Shelf
from assistant.files import write_whole

_PENDING = "pending.json"
_STAGED = "staged"
_log = logging.getLogger(__name__)


class FileStep(BaseModel):
    """Put the staged file ``staged`` at ``path``, or remove what is there. Relative paths."""

    model_config = ConfigDict(frozen=True)

    path: str
    staged: str | None = None


class Change(BaseModel):
    """What is to be done, written down before any of it is. ``purge``: leave no vector behind."""

    model_config = ConfigDict(frozen=True)

    steps: tuple[FileStep, ...]
    events: tuple[Event, ...]
    purge: bool = False


class NewChange:
    """A change in the making: files to put or remove, and what the history will say."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._steps: list[FileStep] = []
        self._events: list[Event] = []
        self.purge = False
        shutil.rmtree(shelf.folder / _STAGED, ignore_errors=True)  # of a change never begun

    def put(self, path: Path, raw: str) -> None:
        """Write ``raw`` to ``path``, which is inside the corpus folder."""
        name = f"{len(self._steps)}-{secrets.token_hex(4)}.md"
        staged = self._shelf.folder / _STAGED / name
        staged.parent.mkdir(parents=True, exist_ok=True)
        write_whole(staged, raw)
        self._steps.append(FileStep(path=self._inside(path), staged=name))

    def remove(self, path: Path) -> None:
        """Remove the file at ``path``."""
        self._steps.append(FileStep(path=self._inside(path)))

    def note(self, event: Event) -> None:
        """Say what was done."""
        self._events.append(event)

    def commit(self) -> None:
        """From here on the change will be carried through."""
        change = Change(steps=tuple(self._steps), events=tuple(self._events), purge=self.purge)
        write_whole(self._shelf.folder / _PENDING, change.model_dump_json(indent=1) + "\n")

    def _inside(self, path: Path) -> str:
        return str(path.relative_to(self._shelf.corpus_dir))


def pending(shelf: Shelf) -> Change | None:
    """The change that was begun and not finished."""
    path = shelf.folder / _PENDING
    if not path.is_file():
        return None
    try:
        return Change.model_validate_json(path.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError):
        # It is written in one step: only damage from outside can make it unreadable.
        aside = path.with_name(f"pending.damaged-{secrets.token_hex(4)}.json")
        path.replace(aside)
        _log.error("%s could not be read and was set aside as %s", path, aside)
        return None


def carry_out_files(shelf: Shelf, change: Change) -> None:
    """Put and remove the files of ``change``; those already done are left alone."""
    for step in change.steps:
        target = shelf.corpus_dir / step.path
        if step.staged is None:
            target.unlink(missing_ok=True)
            continue
        staged = shelf.folder / _STAGED / step.staged
        if staged.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.replace(target)


def finish(shelf: Shelf, change: Change) -> None:
    """Write the history and forget the change; the last thing that is done."""
    for event in change.events:
        record(shelf, event)
    (shelf.folder / _PENDING).unlink(missing_ok=True)
    shutil.rmtree(shelf.folder / _STAGED, ignore_errors=True)
