"""What a segment knows of its passages without their texts.

A search looks at a hundred passages and shows a few. Ids, titles, headings and counts stand in
mapped tables; articles and passages are read from their records when somebody asks for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexCorrupt
from assistant.index.ledger import Ledger
from assistant.index.mapped import Strings, read_tables, write_tables

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
    """The passages of one segment by row and by id."""

    def __init__(self, strings: Mapping[str, Strings], arrays: _Arrays) -> None:
        self.records, self.articles = strings["records"], strings["articles"]
        self._strings, self._arrays = strings, arrays

    @classmethod
    def of(cls, ledger: Ledger) -> Catalogue:
        """The catalogue of the articles in ``ledger``, in their order."""
        languages = _Numbers()
        headings = _Numbers()
        rows = ledger.rows
        ids = np.array([each.encode() for each in ledger.passage_ids()], dtype=np.bytes_)
        sentences = [count for row in rows for count in row.passages.values()]
        arrays = _Arrays(
            np.array([languages[row.lang] for row in rows], dtype=np.int32),
            np.concatenate([[0], np.cumsum([len(row.passages) for row in rows])]).astype(np.int64),
            ids,
            np.argsort(ids, kind="stable"),
            np.array([headings[text] for row in rows for text in row.headings], dtype=np.int32),
            np.array(sentences, dtype=np.int32),
        )
        strings: dict[str, Sequence[str]] = {
            "records": [row.record for row in rows],
            "articles": [row.article for row in rows],
            "titles": [row.title for row in rows],
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
        """Where the passage stands in the segment; ``None`` when it does not."""
        if not len(self._arrays.ids):
            return None
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
        """Which article, by its place in the segment, the passage at ``position`` stands in."""
        return int(np.searchsorted(self._arrays.starts, position, side="right")) - 1

    def language(self, article: int) -> str:
        """The language of the article at a place in the segment."""
        return str(self._strings["languages"][int(self._arrays.language[article])])

    def languages(self, gone: Sequence[int] = ()) -> set[str]:
        """Every language that there are articles in, without those ``gone``."""
        languages = self._strings["languages"]
        if not gone:
            return set(languages)
        left = np.unique(np.delete(self._arrays.language, np.asarray(gone, dtype=np.int64)))
        return {languages[each] for each in left.tolist()}

    def sentences(self, rows: NDArray[np.int64]) -> int:
        """How many sentences the passages at ``rows`` have."""
        return int(self._arrays.sentences[rows].sum())

    def rows_of(self, articles: Iterable[int]) -> NDArray[np.int64]:
        """The passages of some articles, in their order."""
        parts = [np.arange(own.start, own.stop) for own in map(self.passages_of, articles)]
        return np.concatenate([np.zeros(0, dtype=np.int64), *parts])

    def passages_of(self, article: int) -> range:
        """The positions of an article's passages."""
        return range(int(self._arrays.starts[article]), int(self._arrays.starts[article + 1]))


class _Numbers(dict[str, int]):
    """Numbers texts as they come."""

    def __missing__(self, text: str) -> int:
        self[text] = len(self)
        return self[text]
