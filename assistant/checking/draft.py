"""The check of one draft before it is published, against the library that it will join."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from assistant.checking.across import explains_findings, link_findings
from assistant.checking.claims import claim_findings
from assistant.checking.conflicts import Conflict, conflicts
from assistant.checking.duplicates import Near, ShingleTable
from assistant.checking.hard import HardSentence, hard_findings, hard_sentences
from assistant.checking.metadata import metadata_findings
from assistant.checking.overlap import (
    conflict_findings,
    duplicate_findings,
    repeat_findings,
    unchanged_findings,
)
from assistant.checking.page import Page, library_page, page_of
from assistant.checking.shape import (
    care_findings,
    grade_findings,
    house_findings,
    overdue_findings,
)
from assistant.checking.translation import translation_findings
from assistant.checking.warning_signs import warning_sign_findings
from assistant.chunking import split_article
from assistant.corpus import read_article
from assistant.errors import ArticleInvalid
from assistant.readability import reading_grade, word_count
from assistant.records import DEFAULT_LANGUAGE, Article, Passage
from assistant.screening.findings import Finding, FindingKind, by_weight


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCheck:
    """What an editor sees of a draft: findings (the gravest first) and what will be quoted.

    ``grade`` is the Flesch-Kincaid grade of all that can be quoted, ``None`` for a text too short
    or not in English; ``words`` counts the same words. ``duplicates`` are published articles of the
    same or nearly the same words, ``conflicts`` the pairs of sentences that disagree.
    """

    findings: tuple[Finding, ...]
    passages: tuple[Passage, ...]
    grade: float | None
    hard_sentences: tuple[HardSentence, ...]
    words: int
    duplicates: tuple[Near, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def blocked(self) -> bool:
        """Whether the draft is refused: it is a published article again, word for word."""
        return any(near.exact for near in self.duplicates)


def check_draft(
    draft: Article,
    path: Path,
    published: Sequence[Article],
    *,
    today: date,
    replaces: str | None = None,
    own: bool | None = None,
) -> DraftCheck:
    """Everything to look at in ``draft``, which was read from ``path``, before it is published.

    The article of the draft's own id, and the one that it ``replaces``, are what it will stand for
    and are not held against it. ``own`` says whether the house's rules of shape bind; for a text
    from elsewhere they are only told. Left out, they bind unless the draft is marked ``as_is``.

    Raises:
        ArticleInvalid: ``path`` cannot be read, or ``replaces`` names no published article.
    """
    if replaces is not None and replaces not in {article.id for article in published}:
        raise ArticleInvalid(
            f"{path}: replaces: {replaces!r} is no published article; use the id of one of them"
        )
    page = page_of(draft, path)
    previous = [a for a in published if a.id in (draft.id, replaces)]
    others = [a for a in published if a.id not in (draft.id, replaces)]
    english = draft.language == DEFAULT_LANGUAGE
    hard = hard_sentences(page) if english else []
    near = ShingleTable(others).near(draft)
    opposed = conflicts(draft, others) if english else []
    findings = [
        *_screened(path),
        *_alone(page, today, own=not draft.as_is if own is None else own),
        *hard_findings(page, hard),
        *duplicate_findings(page, near),
        *unchanged_findings(page, previous),
        *conflict_findings(page, opposed),
        *_between(page, others, {each.article for each in near}),
    ]
    text = "\n".join(line.text for line in page.lines())
    return DraftCheck(
        findings=tuple(by_weight(findings)),
        passages=tuple(split_article(draft)),
        grade=reading_grade(text) if english else None,
        hard_sentences=tuple(hard),
        words=word_count(text),
        duplicates=tuple(near),
        conflicts=tuple(opposed),
    )


# What the screening calls an unsafe claim, by the check that it breaks first.
_CLAIMS: Mapping[str, FindingKind] = {"dose": "dose", "promise": "absolute_claim"}
_BROKEN = re.compile(r"no answer may say this \((?P<check>[\w-]+)")


def _screened(path: Path) -> Iterator[Finding]:
    """What the screening withholds, doses and promises by name; all of it stays as grave."""
    for finding in read_article(path)[1]:
        broken = _BROKEN.match(finding.why)
        yield replace(finding, kind=_CLAIMS.get(broken["check"] if broken else "", finding.kind))


def _alone(page: Page, today: date, *, own: bool) -> Iterator[Finding]:
    yield from overdue_findings(page, today)
    yield from metadata_findings(page)
    yield from care_findings(page)
    yield from grade_findings(page)
    yield from house_findings(page) if own else _told(house_findings(page))
    yield from explains_findings(page)
    if page.article.language == DEFAULT_LANGUAGE:
        yield from claim_findings(page)
        yield from warning_sign_findings(page)


def _told(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Rules that do not bind a text from elsewhere, for the editor to know."""
    return (replace(finding, severity="info") for finding in findings)


def _between(page: Page, others: Sequence[Article], near: set[str]) -> Iterator[Finding]:
    """Links, repeats and the original of a translation."""
    yield from link_findings(page, {page.article.id, *(article.id for article in others)})
    yield from repeat_findings(page, [article for article in others if article.id not in near])
    original = [library_page(a) for a in others if a.id == page.article.translation_of]
    yield from translation_findings([page, *original])


__all__ = ["DraftCheck", "check_draft"]
