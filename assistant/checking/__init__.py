"""What an editor should mend before articles are published: ``pmr-assistant check``.

``check_articles`` reads a folder, ``check_draft`` one draft against the published library.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from assistant.article_cache import ArticleCache
from assistant.checking.across import across_findings
from assistant.checking.draft import DraftCheck, check_draft
from assistant.checking.page import page_of
from assistant.checking.shape import shape_findings
from assistant.checking.topic_map import topic_findings
from assistant.checking.translation import translation_findings
from assistant.corpus import read_articles
from assistant.screening.findings import Finding, by_weight


def check_articles(
    folder: Path, *, today: date | None = None, cache: ArticleCache | None = None
) -> list[Finding]:
    """Everything to look at in the articles of ``folder``, the gravest first.

    Articles marked ``as_is`` are held to the screening and to the checks between articles only.
    With a ``cache`` only what changed is screened again.

    Raises:
        CorpusMissing: there is nothing to read.
        ArticleInvalid: one or more files cannot be used; all problems are listed at once.
    """
    articles, findings, files = read_articles(folder, cache)
    pages = [page_of(article, path) for article, path in zip(articles, files, strict=True)]
    day = today or datetime.now(UTC).date()
    alone = [finding for page in pages for finding in shape_findings(page, day)]
    between = [
        *across_findings(pages),
        *translation_findings(pages),
        *topic_findings(pages, folder),
    ]
    return by_weight([*findings, *alone, *between])


__all__ = ["DraftCheck", "check_articles", "check_draft"]
