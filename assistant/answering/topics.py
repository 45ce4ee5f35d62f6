"""What a message is about, in the library's own topic words."""

from __future__ import annotations

import re

from assistant.records import Library
from assistant.text import stems

_LONGEST_TOPIC = 4  # stems
# What the headings of an article tell of its subject: only what people have has causes and
# symptoms, and only what is done about it helps or works.
_OF_CONDITION = re.compile(
    r"^(what causes|why do i get|what are the (symptoms|signs) of|¿(qu[eé] causa|por qu[eé] me dan|"
    r"cu[aá]les son los s[ií]ntomas))\b",
    re.I,
)
_HELPS = re.compile(r"^(does|do|how does) .*\b(help|work)\b|^¿.*\b(ayudan?|sirven?)\b", re.I)


class Topics:
    """The library's own topic words, for telling what a message is about."""

    def __init__(self, library: Library) -> None:
        self._names: dict[tuple[str, ...], str] = {}
        self._articles: dict[tuple[str, ...], dict[str, float]] = {}
        self._helping = {p.article for p in library.passages if _HELPS.search(p.heading)}
        self._conditions = {p.article for p in library.passages if _OF_CONDITION.search(p.heading)}
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

    def is_condition(self, topic: str) -> bool:
        """Whether ``topic`` is something people have, not something that is done about it."""
        key = tuple(stems(topic))
        own = [a for a, strength in self._articles.get(key, {}).items() if strength == 1.0]
        return any(article in self._conditions for article in own)

    def is_help(self, topic: str) -> bool:
        """Whether an article tells what ``topic`` helps with: a treatment or a habit."""
        return any(a in self._helping for a in self._articles.get(tuple(stems(topic)), {}))

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
