"""The library in words for the terminal: lists, checks, histories and differences as lines."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from assistant.articles.drafts import DraftView
from assistant.articles.history import Event
from assistant.articles.impact import Impact, Said
from assistant.articles.listing import Row
from assistant.articles.publishing import Done
from assistant.articles.sync import SyncPlan
from assistant.screening.findings import findings_as_json, findings_as_lines

_EFFECTS = {
    "lost": "would have no answer any more",
    "worse": "would lose key facts",
    "changed": "would be answered in other words",
    "answered": "would be answered for the first time",
    "better": "would gain key facts",
}
_LONGEST = 220  # characters of an answer in a list


def list_lines(rows: Sequence[Row]) -> Iterator[str]:
    """One line for each article, and what needs attention."""
    width = max((len(row.id) for row in rows), default=0)
    for row in rows:
        marks = [
            mark
            for mark, shown in (
                ("cannot be read yet", row.broken),
                ("not yet clinically reviewed", row.reviewed is None and not row.broken),
                (f"review due since {row.review_by}", row.overdue),
                ("its advice is not given any more", row.silent),
            )
            if shown
        ]
        line = f"{row.id:<{width}}  {row.state:<9}  {row.title}"
        yield f"{line}  ({'; '.join(marks)})" if marks else line


def row_json(row: Row) -> dict[str, Any]:
    """A row as plain JSON values."""
    return {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in asdict(row).items()}


def check_lines(view: DraftView) -> Iterator[str]:
    """What an editor should know about a draft."""
    what = ", a new version of a published article" if view.replaces else ""
    yield f"{view.id}: {view.state}{what}"
    if view.stale:
        yield "The published article has been changed since this draft was begun."
    for problem in view.problems:
        yield f"must be mended: {problem}"
    if view.check is None:
        return
    grade = "" if view.check.grade is None else f", reading grade {view.check.grade:.1f}"
    yield f"{view.check.words} words, {len(view.check.passages)} passages{grade}"
    for near in view.check.duplicates:
        yield f"like {near.article} ({near.jaccard:.0%} of its runs of words): {near.title}"
    yield from findings_as_lines(view.check.findings)
    if view.check.blocked:
        yield "It cannot be published: the same text is published already."


def check_json(view: DraftView) -> dict[str, Any]:
    """A draft's check as plain JSON values."""
    check = view.check
    return {
        "id": view.id,
        "state": view.state,
        "problems": list(view.problems),
        "replaces": view.replaces,
        "stale": view.stale,
        "blocked": check.blocked if check else False,
        "words": check.words if check else None,
        "passages": len(check.passages) if check else None,
        "grade": check.grade if check else None,
        "duplicates": [asdict(near) for near in check.duplicates] if check else [],
        "findings": findings_as_json(check.findings) if check else [],
    }


def impact_lines(impact: Impact) -> Iterator[str]:
    """Which answers would be other ones."""
    yield f"{len(impact.shifts)} of {impact.asked} known questions would get another answer."
    for shift in impact.shifts:
        yield f"\n{shift.question}\n  {_EFFECTS[shift.effect]}"
        yield f"  - {_said(shift.before)}"
        yield f"  + {_said(shift.after)}"


def impact_json(impact: Impact) -> dict[str, Any]:
    """An impact as plain JSON values."""
    return {"asked": impact.asked, "shifts": [asdict(shift) for shift in impact.shifts]}


def _said(said: Said) -> str:
    text = said.text if len(said.text) <= _LONGEST else f"{said.text[: _LONGEST - 1]}…"
    return f"{text} [{', '.join(said.articles)}]" if said.articles else text


def history_lines(events: Sequence[Event]) -> Iterator[str]:
    """One line for each thing that was done, oldest first."""
    for event in events:
        parts = [event.at, event.action, event.version or event.was or "", f"by {event.by}"]
        line = "  ".join(part for part in parts if part)
        yield f"{line}  ({event.reason})" if event.reason else line
        for decision in event.decisions:
            yield f"    in spite of {decision.kind} {decision.found!r}: {decision.reason}"


def diff_lines(before: str, after: str, names: tuple[str, str]) -> Iterator[str]:
    """What changed between two files, as a unified difference."""
    yield from difflib.unified_diff(
        before.splitlines(), after.splitlines(), names[0], names[1], lineterm=""
    )


def plan_lines(plan: SyncPlan) -> Iterator[str]:
    """What a sync would do."""
    for mark, ids in (("+", plan.added), ("~", plan.changed), ("-", plan.removed)):
        for article_id in ids:
            yield f"{mark} {article_id}"
    counts = f"+{len(plan.added)} ~{len(plan.changed)} -{len(plan.removed)}"
    yield f"{counts} ={len(plan.unchanged)}"


def done_json(done: Done) -> dict[str, Any]:
    """A change that was carried out, as plain JSON values."""
    return {
        "article": done.article,
        "version": done.version,
        "was": done.was,
        "articles": done.update.report.articles,
        "passages": done.update.report.passages,
        "embedded": done.update.report.embedded,
    }
