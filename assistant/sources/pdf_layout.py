"""Lines of a PDF to Markdown: headings by size, paragraphs by gaps, lists, simple tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple

from assistant.sources.pdf_lines import WIDTH, Line, Sheet, lines_of
from assistant.sources.pdf_words import joined
from assistant.sources.records import counted

_BULLET = re.compile(r"(?:[•●▪◦‣⁃∙○■□➢➤✓✔\uf0b7\uf0a7]\s*|[-–*·]\s+)(?=\S)")
_NUMBER = re.compile(r"(\d{1,2})[.)]\s+(?=\S)")
_LARGER = 1.12  # times the body's size: a heading
_LONGEST_HEADING = 110
_WIDE_GAP = 1.3  # times the usual distance of two lines: a new paragraph
_FULL = 0.9  # of the widest line: up to here, the next word would still have found room
_INDENT = 1.5  # sizes to the right: a list whose bullets are drawn, not written
_CAPTION = re.compile(
    r"(?:figure|fig\.|photo|picture|image|illustration)\s*(?:\d+\s*[.:–-]|:|credit)", re.I
)
_ENDS = (".", "!", "?", ":", ".”", '."', "?”")

Kind = Literal["heading", "paragraph", "item", "row"]


class LaidOut(NamedTuple):
    """A PDF's text, and what was left out or changed."""

    markdown: str
    notes: tuple[str, ...]


@dataclass
class _Block:
    kind: Kind
    lines: list[Line]
    level: int = 0
    mark: str = ""  # of a list item: "-" or its number
    drawn: bool = False  # a list item known by its place alone
    texts: list[str] = field(default_factory=list)


class _Measure(NamedTuple):
    """What is usual in a document: body size, distance of lines in sizes, heading sizes."""

    size: float
    leading: float
    headings: list[float]
    widths: dict[tuple[int, int], float]  # by page and column: of the widest body line


def laid_out(sheets: list[Sheet]) -> LaidOut:
    """The Markdown of a document's pages."""
    found = lines_of(sheets)
    notes = []
    if found.running:
        notes.append(f"{counted(found.running, 'running line')} and page numbers left out.")
    if found.small:
        notes.append(f"{counted(found.small, 'piece')} of text too small to be read left out.")
    blocks = _blocks(found.lines, _measure(found.lines))
    kept = [block for block in blocks if not _is_caption(block)]
    if len(kept) < len(blocks):
        notes.append(f"{counted(len(blocks) - len(kept), 'caption')} left out.")
    every = " ".join(line.text for line in found.lines)
    markdown, mended = _markdown(kept, every)
    if mended:
        notes.append(f"{counted(mended, 'word')} divided at the end of a line put together.")
    return LaidOut(markdown, tuple(notes))


def _measure(lines: list[Line]) -> _Measure:
    letters: Counter[float] = Counter()
    for line in lines:
        letters[line.size] += len(line.text)
    size = letters.most_common(1)[0][0] if letters else 0.0
    body = [line for line in lines if abs(line.size - size) < 0.1 * size]
    gaps = Counter(
        round((a.y - b.y) / size, 1)
        for a, b in pairwise(lines)
        if a.size == b.size == size and a.page == b.page and 0 < a.y - b.y < 3 * size
    )
    widths: dict[tuple[int, int], float] = {}
    for line in body:
        widths[_column(line)] = max(widths.get(_column(line), 0.0), line.end - line.x)
    sizes = {line.size for line in lines if line.size >= _LARGER * size}
    leading = gaps.most_common(1)[0][0] if gaps else 1.2
    return _Measure(size, leading, sorted(sizes, reverse=True), widths)


def _blocks(lines: list[Line], usual: _Measure) -> list[_Block]:
    blocks: list[_Block] = []
    for line in lines:
        last = blocks[-1] if blocks else None
        new = _new_block(line, last, usual)
        if new is not None:
            blocks.append(new)
        elif last is not None:
            last.lines.append(line)
            last.texts.append(line.text)
    return blocks


def _new_block(line: Line, last: _Block | None, usual: _Measure) -> _Block | None:
    """The block that ``line`` begins, or nothing where it goes on with the last one."""
    level = _level(line, usual)
    if level:
        same = last is not None and last.kind == "heading" and last.level == level
        if same and last is not None and _gap(last, line) < 1.6 and not _BULLET.match(line.text):
            return None
        return _Block("heading", [line], level=level, texts=[line.text])
    bullet, number = _BULLET.match(line.text), _number(line, last, usual)
    if bullet:
        return _Block("item", [line], mark="-", texts=[line.text[bullet.end() :]])
    if number:
        return _Block("item", [line], mark=f"{number[1]}.", texts=[line.text[number.end() :]])
    if len(line.cells) > 1:
        return _Block("row", [line], texts=list(line.cells))
    if last is None or last.kind in ("heading", "row"):
        return _Block("paragraph", [line], texts=[line.text])
    if _is_drawn_item(line, last, usual):
        return _Block("item", [line], mark="-", drawn=True, texts=[line.text])
    if _goes_on(line, last, usual):
        return None
    return _Block("paragraph", [line], texts=[line.text])


