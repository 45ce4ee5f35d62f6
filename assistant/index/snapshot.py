"""The part of an index that is not vectors: its articles, the glossary and the BM25 indexes.

Each segment has a folder of mapped tables for its own articles, written once. A build is a list of
segments, of each of which some articles may be gone, and the glossary. The texts are kept with the
index, so a citation's offsets always point into the words that were indexed, also while an editor
is changing the article file. How large the library is makes no difference to opening it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from assistant.errors import IndexCorrupt, IndexOutOfDate
from assistant.files import write_whole
from assistant.glossary import Glossary, GlossaryEntry
from assistant.index.bm25 import Bm25, Postings
from assistant.index.catalogue import Catalogue
from assistant.index.counts import TermCounts
from assistant.index.ledger import BODY, FIELDS, Ledger, Records, counts_file
from assistant.index.lexis import Lexis, Words, gone_words, lexis_tables, tables_of
from assistant.index.manifest import Manifest, Segment
from assistant.index.mapped import Tables, read_tables, write_tables
from assistant.index.stored import Catalogues, StoredLibrary
from assistant.records import Library

BUILDS, SEGMENTS = "builds", "segments"
LAYOUT = "segments 1"  # of the files of a segment; another layout is another segment
_GLOSSARY = "glossary.json"
_BODY = "bm25-body.tables"
_FIELDS = "bm25-fields.tables"
_CATALOGUE = "catalogue.tables"
_LEXIS = "lexis.tables"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one build knows besides vectors."""

    library: Library
    catalogues: Catalogues
    glossary: Glossary
    body: Bm25
    fields: Bm25
    lexis: Mapping[str, Lexis]  # by language


def segment_folder(data_dir: Path, name: str) -> Path:
    """The folder with the tables of a segment."""
    return data_dir / SEGMENTS / name


def save_segment(ledger: Ledger, folder: Path) -> None:
    """Write the tables of a segment to ``folder``, which appears complete or not at all.

    The records that ``ledger`` lists must be written before. What is there and can be read is left
    alone: its name says that it is the same, and readers may be using it.
    """
    with suppress(IndexCorrupt):
        Ledger.load(folder)
        Catalogue.load(folder / _CATALOGUE)
        Postings.load(folder / _BODY)
        Postings.load(folder / _FIELDS)
        read_tables(folder / _LEXIS)
        return
    temporary = folder.with_name(folder.name + ".tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    Postings.of(ledger.counts[BODY]).save(temporary / _BODY)
    Postings.of(ledger.counts[FIELDS]).save(temporary / _FIELDS)
    Catalogue.of(ledger).save(temporary / _CATALOGUE)
    write_tables(temporary / _LEXIS, lexis_tables(ledger))
    ledger.save(temporary)
    shutil.rmtree(folder, ignore_errors=True)
    temporary.rename(folder)


def save_glossary(glossary: Glossary, folder: Path) -> None:
    """Write what a build has besides its segments to ``folder``, unless it is there."""
    with suppress(IndexCorrupt):
        load_glossary(folder)
        return
    temporary = folder.with_name(folder.name + ".tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    entries = [entry.model_dump(mode="json") for entry in glossary.entries]
    write_whole(temporary / _GLOSSARY, json.dumps(entries, ensure_ascii=False))
    shutil.rmtree(folder, ignore_errors=True)
    temporary.rename(folder)


def load_glossary(folder: Path) -> Glossary:
    """The glossary of the build in ``folder``.

    Raises:
        IndexCorrupt: it is missing or damaged.
    """
    try:
        entries = json.loads((folder / _GLOSSARY).read_text(encoding="utf-8"))
        return Glossary(GlossaryEntry.model_validate(entry) for entry in entries)
    except (OSError, ValueError, TypeError) as error:
        raise IndexCorrupt("The glossary kept with the index cannot be read.") from error


def load_catalogue(data_dir: Path, name: str) -> Catalogue:
    """The catalogue of a segment. Raises IndexCorrupt."""
    return Catalogue.load(segment_folder(data_dir, name) / _CATALOGUE)


def load_snapshot(data_dir: Path, manifest: Manifest) -> Snapshot:
    """The snapshot of the build of ``manifest``. Articles are read when they are used.

    Raises:
        IndexOutOfDate: the build is of an earlier version of this program.
        IndexCorrupt: a file is missing or damaged.
    """
    records = Records(data_dir)
    if not manifest.tables:
        raise IndexOutOfDate("The index was built by an earlier version of this program.")
    glossary = load_glossary(data_dir / BUILDS / manifest.build)
    if not records.folder.is_dir():
        raise IndexCorrupt("An article kept with the index cannot be read.")
    folders = [segment_folder(data_dir, segment.name) for segment in manifest.segments]
    catalogues = Catalogues(
        [Catalogue.load(folder / _CATALOGUE) for folder in folders],
        [segment.gone for segment in manifest.segments],
    )
    body, fields = (
        Bm25([Postings.load(folder / file) for folder in folders], catalogues.passages)
        for file in (_BODY, _FIELDS)
    )
    tables = [read_tables(folder / _LEXIS) for folder in folders]
    parts = list(zip(folders, manifest.segments, catalogues.parts, tables, strict=True))
    lexis = {
        lang: Lexis([words for part in parts if (words := _words(*part, lang))])
        for lang in catalogues.languages()
    }
    return Snapshot(StoredLibrary(catalogues, records), catalogues, glossary, body, fields, lexis)


def _words(
    folder: Path, segment: Segment, catalogue: Catalogue, tables: Tables, lang: str
) -> Words | None:
    """The words of a segment's articles in one language; ``None`` when it has none."""
    own = tables_of(tables, lang)
    if not own:
        return None
    gone = [n for n in segment.gone if catalogue.language(n) == lang]
    passages: Sequence[int] = catalogue.rows_of(gone).tolist()
    taken = cache(partial(gone_words, partial(_counts, folder), gone, passages))
    return Words(own, catalogue.articles, gone, taken, len(passages))


def _counts(folder: Path, kind: str) -> TermCounts:
    return TermCounts.load(counts_file(folder, kind))
