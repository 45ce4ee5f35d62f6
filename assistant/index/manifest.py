"""The one small file that says which build answers questions.

A build writes everything under new names and replaces this file last, in one step: a reader
sees the old build or the new one, never a mixture, and a killed build changes nothing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import DataDirUnusable, IndexCorrupt, IndexMissing
from assistant.files import write_whole

FILE_NAME = "manifest.json"
Kind = Literal["passages", "sentences", "fields"]
KINDS: tuple[Kind, ...] = ("passages", "sentences", "fields")


class Manifest(BaseModel):
    """What the live build is made of. ``build`` names its folder, ``vectors`` its collections."""

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    build: str
    vectors: str
    previous_build: str | None = None
    previous_vectors: str | None = None
    model: str
    dimension: int
    chunker: str
    articles: int
    counts: dict[Kind, int]
    built_at: str

    def collection(self, kind: Kind) -> str:
        """Name of the collection that holds the vectors of ``kind``."""
        return collection_name(kind, self.vectors)


def collection_name(kind: Kind, vectors: str) -> str:
    """Name of a collection for a vectors fingerprint."""
    return f"{kind}-{vectors}"


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
