"""What an editor should mend before articles are published: ``pmr-assistant check``."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from assistant.checking.across import across_findings
from assistant.checking.page import read_page
from assistant.checking.shape import shape_findings
from assistant.corpus import article_files, read_articles
from assistant.screening.findings import Finding, by_weight


def check_articles(folder: Path, *, today: date | None = None) -> list[Finding]:
    """Everything to look at in the articles of ``folder``, the gravest first.

    Articles marked ``as_is`` are held to the screening and to the checks between articles only.

    Raises:
        CorpusMissing: there is nothing to read.
        ArticleInvalid: one or more files cannot be used; all problems are listed at once.
    """
    articles, findings = read_articles(folder)
    used = {article.id: article for article in articles}
    pages = []
    for path in article_files(folder):
        page = read_page(path)
        if page is not None and used.get(page.article.id) == page.article:
            pages.append(page)
    day = today or datetime.now(UTC).date()
    alone = [finding for page in pages for finding in shape_findings(page, day)]
    return by_weight([*findings, *alone, *across_findings(pages)])


__all__ = ["check_articles"]
