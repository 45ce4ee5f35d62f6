"""What a draft has in common with the published articles, as findings an editor decides on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.checking.across import FEWEST_WORDS, MOST_SHARED
from assistant.checking.conflicts import Conflict, nearest
from assistant.checking.duplicates import Near, fingerprint, folded
from assistant.checking.page import Page
from assistant.checking.statements import statements
from assistant.records import Article
from assistant.screening.findings import Finding, FindingKind


def duplicate_findings(page: Page, near: Sequence[Near]) -> Iterator[Finding]:
    """The same article again (refused), and articles of nearly the same words."""
    for each in near:
        name = f"{each.article} ({each.title!r})"
        if each.exact:
            why = f"all words are those of {name}; change that article or leave this one out"
            yield page.finding("duplicate", None, page.article.title, why)
        else:
            share = f"{each.jaccard:.0%} of all runs of five words and {each.contained:.0%} of the "
            why = (
                f"{share}shorter one's are also in {name}; replace it, keep both or leave this out"
            )
            yield page.finding("near_duplicate", None, page.article.title, why)


def unchanged_findings(page: Page, previous: Sequence[Article]) -> Iterator[Finding]:
    """Whether an update changes no word of the article that it replaces."""
    same = fingerprint(page.article.text)
    for article in previous:
        if fingerprint(article.text) == same:
            why = f"no word of the published {article.id} changes; only front matter can differ"
            yield page.finding("unchanged", None, page.article.title, why)


def conflict_findings(page: Page, found: Sequence[Conflict]) -> Iterator[Finding]:
    """Sentences that an article contradicts, each with the sentence there."""
    for each in found:
        kind: FindingKind = "contradiction" if each.alike else "conflict"
        why = (
            f"{each.theirs.article} says {each.theirs.text!r} ({each.why}); decide which one holds"
        )
        yield page.finding(kind, each.ours.span.start, each.ours.text, why)


def repeat_findings(page: Page, others: Sequence[Article]) -> Iterator[Finding]:
    """Articles that have more than a few sentences of the draft word for word."""
    own = {
        tuple(said): each
        for each in statements(page.article)
        if len(said := folded(each.text)) >= FEWEST_WORDS and not each.led
    }
    for article in nearest(page.article, others):
        shared = {key for each in statements(article) if (key := tuple(folded(each.text))) in own}
        if len(shared) > MOST_SHARED:
            first = min((own[key] for key in shared), key=lambda each: each.span)
            why = f"{len(shared)} sentences stand in {article.id} too; say them once and link there"
            yield page.finding("repeated", first.span.start, first.text, why)
