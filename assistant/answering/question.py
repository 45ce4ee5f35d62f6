"""Reading a message as a question: what it asks, about what, and what an earlier turn adds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.kinds import Kind, question_kinds
from assistant.records import Library, Span
from assistant.retrieval import Query
from assistant.text import sentence_spans, stems, visible

# Above this many words a message tells a story; the question in it is looked for first.
_LONG_MESSAGE_WORDS = 40
_ASKS = re.compile(
    r"\?|^(what|why|how|who|which|when|where|is|are|can|could|should|do|does|did|will|would|may|any)\b",
    re.I,
)
_OPENER = re.compile(
    r"^(ok(ay)?|so|and|but|also|then|well|yes|yeah|no|right|thanks|thank you|great|um+|hm+|i see)"
    r"[\s,.!-]+",
    re.I,
)
_WHAT_ABOUT = re.compile(r"^(what|how) about\s+(?P<thing>.+?)\s*\??$", re.I)
_NO_I_MEANT = re.compile(
    r"^(no[,. ]+)?(i (meant|mean)|sorry[, ]+i meant|not .{1,30}[,.] ?i meant)\s+(?P<thing>.+?)\??$",
    re.I,
)
_BARE_WHY = re.compile(r"^(but )?(why|how come|why not|why is that|why so)\s*\??$", re.I)
_POINTS_BACK = re.compile(
    r"\b(it|its|that|this|these|those|they|them|their|the same|the (first|second|third|last|other) "
    r"one|one of (them|those))\b",
    re.I,
)
_PRONOUN = re.compile(
    r"\b(it|that|this|these|those|they|them)\b(?!\s+(pain|back|muscle|article|chat|is it))", re.I
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A message read as a question. ``resolved`` stands alone, also for a follow-up."""

    typed: str
    resolved: str
    query: Query

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What is asked for, the main kind first."""
        return self.query.kinds


class Topics:
    """The library's own topic words, for telling what a message is about."""

    def __init__(self, library: Library) -> None:
        names: dict[tuple[str, ...], tuple[str, int]] = {}
        for article in library:
            for name in (*article.topics, article.title):
                key = tuple(stems(name))
                if key and len(key) <= 4:
                    shown, uses = names.get(key, (name, 0))
                    names[key] = (shown, uses + 1)
        self._names = names
        self._longest = max((len(key) for key in names), default=0)

    def find(self, text: str) -> str | None:
        """The most telling topic named in ``text``: longest first, then the rarest."""
        words = stems(text)
        found: list[tuple[int, int, str]] = []
        for size in range(min(self._longest, len(words)), 0, -1):
            for start in range(len(words) - size + 1):
                hit = self._names.get(tuple(words[start : start + size]))
                if hit:
                    found.append((-size, hit[1], hit[0]))
        return min(found)[2] if found else None


def read_question(message: str, earlier: Sequence[str], topics: Topics) -> Question:
    """``message`` as a question that stands alone; ``earlier`` are the user's former messages."""
    typed = visible(message)
    focus = _focus(typed)
    resolved = _resolve(focus, [visible(m) for m in earlier], topics)
    kinds = question_kinds(resolved)
    return Question(typed=typed, resolved=resolved, query=Query.of(resolved, kinds))


def _focus(message: str) -> str:
    """The sentences of a long message that ask something, with its last sentence before them."""
    if len(message.split()) <= _LONG_MESSAGE_WORDS:
        return message
    sentences = [s.cut(message) for s in sentence_spans(message, Span(0, len(message)))]
    asking = [n for n, s in enumerate(sentences) if _ASKS.search(s)]
    if not asking:
        return message
    keep = sorted({n for a in asking[-2:] for n in (a - 1, a) if n >= 0})
    return " ".join(sentences[n] for n in keep)


def _resolve(question: str, earlier: Sequence[str], topics: Topics) -> str:
    if not earlier:
        return question
    bare = question
    while (shorter := _OPENER.sub("", bare, count=1)) != bare and shorter:
        bare = shorter
    context = _last_topic(earlier, topics)
    if _BARE_WHY.match(bare):
        return f"Why: {_last_question(earlier)}"
    changed = _WHAT_ABOUT.match(bare) or _NO_I_MEANT.match(bare)
    if changed:
        return _about(changed["thing"], earlier, context, topics)
    own = topics.find(bare)
    if context is None or (own and not _POINTS_BACK.search(bare)):
        return bare
    if own is None and (_POINTS_BACK.search(bare) or len(stems(bare)) <= 4 or bare != question):
        replaced, count = _PRONOUN.subn(context, bare, count=1)
        return replaced if count else f"{bare.rstrip('?. ')} ({context})"
    return bare


def _about(thing: str, earlier: Sequence[str], context: str | None, topics: Topics) -> str:
    """The question before, asked about another ``thing``."""
    last = _last_question(earlier)
    asked = question_kinds(last)
    if context is None or topics.find(thing) == context:
        return f"{thing}?"
    word = f" {asked[0].value}" if asked else ""
    return f"{thing} for {context}{word}?"


def _last_topic(earlier: Sequence[str], topics: Topics) -> str | None:
    for message in reversed(earlier):
        topic = topics.find(message)
        if topic:
            return topic
    return None


def _last_question(earlier: Sequence[str]) -> str:
    asking = [m for m in earlier if len(stems(m)) >= 2]
    return _focus(asking[-1] if asking else earlier[-1])
