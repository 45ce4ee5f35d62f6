"""JSON objects one to a line, from a file or standard input, as commands take them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.errors import InputInvalid


def read_objects(path: Path, *, hint: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """``(line number, object)`` of a JSONL file, or of standard input for ``-``; no empty lines.

    Raises:
        InputInvalid: names the line and what is wrong with it; ``hint`` says what is wanted.
    """
    try:
        # Bytes: in some locales Python would read standard input as something else than UTF-8.
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputInvalid(f"{path} cannot be read: {error}.", hint=hint) from error
    # Not splitlines(): a text may hold a Unicode line separator.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, _object(line, number, hint)


def _object(line: str, number: int, hint: str) -> dict[str, Any]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:  # also numbers and nesting beyond any use
        problem = getattr(error, "msg", str(error))
        raise InputInvalid(f"Line {number} is not JSON: {problem}.", hint=hint) from error
    if not isinstance(values, dict):
        raise InputInvalid(f"Line {number} is not a JSON object.", hint=hint)
    return values
