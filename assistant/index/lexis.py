"""What a reader of questions asks of the articles in one language, in mapped tables.

Their words and how often each is used, the words of their titles and texts, their topics. All of it
is counted when the index is built: before, every start read every article to count it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from assistant.errors import IndexCorrupt
from assistant.index.counts import TermCounts
from assistant.index.ledger import Ledger, Row, library_ledger
from assistant.index.mapped import Strings, Tables
from assistant.records import Library
from assistant.text import stems

_STRINGS = ("words", "stems", "terms", "said", "named", "topics", "names", "parts")
_ARRAYS = ("stem", "counts", "passages", "starts", "articles", "strengths", "told", "parted")


class Topic(NamedTuple):
    """A topic of the library: its words, and its articles by id with a strength of 0 to 1.

    ``told`` is what the headings of those tell that have it in their title (``topic_names.py``),
    ``told_by_any`` what those of all its articles tell.
    """

    name: str
    articles: Mapping[str, float]
    told: int
    told_by_any: int


class Lexis:
    """The words of the articles in one language. ``words`` are those that may carry a topic."""

    def __init__(self, tables: Tables, articles: Sequence[str]) -> None:
        """``articles`` are the ids of all articles of the library, in its order.

        Raises:
            IndexCorrupt: a table is missing.
        """
        self._strings = {name: Strings.within(tables, name) for name in _STRINGS}
        try:
            self._arrays = {name: tables[name] for name in _ARRAYS}
        except KeyError as error:
            raise IndexCorrupt("A table of words of the index is missing.") from error
        self._articles = articles
        self.words: Sequence[str] = self._strings["words"]

    @classmethod
    def of(cls, library: Library) -> Lexis:
        """The words of all articles of ``library``, whatever their language."""
        ledger = library_ledger(library)
        alone = [row._replace(lang="") for row in ledger.rows]
        words = {name: {"": _summed(own)} for name, own in ledger.words.items()}
        return cls(_tables(Ledger(tuple(alone), words, ledger.body, ledger.fields), ""),
                   list(library.articles))  # fmt: skip

    @property
    def passages(self) -> int:
        """How many passages there are."""
        return int(self._arrays["passages"][0])

    def stem(self, word: int) -> str:
        """The stem of the word at a place of ``words``."""
        return str(self._strings["stems"][int(self._arrays["stem"][word])])

    def place(self, word: str) -> int | None:
        """Where ``word`` stands in ``words``; ``None`` when it does not."""
        return self._strings["words"].find(word)

    def passages_with(self, stem: str) -> int:
        """How many passages quote a word with this stem."""
        term = self._strings["terms"].find(stem)
        return 0 if term is None else int(self._arrays["counts"][term])

    def says(self, word: str) -> bool:
        """Whether a title or text holds ``word``, quotable or not."""
        return word in self._strings["said"]

    def names(self, word: str) -> bool:
        """Whether a topic of an article holds ``word``."""
        return word in self._strings["named"]

    def beginning(self, start: str) -> list[str]:
        """The words of titles and texts that begin with ``start``, in order."""
        return self._strings["said"].beginning(start)

    def parts(self) -> list[tuple[str, frozenset[str]]]:
        """The articles that are on some parts of the body or for some people: id and stems."""
        told = zip(self._arrays["parted"].tolist(), self._strings["parts"], strict=True)
        return [(self._articles[place], frozenset(stems.split())) for place, stems in told]

    def topic(self, key: str) -> Topic | None:
        """The topic with these stems, a blank between them."""
        place = self._strings["topics"].find(key)
        if place is None:
            return None
        own = slice(*(int(n) for n in self._arrays["starts"][place : place + 2]))
        articles = self._arrays["articles"][own].tolist()
        strengths = self._arrays["strengths"][own].tolist()
        told = [int(self._arrays["told"][article]) for article in articles]
        main = [sign for sign, value in zip(told, strengths, strict=True) if value == 1.0]
        return Topic(
            name=self._strings["names"][place],
            articles={self._articles[a]: s for a, s in zip(articles, strengths, strict=True)},
            told=_any_of(main),
            told_by_any=_any_of(told),
        )


def lexis_tables(ledger: Ledger) -> Tables:
    """The tables of every language of a build, to be kept in one file."""
    return {
        f"{lang}/{name}": table
        for lang in dict.fromkeys(row.lang for row in ledger.rows)
        for name, table in _tables(ledger, lang).items()
    }


def lexis_within(tables: Tables, lang: str, articles: Sequence[str]) -> Lexis:
    """The words of ``lang``. Raises IndexCorrupt when the tables do not have them."""
    start = f"{lang}/"
    own = {n.removeprefix(start): table for n, table in tables.items() if n.startswith(start)}
    return Lexis(own, articles)


def _tables(ledger: Ledger, lang: str) -> Tables:
    words = sorted(ledger.words["quoted"].get(lang, ()))
    by_word = [(stems(word) or [word])[0] for word in words]
    numbers = {stem: n for n, stem in enumerate(dict.fromkeys(by_word))}
    of_lang = np.repeat(
        np.array([row.lang == lang for row in ledger.rows], dtype=bool),
        np.array([len(row.passages) for row in ledger.rows], dtype=np.int64),
    )
    parted = [n for n, row in enumerate(ledger.rows) if row.lang == lang and row.parts]
    strings = {
        "words": words,
        "stems": list(numbers),
        "terms": ledger.body.vocabulary,
        "said": sorted(ledger.words["said"].get(lang, ())),
        "named": sorted(ledger.words["named"].get(lang, ())),
        "parts": [" ".join(ledger.rows[n].parts) for n in parted],
    }
    tables: Tables = {
        "stem": np.array([numbers[stem] for stem in by_word], dtype=np.int32),
        "counts": _passages_with(ledger.body, of_lang),
        "passages": np.array([of_lang.sum()], dtype=np.int64),
        "told": np.array([row.told for row in ledger.rows], dtype=np.int8),
        "parted": np.array(parted, dtype=np.int32),
        **_topic_tables(ledger.rows, lang),
    }
    for name, own in strings.items():
        tables |= Strings.of(own).tables(name)
    return tables


def _passages_with(counts: TermCounts, of_lang: np.ndarray) -> np.ndarray:
    """For each term how many of the passages in one language have it."""
    terms = counts.terms
    if not of_lang.all():
        terms = terms[np.repeat(of_lang, np.diff(counts.starts))]
    return np.bincount(terms, minlength=len(counts.vocabulary)).astype(np.int32)


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


def _summed(by_language: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    return {word: count for own in by_language.values() for word, count in own.items()}
