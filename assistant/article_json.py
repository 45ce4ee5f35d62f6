"""Articles as plain JSON values; apart from what reads files, because a chat needs only this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from assistant.records import Article, SourceNote, Span


def article_to_json(article: Article) -> dict[str, Any]:
    """``article`` as plain JSON values; the inverse of ``article_from_json``."""
    values = asdict(article)
    for key in ("published", "reviewed", "review_by"):
        values[key] = values[key].isoformat() if values[key] else None
    return values


def article_from_json(values: Mapping[str, Any]) -> Article:
    """An article from what ``article_to_json`` wrote."""
    known = dict(values)
    for key in ("published", "reviewed", "review_by"):
        known[key] = date.fromisoformat(known[key]) if known[key] else None
    known["sources"] = tuple(
        SourceNote(**{**s, "sections": tuple(s.get("sections", ()))}) for s in known["sources"]
    )
    known["explains"] = tuple((flag, heading) for flag, heading in known.get("explains", ()))
    known["topics"] = tuple(known["topics"])
    known["not_quotable"] = tuple(known["not_quotable"])
    known["withheld"] = tuple(Span(**s) for s in known.get("withheld", ()))
    return Article(**known)
