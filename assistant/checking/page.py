"""One article as the checks read it: sections of sentences with the lines they stand on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.chunking import split_article
from assistant.corpus import front_of, read_file
from assistant.records import Article, Span
from assistant.screening.article import Place
from assistant.screening.findings import Finding, FindingKind
from assistant.text import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A quotable sentence or list item. ``led`` says that a sentence opens the list of an item."""

    text: str
    span: Span
    item: bool
    led: bool


@dataclass(frozen=True, slots=True)
class Section:
    """The lines under one heading of the first level; no heading before the first one."""

    heading: str
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """Its lines, one to a row."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Page:
    """An article with its sections, and where its text begins in the file."""

    article: Article
    sections: tuple[Section, ...]
    place: Place

    def lines(self) -> Iterator[Line]:
        """Every line in reading order."""
        for section in self.sections:
            yield from section.lines

    def finding(self, kind: FindingKind, at: int | None, found: str, why: str) -> Finding:
        """A finding at offset ``at`` of the text, or in the front matter."""
        line = 2 - self.place.first_line if at is None else self.article.text.count("\n", 0, at) + 1
        return self.place.finding(kind, line, found, why)


def page_of(article: Article, path: Path) -> Page:
    """``article``, which was read from ``path``, as the checks read it."""
    before = front_of(read_file(path), article.text)
    place = Place(file=str(path), article=article.id, first_line=before.count("\n") + 1)
    return Page(article, tuple(_sections(article)), place)


def library_page(article: Article) -> Page:
    """A published article whose file is of no matter here; findings would name its id instead."""
    return Page(article, tuple(_sections(article)), Place(file=article.id, article=article.id))


def _sections(article: Article) -> Iterator[Section]:
    found: dict[str, list[Line]] = {}
    for passage in split_article(article):
        heading = passage.heading_path[0] if passage.heading_path else ""
        for sentence in passage.sentences:
            found.setdefault(heading, []).append(
                Line(
                    text=plain(sentence.span.cut(article.text)),
                    span=sentence.span,
                    item=sentence.kind == "item",
                    led=sentence.lead_in is not None,
                )
            )
    for heading, lines in found.items():
        yield Section(heading, tuple(lines))
