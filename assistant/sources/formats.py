"""Which format a source has: by the end of its name and by its bytes, which must agree."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath

from assistant.errors import SourceUnreadable
from assistant.sources.records import SourceKind

SUFFIXES: dict[str, SourceKind] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".pdf": "pdf",
}
READABLE = "Markdown (.md), text (.txt), HTML, DOCX and PDF"
_AS_DOCX = "open it in its program and save it as DOCX"
_AS_HTML = "save the page as HTML only"
_AS_TEXT = "type its words into a text file, if they are the article"
# What to do with formats that people try and nobody reads here.
_ELSE: dict[str, str] = {
    **dict.fromkeys((".doc", ".docm", ".dot", ".dotx", ".rtf", ".odt", ".pages", ".wpd"), _AS_DOCX),
    **dict.fromkeys((".epub", ".pptx", ".ppt", ".xlsx", ".xls", ".odp"), _AS_DOCX),
    **dict.fromkeys((".mht", ".mhtml", ".webarchive"), _AS_HTML),
    **dict.fromkeys(
        (".png", ".jpg", ".jpeg", ".gif", ".webp", ".tif", ".tiff", ".heic", ".bmp", ".svg"),
        _AS_TEXT,
    ),
}
_PDF_HEADER_WITHIN = (
    1024  # readers accept a little before the header; so do the programs people use
)
_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"{\\rtf", "an RTF document", _AS_DOCX),
    (b"\x89PNG", "a picture", _AS_TEXT),
    (b"\xff\xd8\xff", "a picture", _AS_TEXT),
    (b"GIF8", "a picture", _AS_TEXT),
    (b"II*\0", "a picture", _AS_TEXT),
    (b"MM\0*", "a picture", _AS_TEXT),
    (b"\x1f\x8b", "a compressed file", "unpack it first"),
    (b"7z\xbc\xaf", "a compressed file", "unpack it first"),
    (b"Rar!", "a compressed file", "unpack it first"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_WEB_PAGE = re.compile(
    rb"(?:<\?xml[^>]*+>|<!--(?>.*?-->)|\s++)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_SHOWN_NAME = 80


def checked_name(name: str) -> str:
    """``name`` without outer blanks.

    Raises:
        SourceUnreadable: it is empty, holds a path, or holds characters that nobody sees.
    """
    name = name.strip()
    shown = ascii(name[:_SHOWN_NAME])
    if not name:
        raise SourceUnreadable("A file without a name; give it one that ends in .md, .docx or .pdf")
    if re.search(r"[/\\]", name) or name in (".", ".."):
        raise SourceUnreadable(f"{shown}: the name holds a path; give the file's name alone")
    if not name.isprintable() or len(name.encode("utf-8", "replace")) > 255:
        raise SourceUnreadable(f"{shown}: not a usable file name; rename the file")
    return name


def kind_of(data: bytes, name: str) -> SourceKind:
    """The format that ``name`` promises and ``data`` keeps.

    Raises:
        SourceUnreadable: another format, or the two do not agree.
    """
    suffix = PurePosixPath(name).suffix.lower()
    kind = SUFFIXES.get(suffix)
    if suffix in _ELSE:
        raise SourceUnreadable(f"{name}: {suffix} files are not read; {_ELSE[suffix]}")
    if kind is None:
        raise SourceUnreadable(f"{name}: not a format that is read ({READABLE}); save it as one")
    found = _kind_of_bytes(data, name)
    if found == kind or (found is None and kind in ("markdown", "text", "html")):
        return kind
    if found is None:
        raise SourceUnreadable(
            f"{name}: damaged, or no {kind.upper()} file at all; save it again in its program"
        )
    raise SourceUnreadable(f"{name}: holds {found.upper()}; rename it to end in .{found}")


def _kind_of_bytes(data: bytes, name: str) -> SourceKind | None:
    """The format that bytes alone show; nothing for plain words."""
    for start, what, fix in _STARTS:
        if data.startswith(start):
            raise SourceUnreadable(f"{name}: this is {what}, which is not read; {fix}")
    if data.startswith(_OLE):
        raise SourceUnreadable(f"{name}: {_ole_message(data)}")
    if b"%PDF-" in data[:_PDF_HEADER_WITHIN]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_zip(data, name)
    return "html" if _WEB_PAGE.match(data.removeprefix(b"\xef\xbb\xbf")[:100_000]) else None


def _ole_message(data: bytes) -> str:
    if _ENCRYPTED_PACKAGE in data:
        return "protected with a password; save it without one"
    return f"a document of an old Office program; {_AS_DOCX}"


def _kind_of_zip(data: bytes, name: str) -> SourceKind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise SourceUnreadable(f"{name}: damaged; save it again in its program") from error
    if "[Content_Types].xml" not in members or not any(m.startswith("word/") for m in members):
        raise SourceUnreadable(f"{name}: an archive, but no Word document; {_AS_DOCX}")
    return "docx"
