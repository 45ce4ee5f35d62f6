"""The reviewable data files, and what is left of them when they have been read (``reading.py``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from assistant.guardrail.errors import RuleFileError
from assistant.guardrail.lexicon import Lexicon

Sources: TypeAlias = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """All data files as JSON values, and the lexicon.

    ``values`` holds under ``version`` the files' fingerprint, under ``files`` what each file says
    by its path, without concepts and findings; under ``findings`` these, put together; under
    ``by_concept`` the numbers of the findings that a concept may mean; under ``vocabulary`` and
    ``inflected`` the words of the lexicon and those of them that its endings made.
    """

    values: Mapping[str, Any]
    lexicon: Lexicon


def sources(folder: Path) -> dict[str, bytes]:
    """Every data file under ``folder`` by its path there, in order."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*.toml"))
    }


def missing(name: str) -> NoReturn:
    """Say that the file ``name`` is not there."""
    raise RuleFileError(name, "file", "is missing; restore it from git")
