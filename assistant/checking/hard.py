"""Sentences that are hard to read, with what makes them so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.checking.page import Page
from assistant.readability import reading_grade, word_count
from assistant.records import Span
from assistant.screening.findings import Finding

MOST_WORDS, MOST_GRADE = 25, 12.0
FEWEST_WORDS = 8  # of a sentence whose grade counts: one long word makes a short one "hard"


@dataclass(frozen=True, slots=True, kw_only=True)
class HardSentence:
    """A sentence of too many words or too high a reading grade, and its place in the text."""

    text: str
    span: Span
    words: int
    grade: float


def hard_sentences(page: Page) -> list[HardSentence]:
    """The hard sentences of an English article, the hardest first."""
    found = []
    for line in page.lines():
        words, grade = word_count(line.text), reading_grade(line.text)
        if grade is None:
            continue
        if words > MOST_WORDS or (grade > MOST_GRADE and words >= FEWEST_WORDS):
            found.append(HardSentence(text=line.text, span=line.span, words=words, grade=grade))
    return sorted(found, key=lambda hard: (-hard.grade, hard.span.start))


def hard_findings(page: Page, found: list[HardSentence]) -> Iterator[Finding]:
    """``found`` as findings."""
    for hard in found:
        why = (
            f"{hard.words} words, reading grade {hard.grade:.0f}; cut it in two or use short words"
        )
        yield page.finding("hard_sentence", hard.span.start, hard.text, why)
