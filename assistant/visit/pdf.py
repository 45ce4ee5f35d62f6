"""The sheet as a PDF file, made in memory."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from assistant.catalogue import page_words
from assistant.visit.layout import Block, Style

if TYPE_CHECKING:
    from fpdf import FPDF

# The fonts that every PDF reader has know the letters of Western European languages only.
_LETTERS = "cp1252"
_UNKNOWN = "?"
_FONT = "Helvetica"
_SIZES: dict[Style, int] = {"title": 20, "care_headline": 15, "heading": 14, "origin": 9}
_SIZE = 11
_BOLD = ("title", "care_headline", "heading")
_SPACE_ABOVE: dict[Style, float] = {"title": 4, "heading": 4, "line": 1}
_LINE_HEIGHT = 1.35
_MM_PER_POINT = 25.4 / 72
_MARGIN_MM = 18
_INDENT_MM = 6
_CARE = ("care_headline", "care")
_CARE_COLOUR = (179, 38, 30)
_GREY = 80


def as_pdf(
    blocks: Sequence[Block], *, lang: str, paper: Literal["Letter", "A4"] = "Letter"
) -> bytes:
    """The blocks as a PDF. Letters that it cannot show become "?", and a line says so."""
    from fpdf import FPDF

    pdf = FPDF(format=paper)
    pdf.core_fonts_encoding = _LETTERS
    pdf.set_lang(lang)
    pdf.set_title(printable(page_words(lang)["VISIT_TITLE"]))
    pdf.set_margin(_MARGIN_MM)
    pdf.set_auto_page_break(True, _MARGIN_MM)
    pdf.add_page()
    for block in blocks:
        _draw(pdf, block)
    if any(printable(b.line).count(_UNKNOWN) > b.line.count(_UNKNOWN) for b in blocks):
        _draw(pdf, Block("note", page_words(lang)["VISIT_LETTERS"]))
    return bytes(pdf.output())


def printable(text: str) -> str:
    """``text`` in the letters that the PDF's fonts have: é stays, ő becomes o, 漢 becomes ?."""
    return "".join(_letter(char) for char in unicodedata.normalize("NFC", text))


def _letter(char: str) -> str:
    form: str
    for form in (char, *unicodedata.normalize("NFKD", char)[:1]):
        if form.isprintable() and _has(form):
            return form
    return " " if char.isspace() else _UNKNOWN


def _has(char: str) -> bool:
    try:
        char.encode(_LETTERS)
    except UnicodeEncodeError:
        return False
    return True


def _draw(pdf: FPDF, block: Block) -> None:
    size = _SIZES.get(block.style, _SIZE)
    pdf.ln(_SPACE_ABOVE.get(block.style, 0))
    pdf.set_font(_FONT, style="B" if block.style in _BOLD else "", size=size)
    pdf.set_text_color(*((_GREY,) * 3 if block.style == "origin" else (0, 0, 0)))
    pdf.set_draw_color(*_CARE_COLOUR)
    indent = _INDENT_MM if block.style in ("line", "origin") else 0
    pdf.set_x(pdf.l_margin + indent)
    pdf.multi_cell(
        0,
        size * _MM_PER_POINT * _LINE_HEIGHT,
        printable(block.line),
        border="L" if block.style in _CARE else 0,
        align="L",
        padding=[1, 0, 1, 4] if block.style in _CARE else 0,
        new_x="LMARGIN",
        new_y="NEXT",
    )
