"""Shared by the guardrail tests: case files, the project's shared folder, short calls."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.guardrail import Decision, Level, Turn, assess

CASES = Path(__file__).parent / "cases"
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "red-flags"
LEVELS = {
    "E": Level.EMERGENCY, "U": Level.URGENT, "P": Level.PROMPT, "N": Level.NOTICE,
    "-": Level.NONE,
}  # fmt: skip
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")


@dataclass(frozen=True, slots=True)
class Case:
    """One message with what it must lead to. ``flag`` is empty for negatives."""

    level: Level
    flag: str
    text: str


def read_cases(kind: str) -> list[Case]:
    """Return all cases of the batches of one kind: ``positive`` or ``negative``."""
    cases = []
    for path in sorted(CASES.glob(f"batch_*_{kind}.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            parts = line.split("\t")
            if len(parts) >= 2:
                flag = parts[1] if len(parts) == 3 else ""
                cases.append(Case(LEVELS[parts[0]], flag, parts[-1]))
    return cases


def decide(*texts: str) -> Decision:
    """Return the decision after the last of these user messages."""
    return assess([Turn("user", text) for text in texts])[-1]


def ids(decision: Decision) -> set[str]:
    """Return the ids of the flags that fired."""
    return {flag.id for flag in decision.flags}
