"""PDF files to Markdown. The reading itself happens in a child process with limits."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from assistant.characters import well_formed
from assistant.errors import SourceUnreadable
from assistant.sources.booking import without_errands
from assistant.sources.bounds import check_bounds
from assistant.sources.page_facts import language
from assistant.sources.pdf_layout import laid_out
from assistant.sources.pdf_lines import Piece, Sheet
from assistant.sources.records import Draft, counted

MAX_PAGES = 300
_SECONDS = 20
_MEMORY = 1_500_000_000  # bytes
_FEW_LETTERS = 20  # a page: fewer is a scan with a stamp on it
_NO_TITLE = re.compile(
    r"^about:|microsoft word|untitled|\.(?:docx?|pdf|indd|pptx?|odt)$|^\W*$", re.I
)
_REFUSALS = {
    "encrypted": "protected with a password or against copying; save it without protection",
    "damaged": "damaged; open it in a PDF program and save it again",
    "pages": f"more than {MAX_PAGES} pages; save the pages of the article as a PDF of their own",
    "large": "too large to be read safely; save the article as DOCX, or paste its words",
}


def read_pdf(data: bytes, name: str) -> Draft:
    """The text of a PDF file.

    Raises:
        SourceUnreadable: damaged, protected, scanned, too long, or reading it took too long.
    """
    found = _extracted(data, name)
    sheets = [
        Sheet(
            height=page["height"],
            pieces=[
                Piece(x, y, size, bold, well_formed(text))
                for x, y, size, bold, text in page["pieces"]
            ],
        )
        for page in found["pages"]
    ]
    letters = sum(c.isalnum() for sheet in sheets for piece in sheet.pieces for c in piece.text)
    if letters < _FEW_LETTERS * max(1, len(sheets)):
        raise SourceUnreadable(
            f"{name}: no text in it, so it is probably scanned and needs OCR; "
            "run it through a text recognition program, or type the words"
        )
    laid = laid_out(sheets)
    check_bounds(laid.markdown, name)
    markdown, errands = without_errands(laid.markdown)
    pictures = sum(page["pictures"] for page in found["pages"])
    notes = list(laid.notes)
    if pictures:
        notes.insert(0, f"{counted(pictures, 'picture')} left out.")
    if errands:
        notes.append(f"{counted(errands, 'sentence')} with a “click here” link left out.")
    title = " ".join(found.get("title", "").split())
    return Draft(markdown, "" if _NO_TITLE.search(title) else title, _facts(found), tuple(notes))


def _facts(found: dict[str, Any]) -> dict[str, str]:
    facts = {
        "author": " ".join(found.get("author", "").split()),
        "lang": language(found.get("lang", "")),
    }
    return {field: value for field, value in facts.items() if 0 < len(value) <= 300}


def _extracted(data: bytes, name: str) -> dict[str, Any]:
    child = Path(__file__).with_name("pdf_child.py")
    # -P: the folder of this file must not come before the standard library.
    command = [sys.executable, "-P", str(child), str(MAX_PAGES), str(_SECONDS), str(_MEMORY)]
    try:
        run = subprocess.run(
            command, input=data, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise SourceUnreadable(
            f"{name}: reading it took longer than {_SECONDS} seconds, so it was stopped; "
            "save the article as DOCX, or paste its words"
        ) from error
    try:
        found: dict[str, Any] = json.loads(run.stdout)
    except ValueError as error:  # stopped by a limit before it could say anything
        raise SourceUnreadable(f"{name}: {_REFUSALS['large']}") from error
    if "refused" in found:
        raise SourceUnreadable(f"{name}: {_REFUSALS[found['refused']]}")
    return found
