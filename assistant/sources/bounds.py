"""How long an article, its paragraphs and its lists may be; beyond that, readers need minutes."""

from __future__ import annotations

import re

from assistant.corpus import MAX_ARTICLE_BYTES
from assistant.errors import SourceUnreadable

MAX_PARAGRAPH = 30_000  # characters between two empty lines: a long list or table has a third
MAX_LINES = 100_000


def check_bounds(text: str, name: str) -> None:
    """Refuses a text that is no single article.

    Raises:
        SourceUnreadable: too long, or without paragraphs.
    """
    if len(text.encode()) > MAX_ARTICLE_BYTES or text.count("\n") > MAX_LINES:
        raise SourceUnreadable(
            f"{name}: more than {MAX_ARTICLE_BYTES // 1_000_000} MB or {MAX_LINES:,} lines "
            "of text; split the article"
        )
    longest = max(map(len, re.split(r"\n[ \t]*\n", text)))
    if longest > MAX_PARAGRAPH:
        raise SourceUnreadable(
            f"{name}: {longest:,} characters without an empty line; divide it into paragraphs"
        )
