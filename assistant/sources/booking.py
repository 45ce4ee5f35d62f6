"""Words that send a reader somewhere instead of telling them anything: "click here to schedule"."""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.blocks import blocks
from assistant.records import Span
from assistant.text import LINK, plain, sentence_spans

_CLICK = re.compile(
    r"\b(?:click|tap|press)\s+(?:right\s+)?(?:here|below|this (?:link|button))\b", re.I
)
_ERRAND = re.compile(
    r"\b(?:(?:book|schedule|request|make|get)\s+(?:an?|your|the)?\s*(?:online\s+)?"
    r"(?:appointment|consultation|consult|visit|evaluation)|"
    r"book (?:online|now|today)|schedule (?:online|now|today)|contact us|call us|"
    r"find a (?:doctor|physician|provider|physiatrist)|sign up|subscribe|read more|learn more)\b",
    re.I,
)
_LONGEST = 80
_LONG_BLOCK = 5_000  # characters: beyond, cutting sentences with care takes seconds
_SENTENCE = re.compile(r"\S[^.!?\n]*[.!?]*")


class Without(NamedTuple):
    """A text after something was taken out of it, and how often."""

    markdown: str
    removed: int


def is_errand(words: str) -> bool:
    """Whether a link's words only send a reader somewhere."""
    return len(words) <= _LONGEST and bool(_CLICK.search(words) or _ERRAND.search(words))


def without_errands(markdown: str) -> Without:
    """``markdown`` without the sentences that hold a booking link or say "click here"."""
    spans = [
        sentence
        for block in blocks(markdown)
        if block.kind in ("paragraph", "item")
        for sentence in _sentences(markdown, block.span)
        if _sends_away(sentence.cut(markdown))
    ]
    for span in reversed(spans):
        start, end = span.start, span.end
        line = markdown.rfind("\n", 0, start) + 1
        if not re.search(r"[^\s>*+\d.)-]", markdown[line:start]) and markdown[end : end + 1] in (
            "",
            "\n",
        ):
            start = line  # the mark of a list item goes with its words
        markdown = markdown[:start].rstrip(" ") + markdown[end:]
    return Without(markdown, len(spans))


def _sentences(markdown: str, block: Span) -> list[Span]:
    """The sentences of a block that sends a reader somewhere; none of any other block."""
    words = block.cut(markdown)
    if not _sends_away(words):
        return []
    if len(words) <= _LONG_BLOCK:
        return sentence_spans(markdown, block)
    found = _SENTENCE.finditer(words)
    return [Span(block.start + each.start(), block.start + each.end()) for each in found]


def _sends_away(sentence: str) -> bool:
    return bool(_CLICK.search(plain(sentence))) or any(
        is_errand(plain(link["words"])) for link in LINK.finditer(sentence)
    )