def _number(line: Line, last: _Block | None, usual: _Measure) -> re.Match[str] | None:
    """The number of a list item; a figure that a sentence wraps to the next line is none."""
    found = _NUMBER.match(line.text)
    if not found or last is None or last.kind in ("heading", "row"):
        return found
    follows = last.mark == f"{int(found[1]) - 1}."
    apart = _gap(last, line) > _WIDE_GAP * usual.leading
    return found if follows or apart or last.texts[-1].endswith(_ENDS) else None


def _level(line: Line, usual: _Measure) -> int:
    """The heading level of a line, 0 for other lines."""
    if len(line.text) > _LONGEST_HEADING or not any(c.isalpha() for c in line.text):
        return 0
    if line.size in usual.headings:
        return min(6, usual.headings.index(line.size) + 1)
    plain_end = not line.text.endswith((".", ",", ";", ":"))
    if line.bold and plain_end and len(line.cells) == 1 and not _BULLET.match(line.text):
        return min(6, len(usual.headings) + 1)
    return 0


def _gap(last: _Block, line: Line) -> float:
    """How far ``line`` is below a block, in its size; far for another page or column."""
    above = last.lines[-1]
    distance = (above.y - line.y) / line.size if above.page == line.page else -1.0
    return distance if distance > 0 else 99.0


def _column(line: Line) -> tuple[int, int]:
    return line.page, round(line.x / 20)


def _had_room(above: Line, line: Line, usual: _Measure) -> bool:
    """Whether the first word of ``line`` would have fitted above: its break is an end."""
    needed = len(line.text.split()[0]) * WIDTH * line.size
    return above.end + needed - above.x < _FULL * usual.widths.get(_column(above), 0.0)


def _is_drawn_item(line: Line, last: _Block, usual: _Measure) -> bool:
    """Whether a line without a mark is an item: it stands further right below an opening colon."""
    above = last.lines[-1]
    indent = _INDENT * line.size
    if last.kind == "paragraph":
        opens = last.texts[-1].endswith(":")
        return opens and last.lines[0].x + indent <= line.x and _gap(last, line) < 99
    if not last.drawn or _gap(last, line) == 99:
        return False
    if _gap(last, line) > _WIDE_GAP * usual.leading:
        return False
    moved = abs(line.x - last.lines[0].x) > 0.5 * line.size
    return moved or _had_room(above, line, usual)


def _goes_on(line: Line, last: _Block, usual: _Measure) -> bool:
    """Whether ``line`` belongs to the paragraph or item before it."""
    above, gap = last.lines[-1], _gap(last, line)
    ended = last.texts[-1].endswith(_ENDS)
    if gap == 99:  # over a page or column: a sentence goes on, a finished one may not
        return not ended and last.kind == "paragraph"
    if gap > _WIDE_GAP * usual.leading:
        return False
    if last.kind == "item":
        return (
            line.x > last.lines[0].x
            or (len(last.lines) > 1 and line.x >= last.lines[1].x - 1)
            or last.drawn
        )
    indented = line.x > above.x + 0.8 * line.size
    return not (ended and (indented or _had_room(above, line, usual)))


def _is_caption(block: _Block) -> bool:
    return (
        block.kind == "paragraph" and bool(_CAPTION.match(block.texts[0])) and len(block.lines) < 4
    )


def _markdown(blocks: list[_Block], every: str) -> tuple[str, int]:
    """The blocks' Markdown, and how many divided words were put together."""
    out: list[str] = []
    mended = 0
    indents: list[float] = []
    for block in _tables(blocks):
        if isinstance(block, str):
            out += ["", block, ""]
            continue
        text, number = joined(block.texts, every)
        mended += number
        if block.kind == "item":
            indents = [x for x in indents if x < block.lines[0].x - 2]
            if not indents and not (out and _same_list(out[-1], block.mark)):
                out.append("")
            out.append(f"{'   ' * len(indents)}{block.mark} {text}")
            indents.append(block.lines[0].x)
            continue
        indents = []
        mark = f"{'#' * block.level} " if block.kind == "heading" else ""
        out += ["", mark + _escaped(text), ""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip(), mended


def _same_list(line: str, mark: str) -> bool:
    found = re.match(r"\s*(-|\d+\.) ", line)
    return found is not None and (found[1] == "-") == (mark == "-")


def _escaped(text: str) -> str:
    return f"\\{text}" if re.match(r"[#>+]", text) else text


def _tables(blocks: list[_Block]) -> Iterator[_Block | str]:
    """The blocks, with rows of equally many cells that follow each other as one table."""
    position = 0
    while position < len(blocks):
        block = blocks[position]
        rows = [block]
        while (
            block.kind == "row"
            and position + len(rows) < len(blocks)
            and blocks[position + len(rows)].kind == "row"
            and len(blocks[position + len(rows)].texts) == len(block.texts)
        ):
            rows.append(blocks[position + len(rows)])
        position += len(rows)
        if len(rows) == 1:
            yield block
            continue
        cells = [f"| {' | '.join(row.texts)} |" for row in rows]
        yield "\n".join([cells[0], "|" + "---|" * len(block.texts), *cells[1:]])
