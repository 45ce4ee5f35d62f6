"""The file of kept questions: one JSON record on each line, none older than the practice said.

The file is small (at most ``MOST_KEPT`` lines) and is replaced as a whole each time, so a crash or
a full disk leaves the old one standing, and what has expired goes with every write and every read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import QuestionsUnusable
from assistant.files import OWNER_ONLY, beside, write_whole
from assistant.gaps.scrub import MOST_CHARACTERS
from assistant.records import DEFAULT_LANGUAGE
from assistant.settings import Settings

MOST_KEPT = 5_000  # the newest; a script that asks for ever must not fill the disk
_MOST_BYTES = 20_000_000  # far more than these lines take: it is another file
_WAIT_S = 3.0

Kind = Literal["no_answer", "thumbs_down"]


class KeptQuestion(BaseModel):
    """What is kept of one question: nothing says who asked it, or at what time of the day.

    ``article`` is the id of the nearest article, ``build`` the index that was asked. ``id`` is
    random; it only lets the line be taken out again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, max_length=40)
    text: str = Field(min_length=1, max_length=MOST_CHARACTERS)
    day: date
    kind: Kind
    article: str | None = None
    lang: str = DEFAULT_LANGUAGE
    build: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The questions that are still kept, oldest line first, and what could not be read."""

    questions: tuple[KeptQuestion, ...] = ()
    notes: tuple[str, ...] = ()


class QuestionFile:
    """The file at ``path``; a question stays in it for ``days`` days (at least 1)."""

    def __init__(self, path: Path, days: int) -> None:
        self._path, self._days = path, days

    def add(self, question: KeptQuestion, *, today: date | None = None) -> None:
        """Keep ``question``; beyond ``MOST_KEPT`` lines the oldest goes.

        Raises:
            QuestionsUnusable: the file cannot be written, or is no file of kept questions.
        """
        with _locked(self._path):
            kept = self._current(today).questions
            _replace(self._path, (*kept, question)[-MOST_KEPT:])

    def read(self, *, today: date | None = None) -> Reading:
        """What is still kept; what has expired or cannot be read is removed from the file.

        Raises:
            QuestionsUnusable: the file cannot be read, or is no file of kept questions.
        """
        if not self._path.exists():
            return Reading()
        with _locked(self._path):
            found = self._current(today)
            if len(found.questions) < len(_lines(self._path)):
                _replace(self._path, found.questions)
            return found

    def remove(self, ids: Collection[str]) -> None:
        """Take out the questions with these ids, as if they had never been kept.

        Raises:
            QuestionsUnusable: the file cannot be read or written.
        """
        if not self._path.exists():
            return
        with _locked(self._path):
            kept = self._current(None).questions
            _replace(self._path, [q for q in kept if q.id not in ids])

    def _current(self, today: date | None) -> Reading:
        today = today or datetime.now().astimezone().date()
        kept: list[KeptQuestion] = []
        notes: list[str] = []
        lines = _lines(self._path)
        for number, line in enumerate(lines, start=1):
            try:
                question = KeptQuestion.model_validate_json(line)
            except ValidationError:
                notes.append(f"Line {number} of {self._path} cannot be read; it was left out.")
                continue
            # A day ahead: the clock was wrong. Such a line would otherwise never expire.
            if timedelta(0) <= today + timedelta(1) - question.day <= timedelta(self._days):
                kept.append(question)
        if lines and len(notes) == len(lines):
            raise QuestionsUnusable(f"{self._path} is no file of kept questions; it is left alone.")
        return Reading(tuple(kept), tuple(notes))


def question_file(settings: Settings) -> QuestionFile | None:
    """The file that ``settings`` name; ``None`` unless keeping is switched on."""
    if settings.questions_file is None or settings.keep_questions_days == 0:
        return None
    return QuestionFile(settings.questions_file, settings.keep_questions_days)


def forget(path: Path) -> int:
    """Delete every kept question; returns how many lines there were.

    Raises:
        QuestionsUnusable: the file cannot be deleted.
    """
    if not path.exists():
        return 0
    with _locked(path):
        count = len(_lines(path))
        path.unlink(missing_ok=True)
        beside(path).unlink(missing_ok=True)  # what a killed writer left
        return count


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=_WAIT_S, mode=OWNER_ONLY):
            yield
    except (OSError, NotImplementedError) as error:  # the second: no locks on this file system
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise QuestionsUnusable(f"The kept questions in {path}: {reason}.") from error


def _lines(path: Path) -> list[bytes]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise QuestionsUnusable(f"{path} is too large for a file of kept questions.")
        return [line for line in path.read_bytes().splitlines() if line.strip()]
    except FileNotFoundError:
        return []


def _replace(path: Path, questions: Sequence[KeptQuestion]) -> None:
    lines = "".join(f"{question.model_dump_json()}\n" for question in questions)
    write_whole(path, lines, mode=OWNER_ONLY)
