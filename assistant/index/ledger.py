"""What a build remembers of its articles, so that the next one computes only what is new.

Each version of an article has a record: the article and its passages, written once and listed by
every build that holds it. The ledger lists the records of a build with the ids of their vectors,
in how many articles each word stands, and how often each passage has each stem.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from assistant.chunking import CHUNKER_VERSION, split_article
from assistant.corpus import article_from_json, article_to_json
from assistant.errors import IndexCorrupt
from assistant.files import code_version, write_whole
from assistant.index.counts import TermCounts
from assistant.index.segments import Contents, contents_of
from assistant.index.texts import field_text, library_words, shown_text
from assistant.records import Article, Library, Passage, Sentence, SentenceKind, Span
from assistant.text import stems

FILE_NAME = "ledger.json"
BODY, FIELDS = "terms-body", "terms-fields"
_PACKAGE = Path(__file__).resolve().parent.parent
# Modules that decide the passages of an article and the words that are counted.
_DECIDING = ("blocks", "chunking", "records", "text", "index/ledger", "index/texts")


@dataclass(frozen=True, slots=True)
class Row:
    """One article: its record's name, its passages with their sentences' number, its fields.

    ``headings`` has the innermost heading above each passage, in their order.
    """

    record: str
    passages: Mapping[str, int]
    headings: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The articles of a build in its order, and the words and stems counted in them.

    ``body`` and ``fields`` have one row for each passage of ``rows``, in order.
    """

    rows: tuple[Row, ...]
    words: Mapping[str, int]
    body: TermCounts
    fields: TermCounts

    def contents(self) -> Contents:
        """The ids of every vector that the build needs."""
        return Contents.of(
            {p: n for row in self.rows for p, n in row.passages.items()},
            (field for row in self.rows for field in row.fields),
        )

    def passage_ids(self) -> Iterator[str]:
        """Every passage, in order."""
        for row in self.rows:
            yield from row.passages

    def save(self, folder: Path) -> None:
        """Write everything into ``folder``."""
        rows = [[r.record, dict(r.passages), r.headings, r.fields] for r in self.rows]
        values = {"rows": rows, "words": dict(self.words)}
        write_whole(folder / FILE_NAME, json.dumps(values, ensure_ascii=False))
        self.body.save(folder / BODY)
        self.fields.save(folder / FIELDS)

    @classmethod
    def load(cls, folder: Path) -> Ledger:
        """The ledger in ``folder``.

        Raises:
            IndexCorrupt: a file is missing or damaged.
        """
        try:
            values = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
            rows = tuple(
                Row(record, passages, tuple(headings), tuple(fields))
                for record, passages, headings, fields in values["rows"]
            )
            words = dict(values["words"])
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise IndexCorrupt("The list of the indexed articles cannot be read.") from error
        ledger = cls(rows, words, TermCounts.load(folder / BODY), TermCounts.load(folder / FIELDS))
        if not len(list(ledger.passage_ids())) == len(ledger.body) == len(ledger.fields):
            raise IndexCorrupt("The list of the indexed articles does not match their words.")
        return ledger


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


def next_ledger(
    articles: Sequence[Article], previous: Ledger | None, records: Records
) -> tuple[Ledger, dict[str, Library]]:
    """The ledger of ``articles``, and those that ``previous`` lacks, split, by record name.

    Raises:
        IndexCorrupt: a record of ``previous`` is missing or damaged; nothing of it can be used.
    """
    old = {row.record: row for row in previous.rows} if previous else {}
    if not old.keys() <= records.present():
        raise IndexCorrupt("An article kept with the index is missing.")
    fresh: dict[str, Library] = {}
    rows = []
    for article in articles:
        name = record_name(article)
        row = old.get(name)
        if row is None:
            fresh[name] = Library({article.id: article}, tuple(split_article(article)))
            row = _row(name, fresh[name])
        rows.append(row)
    staying = {row.record for row in rows}
    gone = [row.record for row in (previous.rows if previous else ()) if row.record not in staying]
    words = Counter(previous.words if previous else {})
    for library in fresh.values():
        words.update(library_words(library))
    for name in gone:
        words.subtract(library_words(records.library([name])))
    counted = {word: count for word, count in words.items() if count > 0}
    body, fields = _terms(rows, previous, list(fresh.values()))
    return Ledger(tuple(rows), counted, body, fields), fresh


def _row(name: str, library: Library) -> Row:
    contents = contents_of(library)
    headings = tuple(passage.heading for passage in library.passages)
    return Row(name, contents.passages, headings, tuple(contents.ids("fields")))


def _terms(
    rows: Sequence[Row], previous: Ledger | None, fresh: Sequence[Library]
) -> tuple[TermCounts, TermCounts]:
    """Stems of every passage of ``rows``, its words and its title and headings apart."""
    new = [(library, p) for library in fresh for p in library.passages]
    body = TermCounts.of([stems(shown_text(library, p)) for library, p in new])
    fields = TermCounts.of([stems(field_text(library, p)) for library, p in new])
    known = list(previous.passage_ids()) if previous else []
    places = {each: n for n, each in enumerate([*known, *(p.id for _, p in new)])}
    wanted = [places[each] for row in rows for each in row.passages]
    if previous:
        body, fields = previous.body.with_rows_of(body), previous.fields.with_rows_of(fields)
    return body.only(wanted), fields.only(wanted)


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
