"""Files written whole, and a name for the code that made what is in them."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

OWNER_ONLY = 0o600  # for what patients wrote: the account that runs the chat and nobody else
_EVERYBODY = 0o666  # less what the system's own mask takes away


def write_whole(path: Path, text: str, *, lasting: bool = True, mode: int = _EVERYBODY) -> None:
    """Write a file so that it is either complete or not there at all.

    Where that must also hold when the machine loses power, it waits for the disk (``lasting``).
    ``mode`` is who may read and write a file that is new.
    """
    temporary = beside(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    try:
        with os.fdopen(os.open(temporary, flags, mode), "w", encoding="utf-8") as stream:
            stream.write(text)
            if lasting:
                stream.flush()
                os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def beside(path: Path) -> Path:
    """Where ``path`` is written before it takes its place; a killed writer leaves it there."""
    return path.with_name(f"{path.name}.tmp")


def code_version(root: Path, files: Iterable[Path], libraries: Iterable[str]) -> str:
    """A name for what the ``files`` below ``root`` do: another for other bytes or ``libraries``."""
    digest = hashlib.sha256(sys.version.encode())
    for name in libraries:
        with suppress(PackageNotFoundError):
            digest.update(f"{name} {version(name)}\n".encode())
    for path in files:
        digest.update(f"{path.relative_to(root)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
