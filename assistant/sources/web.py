"""HTML pages to Markdown: the article alone, with its headings, lists, tables and links."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from assistant.errors import SourceUnreadable
from assistant.sources.converting import tidied, to_markdown, words_kept
from assistant.sources.page import Page, parsed_page, pruned
from assistant.sources.page_facts import page_facts
from assistant.sources.records import Draft

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Of the words that were left after pruning, how many may be missing before an editor is told.
_MUCH = 0.6


def read_page(text: str, name: str, url: str | None = None) -> Draft:
    """The article of an HTML page; ``url`` is where the page came from.

    Raises:
        SourceUnreadable: there is no article in it, or it is too large or too deeply nested.
    """
    tree = parsed_page(text, name)
    facts = page_facts(tree)
    if url:
        facts["url"] = url
    page = pruned(tree, facts.get("url"))
    try:
        markdown, notes = _article(page)
    except RecursionError as error:
        raise SourceUnreadable(f"{name}: too deeply nested; paste the article's words") from error
    if not markdown:
        raise SourceUnreadable(
            f"{name}: no article found on the page; copy its words in the browser and paste them"
        )
    converted = tidied(markdown, name)
    title = facts.pop("title", "")
    site = facts.get("publisher", "")
    for dash in (" | ", " - ", " – ", " — ", " :: "):
        title = title.removesuffix(f"{dash}{site}") if site else title
    return Draft(converted.markdown, title, facts, (*page.notes(), *notes, *converted.notes))


def _article(page: Page) -> tuple[str, list[str]]:
    """The article's Markdown. A page that is nothing but an article is kept whole."""
    from lxml import html

    source = html.tostring(page.tree, encoding="unicode")
    if not set(page.left_out) - {"pictures", "code", "hidden"}:
        return _whole(page.tree), []
    found = _main_text(source)
    if not found:
        return _whole(page.tree), [
            "The article could not be told from the rest of the page; look for menus and adverts."
        ]
    some = len(found.split()) < _MUCH * len(page.tree.text_content().split())
    return found, ["Much of the page was left out; compare the text with it."] if some else []


def _whole(tree: HtmlElement) -> str:
    from lxml import html

    words_kept(tree)
    body = tree.find("body")
    source = html.tostring(tree if body is None else body, encoding="unicode")
    return to_markdown(source).strip()


def _main_text(source: str) -> str:
    import trafilatura

    # Its warnings about odd pages are for its own developers; an editor gets notes.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    found = trafilatura.extract(
        source,
        output_format="markdown",
        include_links=True,
        include_tables=True,
        include_comments=False,
        include_images=False,
        include_formatting=True,
        favor_recall=True,
        fast=True,  # its fallbacks lose lists and headings; the whole page is the fallback here
    )
    return (found or "").strip()
