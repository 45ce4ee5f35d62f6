"""Making a follow-up stand alone with what the earlier messages were about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering.shapes import comparison_in
from assistant.answering.topics import Topics
from assistant.glossary import Glossary
from assistant.kinds import Kind, question_kinds
from assistant.text import stems

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
_SHORT_QUESTION = 4  # stems; a shorter question without a topic leans on the one before
_BARE_TOPIC = 3  # words; "and sciatica?" asks about it what was asked before
_ONE_OF_TWO = re.compile(
    r"\bthe (?P<which>first|second|former|latter|other)( one| of them)?\b", re.I
)
_FIRST = ("first", "former")
_ASKS_SOMETHING = re.compile(
    r"\b(what|why|how|who|which|when|where|can|could|should|is|are|do|does|did|will|would|may)\b",
    re.I,
)


class FollowUp:
    """The earlier questions of a conversation, oldest first."""

    def __init__(self, earlier: Sequence[str], topics: Topics, glossary: Glossary) -> None:
        self._earlier, self._topics, self._glossary = earlier, topics, glossary
        self._context = next(
            (topic for m in reversed(earlier) if (topic := self._topic(m, main=True))), None
        ) or next((topic for m in reversed(earlier) if (topic := self._topic(m))), None)

    def resolve(self, question: str) -> tuple[str, tuple[Kind, ...]]:
        """The question in full, and the kinds it takes over when it names none itself."""
        bare = question
        while (shorter := _OPENER.sub("", bare, count=1)) != bare and shorter:
            bare = shorter
        if not self._earlier:
            return question, ()
        last = self._last_question()
        if _BARE_WHY.match(bare):
            return f"Why: {last}", ()
        meant = _NO_I_MEANT.match(question) or _NO_I_MEANT.match(bare)
        changed = meant or _WHAT_ABOUT.match(bare)
        if changed:
            return self._instead(changed["thing"], last, corrected=bool(meant))
        if self._is_bare_topic(bare, opened=bare != question):
            return self._instead(bare.rstrip("?. "), last, corrected=True)
        return self._complete(self._pointed_at(bare, last), last, opened=bare != question), ()

    def _is_bare_topic(self, bare: str, *, opened: bool) -> bool:
        """Whether the message only names another thing the articles are about."""
        short = len(bare.split()) <= _BARE_TOPIC and not _ASKS_SOMETHING.search(bare)
        own = self._topic(bare, main=True)
        return (
            short
            and own is not None
            and own != self._context
            and (opened or not question_kinds(bare))
        )

    def _instead(self, thing: str, last: str, *, corrected: bool) -> tuple[str, tuple[Kind, ...]]:
        """The last question, asked about ``thing``."""
        kinds = question_kinds(last)
        own = self._topic(thing, main=True)
        swapped = self._swapped(last, thing) if own and own != self._context else None
        if swapped:
            return swapped, kinds
        if corrected or self._context is None or own == self._context:
            return f"{thing}?", kinds
        return f"{thing}, for {self._context}?", kinds

    def _swapped(self, last: str, thing: str) -> str | None:
        """``last`` with ``thing`` where it names the topic of the conversation."""
        pieces = self._glossary.phrases(last)
        for n, (words, names) in enumerate(pieces):
            if names and self._topic(words, main=True) == self._context:
                return (
                    "".join(w for w, _ in pieces[:n])
                    + thing
                    + "".join(w for w, _ in pieces[n + 1 :])
                )
        wanted = stems(self._context or "")
        spans = [m.span() for m in re.finditer(r"\S+", last)]
        for size in (len(wanted), len(wanted) + 1):
            for n in range(len(spans) - size + 1):
                start, end = spans[n][0], spans[n + size - 1][1]
                if wanted and stems(last[start:end]) == wanted and stems(last[slice(*spans[n])]):
                    return f"{last[:start]}{thing}{last[end:]}"
        return None

    def _pointed_at(self, bare: str, last: str) -> str:
        """``bare`` with "the second one" replaced by what it points at in the last question."""
        found, sides = _ONE_OF_TWO.search(bare), comparison_in(last)
        if not found or sides is None:
            return bare
        name = sides.first if found["which"].lower() in _FIRST else sides.second
        return f"{bare[: found.start()]}{name} {bare[found.end() :].lstrip()}".rstrip()

    def _complete(self, bare: str, last: str, *, opened: bool) -> str:
        own = self._topic(bare, main=True)
        pronoun = _PRONOUN.search(bare)
        if self._context is None:
            leans = pronoun and self._topic(bare) is None
            return f"{bare.rstrip('?. ')} ({last.rstrip('?. ')})" if leans else bare
        if own == self._context:
            return bare
        if pronoun and not (own and " and " in bare[: pronoun.start()]):
            return f"{bare[: pronoun.start()]}{self._context}{bare[pronoun.end() :]}"
        short = len(stems(bare)) <= _SHORT_QUESTION
        if own is None and (short or opened or _POINTS_BACK.search(bare)):
            return f"{bare.rstrip('?. ')} ({self._context})"
        return bare

    def _topic(self, message: str, *, main: bool = False) -> str | None:
        return self._topics.find(self._glossary.read(message).words, main=main)

    def _last_question(self) -> str:
        asking = [m for m in self._earlier if len(stems(m)) >= 2]
        return asking[-1] if asking else self._earlier[-1]
