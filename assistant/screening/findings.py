"""What screening and checking tell an editor: the kind of finding, the place, the words found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from assistant.characters import printable

FindingKind = Literal[
    "hidden_instruction", "unsafe_claim", "hidden_text", "unsafe_link", "other_language",
    "not_quotable", "shape", "hard_to_read", "cannot_stand_alone", "unsourced", "review_overdue",
    "repeated", "contradiction", "broken_link", "unexplained_flag",
    "translation", "topic_map",
    "duplicate", "unchanged", "near_duplicate", "conflict", "dose", "absolute_claim", "advertising",
    "missing_metadata", "no_doctor_section", "unknown_warning_sign", "hard_sentence",
]  # fmt: skip
Severity = Literal["high", "medium", "info"]
SEVERITY: dict[FindingKind, Severity] = {
    "hidden_instruction": "high",
    "unsafe_claim": "high",
    "hidden_text": "medium",
    "unsafe_link": "medium",
    "other_language": "medium",
    "not_quotable": "info",
    "shape": "medium",
    "hard_to_read": "medium",
    "cannot_stand_alone": "medium",
    "unsourced": "medium",
    "review_overdue": "medium",
    "repeated": "medium",
    "contradiction": "high",
    "broken_link": "medium",
    "unexplained_flag": "medium",
    "translation": "medium",
    "topic_map": "medium",
    "duplicate": "high",
    "unchanged": "info",
    "near_duplicate": "high",
    "conflict": "high",
    "dose": "high",
    "absolute_claim": "medium",
    "advertising": "medium",
    "missing_metadata": "medium",
    "no_doctor_section": "medium",
    "unknown_warning_sign": "medium",
    "hard_sentence": "info",
}
_ORDER: tuple[Severity, ...] = ("high", "medium", "info")
_LONGEST = 160  # characters of the found words that a report repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing an editor should look at. ``line`` counts from 1 in the file.

    ``found`` are the words, shortened and safe to print; ``why`` says what is wrong with them and
    what became of them.
    """

    kind: FindingKind
    severity: Severity
    file: str
    line: int
    article: str
    found: str
    why: str


def excerpt(words: str) -> str:
    """``words`` on one line, without control characters, at most ``_LONGEST`` long."""
    line = " ".join(printable(words).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def by_weight(findings: Iterable[Finding]) -> list[Finding]:
    """The gravest first, then by place."""
    return sorted(findings, key=lambda f: (_ORDER.index(f.severity), f.file, f.line, f.kind))


def findings_as_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """``findings`` as plain JSON values, the gravest first."""
    return [asdict(finding) for finding in by_weight(findings)]


def findings_as_lines(findings: Sequence[Finding]) -> list[str]:
    """``findings`` as lines for an editor: a summary, then one line each."""
    if not findings:
        return []
    counts = Counter(f.kind.replace("_", " ") for f in by_weight(findings))
    summary = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    return [
        f"Please look at these places in the articles ({summary}):",
        *(
            f"{f.file}:{f.line}: {f.kind.replace('_', ' ')} ({f.severity}): {f.found!r}; {f.why}"
            for f in by_weight(findings)
        ),
    ]
