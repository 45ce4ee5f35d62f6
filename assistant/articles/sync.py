"""Making the published articles equal to a folder, as one change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.article_cache import ArticleCache
from assistant.articles.changes import NewChange
from assistant.articles.desk import Desk, Published
from assistant.articles.indexing import Update
from assistant.articles.staging import stage_publication, stage_withdrawal
from assistant.corpus import read_articles, read_file
from assistant.errors import NotYet
from assistant.screening.findings import Finding

MOST_REMOVED = 0.2  # share of the published articles that may go without being asked again


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPlan:
    """What a sync would do: article ids, sorted. ``findings`` are about the folder's articles."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def anything(self) -> bool:
        """Whether there is something to do."""
        return bool(self.added or self.changed or self.removed)

    @property
    def removed_share(self) -> float:
        """The share of the published articles that would be withdrawn, 0 to 1."""
        published = len(self.changed) + len(self.removed) + len(self.unchanged)
        return len(self.removed) / published if published else 0.0


def plan_sync(desk: Desk, folder: Path) -> SyncPlan:
    """What making the published articles equal to ``folder`` would change.

    Raises:
        CorpusMissing: the folder is not there or holds no article.
        ArticleInvalid: one or more files cannot be used; all problems are listed at once.
    """
    return _plan(desk, folder)[0]


def sync(
    desk: Desk, folder: Path, *, most_removed: float = MOST_REMOVED, reason: str = ""
) -> tuple[SyncPlan, Update]:
    """Make the published articles equal to ``folder``; what is not in it is withdrawn.

    All of it is one change: readers see the articles before it or after it. Doing it again does
    nothing; what was interrupted is carried through by whatever comes next.

    Raises:
        NotYet: more than ``most_removed`` (a share, 0 to 1) of the articles would be withdrawn.
        CorpusMissing, ArticleInvalid, LibraryBusy, IndexBusy, …: nothing was changed.
    """
    with desk.changing():
        plan, wanted = _plan(desk, folder)
        if plan.removed_share > most_removed:
            raise NotYet(
                f"{len(plan.removed)} articles would be withdrawn "
                f"({plan.removed_share:.0%}; at most {most_removed:.0%} go without being asked).",
                hint="Is it the right folder? Then run it again with --most-removed 1.",
            )
        if plan.anything:
            _stage(desk, plan, wanted, reason or f"sync with {folder.name}").commit()
        return plan, desk.update()


def _plan(desk: Desk, folder: Path) -> tuple[SyncPlan, Published]:
    # Records of their own: reading a folder drops the records of files that are not in it.
    read = read_articles(folder, ArticleCache(desk.settings.data_dir / "read-sync"))
    wanted = Published.of(read)
    have = {i: a.version for i, a in desk.published().articles.items()}
    want = {i: a.version for i, a in wanted.articles.items()}
    both = sorted(have.keys() & want.keys())
    plan = SyncPlan(
        added=tuple(sorted(want.keys() - have.keys())),
        changed=tuple(i for i in both if have[i] != want[i]),
        removed=tuple(sorted(have.keys() - want.keys())),
        unchanged=tuple(i for i in both if have[i] == want[i]),
        findings=read.findings,
    )
    return plan, wanted


def _stage(desk: Desk, plan: SyncPlan, wanted: Published, reason: str) -> NewChange:
    there = desk.published().files
    change = NewChange(desk.shelf)
    for article_id in (*plan.added, *plan.changed):
        stage_publication(
            desk,
            change,
            article_id,
            read_file(wanted.files[article_id]),
            wanted.articles[article_id].version,
            there=there.get(article_id),
            reason=reason,
        )
    for article_id in plan.removed:
        stage_withdrawal(desk, change, article_id, there[article_id], reason=reason)
    return change
