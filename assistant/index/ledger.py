"""What a segment remembers of its articles, so that they can be joined with others unread.

Each version of an article has a record: the article and its passages, written once and listed by
every segment that holds it. The ledger of a segment lists its records with the ids of their vectors
and their topics, and counts stems by passage and words by article.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple, cast

from assistant.article_json import article_from_json, article_to_json
from assistant.body_parts import parts_of
from assistant.chunking import CHUNKER_VERSION
from assistant.errors import IndexCorrupt
from assistant.files import code_version, write_whole
from assistant.index.counts import Counting, TermCounts
from assistant.index.segments import Contents, contents_of
from assistant.index.texts import field_text, library_words, shown_text
from assistant.records import Article, Library, Passage, Sentence, SentenceKind, Span
from assistant.text import stems
from assistant.text import words as split_words
from assistant.topic_names import TopicName, topic_names, what_headings_tell

FILE_NAME = "ledger.json"
# What is counted: stems of each passage's words, and of its title and headings; of each article the
# words that may be quoted and carry a topic, those of title and text, those of its topics, and the
# ids of its title's and headings' vectors.
BODY, FIELDS = "body", "fields"
QUOTED, SAID, NAMED, USED = "quoted", "said", "named", "used"
BY_PASSAGE, BY_ARTICLE = (BODY, FIELDS), (QUOTED, SAID, NAMED, USED)
_NO_WORD = ("\0",)  # stands for a passage without a word
_PACKAGE = Path(__file__).resolve().parent.parent
# Modules that decide the passages of an article and the words that are counted.
_DECIDING = (
    "blocks", "body_parts", "chunking", "records", "text", "topic_names", "index/ledger",
    "index/texts",
)  # fmt: skip


class Row(NamedTuple):
    """One article: its record's name, id and title, its passages with their sentences' number.

    ``headings`` has the innermost heading above each passage, in their order; ``told`` is what they
    tell (``topic_names.py``). ``parts`` are those of the body it is about (``body_parts.py``).
    """

    record: str
    article: str
    title: str
    passages: Mapping[str, int]
    headings: tuple[str, ...]
    lang: str
    topics: tuple[TopicName, ...]
    told: int
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The articles of a segment in its order, and what is counted in them.

    ``counts`` has one row for each passage, in order (``BY_PASSAGE``), or for each article
    (``BY_ARTICLE``).
    """

    rows: tuple[Row, ...]
    counts: Mapping[str, TermCounts]

    @classmethod
    def of(cls, named: Iterable[tuple[str, Library]]) -> Ledger:
        """The ledger of articles, each with its passages and the name of its record."""
        rows: list[Row] = []
        counting = {name: Counting() for name in (*BY_PASSAGE, *BY_ARTICLE)}
        for name, library in named:
            rows.append(_row(name, library))
            for kind, counted in _counted(library):
                counting[kind].add(counted)
        return cls(tuple(rows), {name: own.counts() for name, own in counting.items()})

    @classmethod
    def joined(cls, parts: Sequence[tuple[Ledger, Sequence[int]]]) -> Ledger:
        """One ledger of those articles of several that are listed beside each, sorted by id."""
        rows = [row for ledger, _ in parts for row in ledger.rows]
        starts = [0, *accumulate(len(ledger.rows) for ledger, _ in parts)]
        staying = [
            start + own for start, (_, listed) in zip(starts, parts, strict=False) for own in listed
        ]
        staying.sort(key=lambda own: rows[own].article)
        first = [0, *accumulate(len(row.passages) for row in rows)]
        passages = [n for own in staying for n in range(first[own], first[own + 1])]
        counts = {}
        for name in (*BY_PASSAGE, *BY_ARTICLE):
            whole = parts[0][0].counts[name]
            for ledger, _ in parts[1:]:
                whole = whole.with_rows_of(ledger.counts[name])
            counts[name] = whole.only(passages if name in BY_PASSAGE else staying)
        return cls(tuple(rows[own] for own in staying), counts)

    def contents(self) -> Contents:
        """The ids of every vector that the segment needs."""
        return Contents.of(
            {p: n for row in self.rows for p, n in row.passages.items()},
            self.counts[USED].vocabulary,
        )

    def passage_ids(self) -> Iterator[str]:
        """Every passage, in order."""
        for row in self.rows:
            yield from row.passages

    def languages(self) -> list[str]:
        """The languages of the articles, each once."""
        return list(dict.fromkeys(row.lang for row in self.rows))

    def of_language(self, lang: str) -> list[int]:
        """Which articles are written in ``lang``."""
        return [n for n, row in enumerate(self.rows) if row.lang == lang]

    def passages_of(self, articles: Iterable[int]) -> list[int]:
        """The rows of the passages of some articles."""
        first = [0, *accumulate(len(row.passages) for row in self.rows)]
        return [n for own in articles for n in range(first[own], first[own + 1])]

    def quoted_words(self) -> list[str]:
        """Every word that may be quoted and carry a topic, those of one language together."""
        counts = self.counts[QUOTED]
        by_language = (
            sorted(counts.tally(self.of_language(lang))) for lang in sorted(self.languages())
        )
        return list(dict.fromkeys(word for own in by_language for word in own))

    def save(self, folder: Path) -> None:
        """Write everything into ``folder``."""
        write_whole(folder / FILE_NAME, json.dumps(self.rows, ensure_ascii=False))
        for name, counts in self.counts.items():
            counts.save(counts_file(folder, name))

    @classmethod
    def load(cls, folder: Path) -> Ledger:
        """The ledger in ``folder``.

        Raises:
            IndexCorrupt: a file is missing or damaged.
        """
        try:
            values = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
            rows = tuple(
                Row(record, article, title, passages, tuple(headings), lang,
                    tuple(TopicName(*each) for each in topics), told, tuple(parts))
                for record, article, title, passages, headings, lang, topics, told, parts in values
            )  # fmt: skip
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise IndexCorrupt("The list of the indexed articles cannot be read.") from error
        counts = {
            name: TermCounts.load(counts_file(folder, name)) for name in (*BY_PASSAGE, *BY_ARTICLE)
        }
        passages = sum(len(row.passages) for row in rows)
        lengths = {name: passages if name in BY_PASSAGE else len(rows) for name in counts}
        if any(len(own) != lengths[name] for name, own in counts.items()):
            raise IndexCorrupt("The list of the indexed articles does not match their words.")
        return cls(rows, counts)


