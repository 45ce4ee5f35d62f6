"""HTML to Markdown, and what both ways into it (web pages and Word) need afterwards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from assistant.sources.booking import without_errands
from assistant.sources.bounds import check_bounds
from assistant.sources.headings import without_empty_end
from assistant.sources.records import counted

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BOLD_HEADING = re.compile(r"^(#{1,6} )(\*\*|__)(.+)\2[ \t]*$", re.M)
_HEADING = re.compile(r"^#{1,6} \S", re.M)
_BOLD_LINE = re.compile(r"(?:(?<=\n\n)|\A)\*\*([^*\n]{3,90}[^*\n.,;:])\*\*[ \t]*(?=\n\n)")
_TAG_LIKE = re.compile(r"(?<!\\)<(?=[A-Za-z/!?])")


class Converted(NamedTuple):
    """Markdown, and what was changed on the way."""

    markdown: str
    notes: list[str]


def to_markdown(html: str) -> str:
    """All of ``html`` as Markdown: headings, nested lists, tables and links stay."""
    import markdownify

    converter = markdownify.MarkdownConverter(
        heading_style=markdownify.ATX,
        bullets="-",
        strip=["img"],
        autolinks=False,
        table_infer_header=True,
        escape_underscores=False,
    )
    return str(converter.convert(html))


def words_kept(tree: HtmlElement) -> None:
    """Escapes what looks like a tag in the words of ``tree``: a "<b>" that is shown is a word."""
    for element in tree.iter():
        if isinstance(element.tag, str) and element.tag not in ("code", "pre"):
            element.text = _escaped(element.text)
        element.tail = _escaped(element.tail)


def _escaped(words: str | None) -> str | None:
    return _TAG_LIKE.sub(r"\\<", words) if words else words


def tidied(markdown: str, name: str) -> Converted:
    """Converted Markdown without booking sentences; bold lines are headings where none are.

    Raises:
        SourceUnreadable: too long for an article.
    """
    check_bounds(markdown, name)
    notes = []
    markdown = _BOLD_HEADING.sub(r"\1\3", markdown.strip())
    if not _HEADING.search(markdown):
        markdown, number = _BOLD_LINE.subn(r"## \1", markdown)
        if number:
            notes.append(f"{counted(number, 'bold line')} read as headings.")
    markdown, removed = without_errands(markdown)
    if removed:
        notes.append(
            f"{counted(removed, 'sentence')} with a booking or “click here” link left out."
        )
    return Converted(without_empty_end(re.sub(r"\n{3,}", "\n\n", markdown)), notes)
