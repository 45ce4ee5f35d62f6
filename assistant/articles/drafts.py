"""Drafts: articles that are being written or checked. No reader ever sees one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from assistant.articles.desk import Desk, Published, version_of
from assistant.articles.front import new_article, with_body, with_fields
from assistant.articles.history import read_history, record
from assistant.articles.shelf import State
from assistant.checking.draft import DraftCheck, check_draft
from assistant.corpus import read_article, read_file
from assistant.errors import ArticleInvalid, NoSuchArticle, NotYet
from assistant.files import write_whole
from assistant.front_matter import FrontMatter
from assistant.records import Article

_LONGEST_ID = 60
_SET_BY_REVIEW = ("reviewed_by", "reviewed")
# The order in which a new article's front matter is written.
_FIELDS = (
    "id", "title", "source", "url", "author", "publisher", "published", "reviewed_by", "reviewed",
    "review_by", "licence", "topics", "audience", "owner", "lang",
)  # fmt: skip
# What an article from elsewhere is likely to bring; empty lines show what is still to be filled in.
_ALWAYS = ("title", "publisher", "published", "reviewed_by", "reviewed", "review_by", "lang")


class Source(Protocol):
    """Text from a file, a page or the clipboard, as ``assistant.sources`` reads it."""

    @property
    def markdown(self) -> str:
        """The text as it will be quoted."""
        ...

    @property
    def title(self) -> str:
        """Its title, or an empty string."""
        ...

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Front-matter fields that were found in it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A draft as an editor sees it. ``problems`` say why it cannot be an article yet.

    ``article`` and ``check`` are missing while there are such problems. ``replaces`` says that an
    article with this id is published; ``stale`` that it has been changed since this draft was
    begun.
    """

    id: str
    raw: str
    state: State
    problems: tuple[str, ...]
    article: Article | None
    check: DraftCheck | None
    replaces: bool
    stale: bool


def add_draft(
    desk: Desk,
    source: Source,
    *,
    article_id: str = "",
    replaces: str = "",
    fields: Mapping[str, object] | None = None,
) -> str:
    """Begin a draft from ``source``; returns its id. Nothing is published by it.

    ``fields`` are front-matter fields that the editor gives. With ``replaces`` the draft is a new
    version of that article and keeps what its front matter says.

    Raises:
        NotYet: the id is taken, or no id can be made of the title.
        NoSuchArticle: there is no article to replace.
    """
    given = {k: v for k, v in {**source.metadata, **(fields or {})}.items() if v is not None}
    with desk.changing():
        if replaces:
            path = desk.published_file(replaces)
            known = with_fields(read_file(path), {**_of_a_new_text(given), **(fields or {})})
            raw, draft_id = with_body(known, source.markdown), replaces
        else:
            title = str(given.get("title") or source.title).strip()
            draft_id = article_id or str(given.get("id") or "") or slug(title)
            _refuse_taken(desk, draft_id)
            raw = new_article(_front({**given, "id": draft_id, "title": title}), source.markdown)
        _keep(desk, draft_id, raw, action="drafted")
    return draft_id


def revise(desk: Desk, article_id: str) -> str:
    """Begin a draft from the published article itself, to be edited; returns its id.

    Raises:
        NoSuchArticle: it is not published.
        NotYet: there is a draft of it already.
    """
    with desk.changing():
        if desk.shelf.draft(article_id).is_file():
            raise NotYet(
                f"There is a draft of {article_id!r} already.", hint="Go on with that one."
            )
        _keep(desk, article_id, read_file(desk.published_file(article_id)), action="drafted")
    return article_id


def save_draft(desk: Desk, article_id: str, raw: str) -> None:
    """Keep an edited draft, whatever state it is in.

    Raises:
        NoSuchArticle: there is no such draft.
    """
    with desk.changing():
        desk.shelf.found(desk.shelf.draft(article_id), article_id)
        _keep(desk, article_id, raw, action="edited")


def set_fields(desk: Desk, article_id: str, changes: Mapping[str, object]) -> None:
    """Set front-matter fields of a draft.

    Raises:
        NoSuchArticle: there is no such draft.
        NotYet: a field is unknown, or is the id.
    """
    known = set(FrontMatter.model_fields) - {"id"}
    unknown = sorted(set(changes) - known)
    if unknown:
        raise NotYet(
            f"{unknown[0]!r} is no field that can be set.",
            hint=f"Fields are: {', '.join(sorted(known))}.",
        )
    with desk.changing():
        path = desk.shelf.found(desk.shelf.draft(article_id), article_id)
        _keep(desk, article_id, with_fields(read_file(path), changes), action="edited")


