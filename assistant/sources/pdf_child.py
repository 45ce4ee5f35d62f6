"""The pieces of text in a PDF: a program of its own, so that its reader can be stopped.

A PDF can keep its reader busy or fill the memory in ways that no bound within the reader excludes,
and a thread cannot be stopped from outside. ``pdf.py`` starts this file with limits on time and
memory, sends the PDF to its standard input and reads one JSON object from its standard output.
It imports nothing of the assistant, so that it starts fast wherever it lies.
"""

from __future__ import annotations

import io
import json
import logging
import math
import sys
from typing import Any

_MAX_PIECES = 400_000
_MAX_CHARACTERS = 4_000_000  # twice what an article may have: headers and numbers go yet


def main() -> None:
    """Writes what the PDF on standard input holds, or ``{"refused": why}``."""
    max_pages, seconds, memory = map(int, sys.argv[1:4])
    _limit(seconds, memory)
    logging.disable(logging.CRITICAL)
    data = sys.stdin.buffer.read()
    try:
        result = _read(data, max_pages)
    except MemoryError:
        result = {"refused": "large"}
    except Exception:  # noqa: BLE001 - pypdf raises many errors on damaged files; all mean the same
        # Newer protection cannot even be opened without a library for it.
        result = {"refused": "encrypted" if b"/Encrypt" in data else "damaged"}
    sys.stdout.write(json.dumps(result))


def _limit(seconds: int, memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent's time limit holds there too
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _read(data: bytes, max_pages: int) -> dict[str, Any]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        return {"refused": "encrypted"}
    pages: list[dict[str, Any]] = []
    pieces = characters = 0
    for page in reader.pages:
        if len(pages) == max_pages:
            return {"refused": "pages"}
        read = _page(page)
        pieces += len(read["pieces"])
        characters += sum(len(piece[4]) for piece in read["pieces"])
        if pieces > _MAX_PIECES or characters > _MAX_CHARACTERS:
            return {"refused": "large"}
        pages.append(read)
    return {"pages": pages, **_properties(reader)}


def _page(page: Any) -> dict[str, Any]:  # noqa: ANN401 - pypdf's page
    """Height (points), number of pictures, and pieces as [x, y, size, bold, text], in order."""
    pieces: list[list[Any]] = []

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:  # noqa: ANN401
        if not text.strip():
            if text and pieces and "\n" not in text and not pieces[-1][4].endswith(" "):
                pieces[-1][4] += " "
            return
        x = cm[0] * tm[4] + cm[2] * tm[5] + cm[4]
        y = cm[1] * tm[4] + cm[3] * tm[5] + cm[5]
        # The text's own upright direction, as the page's two matrices turn and scale it.
        right = (tm[0] * cm[0] + tm[1] * cm[2], tm[0] * cm[1] + tm[1] * cm[3])
        up = (tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3])
        points = abs(size) * math.hypot(*up)
        turned = abs(right[1]) > 0.1 * math.hypot(*right)
        if turned or not all(map(math.isfinite, (x, y, points))):
            return
        name = str(font.get("/BaseFont", "")) if font else ""
        bold = any(word in name.lower() for word in ("bold", "black", "heavy"))
        pieces.append([round(x, 1), round(y, 1), round(points, 1), bold, text])

    page.extract_text(visitor_text=visit, visitor_operand_before=_Bullets(pieces).see)
    box = page.mediabox
    low = float(box.bottom)
    for piece in pieces:
        piece[1] = round(piece[1] - low, 1)
    return {"height": float(box.height), "pictures": _pictures(page), "pieces": pieces}


class _Bullets:
    """Small round or square shapes before the words of a list: bullets that are drawn."""

    def __init__(self, pieces: list[list[Any]]) -> None:
        self._pieces = pieces
        self._points: list[tuple[float, float]] = []

    def see(self, operator: bytes, operands: list[Any], cm: list[float], _tm: object) -> None:
        """Follows a path; at its end, a shape of a bullet's size becomes a piece of its own."""
        if operator == b"re":
            x, y, width, height = map(float, operands)
            self._add(cm, [x, y, x + width, y + height])
        elif operator in (b"m", b"l", b"c", b"v", b"y"):
            self._add(cm, [float(each) for each in operands])
        elif operator in (b"f", b"F", b"f*", b"B", b"S", b"s", b"n"):
            self._end()

    def _add(self, cm: list[float], numbers: list[float]) -> None:
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            self._points.append((cm[0] * x + cm[2] * y + cm[4], cm[1] * x + cm[3] * y + cm[5]))

    def _end(self) -> None:
        points, self._points = self._points, []
        if not points:
            return
        left, low = (min(values) for values in zip(*points, strict=True))
        right, top = (max(values) for values in zip(*points, strict=True))
        width, height = right - left, top - low
        if 1.5 <= width <= 8 and 0.7 < height / width < 1.4:
            self._pieces.append([round(left, 1), round(low, 1), round(2 * height, 1), False, "•"])


def _pictures(page: Any) -> int:  # noqa: ANN401
    """How many pictures the page has, without decoding any."""
    try:
        objects = page["/Resources"]["/XObject"]
        return sum(objects[name].get("/Subtype") == "/Image" for name in objects)
    except Exception:  # noqa: BLE001 - a count for a note is worth no failure
        return 0


def _properties(reader: Any) -> dict[str, str]:  # noqa: ANN401
    """Title, author and language that the file states."""
    found = {}
    try:
        about = reader.metadata or {}
        found = {"title": str(about.get("/Title", "")), "author": str(about.get("/Author", ""))}
        found["lang"] = str(reader.trailer["/Root"].get("/Lang", ""))
    except Exception:  # noqa: BLE001 - damaged properties leave a readable text
        return found
    return found


if __name__ == "__main__":
    main()
