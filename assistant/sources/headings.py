"""The rule of headings: the title stands apart, and an article's sections begin at ``##``."""

from __future__ import annotations

from typing import NamedTuple

from assistant.blocks import parser
from assistant.text import plain

_DEEPEST = 6


class _Heading(NamedTuple):
    first: int  # line
    end: int  # the line after it
    level: int
    words: str  # Markdown


class Titled(NamedTuple):
    """A body whose sections begin at ``##``, and its title: the one given, else its first h1."""

    markdown: str
    title: str


def under_title(markdown: str, title: str = "") -> Titled:
    """``markdown`` with its title taken out and its headings moved to begin at ``##``.

    The only first-level heading is the title where ``title`` is empty, or where it repeats it;
    any other one is a section.
    """
    lines = markdown.split("\n")
    found = _headings(markdown)
    only = found[0] if [h.level for h in found].count(1) == 1 and found[0].level == 1 else None
    if only and (not title or _same(only.words, title)):
        title = title or plain(only.words)
        lines[only.first : only.end] = [""] * (only.end - only.first)
        found = found[1:]
    else:
        only = None
    shift = 2 - min((heading.level for heading in found), default=2)
    if not shift and not only:
        return Titled(markdown.strip(), title)  # as its editor arranged it
    for heading in reversed(found):
        level = min(heading.level + shift, _DEEPEST)
        lines[heading.first : heading.end] = ["", f"{'#' * level} {heading.words}", ""]
    return Titled(_spaced(lines), title)


def _headings(markdown: str) -> list[_Heading]:
    """The headings that stand in no list and no quotation."""
    tokens = parser().parse(markdown)
    return [
        _Heading(
            first=token.map[0],
            end=token.map[1],
            level=int(token.tag[1:]),
            words=" ".join(tokens[n + 1].content.split()),
        )
        for n, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0 and token.map
    ]


def _same(heading: str, title: str) -> bool:
    return plain(heading).casefold() == title.casefold()


def _spaced(lines: list[str]) -> str:
    """``lines`` with one empty line at most between two others, but in code as they are."""
    kept: list[str] = []
    fenced = False
    for line in lines:
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        if line.strip() or fenced or (kept and kept[-1]):
            kept.append(line.rstrip() if not line.endswith("  ") else line)
    return "\n".join(kept).strip()


def without_empty_end(markdown: str) -> str:
    """``markdown`` without headings at its very end, whose words were cut."""
    while True:
        found = _headings(markdown)
        lines = markdown.split("\n")
        if not found or any(map(str.strip, lines[found[-1].end :])):
            return markdown
        markdown = "\n".join(lines[: found[-1].first]).rstrip()
