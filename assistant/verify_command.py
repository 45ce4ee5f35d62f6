"""Checking rephrased sentences from the command line: ``verify`` for one pair or for a file."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.characters import well_formed
from assistant.errors import InputInvalid
from assistant.json_lines import read_objects
from assistant.verification import Verdict, Verifier

_FORM = (
    'Each line is {"id": "...", "passage": "...", "sentence": "..."}; several passages are '
    '"passages": ["...", "..."].'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A sentence with the passages that it cites."""

    id: str | None
    passages: tuple[str, ...]
    sentence: str


def read_pairs(path: Path) -> list[Pair]:
    """The pairs in a JSONL file, or in standard input for ``-``.

    Raises:
        InputInvalid: names the line and what is wrong with it; nothing is checked then.
    """
    return [_pair(values, number) for number, values in read_objects(path, hint=_FORM)]


def one_pair(passages: Sequence[str], sentence: str) -> Pair:
    """The pair given on the command line.

    Raises:
        InputInvalid: the sentence or the passage is empty.
    """
    if not sentence.strip() or not any(passage.strip() for passage in passages):
        raise InputInvalid(
            "Give --passage and --sentence together, or --jsonl FILE.",
            hint='For example: pmr-assistant verify --passage "Heat may help." '
            '--sentence "Heat can help."',
        )
    return Pair(id=None, passages=tuple(map(well_formed, passages)), sentence=well_formed(sentence))


def check_pairs(pairs: Sequence[Pair], verifier: Verifier) -> Iterator[dict[str, Any]]:
    """One result for each pair: its verdict, the reason, and the milliseconds it took."""
    for pair in pairs:
        start = time.perf_counter()
        verdict = verifier.check(pair.passages, pair.sentence)
        took = (time.perf_counter() - start) * 1000
        yield {
            "id": pair.id,
            "verdict": "supported" if verdict.supported else "unsupported",
            "why": verdict.why,
            "codes": list(dict.fromkeys(problem.code for problem in verdict.problems)),
            "ms": round(took, 2),
        }


def render(verdict: Verdict) -> str:
    """The verdict on one pair for a person."""
    if verdict.supported:
        return f"supported: {verdict.why}"
    lines = [f"- {problem.why} ({problem.code})" for problem in verdict.problems]
    return "\n".join(["unsupported:", *lines])


def _pair(values: Mapping[str, Any], number: int) -> Pair:
    sentence, given = values.get("sentence"), values.get("passages", values.get("passage"))
    passages = [given] if isinstance(given, str) else given
    if not isinstance(sentence, str) or not sentence.strip():
        raise InputInvalid(f"Line {number} has no sentence.", hint=_FORM)
    if not isinstance(passages, list) or not passages:
        raise InputInvalid(f"Line {number} has neither passage nor passages.", hint=_FORM)
    if not all(isinstance(passage, str) for passage in passages):
        raise InputInvalid(f"Line {number}: every passage must be text.", hint=_FORM)
    case_id = values.get("id")
    return Pair(
        id=well_formed(str(case_id)) if case_id is not None else None,
        passages=tuple(map(well_formed, passages)),
        sentence=well_formed(sentence),
    )
