"""What a message is about, in the library's own topic words."""

from __future__ import annotations

from functools import cache, lru_cache

from assistant.body_parts import named_in
from assistant.index.lexis import Lexis, Topic
from assistant.text import stems
from assistant.topic_names import CONDITION, HELP, LONGEST_TOPIC

_REMEMBERED = 4096  # runs of words, most of them no topic


class Topics:
    """The library's own topic words, for telling what a message is about."""

    def __init__(self, lexis: Lexis) -> None:
        self._topic = lru_cache(maxsize=_REMEMBERED)(lexis.topic)
        self._parts = cache(lexis.parts)

    def find(self, text: str, *, main: bool = False) -> str | None:
        """The most telling topic named in ``text``: longest first, then the rarest.

        With ``main`` only topics count that an article has in its title: what a conversation
        is about is rather "sciatica" than "work".
        """
        found = self._found(text)
        if main:
            found = [(size, topic) for size, topic in found if 1.0 in topic.articles.values()]
            found.sort(key=lambda each: (len(each[1].articles), -each[0]))
        return found[0][1].name if found else None

    def is_condition(self, topic: str) -> bool:
        """Whether ``topic`` is something people have, not something that is done about it."""
        known = self._topic(" ".join(stems(topic)))
        return known is not None and bool(known.told & CONDITION)

    def is_help(self, topic: str) -> bool:
        """Whether an article tells what ``topic`` helps with: a treatment or a habit."""
        known = self._topic(" ".join(stems(topic)))
        return known is not None and bool(known.told_by_any & HELP)

    def articles(self, text: str) -> dict[str, float]:
        """Articles on the topics named in ``text``, with a strength between 0 and 1.

        A topic that many articles share, such as back pain, tells little and counts little.
        """
        strengths: dict[str, float] = {}
        for _, topic in self._found(text):
            share = 1.0 / max(1, len(topic.articles) - 2)
            for article, strength in topic.articles.items():
                strengths[article] = max(strengths.get(article, 0.0), strength * share)
        return strengths

    def elsewhere(self, text: str) -> frozenset[str]:
        """Ids of articles on parts of the body, or for people, that ``text`` does not name.

        What helps a shoulder, or a teenager, says little about any back.
        """
        named, own = self.articles(text), named_in(text)
        return frozenset(
            article for article, parts in self._parts() if not parts & own and article not in named
        )

    def _found(self, text: str) -> list[tuple[int, Topic]]:
        """The topics named in ``text``, each with the number of its stems."""
        words = stems(text)
        runs = {
            tuple(words[start : start + size])
            for size in range(1, LONGEST_TOPIC + 1)
            for start in range(len(words) - size + 1)
        }
        named = ((run, self._topic(" ".join(run))) for run in runs)
        known = [(run, topic) for run, topic in named if topic is not None]
        known.sort(key=lambda each: (-len(each[0]), len(each[1].articles), each[0]))
        return [(len(run), topic) for run, topic in known]
