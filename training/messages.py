"""The messages that the guardrail's second detector and the proven wordings are made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.plain import plain_statements

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "evals" / "cases"
BATCHES = ROOT / "tests" / "guardrail" / "cases"
LEVELS = ("none", "notice", "prompt", "urgent", "emergency")
HELD_OUT = 0.2
ASSEMBLED = "plain-"
SHORTEST_TURN = 4  # words; "no" and "since Tuesday" mean nothing alone
_LETTERS = {"E": "emergency", "U": "urgent", "P": "prompt", "N": "notice", "-": "none"}


@dataclass(frozen=True, slots=True)
class Example:
    """One message with what the guardrail should do. ``flag`` is empty without a route."""

    id: str
    text: str
    level: int
    flag: str

    @property
    def held_out(self) -> bool:
        """Whether this message calibrates thresholds instead of training weights."""
        if self.id.startswith(ASSEMBLED):  # its parts are in messages that were trained on
            return False
        digest = hashlib.sha256(self.id.encode()).digest()
        return digest[0] / 256 < HELD_OUT


def read_examples(*, turns: bool = True) -> list[Example]:
    """Every training message: the writers' files, the rules' own batches, ordinary questions.

    Without ``turns`` the turns of conversations are left out: what makes one harmless may have been
    said before it.
    """
    examples: list[Example] = []
    for path in sorted(CASES.glob("guardrail/train_*.jsonl")):
        for row in _rows(path):
            level = row["tier"] if row["expect"] == "route" else row["expect"]
            flag = row.get("flag", "") if row["expect"] == "route" else ""
            examples.append(Example(row["id"], row["text"], LEVELS.index(level), flag))
    for path in sorted(BATCHES.glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            letter, *fields = line.split("\t")
            if letter in _LETTERS and fields:
                flag = fields[0] if len(fields) > 1 else ""
                level = LEVELS.index(_LETTERS[letter])
                examples.append(Example(f"{path.stem}-{number}", fields[-1], level, flag))
    for name in ("answers_dev", "answers_dev2", "no_answer_dev", "other_dev", "other_dev2"):
        for row in _rows(CASES / "answers" / f"{name}.jsonl"):
            if row.get("expect") != "declined":  # may be about a dose or a mixture
                examples.append(Example(row["id"], row["question"], 0, ""))
    plain = (Example(f"{ASSEMBLED}{n}", t, 0, "") for n, t in enumerate(plain_statements()))
    return [*examples, *(_turns() if turns else ()), *plain]


def _turns() -> Iterator[Example]:
    """Turns of conversations up to the first that needs a doctor.

    A turn that asks for nothing is a message of its own; a turn with the one before it is another,
    because "been leaking since then" says little without it.
    """
    for path in sorted(CASES.glob("guardrail/conversations_dev*.jsonl")):
        for case in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            users = [turn for turn in case["turns"] if isinstance(turn, str)]
            for number, (text, due) in enumerate(zip(users, case.get("by_turn", []), strict=False)):
                if due not in LEVELS:
                    break
                level = LEVELS.index(due)
                if level == 0 and len(text.split()) >= SHORTEST_TURN:
                    yield Example(f"{case['id']}-{number}", text, 0, "")
                if number:
                    both = f"{users[number - 1]}\n{text}"
                    yield Example(f"{case['id']}-{number}-both", both, level, "")
                if level > 1:
                    break


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "text" in row or "question" in row:
            yield row
