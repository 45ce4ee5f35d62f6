"""What an article is about in its own words: its topics and title, and what its headings tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from assistant.records import Article
from assistant.text import stems

LONGEST_TOPIC = 4  # stems
CONDITION, HELP = 1, 2
# What the headings of an article tell of its subject: only what people have has causes and
# symptoms, and only what is done about it helps or works.
_OF_CONDITION = re.compile(
    r"^(what causes|why do i get|what are the (symptoms|signs) of|¿(qu[eé] causa|por qu[eé] me dan|"
    r"cu[aá]les son los s[ií]ntomas))\b",
    re.I,
)
_HELPS = re.compile(r"^(does|do|how does) .*\b(help|work)\b|^¿.*\b(ayudan?|sirven?)\b", re.I)


class TopicName(NamedTuple):
    """A topic of an article: its stems with a blank between them, its words, its strength.

    The strength is 1 for what the title names, else one half.
    """

    key: str
    name: str
    strength: float


def topic_names(article: Article) -> list[TopicName]:
    """The topics of ``article`` and its title, each once."""
    title = set(stems(article.title))
    found: dict[str, TopicName] = {}
    for name in (*article.topics, article.title):
        own = stems(name)
        if not own or len(own) > LONGEST_TOPIC:
            continue
        key, strength = " ".join(own), 1.0 if set(own) <= title else 0.5
        known = found.get(key)
        if known is None or known.strength < strength:
            found[key] = TopicName(key, known.name if known else name, strength)
    return list(found.values())


def what_headings_tell(headings: Iterable[str]) -> int:
    """``CONDITION`` for the headings of what people have, ``HELP`` for what is done about it."""
    told = 0
    for heading in headings:
        told |= CONDITION * bool(_OF_CONDITION.search(heading))
        told |= HELP * bool(_HELPS.search(heading))
    return told
