"""Writes which wordings of the rules stand alone: ``assistant/guardrail/data/proven.toml``.

A wording is proven for a rule when it helped the rule to find at least ``HITS`` of the training
messages that need a doctor and made it fire on few that do not: at most one in ``RIGHT_PER_WRONG``
as many, for among thousands of messages even "I cannot pee" stands in a story. Run by
``make detector``; the result depends on the messages and the rules alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from assistant.guardrail import Level
from assistant.guardrail.decide import fired_cases
from assistant.guardrail.rulebook import data_folder, shipped_rulebook
from training.messages import Example, read_examples

HITS = 3
RIGHT_PER_WRONG = 20
Wording = tuple[str, str, str]  # rule, finding, pattern
_HEAD = """\
# Wordings that stand alone, by rule and finding: each helped its rule to find at least {hits} of
# {alarms} training messages that need a doctor, and twenty times as many as among the {quiet}
# that do not. Every other wording leaves a doubt first (see doubts.py). Written by: make detector
"""


def count(examples: Iterable[Example]) -> tuple[Counter[Wording], Counter[Wording]]:
    """How many messages with and without need of a doctor each wording helped to flag."""
    book = shipped_rulebook()
    right: Counter[Wording] = Counter()
    wrong: Counter[Wording] = Counter()
    for example in examples:
        helped = {
            (rule.id, one.event.finding, one.event.wording)
            for rule, case, seen in fired_cases(example.text, book)
            if case.level >= Level.PROMPT
            for one in seen
        }
        (right if example.level >= Level.PROMPT else wrong).update(helped)
    return right, wrong


def proven(right: Counter[Wording], wrong: Counter[Wording]) -> list[Wording]:
    """The wordings that stand alone, sorted."""
    return sorted(
        w for w, hits in right.items() if hits >= HITS and hits >= RIGHT_PER_WRONG * wrong[w]
    )


def as_toml(wordings: Iterable[Wording], head: str) -> str:
    """The data file's text."""
    tables: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for rule, finding, wording in wordings:
        tables[rule][finding].append(wording)
    lines = [head]
    for rule, findings in tables.items():
        lines.append(f"[{rule}]")
        for finding, patterns in findings.items():
            lines.append(f'"{finding}" = [')
            lines += [f"  '{pattern}'," for pattern in patterns]
            lines.append("]")
        lines.append("")
    return "\n".join(lines)


def write(folder: Path) -> int:
    """Write ``proven.toml`` into ``folder``; returns how many wordings stand alone."""
    examples = read_examples(turns=False)
    wordings = proven(*count(examples))
    alarms = sum(example.level >= Level.PROMPT for example in examples)
    head = _HEAD.format(hits=HITS, alarms=alarms, quiet=len(examples) - alarms)
    (folder / "proven.toml").write_text(as_toml(wordings, head), encoding="utf-8")
    return len(wordings)


def main() -> None:
    """Write the file and say how many wordings stand alone."""
    print(f"{write(data_folder())} wordings stand alone")


if __name__ == "__main__":
    main()
