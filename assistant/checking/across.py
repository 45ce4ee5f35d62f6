"""What only shows between articles: repeats, contradictions, links, warning signs left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from pathlib import PurePosixPath

from assistant.checking.page import Line, Page
from assistant.contradiction import SAME_WORDS, alike, contradict, point
from assistant.guardrail.rulebook import shipped_rulebook
from assistant.screening.findings import Finding
from assistant.text import LINK

FEWEST_WORDS = 5  # of a sentence that is compared; shorter ones repeat by chance
MOST_SHARED = 5  # sentences that two articles may have in common
_ELSEWHERE = re.compile(r"^([a-z][a-z0-9+.-]*:|//|#|mailto)", re.I)

Spot = tuple[Page, Line]


def across_findings(pages: Sequence[Page]) -> Iterator[Finding]:
    """What is wrong between the articles."""
    # A translation repeats what its original says; the originals are compared.
    yield from _pairs([page for page in pages if not page.article.translation_of])
    yield from _links(pages)
    yield from _flags(pages)


def _pairs(pages: Sequence[Page]) -> Iterator[Finding]:
    """Contradictions, and articles that repeat each other."""
    shared: dict[tuple[str, str], list[Spot]] = {}
    for (page, line), (other, its_line) in alike_sentences(pages):
        if contradict(line.text, its_line.text):
            why = f"{other.article.id} says the opposite: {its_line.text!r}"
            yield page.finding("contradiction", line.span.start, line.text, why)
        else:
            shared.setdefault((page.article.id, other.article.id), []).append((page, line))
    for (_id, other_id), places in shared.items():
        if len(places) > MOST_SHARED:
            page, line = places[0]
            why = f"{len(places)} sentences stand in {other_id} too; say them once and link there"
            yield page.finding("repeated", line.span.start, line.text, why)


def alike_sentences(pages: Sequence[Page]) -> Iterator[tuple[Spot, Spot]]:
    """Pairs of sentences of nearly the same words in two articles."""
    places = [
        ((page, line), stems)
        for page in pages
        for line in page.lines()
        if not line.item and not line.text.endswith(":")  # the items tell such lines apart
        if len(stems := point(line.text)) >= FEWEST_WORDS
    ]
    counts = Counter(stem for _place, stems in places for stem in stems)
    seen: dict[str, list[int]] = {}
    for number, (place, stems) in enumerate(places):
        # Sentences that share nearly all words share at least one of the rarest few of either.
        rare = sorted(stems, key=lambda stem: (counts[stem], stem))
        rare = rare[: len(rare) - int(SAME_WORDS * len(rare)) + 1]
        for earlier in sorted({n for stem in rare for n in seen.get(stem, ())}):
            other, its_stems = places[earlier]
            if other[0] is not place[0] and alike(stems, its_stems):
                yield other, place
        for stem in rare:
            seen.setdefault(stem, []).append(number)


def _links(pages: Sequence[Page]) -> Iterator[Finding]:
    ids = {page.article.id for page in pages}
    for page in pages:
        yield from link_findings(page, ids)


def link_findings(page: Page, ids: Set[str]) -> Iterator[Finding]:
    """Links of one article that lead to none of the articles ``ids``."""
    for match in LINK.finditer(page.article.text):
        target = (match.group("address") or "").strip("<>").split("#")[0].strip()
        if target and not _ELSEWHERE.match(target) and PurePosixPath(target).stem not in ids:
            why = "the link leads to no article; use the id of one, such as herniated-disc.md"
            yield page.finding("broken_link", match.start(), match.group(), why)


def _flags(pages: Sequence[Page]) -> Iterator[Finding]:
    """Every warning sign of the guardrail must be explained somewhere."""
    known = {rule.id for rule in shipped_rulebook().rules}
    explained: set[str] = set()
    for page in pages:
        wrong = list(explains_findings(page))
        yield from wrong
        named = {flag for flag, _heading in page.article.explains}
        explained |= named - {finding.found for finding in wrong}
    for flag in sorted(known - explained):
        why = "no article's `explains` names this warning sign of the guardrail"
        yield pages[0].finding("unexplained_flag", None, flag, why)


def explains_findings(page: Page) -> Iterator[Finding]:
    """Entries of one article's ``explains`` that name no warning sign or no section."""
    known = {rule.id for rule in shipped_rulebook().rules}
    headings = {section.heading for section in page.sections}
    for flag, heading in page.article.explains:
        if flag not in known or heading not in headings:
            what = "warning sign of the guardrail" if flag not in known else "section here"
            why = f"explains: {flag}: {heading!r} names no {what}"
            yield page.finding("unexplained_flag", None, flag, why)