def counts_file(folder: Path, name: str) -> Path:
    """Where a segment's folder has what is counted under ``name``."""
    return folder / f"{name}.counts"


class Records:
    """The records in a data folder, one file for each version of an article."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "articles"

    def present(self) -> set[str]:
        """The names of all records."""
        return {p.stem for p in self.folder.iterdir()} if self.folder.is_dir() else set()

    def write(self, name: str, library: Library) -> None:
        """Keep the one article of ``library`` and its passages under ``name``."""
        (article,) = library
        self.folder.mkdir(exist_ok=True)
        values = {
            "article": article_to_json(article),
            "passages": [passage_to_json(p) for p in library.passages],
        }
        text = json.dumps(values, ensure_ascii=False)
        write_whole(self.folder / f"{name}.json", text, lasting=False)

    def read(self, name: str) -> tuple[Article, list[Passage]]:
        """An article and its passages.

        Raises:
            IndexCorrupt: the record is missing or damaged.
        """
        try:
            values = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
            return (
                article_from_json(values["article"]),
                [passage_from_json(p) for p in values["passages"]],
            )
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise IndexCorrupt("An article kept with the index cannot be read.") from error

    def library(self, names: Sequence[str]) -> Library:
        """The articles of several records, in order. Raises IndexCorrupt like ``read``."""
        read = [self.read(name) for name in names]
        return Library({a.id: a for a, _ in read}, tuple(p for _, own in read for p in own))


@cache
def _version() -> str:
    files = [_PACKAGE / f"{name}.py" for name in _DECIDING]
    return f"{CHUNKER_VERSION} {code_version(_PACKAGE, files, ('markdown-it-py', 'pysbd'))}"


def record_name(article: Article) -> str:
    """The name of the article's record: other words, front matter or splitting, another name."""
    known = (_version(), article.id, article.version, article.title, repr(article.withheld))
    digest = hashlib.sha256("\n".join(known).encode())
    digest.update(article.text.encode())
    return digest.hexdigest()[:24]


def library_ledger(library: Library) -> Ledger:
    """The ledger of a ``library`` in memory, its records named as its articles."""
    alone = (Library({a.id: a}, tuple(library.passages_of(a.id))) for a in library)
    return Ledger.of((next(iter(each)).id, each) for each in alone)


def _counted(library: Library) -> Iterator[tuple[str, Iterable[str]]]:
    """Everything that is counted of one article, row by row."""
    (article,) = library
    for passage in library.passages:
        yield BODY, stems(shown_text(library, passage)) or _NO_WORD
        yield FIELDS, stems(field_text(library, passage)) or _NO_WORD
    yield QUOTED, library_words(library)
    yield SAID, set(split_words(f"{article.title} {article.text}"))
    yield NAMED, set(split_words(" ".join(article.topics)))
    yield USED, contents_of(library).ids("fields")


def _row(name: str, library: Library) -> Row:
    (article,) = library
    headings = tuple(passage.heading for passage in library.passages)
    return Row(
        record=name,
        article=article.id,
        title=article.title,
        passages={p.id: len(p.sentences) for p in library.passages},
        headings=headings,
        lang=article.language,
        topics=tuple(topic_names(article)),
        told=what_headings_tell(headings),
        parts=tuple(sorted(parts_of(article))),
    )


def passage_to_json(passage: Passage) -> dict[str, Any]:
    """``passage`` as plain JSON values; the inverse of ``passage_from_json``."""
    return {
        "id": passage.id,
        "article": passage.article,
        "headings": passage.heading_path,
        "span": [passage.span.start, passage.span.end],
        "sentences": [[s.span.start, s.span.end, s.kind, s.lead_in] for s in passage.sentences],
    }


def passage_from_json(values: Mapping[str, Any]) -> Passage:
    """A passage from what ``passage_to_json`` wrote."""
    return Passage(
        id=values["id"],
        article=values["article"],
        heading_path=tuple(values["headings"]),
        span=Span(*values["span"]),
        sentences=tuple(
            Sentence(span=Span(start, end), kind=cast(SentenceKind, kind), lead_in=lead_in)
            for start, end, kind, lead_in in values["sentences"]
        ),
    )