def send_for_review(desk: Desk, article_id: str) -> None:
    """Mark a draft as waiting for its reviewer.

    Raises:
        NoSuchArticle: there is no such draft.
    """
    with desk.changing():
        desk.shelf.found(desk.shelf.draft(article_id), article_id)
        record(desk.shelf, desk.event(article_id, "sent for review"))


def discard(desk: Desk, article_id: str) -> None:
    """Throw a draft away; what is published stays.

    Raises:
        NoSuchArticle: there is no such draft.
    """
    with desk.changing():
        desk.shelf.found(desk.shelf.draft(article_id), article_id).unlink()
        record(desk.shelf, desk.event(article_id, "discarded"))


def view_draft(desk: Desk, article_id: str, published: Published | None = None) -> DraftView:
    """A draft with everything an editor should know before publishing it.

    Raises:
        NoSuchArticle: there is no such draft.
    """
    path = desk.shelf.found(desk.shelf.draft(article_id), article_id)
    published = published or desk.published()
    problems: tuple[str, ...] = ()
    article, check = None, None
    try:
        article, findings = read_article(path)
        if article is None:
            problems = (f"id: {findings[-1].why}",)
        elif article.id != article_id:
            article, problems = None, (f"id: must stay {article_id!r}, the name of the draft",)
        else:
            check = check_draft(
                article,
                path,
                tuple(published.articles.values()),
                today=desk.today,
                # The house's rules of shape bind an article that is written by them, with sources.
                own=bool(article.sources) and not article.as_is,
            )
    except ArticleInvalid as error:
        problems = tuple(str(error).replace(f"{path}: ", "").splitlines())
    now_published = published.articles.get(article_id)
    return DraftView(
        id=article_id,
        raw=read_file(path),
        state=draft_state(desk, article_id),
        problems=problems,
        article=article,
        check=check,
        replaces=now_published is not None,
        stale=now_published is not None and _begun_from(desk, article_id) != now_published.version,
    )


def draft_state(desk: Desk, article_id: str) -> State:
    """Whether a draft is being written or waits for its reviewer; any edit takes it back."""
    for event in reversed(read_history(desk.shelf, article_id)):
        if event.action == "sent for review":
            return "in review"
        if event.action in ("drafted", "edited", "published", "restored"):
            break
    return "draft"


def slug(title: str) -> str:
    """A short id made of a title.

    Raises:
        NotYet: the title has no letter or digit that can stand in one.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    found = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:_LONGEST_ID].rstrip("-")
    if not found:
        raise NotYet(
            "The article needs a title or an id.",
            hint='Give one, for example: --title "Herniated disc" or --id herniated-disc',
        )
    return found


def _refuse_taken(desk: Desk, article_id: str) -> None:
    if desk.shelf.draft(article_id).is_file():
        raise NotYet(
            f"There is a draft {article_id!r} already.",
            hint="Go on with that one, throw it away first, or give another --id.",
        )
    if article_id in desk.published().articles:
        raise NotYet(
            f"An article {article_id!r} is published already.",
            hint=f"For a new version of it: --replace {article_id}; otherwise give another --id.",
        )


def _front(given: Mapping[str, object]) -> dict[str, object]:
    fields = {name: given[name] for name in _FIELDS if name in given}
    fields |= {name: None for name in _ALWAYS if name not in fields}
    fields["lang"] = fields["lang"] or "en"
    ordered = {name: fields[name] for name in _FIELDS if name in fields}
    return ordered | {k: v for k, v in given.items() if k in FrontMatter.model_fields}


def _of_a_new_text(given: Mapping[str, object]) -> dict[str, object]:
    """What the front matter of a new version takes from its source.

    A review was of the old words: it does not carry over to new ones.
    """
    taken = {k: given[k] for k in ("published", "url", "author") if k in given}
    return taken | dict.fromkeys(_SET_BY_REVIEW)


def _keep(desk: Desk, article_id: str, raw: str, *, action: Literal["drafted", "edited"]) -> None:
    path = desk.shelf.draft(article_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    was = _published_version(desk, article_id) if action == "drafted" else None
    write_whole(path, raw if raw.endswith("\n") else f"{raw}\n")
    record(desk.shelf, desk.event(article_id, action, was=was))


def _published_version(desk: Desk, article_id: str) -> str | None:
    try:
        return version_of(desk.published_file(article_id))
    except NoSuchArticle:
        return None


def _begun_from(desk: Desk, article_id: str) -> str | None:
    for event in reversed(read_history(desk.shelf, article_id)):
        if event.action == "drafted":
            return event.was
    return None
