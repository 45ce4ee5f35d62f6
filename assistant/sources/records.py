"""What reading a source gives, and the bounds that hold for every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

SourceKind = Literal["markdown", "text", "html", "docx", "pdf"]
MAX_SOURCE_BYTES = 25_000_000  # a long article with many pictures; the text is bounded apart


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of an article as it will be quoted, and what its file says about it.

    ``markdown`` has no front matter, and its sections begin at ``##``. ``metadata`` holds only what
    was found, as front-matter fields, and is not validated. ``notes`` are sentences for the editor:
    what was left out or changed.
    """

    markdown: str
    title: str
    metadata: Mapping[str, Any]
    kind: SourceKind
    notes: tuple[str, ...] = ()


class Draft(NamedTuple):
    """What one format's reader found, before the rules that hold for every format."""

    markdown: str
    title: str = ""
    metadata: Mapping[str, Any] = MappingProxyType({})
    notes: tuple[str, ...] = ()


def counted(number: int, thing: str, plural: str = "") -> str:
    """``number`` with the noun it counts: "1 picture", "3 pictures"."""
    return f"{number} {thing if number == 1 else plural or thing + 's'}"
