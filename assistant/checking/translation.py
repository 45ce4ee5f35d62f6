"""An article in another language must say what its original says: same sections, same numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from assistant.checking.page import Page, Section
from assistant.screening.findings import Finding

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def translation_findings(pages: Sequence[Page]) -> Iterator[Finding]:
    """What is wrong between articles and their originals."""
    by_id = {page.article.id: page for page in pages}
    for page in pages:
        if page.article.translation_of:
            yield from _compared(page, by_id, page.article.translation_of)


def _compared(page: Page, by_id: Mapping[str, Page], original_id: str) -> Iterator[Finding]:
    original = by_id.get(original_id)
    if original is None or original.article.language == page.article.language:
        why = "translation_of must be the id of an article in another language"
        yield page.finding("translation", None, original_id, why)
        return
    if len(page.sections) != len(original.sections):
        why = f"{len(page.sections)} sections, but {original_id} has {len(original.sections)}"
        yield page.finding("translation", None, page.article.title, why)
        return
    for own, theirs in zip(page.sections, original.sections, strict=True):
        if _numbers(own) != _numbers(theirs):
            why = f"other numbers than in {theirs.heading!r} of {original_id}; compare the two"
            at = own.lines[0].span.start
            yield page.finding("translation", at, own.heading, why)


def _numbers(section: Section) -> Counter[str]:
    """The numbers of a section, written alike: 1,172 and 1172 are one number."""
    return Counter(re.sub(r"\D", "", n) for n in _NUMBER.findall(section.text))
