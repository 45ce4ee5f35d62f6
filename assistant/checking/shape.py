"""The rules for an article of our own (corpus/README.md): shape, reading grade, sources, dates.

Shape, grade and wording are read in English only; a translation is held to its original.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from assistant.checking.page import Line, Page, Section
from assistant.kinds import Kind, heading_kinds
from assistant.readability import reading_grade, word_count
from assistant.records import DEFAULT_LANGUAGE
from assistant.screening.findings import Finding

FEWEST_WORDS, MOST_WORDS = 450, 1250
GRADE, PLAIN_GRADE = 8.0, 6.0  # of an article; of "In short" and of emergency sections
IN_SHORT = "In short"
FEWEST_SOURCES = 2

_WHEN_TO_GO = re.compile(
    r"\bwhen (should|to|do|is|are|you need)\b.*\b(doctor|care|help|attention|advice|emergency|call|"
    r"worr\w+)\b|\b(red flags|warning signs|(see|call|contact) (a|your) (doctor|gp|physician)|"
    r"seek (medical|immediate|urgent|emergency))",
    re.I,
)
_EMERGENCY = re.compile(r"\bemergency\b", re.I)
# What a sentence leans on when it is quoted alone: an opening that points back, or "see above".
_LEANS = re.compile(
    r"^(this|these|those|it|its|they|their|he|she|such|however|also|but|so|then|therefore|instead|"
    r"others?|another|the (former|latter|same|first one|second one))\b|"
    r"\b(as (mentioned|described|noted)|(see|listed|described|shown) (above|below)|"
    r"the (following|above))\b",
    re.I,
)


def shape_findings(page: Page, today: date) -> Iterator[Finding]:
    """What is wrong with one article, taken alone."""
    yield from overdue_findings(page, today)
    if not page.article.as_is:
        yield from care_findings(page)
        yield from grade_findings(page)
        yield from house_findings(page)


def overdue_findings(page: Page, today: date) -> Iterator[Finding]:
    """Whether the day of the next review has passed."""
    review_by = page.article.review_by
    if review_by and review_by < today:
        why = f"was to be reviewed by {review_by}; review it and set a new date"
        yield page.finding("review_overdue", None, str(review_by), why)


def care_findings(page: Page) -> Iterator[Finding]:
    """Whether a section says when to see a doctor."""
    headings = [section.heading for section in page.sections]
    english = page.article.language == DEFAULT_LANGUAGE
    if english and not any(_WHEN_TO_GO.search(heading) for heading in headings):
        why = 'there is no section such as "When should I see a doctor about …?"'
        yield page.finding("no_doctor_section", None, page.article.title, why)


def grade_findings(page: Page) -> Iterator[Finding]:
    """Whether the whole article is harder to read than patients should have to."""
    if page.article.language == DEFAULT_LANGUAGE:
        whole = "\n".join(section.text for section in page.sections)
        yield from _too_hard(page, whole, GRADE, None, page.article.title)


def house_findings(page: Page) -> Iterator[Finding]:
    """What only an article of our own must be: its order, length, plain parts and sources."""
    if page.article.language == DEFAULT_LANGUAGE:
        yield from _structure(page)
        yield from _plain_parts(page)
        yield from _alone(page)
    yield from _sources(page)


def _structure(page: Page) -> Iterator[Finding]:
    headings = [section.heading for section in page.sections]
    first = headings[0] if headings else ""
    if first != IN_SHORT:
        yield page.finding("shape", 0, first, f'the first section must be "## {IN_SHORT}"')
    count = word_count("\n".join(line.text for line in page.lines()))
    if not FEWEST_WORDS <= count <= MOST_WORDS:
        why = f"{count} words; an article has {FEWEST_WORDS} to {MOST_WORDS}"
        yield page.finding("shape", None, page.article.title, why)
    for section in page.sections:
        for before, line in zip((None, *section.lines), section.lines, strict=False):
            if line.item and not line.led and not (before and before.item):
                why = "open the list with a sentence that ends in a colon and names the topic"
                yield page.finding("shape", line.span.start, line.text, why)


def _plain_parts(page: Page) -> Iterator[Finding]:
    for section in page.sections:
        if section.heading == IN_SHORT or _EMERGENCY.search(section.heading):
            at = section.lines[0].span.start
            yield from _too_hard(page, section.text, PLAIN_GRADE, at, section.heading)


def _too_hard(page: Page, text: str, most: float, at: int | None, found: str) -> Iterator[Finding]:
    grade = reading_grade(text)
    if grade is not None and grade > most:
        why = (
            f"reading grade {grade:.1f}, wanted {most:.0f} or lower; use shorter words or sentences"
        )
        yield page.finding("hard_to_read", at, found, why)


def _alone(page: Page) -> Iterator[Finding]:
    for line in page.lines():
        match = None if line.item else _LEANS.search(line.text)
        if match:
            why = f"{match.group()!r} needs the sentence before it; name the subject instead"
            yield page.finding("cannot_stand_alone", line.span.start, line.text, why)


def _sources(page: Page) -> Iterator[Finding]:
    sources = page.article.sources
    dated = [source for source in sources if source.publisher and source.year]
    if len(dated) < FEWEST_SOURCES:
        why = f"at least {FEWEST_SOURCES} sources with publisher and year are needed"
        yield page.finding("unsourced", None, page.article.title, why)
    headings = {section.heading for section in page.sections}
    named = {heading for source in sources for heading in source.sections}
    for heading in sorted(named - headings):
        why = "a source names this section, but the article has none of that heading"
        yield page.finding("unsourced", None, heading, why)
    for section in page.sections:
        if section.heading not in named and not _only_questions(section):
            why = "no source names this section; add its heading to a source's `sections`"
            yield page.finding("unsourced", section.lines[0].span.start, section.heading, why)


def _only_questions(section: Section) -> bool:
    asked: list[Line] = [line for line in section.lines if line.text.endswith("?")]
    about_asking = Kind.ASK in heading_kinds(section.heading)
    return about_asking and len(asked) >= len(section.lines) - 1  # questions rest on no source
