"""What a build knows of its passages without their texts, and the library read on demand.

A search looks at a hundred passages and shows a few. Ids, titles, headings and counts stand in
mapped tables; articles and passages are read from their records when somebody asks for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexCorrupt
from assistant.index.ledger import Ledger, Records
from assistant.index.mapped import Strings, read_tables, write_tables
from assistant.records import Article, Library, Passage

_READ = 2_048  # articles kept in memory once they were read: about 40 MB

_STRINGS = ("records", "articles", "titles", "languages", "headings")


class Entry(NamedTuple):
    """A passage without its text. ``sentences`` is how many it has."""

    id: str
    article: str
    title: str
    language: str
    heading: str
    sentences: int


@dataclass(frozen=True, slots=True)
class _Arrays:
    """``language`` of each article and ``starts``, its first passage, with one entry more.

    Of each passage ``ids``, ``heading`` and number of ``sentences``; ``order`` sorts the ids.
    """

    language: NDArray[np.int32]
    starts: NDArray[np.int64]
    ids: NDArray[np.bytes_]
    order: NDArray[np.intp]
    heading: NDArray[np.int32]
    sentences: NDArray[np.int32]


class Catalogue:
    """The passages of one build by position and by id."""

    def __init__(self, strings: Mapping[str, Strings], arrays: _Arrays) -> None:
        self.records, self.articles = strings["records"], strings["articles"]
        self._strings, self._arrays = strings, arrays

    @classmethod
    def of(cls, ledger: Ledger, articles: Sequence[Article]) -> Catalogue:
        """The catalogue of ``articles``, whose passages ``ledger`` lists in the same order."""
        languages = _Numbers()
        headings = _Numbers()
        rows = ledger.rows
        ids = np.array([each.encode() for each in ledger.passage_ids()], dtype=np.bytes_)
        sentences = [count for row in rows for count in row.passages.values()]
        arrays = _Arrays(
            np.array([languages[each.language] for each in articles], dtype=np.int32),
            np.concatenate([[0], np.cumsum([len(row.passages) for row in rows])]).astype(np.int64),
            ids,
            np.argsort(ids, kind="stable"),
            np.array([headings[text] for row in rows for text in row.headings], dtype=np.int32),
            np.array(sentences, dtype=np.int32),
        )
        strings: dict[str, Sequence[str]] = {
            "records": [row.record for row in rows],
            "articles": [article.id for article in articles],
            "titles": [article.title for article in articles],
            "languages": list(languages),
            "headings": list(headings),
        }
        return cls({name: Strings.of(strings[name]) for name in _STRINGS}, arrays)

    @classmethod
    def load(cls, path: Path) -> Catalogue:
        """The catalogue saved in ``path``, memory-mapped.

        Raises:
            IndexCorrupt: the file is missing or damaged.
        """
        tables = read_tables(path)
        strings = {name: Strings.within(tables, name) for name in _STRINGS}
        try:
            arrays = _Arrays(*(tables[name] for name in _Arrays.__slots__))
        except KeyError as error:
            raise IndexCorrupt("The list of the indexed passages is not complete.") from error
        of_articles = (strings["articles"], strings["titles"], arrays.language, arrays.starts[1:])
        of_passages = (arrays.order, arrays.heading, arrays.sentences)
        whole = {len(each) for each in of_articles} == {len(strings["records"])}
        if not whole or {len(each) for each in of_passages} != {len(arrays.ids)}:
            raise IndexCorrupt("The list of the indexed passages is not complete.")
        return cls(strings, arrays)

    def save(self, path: Path) -> None:
        """Write the catalogue to ``path``."""
        tables = {name: getattr(self._arrays, name) for name in _Arrays.__slots__}
        for name, strings in self._strings.items():
            tables |= strings.tables(name)
        write_tables(path, tables)

    def __len__(self) -> int:
        """How many passages there are."""
        return len(self._arrays.ids)

    def position(self, passage_id: str) -> int | None:
        """Where the passage stands in the library; ``None`` when it does not."""
        ids, order = self._arrays.ids, self._arrays.order
        # Of the type of the ids, and ``order`` of the widest: anything else copies all of them.
        wanted = np.array([passage_id.encode(errors="replace")]).astype(ids.dtype)
        place = int(np.searchsorted(ids, wanted, sorter=order)[0])
        if place == len(ids):
            return None
        position = int(order[place])
        return position if ids[position].decode() == passage_id else None

    def entry(self, position: int) -> Entry:
        """What is known of the passage at ``position``."""
        arrays, article = self._arrays, self.article_at(position)
        return Entry(
            id=arrays.ids[position].decode(),
            article=self.articles[article],
            title=self._strings["titles"][article],
            language=self.language(article),
            heading=self._strings["headings"][int(arrays.heading[position])],
            sentences=int(arrays.sentences[position]),
        )

    def article_at(self, position: int) -> int:
        """Which article, by its place in the library, the passage at ``position`` stands in."""
        return int(np.searchsorted(self._arrays.starts, position, side="right")) - 1

    def language(self, article: int) -> str:
        """The language of the article at a place in the library."""
        return str(self._strings["languages"][int(self._arrays.language[article])])

    def languages(self) -> tuple[str, ...]:
        """Every language that there are articles in."""
        return tuple(sorted(self._strings["languages"]))

    def passages_of(self, article: int) -> range:
        """The positions of an article's passages."""
        return range(int(self._arrays.starts[article]), int(self._arrays.starts[article + 1]))


