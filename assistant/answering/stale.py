"""Articles whose review is long overdue say nothing about treatment any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from assistant.answering.closing import is_medicine
from assistant.kinds import Kind, heading_kinds
from assistant.records import Article, Library
from assistant.retrieval import Hit, Query

_ADVICE = frozenset(
    {Kind.TREATMENT, Kind.SELF_CARE, Kind.MOVEMENT, Kind.SAFETY, Kind.EFFECT, Kind.PREVENTION}
)
# What stays true longer than advice does. Any other section may hold advice.
_LASTING = frozenset(
    {
        Kind.DEFINITION, Kind.CAUSES, Kind.SYMPTOMS, Kind.COMMON, Kind.TESTS, Kind.DURATION,
        Kind.WHO, Kind.WHEN, Kind.EMERGENCY, Kind.ASK,
    }
)  # fmt: skip


def out_of_date(article: Article, today: date, grace_days: int) -> bool:
    """Whether the article's review has been due for more than ``grace_days`` days."""
    due = article.review_by
    return due is not None and due + timedelta(days=grace_days) < today


def without_stale_advice(
    library: Library, query: Query, hits: Sequence[Hit], *, today: date, grace_days: int
) -> list[Hit]:
    """``hits`` without what out-of-date articles advise.

    With a question about treatment nothing of such an article is left; with any other question
    only its sections on causes, symptoms and the like, and nothing of an article on a medicine.
    """
    asks_advice = bool(_ADVICE.intersection(query.kinds))

    def stays(hit: Hit) -> bool:
        article = library.articles[hit.passage.article]
        if not out_of_date(article, today, grace_days):
            return True
        kinds = frozenset().union(*map(heading_kinds, hit.passage.heading_path))
        lasting = bool(kinds) and kinds <= _LASTING
        return lasting and not asks_advice and not is_medicine(article)

    return [hit for hit in hits if stays(hit)]
