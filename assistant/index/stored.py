"""The library of one build, in however many segments it stands, read on demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from assistant.errors import IndexCorrupt
from assistant.index.catalogue import Catalogue, Entry
from assistant.index.ledger import Records
from assistant.index.numbering import Numbering
from assistant.records import Article, Library, Passage

_READ = 2_048  # articles kept in memory once they were read: about 40 MB


class Catalogues:
    """The passages and articles of a build by position and by id, without those that are gone."""

    def __init__(self, parts: Sequence[Catalogue], gone: Sequence[Sequence[int]]) -> None:
        """``gone`` has for each segment which of its articles are gone, ascending."""
        self.parts, self._gone = parts, [frozenset(each) for each in gone]
        self.passages = Numbering(
            [len(part) for part in parts],
            [part.rows_of(own) for part, own in zip(parts, gone, strict=True)],
        )
        self.articles = Numbering([len(part.articles) for part in parts], gone)

    def position(self, passage_id: str) -> int | None:
        """Where the passage stands in the library; ``None`` when it does not."""
        for segment, part in enumerate(self.parts):
            row = part.position(passage_id)
            place = None if row is None else self.passages.position(segment, row)
            if place is not None:
                return place
        return None

    def holds(self, segment: int, passage_id: str) -> bool:
        """Whether a segment has the passage and it is not gone from there."""
        row = self.parts[segment].position(passage_id)
        return row is not None and self.passages.position(segment, row) is not None

    def entry(self, position: int) -> Entry:
        """What is known of the passage at ``position``."""
        segment, row = self.passages.place(position)
        return self.parts[segment].entry(row)

    def article(self, article_id: str) -> tuple[int, int] | None:
        """The segment that an article stands in, and where there; ``None`` when it is nowhere."""
        for segment, part in enumerate(self.parts):
            own = part.articles.find(article_id)
            if own is not None and own not in self._gone[segment]:
                return segment, own
        return None

    def articles_of(self, segment: int) -> Iterator[int]:
        """The articles of a segment that are not gone."""
        gone = self._gone[segment]
        return (n for n in range(len(self.parts[segment].articles)) if n not in gone)

    def languages(self) -> tuple[str, ...]:
        """Every language that there are articles in."""
        own = (p.languages(sorted(g)) for p, g in zip(self.parts, self._gone, strict=True))
        return tuple(sorted({lang for each in own for lang in each}))


class StoredArticles(Mapping[str, Article]):
    """The articles of a build by id, each read when it is asked for."""

    def __init__(self, catalogues: Catalogues, records: Records) -> None:
        self.catalogues = catalogues
        self._read = lru_cache(maxsize=_READ)(records.read)

    def record(self, segment: int, article: int) -> tuple[Article, list[Passage]]:
        """An article of a segment and its passages.

        Raises:
            IndexCorrupt: its record is missing or damaged, or of another article.
        """
        part = self.catalogues.parts[segment]
        found, passages = self._read(part.records[article])
        if len(passages) != len(part.passages_of(article)):
            raise IndexCorrupt("An article kept with the index is not the one that was indexed.")
        return found, passages

    def __getitem__(self, article_id: str) -> Article:
        place = self.catalogues.article(article_id)
        if place is None:
            raise KeyError(article_id)
        return self.record(*place)[0]

    def __contains__(self, article_id: object) -> bool:
        return isinstance(article_id, str) and self.catalogues.article(article_id) is not None

    def __iter__(self) -> Iterator[str]:
        parts = self.catalogues.parts
        ids = [
            part.articles[n]
            for segment, part in enumerate(parts)
            for n in self.catalogues.articles_of(segment)
        ]
        return iter(ids if len(parts) == 1 else sorted(ids))  # what was added stands where it would

    def __len__(self) -> int:
        return len(self.catalogues.articles)


class StoredPassages(Sequence[Passage]):
    """The passages of a build in their order, each read when it is asked for."""

    def __init__(self, articles: StoredArticles) -> None:
        self._articles, self._catalogues = articles, articles.catalogues

    def __len__(self) -> int:
        return len(self._catalogues.passages)

    def __getitem__(self, position: Any) -> Any:  # noqa: ANN401 - as of any sequence
        if isinstance(position, slice):
            return tuple(self[n] for n in range(*position.indices(len(self))))
        if not -len(self) <= position < len(self):
            raise IndexError(position)
        segment, row = self._catalogues.passages.place(position % len(self))
        part = self._catalogues.parts[segment]
        article = part.article_at(row)
        return self._articles.record(segment, article)[1][row - part.passages_of(article).start]

    def __iter__(self) -> Iterator[Passage]:
        for segment in range(len(self._catalogues.parts)):
            for article in self._catalogues.articles_of(segment):
                yield from self._articles.record(segment, article)[1]


class StoredLibrary(Library):
    """A library whose articles are read on demand."""

    __slots__ = ("_stored",)
    _stored: StoredArticles

    def __init__(self, catalogues: Catalogues, records: Records) -> None:
        stored = StoredArticles(catalogues, records)
        object.__setattr__(self, "_stored", stored)
        super().__init__(stored, StoredPassages(stored))

    def __post_init__(self) -> None:
        """Nothing is looked at before it is asked for."""

    def languages(self) -> tuple[str, ...]:
        """The languages that there are articles in; no article is read."""
        return self._stored.catalogues.languages()

    def in_language(self, lang: str) -> Library:
        """The part that is written in ``lang``, read whole."""
        catalogues = self._stored.catalogues
        read = [
            self._stored.record(segment, n)
            for segment, part in enumerate(catalogues.parts)
            for n in catalogues.articles_of(segment)
            if part.language(n) == lang
        ]
        return Library({a.id: a for a, _ in read}, tuple(p for _, found in read for p in found))

    def passages_of(self, article_id: str) -> Sequence[Passage]:
        """The passages of one article, in reading order; empty when it is not there."""
        place = self._stored.catalogues.article(article_id)
        return () if place is None else tuple(self._stored.record(*place)[1])

    def passage(self, passage_id: str) -> Passage:
        """The passage with this id. Raises ``KeyError`` when there is none."""
        position = self._stored.catalogues.position(passage_id)
        if position is None:
            raise KeyError(passage_id)
        found: Passage = self.passages[position]
        return found

    def __contains__(self, passage_id: object) -> bool:
        catalogues = self._stored.catalogues
        return isinstance(passage_id, str) and catalogues.position(passage_id) is not None