class _Numbers(dict[str, int]):
    """Numbers texts as they come."""

    def __missing__(self, text: str) -> int:
        self[text] = len(self)
        return self[text]


class StoredArticles(Mapping[str, Article]):
    """The articles of a build by id, each read when it is asked for."""

    def __init__(self, catalogue: Catalogue, records: Records) -> None:
        self.catalogue = catalogue
        self._read = lru_cache(maxsize=_READ)(records.read)

    def record(self, article: int) -> tuple[Article, list[Passage]]:
        """The article at a place in the library, and its passages.

        Raises:
            IndexCorrupt: its record is missing or damaged, or of another article.
        """
        found, passages = self._read(self.catalogue.records[article])
        if len(passages) != len(self.catalogue.passages_of(article)):
            raise IndexCorrupt("An article kept with the index is not the one that was indexed.")
        return found, passages

    def __getitem__(self, article_id: str) -> Article:
        article = self.catalogue.articles.find(article_id)
        if article is None:
            raise KeyError(article_id)
        return self.record(article)[0]

    def __contains__(self, article_id: object) -> bool:
        return article_id in self.catalogue.articles

    def __iter__(self) -> Iterator[str]:
        return iter(self.catalogue.articles)

    def __len__(self) -> int:
        return len(self.catalogue.articles)


class StoredPassages(Sequence[Passage]):
    """The passages of a build in their order, each read when it is asked for."""

    def __init__(self, articles: StoredArticles) -> None:
        self._articles, self._catalogue = articles, articles.catalogue

    def __len__(self) -> int:
        return len(self._catalogue)

    def __getitem__(self, position: Any) -> Any:  # noqa: ANN401 - as of any sequence
        if isinstance(position, slice):
            return tuple(self[n] for n in range(*position.indices(len(self))))
        if not -len(self) <= position < len(self):
            raise IndexError(position)
        position %= len(self)
        article = self._catalogue.article_at(position)
        first = self._catalogue.passages_of(article).start
        return self._articles.record(article)[1][position - first]

    def __iter__(self) -> Iterator[Passage]:
        for article in range(len(self._articles)):
            yield from self._articles.record(article)[1]


class StoredLibrary(Library):
    """A library whose articles are read on demand."""

    __slots__ = ("_stored",)
    _stored: StoredArticles

    def __init__(self, catalogue: Catalogue, records: Records) -> None:
        stored = StoredArticles(catalogue, records)
        object.__setattr__(self, "_stored", stored)
        super().__init__(stored, StoredPassages(stored))

    def __post_init__(self) -> None:
        """Nothing is looked at before it is asked for."""

    def languages(self) -> tuple[str, ...]:
        """The languages that there are articles in; no article is read."""
        return self._stored.catalogue.languages()

    def in_language(self, lang: str) -> Library:
        """The part that is written in ``lang``, read whole."""
        catalogue = self._stored.catalogue
        own = (n for n in range(len(catalogue.articles)) if catalogue.language(n) == lang)
        read = [self._stored.record(article) for article in own]
        return Library({a.id: a for a, _ in read}, tuple(p for _, found in read for p in found))

    def passages_of(self, article_id: str) -> Sequence[Passage]:
        """The passages of one article, in reading order; empty when it is not there."""
        article = self._stored.catalogue.articles.find(article_id)
        return () if article is None else tuple(self._stored.record(article)[1])

    def passage(self, passage_id: str) -> Passage:
        """The passage with this id. Raises ``KeyError`` when there is none."""
        position = self._stored.catalogue.position(passage_id)
        if position is None:
            raise KeyError(passage_id)
        found: Passage = self.passages[position]
        return found

    def __contains__(self, passage_id: object) -> bool:
        catalogue = self._stored.catalogue
        return isinstance(passage_id, str) and catalogue.position(passage_id) is not None
