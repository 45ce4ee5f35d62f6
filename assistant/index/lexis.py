"""What a reader of questions asks of the articles in one language, in mapped tables.

Their words and how often each is used, the words of their titles and texts, their topics. All of it
is counted when a segment is written; what a build adds is which articles are gone, whose words are
counted off again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from assistant.errors import IndexCorrupt
from assistant.index.counts import TermCounts
from assistant.index.ledger import BODY, NAMED, QUOTED, SAID, Ledger, Row, library_ledger
from assistant.index.mapped import Strings, Tables
from assistant.records import Library
from assistant.text import stems

_COUNTED = {QUOTED: "words", SAID: "said", NAMED: "named", BODY: "terms"}
_STRINGS = (*_COUNTED.values(), "stems", "topics", "names", "parts")
_ARRAYS = (
    *(f"{name}.counts" for name in _COUNTED.values()),
    "stem", "passages", "starts", "articles", "strengths", "told", "parted",
)  # fmt: skip

# Of each set of words how many of the gone articles (of BODY: passages) have each.
Gone = Mapping[str, Mapping[str, int]]


class Topic(NamedTuple):
    """A topic of the library: its words, and its articles by id with a strength of 0 to 1.

    ``told`` is what the headings of those tell that have it in their title (``topic_names.py``),
    ``told_by_any`` what those of all its articles tell.
    """

    name: str
    articles: Mapping[str, float]
    told: int
    told_by_any: int


class Words:
    """The words of one segment's articles in one language, without those ``gone``."""

    def __init__(
        self,
        tables: Tables,
        articles: Sequence[str],
        gone: Iterable[int] = (),
        taken: Callable[[], Gone] | None = None,
        passages_gone: int = 0,
    ) -> None:
        """``articles`` are the ids of all articles of the segment, in its order.

        ``taken`` counts the words of the ``gone`` ones, when somebody asks for the first word.

        Raises:
            IndexCorrupt: a table is missing.
        """
        self.strings = {name: Strings.within(tables, name) for name in _STRINGS}
        try:
            self._arrays = {name: tables[name] for name in _ARRAYS}
        except KeyError as error:
            raise IndexCorrupt("A table of words of the index is missing.") from error
        self._articles, self._gone, self._taken = articles, frozenset(gone), taken
        self.passages = int(self._arrays["passages"][0]) - passages_gone

    @cached_property
    def _away(self) -> Gone:
        return self._taken() if self._taken and self._gone else {}

    def count(self, kind: str, word: str) -> int:
        """How many articles (of ``BODY``: passages) have ``word``."""
        name = _COUNTED[kind]
        place = self.strings[name].find(word)
        if place is None:
            return 0
        return int(self._arrays[f"{name}.counts"][place]) - self._away.get(kind, {}).get(word, 0)

    def all_alive(self) -> bool:
        """Whether no article is gone."""
        return not self._gone

    def alive(self, kind: str, found: Iterable[str]) -> Iterable[str]:
        """Those of its own words ``found`` that some article has."""
        return found if self.all_alive() else (w for w in found if self.count(kind, w) > 0)

    def stem(self, place: int) -> str:
        """The stem of the word at a place of the words that may carry a topic."""
        return str(self.strings["stems"][int(self._arrays["stem"][place])])

    def parts(self) -> list[tuple[str, frozenset[str]]]:
        """The articles that are on some parts of the body or for some people: id and stems."""
        told = zip(self._arrays["parted"].tolist(), self.strings["parts"], strict=True)
        return [
            (self._articles[place], frozenset(stems.split()))
            for place, stems in told
            if place not in self._gone
        ]

    def topic(self, key: str) -> tuple[str, list[tuple[str, float, int]]] | None:
        """The name of the topic with these stems; its articles, their strength, what they tell."""
        place = self.strings["topics"].find(key)
        if place is None:
            return None
        own = slice(*(int(n) for n in self._arrays["starts"][place : place + 2]))
        articles = self._arrays["articles"][own].tolist()
        strengths = self._arrays["strengths"][own].tolist()
        found = [
            (self._articles[n], strength, int(self._arrays["told"][n]))
            for n, strength in zip(articles, strengths, strict=True)
            if n not in self._gone
        ]
        return (self.strings["names"][place], found) if found else None


