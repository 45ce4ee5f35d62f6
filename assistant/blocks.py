"""The blocks of a Markdown text and where their words stand: offsets into the text itself."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from assistant.records import Span

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

BlockKind = Literal["heading", "paragraph", "item", "table", "code", "html"]
_WHOLE: dict[str, BlockKind] = {
    "table_open": "table",
    "fence": "code",
    "code_block": "code",
    "html_block": "html",
}


# Stands in for withheld words while the blocks are read: no blank, so that a line stays a line,
# and no punctuation, so that it means nothing to Markdown.
COVER = "\ufffc"


@dataclass(frozen=True, slots=True)
class Block:
    """A block in reading order. ``level`` is a heading's level, otherwise 0."""

    kind: BlockKind
    span: Span
    level: int = 0


def covered(text: str, spans: Iterable[Span], cover: str = COVER) -> str:
    """``text`` with ``spans`` covered up. Length and line breaks stay, so offsets stay true."""
    for span in spans:
        hidden = re.sub(r"[^\n]", cover, span.cut(text))
        text = text[: span.start] + hidden + text[span.end :]
    return text


@cache
def parser() -> MarkdownIt:
    """The one Markdown dialect that articles are read in."""
    from markdown_it import MarkdownIt  # readers of the index parse nothing

    return MarkdownIt("commonmark", {"html": True}).enable("table")


class Lines:
    """Finds the place of parsed words in ``text``."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(m.end() for m in re.finditer("\n", text))]

    def inline_span(self, token: Token) -> Span:
        """Where an inline token's words stand, without list markers and indentation."""
        block = self.token_span(token)
        lines = [line.strip() for line in token.content.split("\n")]
        found = self.text.find(lines[0], block.start, block.end)
        if found < 0:  # the parser altered the words (a NUL character): keep the whole lines
            return self.trimmed(block)
        number = bisect.bisect_right(self._starts, found) - 1
        first, last = self._line(number), self._line(number + len(lines) - 1)
        # Words end their line; a marker before them may hold the same characters ("1. 1").
        start = self.text.rfind(lines[0], first.start, first.end)
        end = self.text.rfind(lines[-1], last.start, last.end)
        return self.trimmed(Span(start, end + len(lines[-1]) if end >= 0 else last.end))

    def token_span(self, token: Token) -> Span:
        """The whole lines of a block token."""
        first_line, next_line = token.map or (0, 0)
        last = max(first_line, min(next_line, len(self._starts)) - 1)
        return Span(self._starts[first_line], self._line(last).end)

    def trimmed(self, span: Span) -> Span:
        """``span`` without blanks at its ends."""
        words = span.cut(self.text)
        start = span.start + len(words) - len(words.lstrip())
        return Span(start, start + len(words.strip()))

    def number(self, offset: int) -> int:
        """The line of ``offset``, counted from 1."""
        return bisect.bisect_right(self._starts, offset)

    def _line(self, number: int) -> Span:
        start = self._starts[number]
        end = self.text.find("\n", start)
        return Span(start, end if end >= 0 else len(self.text))


def closing(tokens: list[Token], position: int) -> int:
    """Index of the token that closes the block opened at ``position``."""
    if tokens[position].nesting != 1:
        return position
    level = tokens[position].level
    return next(
        i
        for i in range(position + 1, len(tokens))
        if tokens[i].nesting == -1 and tokens[i].level == level
    )


def blocks(text: str) -> Iterator[Block]:
    """Every block of ``text`` that holds words, in reading order; quotations are entered."""
    lines, tokens = Lines(text), parser().parse(text)
    position, inside_lists = 0, 0
    while position < len(tokens):
        token = tokens[position]
        whole = _WHOLE.get(token.type)
        if whole:
            yield Block(whole, lines.trimmed(lines.token_span(token)))
            position = closing(tokens, position)
        elif token.type == "inline":
            opener = tokens[position - 1]
            span = lines.inline_span(token)
            if opener.type == "heading_open":
                yield Block("heading", span, int(opener.tag[1:]))
            else:
                yield Block("item" if inside_lists else "paragraph", span)
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            inside_lists += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            inside_lists -= 1
        position += 1
