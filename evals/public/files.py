"""Reading the files of public sets. Their texts are neither printed nor kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from evals.errors import PublicDataInvalid
from evals.fingerprints import PROJECT

SHARED = PROJECT.parent / "shared"
R = TypeVar("R")


def read_rows(path: Path, make: Callable[[dict[str, Any]], R]) -> list[R]:
    """One record for each line of a JSONL file.

    Raises:
        PublicDataInvalid: names file, line and what is missing, never the text.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PublicDataInvalid(f"{path} cannot be read: {type(error).__name__}.") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            rows.append(make(json.loads(line)))
        except KeyError as error:
            raise PublicDataInvalid(f"{path}, line {number}: {error} is missing.") from error
        except (ValueError, TypeError, IndexError, AttributeError) as error:
            raise PublicDataInvalid(f"{path}, line {number}: {type(error).__name__}.") from error
    if not rows:
        raise PublicDataInvalid(f"{path} holds no line.")
    return rows
