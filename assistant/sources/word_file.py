"""A Word file's archive, read within bounds and without what must not reach a parser."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, NamedTuple

from assistant.errors import SourceUnreadable
from assistant.sources.records import counted

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_MEMBERS = 3_000
_MAX_PART = 8_000_000  # bytes of one part of text, decompressed
_MAX_TEXT = 16_000_000  # of all of them
_MAX_RATIO = 200  # XML shrinks 10 to 50 times; a bomb a thousand times
_SMALL = 1_000_000  # a part this small harms nobody, however well it shrinks
_TEXT_PART = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/core\.xml|"
    r"word/(?:_rels/)?[A-Za-z0-9]+\.xml(?:\.rels)?"
)
_MAIN_PART = re.compile(r"word/document\d*\.xml")
_ODD_XML = (b"<!DOCTYPE", b"<!ENTITY")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class WordFile(NamedTuple):
    """A DOCX archive of the text parts alone, its core properties (XML), and notes."""

    archive: io.BytesIO
    properties: bytes
    notes: list[str]


def opened(data: bytes, name: str) -> WordFile:
    """The text parts of a DOCX file, checked; pictures are left where they are.

    Raises:
        SourceUnreadable: damaged, protected, or made to do harm.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_sizes(archive.infolist(), name)
            parts = {
                info.filename: _part(archive, info, name)
                for info in archive.infolist()
                if _TEXT_PART.fullmatch(info.filename)
            }
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise _damaged(name) from error
    notes: list[str] = []
    for filename in filter(_MAIN_PART.fullmatch, parts):
        parts[filename], found = _visible_part(parts[filename], name)
        notes += found
    return WordFile(_archive(parts), parts.get("docProps/core.xml", b""), notes)


def _check_sizes(members: list[zipfile.ZipInfo], name: str) -> None:
    """Refuses what would fill the memory, before anything is decompressed."""
    texts = [info for info in members if _TEXT_PART.fullmatch(info.filename)]
    if any(info.flag_bits & 1 for info in members):
        raise SourceUnreadable(f"{name}: protected with a password; save it without one")
    too_much = (
        len(members) > _MAX_MEMBERS
        or len({info.filename for info in texts}) < len(texts)
        or sum(info.file_size for info in texts) > _MAX_TEXT
        or any(
            info.file_size > _SMALL and info.file_size > _MAX_RATIO * max(1, info.compress_size)
            for info in members
        )
    )
    if too_much:
        raise SourceUnreadable(
            f"{name}: unpacks to far more than a document holds; it was not opened. "
            "Copy the words into a new document and save that"
        )


def _part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    with archive.open(info) as stream:
        part = stream.read(_MAX_PART + 1)  # the size that the archive states may be a lie
    if len(part) > _MAX_PART:
        raise SourceUnreadable(f"{name}: unpacks to more than a document holds; split it")
    bare = part.replace(b"\0", b"")  # the marks are the same in UTF-16
    if any(mark in bare for mark in _ODD_XML):
        raise SourceUnreadable(
            f"{name}: brings definitions that could read other files; it was not opened. "
            "Copy the words into a new document and save that"
        )
    return part


def _visible_part(part: bytes, name: str) -> tuple[bytes, list[str]]:
    """The document's XML without words that are formatted as hidden."""
    from lxml import etree

    # Words and levels are bounded by the parser itself while huge_tree is off.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root: _Element = etree.fromstring(part, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _damaged(name) from error
    notes = []
    hidden = [run for run in root.iter(f"{_W}r") if _is_hidden(run)]
    for run in hidden:
        run.clear()
    if hidden:
        notes.append(f"{counted(len(hidden), 'hidden piece')} of text left out.")
    if next(root.iter(f"{_W}ins", f"{_W}del"), None) is not None:
        notes.append("Tracked changes were read as if they were accepted.")
    return etree.tostring(root, encoding="utf-8", xml_declaration=True), notes


def _is_hidden(run: _Element) -> bool:
    mark = run.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and mark.get(f"{_W}val", "true") not in ("0", "false", "off")


def _archive(parts: dict[str, bytes]) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for filename, part in parts.items():
            archive.writestr(filename, part)
    packed.seek(0)
    return packed


def _damaged(name: str) -> SourceUnreadable:
    return SourceUnreadable(f"{name}: damaged; open it in Word and save it again as DOCX")
