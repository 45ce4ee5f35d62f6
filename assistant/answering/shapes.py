"""The shape of a message: several questions in one, or a comparison of two things."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_PARTS = 3
_FEWEST_WORDS = 3  # of a part that stands as a question
_LONGEST_SIDE = 6  # words

_ASKING = (
    r"(?:what(?:'s|s)?|why|how|who|which|when|where|can|could|should|is|are|do|does|did|will|would|"
    r"may)"
)
# A new question begins after a question mark, or after "and" before an asking word.
_CUT = re.compile(rf"(?<=[?])\s+|[,;]?\s+(?:and|also|plus|but)\s+(?:also\s+)?(?={_ASKING}\b)", re.I)
_OPENS = re.compile(rf"^(?:(?:and|also|so|ok|hi|hello|then|but)[\s,]+)*{_ASKING}\b", re.I)
_BETWEEN = re.compile(
    r"\b(?:difference|diffrence|differ|choose|compare)\w*\b.{0,20}?\b(?:between\s+)?"
    r"(?P<a>[^?,.]+?)\s+(?:and|from|with|to|vs\.?|versus|or)\s+(?P<b>[^?,.]+)",
    re.I,
)
_EITHER = re.compile(
    r"(?P<a>[^?,.;:]+?)\s+"
    r"(?:or|vs\.?|versus|compared (?:to|with)|(?:any )?better than|instead of)\s+"
    r"(?P<b>[^?,.;:]+)",
    re.I,
)
_LEAD = re.compile(
    r"^.*\b(?:what|which|who|is|are|do|does|should|can|could|use|try|take|see|want|better|best|between|"
    r"i|a|an|the|my|either|just|plain|it)\s+",
    re.I,
)
_TAIL = re.compile(
    r"\s+(?:for|on|in|to|with|when|if|is|are|does|do|has|which|what|right|after|help|helps|first|at|"
    r"any|as|the same|lol|show|shows|better|work|works)\b.*$",
    re.I,
)
_NO_SIDE = re.compile(
    r"^(?:not|no|nah|nay|what|bad|good|worse|dangerous|so|just|else|whatever|"
    # What follows is something to do, not a thing to weigh against another.
    r"should|can|could|do|does|am|is|are|will|wait|lay|lie|keep|stop|go|get|call|use|take|try)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The two things a question sets against each other, in its own words."""

    first: str
    second: str


def parts_of(message: str) -> tuple[str, ...]:
    """The questions of ``message`` in order, at most three; one when it asks one thing."""
    pieces = [p.strip(" ,;") for p in _CUT.split(message) if p and p.strip(" ,;")]
    parts: list[str] = []
    for piece in pieces:
        asks = bool(_OPENS.match(piece)) or piece.endswith("?")
        if parts and (not asks or len(piece.split()) < _FEWEST_WORDS):
            parts[-1] = f"{parts[-1]} {piece}"
        elif parts and not (_OPENS.search(parts[-1]) or parts[-1].endswith("?")):
            parts[-1] = f"{parts[-1]}, {piece}"  # a story, then its question
        else:
            parts.append(piece)
    return tuple(parts) if 1 < len(parts) <= MOST_PARTS else (message,)


def comparison_in(question: str) -> Comparison | None:
    """What ``question`` compares, or ``None``."""
    for pattern in (_BETWEEN, _EITHER):
        match = pattern.search(question)
        if not match:
            continue
        first, second = _side(match["a"], last=True), _side(match["b"], last=False)
        if first and second and first.lower() != second.lower():
            return Comparison(first, second)
    return None


def _side(text: str, *, last: bool) -> str:
    """The words that name one side: what stands nearest to the word between the two."""
    text = " ".join(text.split())
    text = (
        _LEAD.sub("", f"{text} ").strip()
        if last
        else re.sub(r"^(?:an?|the|just|plain|my)\s+", "", text, flags=re.I)
    )
    text = _TAIL.sub("", text).strip(" '\"")
    if not text or _NO_SIDE.match(text) or len(text.split()) > _LONGEST_SIDE:
        return ""
    return text
