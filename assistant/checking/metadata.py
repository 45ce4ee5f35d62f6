"""What a draft does not say about itself: who stands behind it, when, on what, until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assistant.checking.page import Page
from assistant.screening.findings import Finding

_FIELDS = ("published", "review_by", "licence", "sources")


def metadata_findings(page: Page) -> Iterator[Finding]:
    """Front matter that is empty. That nobody has reviewed the text yet is told, not held up."""
    article = page.article
    missing = [name for name in _FIELDS if not getattr(article, name)]
    if not (article.author or article.publisher or article.source):
        missing.insert(0, "author, publisher or source")
    if missing:
        why = f"the front matter has no {', '.join(missing)}; fill in what is known"
        yield page.finding("missing_metadata", None, article.title, why)
    unreviewed = [name for name in ("reviewed_by", "reviewed") if not getattr(article, name)]
    if unreviewed:
        why = f"no {' and no '.join(unreviewed)}: readers will see that no clinician reviewed it"
        found = page.finding("missing_metadata", None, article.title, why)
        yield replace(found, severity="info")
