"""What a web page states about itself in its head: title, author, date, publisher, language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("og:title", "citation_title", "dc.title"),
    "author": ("author", "article:author", "citation_author", "dc.creator"),
    "published": ("article:published_time", "date", "citation_publication_date", "dc.date"),
    "publisher": ("og:site_name", "citation_publisher", "dc.publisher"),
    "url": ("og:url",),
}
_ARTICLE_TYPES = ("Article", "BlogPosting", "MedicalWebPage", "NewsArticle", "WebPage")
_LONGEST = 300
_LARGEST_DATA = 200_000


def page_facts(tree: HtmlElement) -> dict[str, str]:
    """Front-matter fields that the page's head states; nothing is read from its running words."""
    metas = {
        (meta.get("property") or meta.get("name") or "").lower(): meta.get("content", "")
        for meta in reversed(list(tree.iter("meta")))  # the first of two holds
    }
    facts: dict[str, str] = {}
    for source in (*_structured(tree), *_named(metas), *_elements(tree)):
        for field, value in source.items():
            cleaned = _cleaned(field, value)
            if cleaned:
                facts.setdefault(field, cleaned)
    return facts


def _named(metas: dict[str, str]) -> Iterator[dict[str, str]]:
    for field, names in _FIELDS.items():
        for name in names:
            yield {field: metas.get(name, "")}


def _elements(tree: HtmlElement) -> Iterator[dict[str, str]]:
    yield {"url": "".join(tree.xpath("string(//link[@rel='canonical']/@href)"))}
    yield {"lang": tree.get("lang") or ""}
    heads = tree.findall(".//h1")
    if len(heads) == 1:
        yield {"title": heads[0].text_content()}
    yield {"title": tree.findtext(".//title") or ""}


def _structured(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """What schema.org data of the page says about the article."""
    for script in tree.iter("script"):
        if (script.get("type") or "").lower() != "application/ld+json":
            continue
        try:
            data = json.loads((script.text or "")[:_LARGEST_DATA])
        except (ValueError, RecursionError):
            continue
        for each in _objects(data):
            yield {
                "title": each.get("headline"),
                "author": _name(each.get("author")),
                "published": each.get("datePublished"),
                "publisher": _name(each.get("publisher")),
            }


def _objects(data: object) -> Iterator[dict[str, Any]]:
    graph = data.get("@graph", data) if isinstance(data, dict) else data
    for each in graph if isinstance(graph, list) else [graph]:
        if isinstance(each, dict):
            types = each.get("@type")
            named = types if isinstance(types, list) else [types]
            if any(kind in _ARTICLE_TYPES for kind in named):
                yield each


def _name(value: object) -> str:
    """The names in a schema.org person, organisation, or list of them."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_name, value)))
    if isinstance(value, dict):
        return _name(value.get("name"))
    return value if isinstance(value, str) else ""


def _cleaned(field: str, value: object) -> str:
    """``value`` as the front matter wants it; empty if it is no such thing."""
    words = " ".join(value.split()) if isinstance(value, str) else ""
    if not words or len(words) > _LONGEST:
        return ""
    if field == "published":
        return iso_date(words)
    if field == "lang":
        return language(words)
    address = re.match(r"https?://", words, re.I)
    return words if bool(address) == (field == "url") else ""


def iso_date(words: str) -> str:
    """The date that ``words`` begin with, as YYYY-MM-DD; empty if there is none."""
    found = re.match(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)", words)
    try:
        return date(*map(int, found.groups())).isoformat() if found else ""
    except ValueError:
        return ""


def language(words: str) -> str:
    """The language of a code such as ``en-US``, without its country; empty if it is none."""
    found = re.match(r"([A-Za-z]{2,3})(?:[-_]|$)", words)
    return found[1].lower() if found else ""
