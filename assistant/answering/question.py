"""Reading a message as a question: what it asks, about what, and what an earlier turn adds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.spelling import Speller
from assistant.glossary import Glossary
from assistant.kinds import Kind, question_kinds
from assistant.records import Library
from assistant.retrieval import Query
from assistant.text import stems, visible

# Above this many words a message tells a story; the question in it is looked for first.
_LONG_MESSAGE_WORDS = 40
_LONGEST_TOPIC = 4  # stems
_SHORT_QUESTION = 4  # stems; a shorter question without a topic leans on the one before
_CLAUSE_END = re.compile(r"(?<=[.?!;])\s+|\n+|,\s+|\s+-\s+")
_ASKS = re.compile(
    r"\?|^(\w+ ){0,2}(what|why|how|who|which|when|where|can|could|should|do|does|did|will|would)\b"
    r"|^(is|are|any|may)\b",
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
        self._names: dict[tuple[str, ...], str] = {}
        self._articles: dict[tuple[str, ...], dict[str, float]] = {}
        for article in library:
            title = set(stems(article.title))
            for name in (*article.topics, article.title):
                key = tuple(stems(name))
                if not key or len(key) > _LONGEST_TOPIC:
                    continue
                self._names.setdefault(key, name)
                strength = 1.0 if set(key) <= title else 0.5
                known = self._articles.setdefault(key, {})
                known[article.id] = max(strength, known.get(article.id, 0.0))

    def find(self, text: str, *, main: bool = False) -> str | None:
        """The most telling topic named in ``text``: longest first, then the rarest.

        With ``main`` only topics count that an article has in its title: what a conversation
        is about is rather "sciatica" than "work".
        """
        found = self._found(text)
        if main:
            found = [key for key in found if 1.0 in self._articles[key].values()]
            found.sort(key=lambda key: (len(self._articles[key]), -len(key)))
        return self._names[found[0]] if found else None

    def articles(self, text: str) -> dict[str, float]:
        """Articles on the topics named in ``text``, with a strength between 0 and 1.

        A topic that many articles share, such as back pain, tells little and counts little.
        """
        strengths: dict[str, float] = {}
        for key in self._found(text):
            share = 1.0 / max(1, len(self._articles[key]) - 2)
            for article, strength in self._articles[key].items():
                strengths[article] = max(strengths.get(article, 0.0), strength * share)
        return strengths

    def _found(self, text: str) -> list[tuple[str, ...]]:
        words = stems(text)
        found = {
            tuple(words[start : start + size])
            for size in range(1, _LONGEST_TOPIC + 1)
            for start in range(len(words) - size + 1)
        }
        known = [key for key in found if key in self._names]
        return sorted(known, key=lambda key: (-len(key), len(self._articles[key]), key))


class QuestionReader:
    """Reads messages with the words of one library and its glossary."""

    def __init__(self, library: Library, glossary: Glossary) -> None:
        self._topics = Topics(library)
        self._glossary = glossary
        self._speller = Speller(library, glossary)

    def read(self, message: str, earlier: Sequence[str] = ()) -> Question:
        """``message`` as a question that stands alone.

        ``earlier`` are the user's former questions, oldest first.
        """
        typed = visible(message)
        former = [self._speller.mend(visible(m)) for m in earlier]
        return _read(typed, self._speller.mend(typed), former, self._topics, self._glossary)


def _read(
    typed: str, message: str, earlier: Sequence[str], topics: Topics, glossary: Glossary
) -> Question:
    follow_up = _FollowUp(earlier, topics, glossary)
    resolved, inherited = follow_up.resolve(_focus(message, topics))
    reading = glossary.read(resolved)
    kinds = question_kinds(resolved) or inherited
    if not kinds and not _ASKS.search(resolved):
        kinds = (Kind.SELF_CARE,)  # "My lower back is stiff." asks what can be done about it
    return Question(
        typed=typed,
        resolved=resolved,
        query=Query.of(
            reading.text, kinds, words=reading.words, about=topics.articles(reading.words)
        ),
    )


def _focus(message: str, topics: Topics) -> str:
    """What a long message asks: its asking clauses, each with the clause before it.

    People tell their story first. The whole story would pull the search towards its details.
    """
    if len(message.split()) <= _LONG_MESSAGE_WORDS:
        return message
    clauses = [c.strip() for c in _CLAUSE_END.split(message) if c.strip()]
    asking = [n for n, clause in enumerate(clauses) if _ASKS.search(clause)]
    if not asking:
        return message
    keep = sorted({n for a in asking[-2:] for n in (a - 1, a) if n >= 0})
    focus = ", ".join(clauses[n] for n in keep)
    about = topics.find(message)
    return focus if about is None or topics.find(focus) else f"{focus} ({about})"


class _FollowUp:
    """Makes a question stand alone with what the earlier messages were about."""

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
        last = _focus(self._last_question(), self._topics)
        if _BARE_WHY.match(bare):
            return f"Why: {last}", ()
        changed = _WHAT_ABOUT.match(bare) or _NO_I_MEANT.match(bare)
        if changed:
            return self._instead(changed["thing"]), question_kinds(last)
        return self._complete(bare, opened=bare != question), ()

    def _instead(self, thing: str) -> str:
        if self._context is None or self._topic(thing, main=True) == self._context:
            return f"{thing}?"
        return f"{thing}, for {self._context}?"

    def _complete(self, bare: str, *, opened: bool) -> str:
        own = self._topic(bare, main=True)
        if self._context is None or own == self._context:
            return bare
        pronoun = _PRONOUN.search(bare)
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
