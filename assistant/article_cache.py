"""Records of articles that were read before: an unchanged file is not screened again.

A record is named by the file's path and bytes and by everything that decides what reading makes of
them, so it is never out of date. What is damaged, or cannot be written, only costs time.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from assistant.files import code_version

_PACKAGE = Path(__file__).resolve().parent
# Files of the package that decide what reading an article gives: folders whole, modules one by one.
DECIDING_FOLDERS = ("screening", "guardrail", "data")
DECIDING_MODULES = (
    "__init__", "article_cache", "article_json", "blanks", "blocks", "characters", "corpus",
    "errors", "files", "front_matter", "records", "text",
)  # fmt: skip
_LIBRARIES = ("markdown-it-py", "numpy", "pydantic", "pysbd", "python-frontmatter", "PyYAML")
# The weights of the classifiers and of the encoder of questions: they never read articles.
_LEARNED = _PACKAGE / "guardrail" / "learned" / "weights"
_OF_QUESTIONS = "expected"
_MADE = _PACKAGE / "guardrail" / "compiled"  # of files that count themselves


class ArticleCache:
    """Records (JSON objects) in ``folder``, one file each. Two processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: set[str] = set()

    @classmethod
    def of(cls, data_dir: Path) -> ArticleCache:
        """The cache that belongs to the index in ``data_dir``."""
        return cls(data_dir / "read")

    def key(self, path: Path, content: bytes) -> str:
        """Names the record of the file at ``path`` that holds ``content``.

        However ``path`` is written: the commands name the same file from another folder than the
        page does, and each would throw the other's records away.
        """
        digest = hashlib.sha256(f"{reading_version()}\n{path.resolve()}\n".encode())
        digest.update(content)
        return digest.hexdigest()[:32]

    def get(self, key: str) -> dict[str, Any] | None:
        """The record under ``key``; ``None`` when there is none that can be read."""
        self._used.add(key)
        try:
            checksum, _, text = self._path(key).read_text(encoding="utf-8").partition("\n")
            if checksum != _checksum(text):
                return None
            record = json.loads(text)
        except (OSError, ValueError):
            return None
        return record if isinstance(record, dict) else None

    def put(self, key: str, record: dict[str, Any]) -> None:
        """Keep ``record``. Nothing happens when the folder cannot be written."""
        text = json.dumps(record, ensure_ascii=False)
        # A name of its own: another process may be writing the same record.
        temporary = self._folder / f"{key}.{secrets.token_hex(4)}.tmp"
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary.write_text(f"{_checksum(text)}\n{text}", encoding="utf-8")
            temporary.replace(self._path(key))

    def drop_unused(self) -> None:
        """Delete every record that nobody asked for or kept since this object was made."""
        wanted = {self._path(key).name for key in self._used}
        with suppress(OSError):
            for path in self._folder.iterdir():
                if path.name not in wanted:
                    path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def deciding_files() -> Iterator[Path]:
    """The modules and data files of this package that decide what reading an article gives."""
    yield from (_PACKAGE / f"{name}.py" for name in DECIDING_MODULES)
    for folder in DECIDING_FOLDERS:
        for path in sorted((_PACKAGE / folder).rglob("*")):
            compiled = path.suffix == ".pyc" or path.name == "__pycache__"
            apart = {_LEARNED, _MADE} & set(path.parents) or path.stem == _OF_QUESTIONS
            if not compiled and not apart and path.is_file():
                yield path


@cache
def reading_version() -> str:
    """Names the way this program reads articles: other code, data or libraries, another name."""
    return code_version(_PACKAGE, deciding_files(), _LIBRARIES)
