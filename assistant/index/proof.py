"""Proving what an index holds: every vector of the live articles once, and no trace of the gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from assistant.errors import IndexCorrupt, IndexOutOfDate
from assistant.index.catalogue import Entry
from assistant.index.kept import load_kept
from assistant.index.ledger import Ledger
from assistant.index.manifest import KINDS, Kind, Manifest, Segment, read_manifest
from assistant.index.rows import Rows
from assistant.index.segments import Contents, contents_of
from assistant.index.snapshot import Snapshot, load_snapshot, segment_folder
from assistant.index.store import ChromaStore
from assistant.records import Library, Passage

_NAMED = 3  # ids that a problem names
_COMPARED_AT_ONCE = 4_096  # vectors
_ROUNDING = 1e-5  # the store scales unit vectors to the length one again


def prove(data_dir: Path, store: ChromaStore, *, exact: bool = False) -> list[str]:
    """What is wrong with the index in ``data_dir``; empty when everything is in its place.

    Every vector of the live articles must be in the segment of its article, every count must be
    true, and articles, glossary, words and BM25 must be readable and fit each other. With ``exact``
    no listed segment may hold any other vector, as after ``build_index(..., purge=True)``. Reads
    every id of the store: seconds for a large library.

    Raises:
        IndexMissing, DataDirUnusable, StoreUnavailable
    """
    try:
        manifest = read_manifest(data_dir)
        snapshot = load_snapshot(data_dir, manifest)
        folders = [segment_folder(data_dir, segment.name) for segment in manifest.segments]
        ledgers = [Ledger.load(folder) for folder in folders]
        load_kept(data_dir, manifest)
        library = _read(snapshot)
    except (IndexCorrupt, IndexOutOfDate) as error:
        return [str(error)]
    return [
        *_library_problems(manifest, snapshot, ledgers, library),
        *(
            problem
            for segment, ledger in zip(manifest.segments, ledgers, strict=True)
            for kind in KINDS
            for problem in _vector_problems(data_dir, segment, store, kind, ledger, exact)
        ),
        *(p for segment in manifest.segments for p in _row_problems(data_dir, store, segment)),
    ]


def _read(snapshot: Snapshot) -> Library:
    """The library, all of its articles read."""
    found = snapshot.library
    return Library({a.id: a for a in found}, tuple(found.passages))


def _library_problems(
    manifest: Manifest, snapshot: Snapshot, ledgers: Sequence[Ledger], library: Library
) -> Iterator[str]:
    catalogues = snapshot.catalogues
    if any(catalogues.entry(n) != _entry(library, p) for n, p in enumerate(library.passages)):
        yield "the table of the indexed passages is not that of the articles kept with the index"
    alive = [_alive(segment, own) for segment, own in zip(manifest.segments, ledgers, strict=True)]
    listed = {passage: n for own in alive for passage, n in own.passages.items()}
    if listed != contents_of(library).passages:
        yield "the list of the indexed articles is not that of the articles kept with the index"
    if len(library.articles) != manifest.articles:
        yield f"the manifest counts {manifest.articles} articles, which is not their number"
    needed = {kind: sum(own.counts()[kind] for own in alive) for kind in KINDS}
    if needed != manifest.counts:
        yield f"the manifest counts {manifest.counts}, the articles need {needed}"
    if not len(snapshot.body) == len(snapshot.fields) == len(library.passages):
        yield "the BM25 indexes do not have one row for each passage"


def _alive(segment: Segment, ledger: Ledger) -> Contents:
    """What a segment holds for articles that are not gone."""
    staying = [n for n in range(len(ledger.rows)) if n not in set(segment.gone)]
    return Ledger.joined([(ledger, staying)]).contents()


def _entry(library: Library, passage: Passage) -> Entry:
    article = library.articles[passage.article]
    return Entry(
        id=passage.id,
        article=article.id,
        title=article.title,
        language=article.language,
        heading=passage.heading,
        sentences=len(passage.sentences),
    )


def _vector_problems(
    data_dir: Path, segment: Segment, store: ChromaStore, kind: Kind, ledger: Ledger, exact: bool
) -> Iterator[str]:
    collection, needed = segment.collection(kind), set(_alive(segment, ledger).ids(kind))
    if segment.stored:
        held = store.ids(collection)
    else:
        rows, own = Rows.load(data_dir, segment), list(ledger.contents().ids(kind))
        held = set(rows.get(kind, own)) if rows else set()
    if len(held) != segment.counts[kind]:
        yield f"{collection} holds {len(held)} vectors, the manifest says {segment.counts[kind]}"
    dead = held - needed
    if len(dead) != segment.dead.get(kind, 0):
        yield f"{collection} holds {len(dead)} vectors of no article"
    elif dead and exact:
        yield f"{collection} still holds {_some(dead)} of no article"
    lost = needed - held
    if lost:
        yield f"{collection} lacks {_some(lost)}"


def _row_problems(data_dir: Path, store: ChromaStore, segment: Segment) -> Iterator[str]:
    """Rows that differ from the store; where there are none, the store itself is read."""
    rows = Rows.load(data_dir, segment)
    if rows is None or not segment.stored:
        return
    for kind in KINDS:
        ids = sorted(store.ids(segment.collection(kind)))
        for start in range(0, len(ids), _COMPARED_AT_ONCE):
            part = ids[start : start + _COMPARED_AT_ONCE]
            stored, mapped = store.vectors(segment.collection(kind), part), rows.get(kind, part)
            differ = {
                each
                for each, vector in stored.items()
                if each not in mapped or not np.allclose(mapped[each], vector, atol=_ROUNDING)
            }
            if differ:
                yield f"the rows of {segment.collection(kind)} are not its vectors: {_some(differ)}"


def _some(ids: set[str]) -> str:
    named = ", ".join(sorted(ids)[:_NAMED])
    return named if len(ids) <= _NAMED else f"{named} and {len(ids) - _NAMED} more"


def find_marker(data_dir: Path, text: str) -> list[str]:
    """Where the live build holds the phrase ``text``: ids of articles, the glossary, kept words.

    Upper and lower case and the width of blanks make no difference. Looks at every text that
    answers are made from, articles with their front matter.

    Raises:
        ValueError: ``text`` is blank.
        IndexMissing, IndexCorrupt
    """
    phrase = _folded(text)
    if not phrase:
        raise ValueError("a phrase to look for must hold a word")
    manifest = read_manifest(data_dir)
    snapshot = load_snapshot(data_dir, manifest)
    ledgers = [Ledger.load(segment_folder(data_dir, each.name)) for each in manifest.segments]
    words = [w for own in ledgers for counts in own.counts.values() for w in counts.vocabulary]
    topics = [name for own in ledgers for row in own.rows for _, name, _ in row.topics]
    titles = [row.title for own in ledgers for row in own.rows]
    kept = load_kept(data_dir, manifest)
    texts = {article.id: _strings(asdict(article)) for article in snapshot.library}
    texts["the glossary"] = _strings([e.model_dump() for e in snapshot.glossary.entries])
    texts["words kept with the index"] = iter((*kept.texts, *words, *topics, *titles))
    return [place for place, own in texts.items() if any(phrase in _folded(t) for t in own)]


def _strings(value: object) -> Iterator[str]:
    """Every string in plain values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _strings([*value.keys(), *value.values()])
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
