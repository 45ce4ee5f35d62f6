"""Publishing, withdrawing and bringing back articles: the changes that readers see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.articles.changes import NewChange
from assistant.articles.desk import Desk, version_of
from assistant.articles.drafts import DraftView, view_draft
from assistant.articles.front import with_fields
from assistant.articles.history import Decision, versions
from assistant.articles.indexing import Update
from assistant.articles.staging import stage_publication, stage_withdrawal
from assistant.corpus import read_article, read_file
from assistant.errors import ArticleInvalid, NoSuchArticle, NotYet
from assistant.files import write_whole
from assistant.screening.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a change did: the article, its version now (none when withdrawn), and the index."""

    article: str
    version: str | None
    was: str | None
    update: Update


def finding_key(finding: Finding) -> str:
    """A name for a finding that stays the same until its words change."""
    return f"{finding.kind}:{finding.found}"


def undecided(view: DraftView, reasons: Mapping[str, str]) -> list[Finding]:
    """The grave findings that nobody has decided about; ``reasons`` by ``finding_key``."""
    return [f for f in _grave(view) if not reasons.get(finding_key(f), "").strip()]


def _grave(view: DraftView) -> list[Finding]:
    return [f for f in view.check.findings if f.severity == "high"] if view.check else []


def publish(desk: Desk, article_id: str, *, reasons: Mapping[str, str] | None = None) -> Done:
    """Publish a draft: from the next question on, answers may quote it.

    ``reasons`` say, by ``finding_key``, why the article goes out in spite of a grave finding; they
    are kept in its history.

    Raises:
        NoSuchArticle: there is no such draft.
        NotYet: it cannot be an article yet, repeats another one, has a grave finding without a
            reason, or the published article was changed since the draft was begun.
        ArticleInvalid, IndexBusy, LibraryBusy, …: the article is not published.
    """
    reasons = reasons or {}
    with desk.changing():
        view = view_draft(desk, article_id)
        _refuse_unready(view, reasons)
        decisions = tuple(
            Decision(kind=f.kind, found=f.found, why=f.why, reason=reasons[finding_key(f)].strip())
            for f in _grave(view)
        )
        return _put_out(
            desk, article_id, view.raw, action="published", decisions=decisions, draft_too=True
        )


def withdraw(desk: Desk, article_id: str, *, reason: str = "") -> Done:
    """Take an article out of every answer at once. Its text is kept, and can be brought back.

    Raises:
        NoSuchArticle: it is not published.
        NotYet: it is the only article.
    """
    with desk.changing():
        path = desk.published_file(article_id)
        if len(desk.published().articles) < 2:
            raise NotYet(
                "This is the only article: without one the chat cannot start.",
                hint="Publish another one first.",
            )
        change = NewChange(desk.shelf)
        was = stage_withdrawal(desk, change, article_id, path, reason=reason)
        change.commit()
        return Done(article=article_id, version=None, was=was, update=desk.update())


def restore(desk: Desk, article_id: str, *, version: str = "", reason: str = "") -> Done:
    """Publish an earlier version again: the one named, or the last one that was published.

    For an article that is published now, the last one is the version before it.

    Raises:
        NoSuchArticle: there is no such version.
        NotYet: that version is the one that is published.
    """
    with desk.changing():
        there = _published_file(desk, article_id)
        now = version_of(there) if there else None
        kept = versions(desk.shelf, article_id)
        wanted = version or next((v for v in reversed(kept) if v != now), "")
        if wanted not in kept:
            named = f"version {wanted!r}" if wanted else "earlier version"
            raise NoSuchArticle(
                f"There is no {named} of {article_id!r}.",
                hint=f"See the versions with: pmr-assistant articles history {article_id}",
            )
        if wanted == now:
            raise NotYet(f"Version {wanted} of {article_id!r} is the one that is published.")
        raw = read_file(desk.shelf.version(article_id, wanted))
        return _put_out(desk, article_id, raw, action="restored", reason=reason)


def edit_metadata(desk: Desk, article_id: str, changes: Mapping[str, object]) -> Done:
    """Set front-matter fields of a published article, such as its review; its text stays.

    Raises:
        NoSuchArticle: it is not published.
        ArticleInvalid: a value cannot be used; nothing was changed.
    """
    with desk.changing():
        raw = with_fields(read_file(desk.published_file(article_id)), changes)
        what = ", ".join(f"{name}: {value}" for name, value in changes.items())
        return _put_out(desk, article_id, raw, action="published", reason=what)


def _refuse_unready(view: DraftView, reasons: Mapping[str, str]) -> None:
    if view.problems:
        raise NotYet(f"{view.id} cannot be an article yet:\n" + "\n".join(view.problems))
    if view.stale:
        raise NotYet(
            f"{view.id} has been changed since this draft was begun.",
            hint=f"Compare them with: pmr-assistant articles diff {view.id}; then begin anew.",
        )
    if view.check is not None and view.check.blocked:
        first = next(f for f in view.check.findings if f.kind == "duplicate")
        raise NotYet(f"{view.id} is not published: {first.why}")
    open_findings = undecided(view, reasons)
    if open_findings:
        lines = [f"{f.kind}: {f.found!r}: {f.why}" for f in open_findings]
        raise NotYet(
            f"Somebody must decide about {len(lines)} findings first:\n" + "\n".join(lines),
            hint="Mend the draft, or publish it with a reason (--because), which is kept.",
        )


def _put_out(
    desk: Desk,
    article_id: str,
    raw: str,
    *,
    action: Literal["published", "restored"],
    reason: str = "",
    decisions: tuple[Decision, ...] = (),
    draft_too: bool = False,
) -> Done:
    """Make ``raw`` the published article; with ``draft_too`` its draft is done with."""
    version = _version_of_text(desk, article_id, raw)
    change = NewChange(desk.shelf)
    was = stage_publication(
        desk,
        change,
        article_id,
        raw,
        version,
        there=_published_file(desk, article_id),
        action=action,
        reason=reason,
        decisions=decisions,
    )
    if draft_too:
        change.remove(desk.shelf.draft(article_id))
    change.commit()
    return Done(article=article_id, version=version, was=was, update=desk.update())


def _published_file(desk: Desk, article_id: str) -> Path | None:
    """The file of the article, if it is published."""
    try:
        return desk.published_file(article_id)
    except NoSuchArticle:
        return None


def _version_of_text(desk: Desk, article_id: str, raw: str) -> str:
    """The version that ``raw`` will have.

    Raises:
        ArticleInvalid: it can be no article.
    """
    trial = desk.shelf.folder / "trial.md"
    write_whole(trial, raw)
    try:
        article, findings = read_article(trial)
    except ArticleInvalid as error:
        raise ArticleInvalid(str(error).replace(str(trial), article_id)) from error
    finally:
        trial.unlink(missing_ok=True)
    if article is None:
        raise ArticleInvalid(f"{article_id}: id: {findings[-1].why}; give it another id")
    if article.id != article_id:
        raise ArticleInvalid(f"{article_id}: id: must stay {article_id!r}, not {article.id!r}")
    return article.version
