"""What a message is about, in the library's own topic words."""

from __future__ import annotations

import re

from assistant.answering.words import body_stems
from assistant.records import Article, Library
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

_BACK = frozenset(stems("back spine spinal sciatica disc discs buttock coccyx sacroiliac"))

# Whom an article may be only for, by its title, and how a question names them: the young, women who
# expect a child, the old, people who have had or may have an operation.
_ONLY_FOR = tuple(
    frozenset(stems(names))
    for names in (
        "teenagers teens adolescents child children kid kids school student young son daughter "
        "grandson granddaughter boy girl backpack age years",
        "pregnancy pregnant baby birth expecting trimester postpartum midwife bump womb",
        "older old elderly seniors senior aging ageing age retired pensioner grandmother "
        "grandfather grandma grandpa gran nan 60 years",
        "surgery surgical surgeon operation operate op fusion discectomy microdiscectomy "
        "laminectomy decompression replacement knife",
    )
)
_AGE = re.compile(
    r"\b([1-9]\d)\b(?! ?(%|percent|minutes?|days?|weeks?|months?|times|mg|pounds|lbs|kg))"
)
# Parts of the body whose pain people name for one another.
_NEIGHBOURS = tuple(
    frozenset(stems(names))
    for names in (
        "head skull neck shoulder arm",
        "shoulder collarbone rotator bicep arm",
        "arm elbow forearm wrist hand hands knuckle thumb finger fingers",
        "hip thigh groin pelvis hamstring leg",
        "knee kneecap patella meniscus acl leg shin calf",
        "calf ankle achilles heel foot feet arch toe toes",
    )
)


class Topics:
    """The library's own topic words, for telling what a message is about."""

    def __init__(self, library: Library) -> None:
        self._names: dict[tuple[str, ...], str] = {}
        self._articles: dict[tuple[str, ...], dict[str, float]] = {}
        self._parts: dict[str, frozenset[str]] = {}
        self._helping = {p.article for p in library.passages if _HELPS.search(p.heading)}
        self._conditions = {p.article for p in library.passages if _OF_CONDITION.search(p.heading)}
        for article in library:
            title = set(stems(article.title))
            self._parts[article.id] = _parts(article)
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

    def elsewhere(self, text: str) -> frozenset[str]:
        """Ids of articles on parts of the body, or for people, that ``text`` does not name.

        What helps a shoulder, or a teenager, says little about any back. An article on the back,
        alone or among other parts, is on no other part: pain of the spine is felt far from it.
        """
        named = self.articles(text)
        words = frozenset(stems(text)) | ({"age"} if _AGE.search(text) else set())
        own = words.union(*(near for near in (*_NEIGHBOURS, *_ONLY_FOR) if near & words))
        return frozenset(
            article
            for article, parts in self._parts.items()
            if parts and not parts & own and article not in named
        )

    def _found(self, text: str) -> list[tuple[str, ...]]:
        words = stems(text)
        found = {
            tuple(words[start : start + size])
            for size in range(1, _LONGEST_TOPIC + 1)
            for start in range(len(words) - size + 1)
        }
        known = [key for key in found if key in self._names]
        return sorted(known, key=lambda key: (-len(key), len(self._articles[key]), key))


def _parts(article: Article) -> frozenset[str]:
    """Stems of the people ``article`` is for, or of the parts of the body that it is about.

    No parts when the back is one of them.
    """
    people = frozenset(stems(article.title)).intersection(frozenset().union(*_ONLY_FOR))
    if people:
        return people
    own = frozenset(stems(" ".join((article.title, *article.topics))))
    return frozenset() if own & _BACK else own & body_stems()
