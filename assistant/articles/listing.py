"""What the library holds, in every state, as one list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.answering.stale import out_of_date
from assistant.articles.desk import Desk, Published
from assistant.articles.drafts import draft_state
from assistant.articles.shelf import State
from assistant.corpus import read_article
from assistant.errors import ArticleInvalid
from assistant.records import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One article in one state; an article may be published and have a draft as well.

    ``overdue``: its review is due. ``silent``: for so long that its advice is not given any more.
    ``broken``: it cannot be read as an article yet.
    """

    id: str
    state: State
    title: str
    version: str | None = None
    owner: str | None = None
    reviewed: date | None = None
    review_by: date | None = None
    overdue: bool = False
    silent: bool = False
    broken: bool = False


def list_articles(desk: Desk, published: Published | None = None) -> list[Row]:
    """Every article in every state, by id, published ones before their drafts."""
    published = published or desk.published()
    rows = [_row(desk, article, "published") for article in published.articles.values()]
    for article_id, path in desk.shelf.drafts().items():
        rows.append(_read(desk, article_id, path, draft_state(desk, article_id)))
    for article_id, path in desk.shelf.all_withdrawn().items():
        rows.append(_read(desk, article_id, path, "withdrawn"))
    order = ("published", "in review", "draft", "withdrawn")
    return sorted(rows, key=lambda row: (row.id, order.index(row.state)))


def _read(desk: Desk, article_id: str, path: Path, state: State) -> Row:
    try:
        article, _findings = read_article(path)
    except ArticleInvalid:
        article = None
    if article is None:
        return Row(id=article_id, state=state, title="", broken=True)
    return _row(desk, article, state)


def _row(desk: Desk, article: Article, state: State) -> Row:
    due = article.review_by
    grace = desk.settings.review_grace_days
    return Row(
        id=article.id,
        state=state,
        title=article.title,
        version=article.version,
        owner=article.owner,
        reviewed=article.reviewed,
        review_by=due,
        overdue=due is not None and due < desk.today,
        silent=out_of_date(article, desk.today, grace),
    )
