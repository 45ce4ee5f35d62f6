"""Reading a source: the format's own reader, then the rules that hold for every format."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.characters import well_formed
from assistant.errors import ArticleInvalid, SourceUnreadable
from assistant.front_matter import split_front_matter
from assistant.screening.disguises import Removed, without_invisible
from assistant.sources.bounds import check_bounds
from assistant.sources.decoding import decoded, decoded_page
from assistant.sources.formats import READABLE, SUFFIXES, checked_name, kind_of
from assistant.sources.headings import under_title
from assistant.sources.pdf import read_pdf
from assistant.sources.plain import looks_like_markdown, read_plain
from assistant.sources.records import MAX_SOURCE_BYTES, Draft, SourceKind, SourceText, counted
from assistant.sources.web import read_page
from assistant.sources.word import read_word

_LEFT_OUT = {"readme", "template"}


def read_source(data: bytes, name: str, *, url: str | None = None) -> SourceText:
    """The article in a file's bytes. ``name`` is the file's name, ``url`` where it came from.

    Raises:
        SourceUnreadable: what is wrong with the file and what to do; nothing is read by halves.
    """
    name = checked_name(name)
    if len(data) > MAX_SOURCE_BYTES:
        raise _too_large(name)
    if not data.strip():
        raise SourceUnreadable(f"{name}: empty; choose another file")
    kind = kind_of(data, name)
    draft = _draft(kind, data, name, url)
    if url:
        draft = draft._replace(metadata={**draft.metadata, "url": url})
    return _finished(kind, draft, name)


def read_source_file(path: Path) -> SourceText:
    """The article in a file.

    Raises:
        SourceUnreadable: as ``read_source``, or the file cannot be opened.
    """
    try:
        if not path.is_file():  # a pipe or a device would never end
            raise SourceUnreadable(f"{path}: no such file; check its name")
        with path.open("rb") as stream:
            data = stream.read(MAX_SOURCE_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise SourceUnreadable(f"{path}: cannot be read ({why}); check its permissions") from error
    return read_source(data, path.name)


def read_source_folder(path: Path) -> list[Path]:
    """The files below a folder that can be read, sorted; hidden ones and README are left out.

    Raises:
        SourceUnreadable: the folder is not there, or holds nothing that can be read.
    """
    if not path.is_dir():
        raise SourceUnreadable(f"{path}: no such folder; check its name")
    files = sorted(each for each in path.rglob("*") if _is_source(each, path))
    if not files:
        raise SourceUnreadable(f"{path}: holds no file that is read; add {READABLE}")
    return files


def pasted(text: str, title: str = "") -> SourceText:
    """The article in words that somebody pasted; Markdown where it is written so, else plain text.

    Raises:
        SourceUnreadable: there are no words, or too many.
    """
    source = read_source(
        well_formed(text).encode(), "pasted.md" if looks_like_markdown(text) else "pasted.txt"
    )
    title = " ".join(without_invisible(title)[0].split())
    if not title or title == source.title:
        return source
    markdown = source.markdown
    if source.title and "title" not in source.metadata:  # a line of the text, which stays in it
        markdown = f"{source.title}\n\n{markdown}"
    return SourceText(markdown, title, source.metadata, source.kind, source.notes)


def _is_source(path: Path, folder: Path) -> bool:
    inside = path.relative_to(folder)
    hidden = any(part.startswith((".", "~$")) for part in inside.parts)
    return (
        path.suffix.lower() in SUFFIXES
        and not hidden
        and path.stem.lower() not in _LEFT_OUT
        and path.is_file()
        and path.resolve().is_relative_to(folder.resolve())  # no link leads out of the folder
    )


def _draft(kind: SourceKind, data: bytes, name: str, url: str | None) -> Draft:
    if kind == "docx":
        return read_word(data, name)
    if kind == "pdf":
        return read_pdf(data, name)
    if kind == "html":
        text, notes = decoded_page(data, name)
        draft = read_page(text, name, url)
    else:
        text, notes = decoded(data, name)
        check_bounds(text, name)
        draft = read_plain(text) if kind == "text" else _markdown(text, name)
    return draft._replace(notes=(*notes, *draft.notes))


def _markdown(text: str, name: str) -> Draft:
    shown, removed = without_invisible(text)  # before the front matter, which may hold some too
    try:
        metadata, body = split_front_matter(shown, name)
    except ArticleInvalid as error:
        raise SourceUnreadable(str(error)) from error
    title = metadata.get("title")
    notes = _invisible_note(removed)
    return Draft(body, title if isinstance(title, str) else "", metadata, notes)


def _finished(kind: SourceKind, draft: Draft, name: str) -> SourceText:
    """``draft`` under the rules of every format: headings, invisible characters, bounds."""
    body, removed = without_invisible(well_formed(draft.markdown))
    given = "" if kind in ("html", "docx", "pdf") else draft.title
    body, title = under_title(body, given)
    title = " ".join(without_invisible(well_formed(title or draft.title))[0].split())
    if not any(line.strip() and not line.startswith("#") for line in body.splitlines()):
        raise SourceUnreadable(f"{name}: no text in it; choose another file or paste the words")
    check_bounds(body, name)
    notes = (*draft.notes, *_invisible_note(removed))
    return SourceText(body, title, _shown(draft.metadata), kind, notes)


def _shown(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """``metadata`` without invisible characters in its texts."""
    return {
        field: without_invisible(well_formed(value))[0] if isinstance(value, str) else value
        for field, value in metadata.items()
    }


def _invisible_note(removed: list[Removed]) -> tuple[str, ...]:
    number = sum(each.characters for each in removed)
    if not number:
        return ()
    return (
        f"{counted(number, 'character')} that nobody sees or that turn the text around taken out.",
    )


def _too_large(name: str) -> SourceUnreadable:
    return SourceUnreadable(
        f"{name}: larger than {MAX_SOURCE_BYTES // 1_000_000} MB; "
        "save it with smaller pictures, or paste its words"
    )
