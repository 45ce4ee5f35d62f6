"""Bytes to text: UTF-8, UTF-16 with its mark, and the Windows encoding where it is plain."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from assistant.errors import SourceUnreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# What cp1252 text holds beside ASCII: letters with accents, quotation marks, dashes, a few signs.
_WESTERN = re.compile(r"[À-ÖØ-öø-ÿŠšŽžŒœŸ‘’“”‚„–—…•·°²³½¼¾±×€£§©®™¡¿ªº«»´\xa0\xad]")
_MOST_OTHERS = 0.3  # of the letters: more is no Western language
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.I)
_WESTERN_NAMES = {"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii", "windows-1252", "cp1252"}
_OTHER_NAMES = re.compile(r"(?:iso-8859-(?:[2-9]|1[0-6])|windows-125[0-8]|koi8-[ru])", re.I)
WINDOWS_NOTE = (
    "The file is not UTF-8; it was read as Windows text (cp1252), so look at its accents."
)


class Decoded(NamedTuple):
    """A text whose lines all end alike, and what to say about how it was read."""

    text: str
    notes: tuple[str, ...] = ()


def decoded(data: bytes, name: str) -> Decoded:
    """The text in ``data``.

    Raises:
        SourceUnreadable: it is no text, or in an encoding that cannot be told.
    """
    text, notes = _marked(data, name), tuple[str, ...]()
    if text is None:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text, notes = _windows(data, name), (WINDOWS_NOTE,)
    if _CONTROL.search(text):
        raise SourceUnreadable(
            f"{name}: holds control or null characters, so it is no text file; "
            "save it as plain UTF-8 text"
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(re.sub(r"[\x0b\x0c]", "\n\n", text), notes)  # a page break is a paragraph's end


def decoded_page(data: bytes, name: str) -> Decoded:
    """The text of an HTML page, which may say itself how it is encoded.

    Raises:
        SourceUnreadable: as ``decoded``.
    """
    declared = _DECLARED.search(data[:4096])
    encoding = declared[1].decode("ascii").lower() if declared else ""
    if _OTHER_NAMES.fullmatch(encoding) and _marked(data, name) is None:
        try:
            return Decoded(data.decode(encoding).replace("\r\n", "\n").replace("\0", ""))
        except UnicodeDecodeError as error:
            raise _unknown(name) from error
    if encoding in _WESTERN_NAMES:
        return Decoded(decoded(data, name).text)  # it says so itself: nothing to look at
    return decoded(data, name)


def _marked(data: bytes, name: str) -> str | None:
    """The text of ``data`` that begins with a byte order mark."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise SourceUnreadable(f"{name}: damaged text; save it again as UTF-8") from error
    return None


def _windows(data: bytes, name: str) -> str:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise _unknown(name) from error
    letters = sum(c.isalpha() for c in text)
    beyond = [c for c in text if not c.isascii()]
    if len(beyond) > _MOST_OTHERS * letters or not all(map(_WESTERN.match, beyond)):
        raise _unknown(name)
    return text


def _unknown(name: str) -> SourceUnreadable:
    return SourceUnreadable(f"{name}: not UTF-8 text, and no encoding fits; save it as UTF-8")
