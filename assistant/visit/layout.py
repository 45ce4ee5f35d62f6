"""The sheet as a sequence of blocks, and as plain text. Paper and PDF show the same blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from assistant.catalogue import page_words
from assistant.visit.sheet import PARTS, Line, Sheet

Style = Literal["title", "note", "care_headline", "care", "heading", "line", "origin"]
_TO_FILL_IN = "_" * 40
_INDENT = "    "
_SET_APART = ("title", "heading")


@dataclass(frozen=True, slots=True)
class Block:
    """Some words and how they are set. ``label`` stands before them."""

    style: Style
    text: str
    label: str = ""

    @property
    def line(self) -> str:
        """Label and words on one line, with a rule where there is something to fill in."""
        if not self.label:
            return self.text
        gap = " " if self.label.endswith("?") else ": "
        return f"{self.label}{gap}{self.text or _TO_FILL_IN}"


def layout(sheet: Sheet, *, practice: str, day: str) -> Iterator[Block]:
    """All blocks of ``sheet`` in order; the care message is first, even before the title.

    ``day`` is the date in words. A part without lines has no heading.
    """
    words = page_words(sheet.lang)
    if sheet.message is not None:
        headline, *rest = sheet.message.text.split("\n")
        yield Block("care_headline", headline)
        yield from (Block("care", line) for line in rest)
    if sheet.private:
        return
    yield Block("title", words["VISIT_TITLE"])
    yield Block("note", words["VISIT_MADE"].format(date=day, practice=practice))
    yield Block("note", words["VISIT_NO_DOCTOR"])
    for part in PARTS:
        if sheet.parts[part]:
            yield Block("heading", words[f"VISIT_{part.upper()}"])
            yield from _lines(sheet.parts[part], sheet.lang)


def _lines(lines: Sequence[Line], lang: str) -> Iterator[Block]:
    """The lines, with their origin once below those that share it."""
    for origin, group in groupby(lines, key=lambda line: line.origin.words(lang)):
        same = list(group)
        yield from (Block("line", line.text, line.label) for line in same)
        if any(line.text for line in same):
            yield Block("origin", origin)


def as_text(blocks: Sequence[Block]) -> str:
    """The blocks as plain text, as they are saved in a file."""
    out: list[str] = []
    before: Style | None = None
    for block in blocks:
        if (block.style in _SET_APART and out) or (block.style, before) == ("line", "origin"):
            out.append("")
        out.append(_INDENT + f"({block.text})" if block.style == "origin" else block.line)
        if block.style in _SET_APART:
            out.append(("=" if block.style == "title" else "-") * len(block.text))
        before = block.style
    return "\n".join(out) + "\n"