class Lexis:
    """The words of the articles in one language."""

    def __init__(self, parts: Sequence[Words]) -> None:
        self._parts = parts

    @classmethod
    def of(cls, library: Library) -> Lexis:
        """The words of all articles of ``library``, whatever their language."""
        ledger = library_ledger(library)
        alone = Ledger(tuple(row._replace(lang="") for row in ledger.rows), ledger.counts)
        return cls([Words(_tables(alone, ""), list(library.articles))])

    @cached_property
    def words(self) -> Sequence[str]:
        """The words that may carry a topic, in the order of their letters."""
        if len(self._parts) == 1 and self._parts[0].all_alive():
            return self._parts[0].strings["words"]
        own = (part.alive(QUOTED, part.strings["words"]) for part in self._parts)
        return sorted({word for each in own for word in each})

    @property
    def passages(self) -> int:
        """How many passages there are."""
        return sum(part.passages for part in self._parts)

    def stem(self, word: int) -> str:
        """The stem of the word at a place of ``words``."""
        if isinstance(self.words, Strings):
            return self._parts[0].stem(word)
        return (stems(self.words[word]) or [self.words[word]])[0]

    def place(self, word: str) -> int | None:
        """Where ``word`` stands in ``words``; ``None`` when it does not."""
        if isinstance(self.words, Strings):
            return self.words.find(word)
        place = bisect_left(self.words, word)
        return place if self.words[place : place + 1] == [word] else None

    def passages_with(self, stem: str) -> int:
        """How many passages quote a word with this stem."""
        return sum(part.count(BODY, stem) for part in self._parts)

    def says(self, word: str) -> bool:
        """Whether a title or text holds ``word``, quotable or not."""
        return any(part.count(SAID, word) for part in self._parts)

    def names(self, word: str) -> bool:
        """Whether a topic of an article holds ``word``."""
        return any(part.count(NAMED, word) for part in self._parts)

    def beginning(self, start: str) -> list[str]:
        """The words of titles and texts that begin with ``start``, in order."""
        own = (part.alive(SAID, part.strings["said"].beginning(start)) for part in self._parts)
        return sorted({word for each in own for word in each})

    def parts(self) -> list[tuple[str, frozenset[str]]]:
        """The articles that are on some parts of the body or for some people: id and stems."""
        return [each for part in self._parts for each in part.parts()]

    def topic(self, key: str) -> Topic | None:
        """The topic with these stems, a blank between them."""
        own = [found for part in self._parts if (found := part.topic(key))]
        if not own:
            return None
        articles = [each for _, found in own for each in found]
        return Topic(
            name=own[0][0],
            articles={article: strength for article, strength, _ in articles},
            told=_any_of(told for _, strength, told in articles if strength == 1.0),
            told_by_any=_any_of(told for _, _, told in articles),
        )


def lexis_tables(ledger: Ledger) -> Tables:
    """The tables of every language of a segment, to be kept in one file."""
    return {
        f"{lang}/{name}": table
        for lang in ledger.languages()
        for name, table in _tables(ledger, lang).items()
    }


def tables_of(tables: Tables, lang: str) -> Tables:
    """Those of ``tables`` that are of one language; none when the segment has no such article."""
    start = f"{lang}/"
    return {n.removeprefix(start): table for n, table in tables.items() if n.startswith(start)}


def gone_words(
    counts: Callable[[str], TermCounts], articles: Sequence[int], passages: Sequence[int]
) -> Gone:
    """What ``counts`` has of gone ``articles`` and their ``passages``, by set of words."""
    return {kind: counts(kind).tally(passages if kind == BODY else articles) for kind in _COUNTED}


def _tables(ledger: Ledger, lang: str) -> Tables:
    articles = ledger.of_language(lang)
    passages = ledger.passages_of(articles)
    counted = {
        name: _counted(ledger.counts[kind], passages if kind == BODY else articles)
        for kind, name in _COUNTED.items()
    }
    by_word = [(stems(word) or [word])[0] for word, _ in counted["words"]]
    numbers = {stem: n for n, stem in enumerate(dict.fromkeys(by_word))}
    parted = [n for n in articles if ledger.rows[n].parts]
    tables: Tables = {
        "stem": np.array([numbers[stem] for stem in by_word], dtype=np.int32),
        "passages": np.array([len(passages)], dtype=np.int64),
        "told": np.array([row.told for row in ledger.rows], dtype=np.int8),
        "parted": np.array(parted, dtype=np.int32),
        **_topic_tables(ledger.rows, lang),
        **Strings.of(list(numbers)).tables("stems"),
        **Strings.of([" ".join(ledger.rows[n].parts) for n in parted]).tables("parts"),
    }
    for name, own in counted.items():
        tables |= Strings.of([word for word, _ in own]).tables(name)
        tables[f"{name}.counts"] = np.array([count for _, count in own], dtype=np.int32)
    return tables


def _counted(counts: TermCounts, rows: Sequence[int]) -> list[tuple[str, int]]:
    """The words that any of ``rows`` has, in the order of their letters, and how many have each."""
    having = counts.having(rows)
    return sorted((counts.vocabulary[n], int(having[n])) for n in np.flatnonzero(having).tolist())


def _topic_tables(rows: Sequence[Row], lang: str) -> Tables:
    names: dict[str, str] = {}
    articles: dict[str, list[tuple[int, float]]] = {}
    for place, row in enumerate(rows):
        for key, name, strength in row.topics if row.lang == lang else ():
            names.setdefault(key, name)
            articles.setdefault(key, []).append((place, strength))
    listed = [each for own in articles.values() for each in own]
    return {
        **Strings.of(list(names)).tables("topics"),
        **Strings.of(list(names.values())).tables("names"),
        "starts": np.concatenate([[0], np.cumsum([len(own) for own in articles.values()])]).astype(
            np.int64
        ),
        "articles": np.array([place for place, _ in listed], dtype=np.int32),
        "strengths": np.array([strength for _, strength in listed], dtype=np.float32),
    }


def _any_of(told: Iterable[int]) -> int:
    found = 0
    for each in told:
        found |= each
    return found
