"""The one small file that says which build answers questions.

A build writes everything under new names and replaces this file last, in one step: a reader
sees the old build or the new one, never a mixture, and a killed build changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from assistant.errors import DataDirUnusable, IndexCorrupt, IndexMissing
from assistant.files import write_whole

FILE_NAME = "manifest.json"
Kind = Literal["passages", "sentences", "fields"]
KINDS: tuple[Kind, ...] = ("passages", "sentences", "fields")


class Segment(BaseModel):
    """Articles that were indexed together, with their tables and vectors; it is never changed.

    ``gone`` lists those of its articles, by their place, that this build does not have, ascending.
    ``counts`` says how many vectors there are, ``dead`` how many of them belong to gone ones alone;
    ``stored`` whether they are in the store as well as in mapped rows.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    counts: dict[Kind, int]
    dead: dict[Kind, int] = {}
    gone: tuple[int, ...] = ()
    stored: bool = True

    def collection(self, kind: Kind) -> str:
        """Name of the collection that holds the vectors of ``kind``."""
        return collection_name(kind, self.name)


class Manifest(BaseModel):
    """What the live build is made of. ``build`` names its folder.

    ``counts`` are the vectors of the live articles; the fields of two segments may be the same.
    ``tables`` is whether the segments have tables: those of earlier versions hold vectors alone.
    """

    model_config = ConfigDict(frozen=True)

    format: Literal[3] = 3
    tables: bool = True
    build: str
    segments: tuple[Segment, ...]
    previous_build: str | None = None
    previous_segments: tuple[str, ...] = ()
    model: str
    dimension: int
    chunker: str
    articles: int
    counts: dict[Kind, int]
    built_at: str

    @model_validator(mode="before")
    @classmethod
    def _from_earlier(cls, values: Any) -> Any:  # noqa: ANN401 - whatever the file holds
        """Before there were segments, all vectors of a build stood in one set of collections."""
        if not isinstance(values, dict) or values.get("format") not in (1, 2):
            return values
        values, version = {**values, "tables": False}, values.get("format")
        if version == 1:
            previous = values.get("previous_vectors")
            values["segments"] = [{"name": values.get("vectors"), "counts": values.get("counts")}]
            values["previous_segments"] = [previous] if previous else []
        return {**values, "format": 3}


def alive_counts(segments: Iterable[Segment]) -> dict[Kind, int]:
    """How many vectors of each kind some segments have for articles that are not gone."""
    listed = list(segments)
    return {k: sum(each.counts[k] - each.dead.get(k, 0) for each in listed) for k in KINDS}


def collection_name(kind: Kind, segment: str) -> str:
    """Name of the collection of a segment."""
    return f"{kind}-{segment}"


def read_manifest(data_dir: Path) -> Manifest:
    """The manifest in ``data_dir``.

    Raises:
        IndexMissing: nothing was built yet.
        IndexCorrupt: the file cannot be understood.
    """
    path = data_dir / FILE_NAME
    try:
        return Manifest.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise IndexMissing(f"There is no index in {str(data_dir)!r} yet.") from error
    except NotADirectoryError as error:
        raise DataDirUnusable(f"The data folder {str(data_dir)!r} is not a folder.") from error
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise IndexCorrupt(f"The index in {str(data_dir)!r} cannot be read.") from error


def write_manifest(data_dir: Path, manifest: Manifest) -> None:
    """Make ``manifest`` the live one, in a single step that survives a crash."""
    write_whole(data_dir / FILE_NAME, json.dumps(manifest.model_dump(), indent=2) + "\n")


def make_data_dir(data_dir: Path) -> None:
    """Create ``data_dir`` and prove that it can be written.

    Raises:
        DataDirUnusable: it cannot.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        probe = data_dir / ".write-test"
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        raise DataDirUnusable(
            f"The data folder {str(data_dir)!r} cannot be written ({error.strerror or error})."
        ) from error
