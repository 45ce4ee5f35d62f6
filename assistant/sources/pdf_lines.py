"""The lines of a PDF: pieces of text put together by place, two columns told apart.

A PDF states where each piece begins and how large it is, not how wide; widths are estimated.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from statistics import mean
from typing import NamedTuple

WIDTH = 0.45  # of a letter, in its size: between the usual serif and sans-serif faces
_SAME_LINE = 0.35  # sizes that two pieces of one line may differ in height: a raised figure
_GAP = 1.2  # sizes between two pieces from which they stand apart, as cells or columns do
_FEWEST_ROWS = 6  # that two columns drawn side by side need to be told from a table
_LONG_CELL = 18  # letters: on average, a column's line is longer than this
_LIGATURES = str.maketrans({"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft"})
_EDGE = 0.12  # of a page's height, at its top and bottom, where running lines stand
_PAGE_NUMBER = re.compile(
    r"(?:page\s+|p\.\s*|-\s*)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?(?:\s*-)?", re.I
)
_TOO_SMALL = 2.0  # points; nobody reads that


class Piece(NamedTuple):
    """Words and where they begin; ``y`` counts upwards from the foot. All in points."""

    x: float
    y: float
    size: float
    bold: bool
    text: str


class Sheet(NamedTuple):
    """A page."""

    height: float
    pieces: list[Piece]


class Line(NamedTuple):
    """A line of one column. ``cells`` are its parts where wide gaps divide it."""

    x: float
    y: float
    size: float
    bold: bool
    cells: tuple[str, ...]
    starts: tuple[float, ...]
    page: int
    height: float

    @property
    def text(self) -> str:
        """All words of the line."""
        return " ".join(self.cells)

    @property
    def end(self) -> float:
        """Where the line ends, about."""
        return self.starts[-1] + len(self.cells[-1]) * self.size * WIDTH


class Lines(NamedTuple):
    """Lines in reading order, and how many were left out as running lines or too small."""

    lines: list[Line]
    running: int
    small: int


def lines_of(sheets: list[Sheet]) -> Lines:
    """The lines of all pages without running headers, footers and page numbers."""
    small = sum(piece.size < _TOO_SMALL for sheet in sheets for piece in sheet.pieces)
    pages = [list(_lines(sheet, number)) for number, sheet in enumerate(sheets)]
    repeated = _repeated(pages)
    kept: list[Line] = []
    running = 0
    for page in pages:
        body = [line for line in page if not _is_running(line, repeated)]
        running += len(page) - len(body)
        kept += _columns(body)
    return Lines(kept, running, small)


def _lines(sheet: Sheet, page: int) -> Iterator[Line]:
    row: list[Piece] = []
    for piece in sheet.pieces:
        if piece.size < _TOO_SMALL:
            continue
        if row and (
            abs(piece.y - row[-1].y) > _SAME_LINE * max(piece.size, row[-1].size)
            or piece.x < row[-1].x
        ):
            yield from _line(row, page, sheet.height)
            row = []
        row.append(piece)
    yield from _line(row, page, sheet.height)


def _line(row: list[Piece], page: int, height: float) -> Iterator[Line]:
    cells: list[str] = []
    starts: list[float] = []
    end = 0.0
    for piece in row:
        if not cells or piece.x > end + _GAP * piece.size:
            cells.append("")
            starts.append(piece.x)
        cells[-1] += piece.text
        end = piece.x + len(piece.text.rstrip()) * piece.size * WIDTH
    words = tuple(" ".join(cell.translate(_LIGATURES).split()) for cell in cells)
    if any(c.isalnum() for word in words for c in word):  # a bullet alone is a drawing
        main = max(row, key=lambda piece: len(piece.text))
        bold = all(piece.bold for piece in row if any(c.isalnum() for c in piece.text))
        yield Line(row[0].x, main.y, main.size, bold, words, tuple(starts), page, height)


def _repeated(pages: list[list[Line]]) -> set[str]:
    """What stands at the edge of at least half the pages, and of two, figures aside."""
    seen = Counter(
        text for page in pages for text in {_pattern(line) for line in page if _at_edge(line)}
    )
    return {text for text, times in seen.items() if times >= 2 and 2 * times >= len(pages)}


def _pattern(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text).casefold()


def _at_edge(line: Line) -> bool:
    return not _EDGE * line.height < line.y < (1 - _EDGE) * line.height


def _is_running(line: Line, repeated: set[str]) -> bool:
    return _at_edge(line) and (
        _pattern(line) in repeated or bool(_PAGE_NUMBER.fullmatch(line.text))
    )


def _columns(lines: list[Line]) -> list[Line]:
    """``lines`` of a page, two columns that were drawn row by row put one below the other."""
    gutter = _gutter(lines)
    if gutter is None:
        return lines
    ordered: list[Line] = []
    right: list[Line] = []
    for line in lines:
        if line.x < gutter - line.size and len(line.cells) < 2 and line.end > gutter + line.size:
            ordered += [*right, line]  # runs across both columns
            right = []
            continue
        first = [n for n, start in enumerate(line.starts) if start < gutter - line.size]
        later = [n for n in range(len(line.starts)) if n not in first]
        ordered += _part(line, first)
        right += _part(line, later)
    return ordered + right


def _part(line: Line, numbers: Iterable[int]) -> list[Line]:
    kept = list(numbers)
    if not kept:
        return []
    starts = tuple(line.starts[n] for n in kept)
    return [line._replace(x=starts[0], starts=starts, cells=tuple(line.cells[n] for n in kept))]


def _gutter(lines: list[Line]) -> float | None:
    """Where the second of two columns begins, if the page has two that alternate line by line."""
    rows = [line for line in lines if len(line.cells) == 2]
    common = Counter(round(line.starts[1] / 6) for line in rows).most_common(1)
    if not common or common[0][1] < _FEWEST_ROWS:
        return None
    rows = [line for line in rows if abs(line.starts[1] / 6 - common[0][0]) <= 1]
    if min(mean(len(line.cells[n]) for line in rows) for n in (0, 1)) < _LONG_CELL:
        return None
    return min(line.starts[1] for line in rows)
