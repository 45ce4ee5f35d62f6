"""What a build remembers of its articles, so that the next one computes only what is new.

Each version of an article has a record: the article and its passages, written once and listed by
every build that holds it. The ledger lists the records of a build with the ids of their vectors
and their topics, in how many articles each word stands, and how often each passage has each stem.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

from assistant.article_json import article_from_json, article_to_json
from assistant.body_parts import parts_of
from assistant.chunking import CHUNKER_VERSION, split_article
from assistant.errors import IndexCorrupt
from assistant.files import code_version, write_whole
from assistant.index.counts import TermCounts
from assistant.index.segments import Contents, contents_of
from assistant.index.texts import field_text, library_words, shown_text
from assistant.records import Article, Library, Passage, Sentence, SentenceKind, Span
from assistant.text import stems
from assistant.text import words as split_words
from assistant.topic_names import TopicName, topic_names, what_headings_tell

FILE_NAME = "ledger.json"
BODY, FIELDS = "terms-body", "terms-fields"
_WORDS = ("quoted", "said", "named")
_PACKAGE = Path(__file__).resolve().parent.parent
# Modules that decide the passages of an article and the words that are counted.
_DECIDING = (
    "blocks", "body_parts", "chunking", "records", "text", "topic_names", "index/ledger",
    "index/texts",
)  # fmt: skip

# In how many articles of each language each word stands.
Words = Mapping[str, Mapping[str, int]]


class Row(NamedTuple):
    """One article: its record's name, its passages with their sentences' number, its fields.

    ``headings`` has the innermost heading above each passage, in their order; ``told`` is what they
    tell (``topic_names.py``). ``parts`` are those of the body it is about (``body_parts.py``).
    """

    record: str
    passages: Mapping[str, int]
    headings: tuple[str, ...]
    fields: tuple[str, ...]
    lang: str
    topics: tuple[TopicName, ...]
    told: int
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The articles of a build in its order, and the words and stems counted in them.

    ``body`` and ``fields`` have one row for each passage of ``rows``, in order. ``words`` has those
    that may be quoted and may carry a topic ("quoted"), those of titles and texts ("said"), and
    those of topics ("named").
    """

    rows: tuple[Row, ...]
    words: Mapping[str, Words]
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

    def quoted_words(self) -> list[str]:
        """Every word that may be quoted and carry a topic, those of one language together."""
        by_language = self.words["quoted"]
        return list(
            dict.fromkeys(w for lang in sorted(by_language) for w in sorted(by_language[lang]))
        )

    def save(self, folder: Path) -> None:
        """Write everything into ``folder``."""
        values = {"rows": self.rows, "words": self.words}
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
                Row(record, passages, tuple(headings), tuple(fields), lang,
                    tuple(TopicName(*each) for each in topics), told, tuple(parts))
                for record, passages, headings, fields, lang, topics, told, parts in values["rows"]
            )  # fmt: skip
            words = {name: dict(values["words"][name]) for name in _WORDS}
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
    counted = _WordCounts(previous)
    for library in fresh.values():
        counted.add(library)
    for name in gone:
        counted.take_away(records.library([name]))
    body, fields = _terms(rows, previous, list(fresh.values()))
    return Ledger(tuple(rows), counted.words(), body, fields), fresh


def library_ledger(library: Library) -> Ledger:
    """The ledger of a ``library`` in memory, its records named as its articles."""
    alone = [Library({a.id: a}, tuple(library.passages_of(a.id))) for a in library]
    counted = _WordCounts(None)
    for each in alone:
        counted.add(each)
    rows = tuple(_row(next(iter(each)).id, each) for each in alone)
    return Ledger(rows, counted.words(), *_terms(rows, None, alone))


class _WordCounts:
    """Counts of words by set and language, changed from those of ``previous``."""

    def __init__(self, previous: Ledger | None) -> None:
        known = previous.words if previous else {}
        self._counts: dict[str, dict[str, Counter[str]]] = {
            name: {lang: Counter(own) for lang, own in known.get(name, {}).items()}
            for name in _WORDS
        }

    def add(self, library: Library) -> None:
        """Count the words of one article."""
        for counter, words in self._of(library):
            counter.update(words)

    def take_away(self, library: Library) -> None:
        """Count the words of one article no more."""
        for counter, words in self._of(library):
            counter.subtract(words)

    def _of(self, library: Library) -> Iterator[tuple[Counter[str], Iterable[str]]]:
        (article,) = library
        found = {
            "quoted": library_words(library),
            "said": set(split_words(f"{article.title} {article.text}")),
            "named": set(split_words(" ".join(article.topics))),
        }
        for name, words in found.items():
            yield self._counts[name].setdefault(article.language, Counter()), words

    def words(self) -> dict[str, Words]:
        """The words that any article has."""
        return {
            name: {
                lang: {word: count for word, count in own.items() if count > 0}
                for lang, own in by_language.items()
                if any(count > 0 for count in own.values())
            }
            for name, by_language in self._counts.items()
        }


def _row(name: str, library: Library) -> Row:
    (article,) = library
    contents = contents_of(library)
    headings = tuple(passage.heading for passage in library.passages)
    return Row(
        record=name,
        passages=contents.passages,
        headings=headings,
        fields=tuple(contents.ids("fields")),
        lang=article.language,
        topics=tuple(topic_names(article)),
        told=what_headings_tell(headings),
        parts=tuple(sorted(parts_of(article))),
    )


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
