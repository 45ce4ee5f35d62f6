"""Sentences that promise too much or that sell something; neither should be quoted to a patient.

What the guardrail's checks refuse in an answer anyway (doses, promises of cure) is reported by the
screening as an unsafe claim; here is what they let pass.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources

from assistant.checking.page import Page
from assistant.screening.findings import Finding


def claim_findings(page: Page) -> Iterator[Finding]:
    """Absolute claims and advertising in what may be quoted of an English article."""
    for line in page.lines():
        claim = absolute_claim(line.text)
        if claim:
            why = f"{claim!r} promises more than can be known; say how often, or for whom"
            yield page.finding("absolute_claim", line.span.start, line.text, why)
        sold = _matcher("advertising", "patterns").search(line.text)
        if sold:
            why = f"{sold.group()!r} invites or advertises; cut it or mark it `not_quotable`"
            yield page.finding("advertising", line.span.start, line.text, why)


def absolute_claim(sentence: str) -> str:
    """The words of ``sentence`` that promise without exception, or an empty string.

    Words that are taken back ("no treatment is completely safe") promise nothing.
    """
    if sentence.rstrip().endswith("?"):
        return ""
    for match in _matcher("absolute", "patterns").finditer(sentence):
        clause = _CLAUSE.split(sentence[: match.start()])[-1]
        if not _matcher("absolute", "taken_back").search(clause):
            return match.group()
    return ""


_CLAUSE = re.compile(r"[;:,]|\bbut\b")


@cache
def _matcher(table: str, key: str) -> re.Pattern[str]:
    text = resources.files("assistant").joinpath("data/claims.toml").read_text(encoding="utf-8")
    alternatives = "|".join(f"(?:{pattern})" for pattern in tomllib.loads(text)[table][key])
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.I)
