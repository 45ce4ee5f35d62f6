"""The part of a build that is not vectors: its articles, the glossary and the BM25 indexes.

The texts are kept with the build, so a citation's offsets always point into the words that were
indexed, also while an editor is changing the article file. Opening a snapshot reads the glossary
and maps tables; how large the library is makes no difference to it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import IndexCorrupt, IndexOutOfDate
from assistant.files import write_whole
from assistant.glossary import Glossary, GlossaryEntry
from assistant.index.bm25 import Bm25
from assistant.index.catalogue import Catalogue, StoredLibrary
from assistant.index.ledger import Ledger, Records
from assistant.index.lexis import Lexis, lexis_tables, lexis_within
from assistant.index.mapped import read_tables, write_tables
from assistant.records import Article, Library

BUILDS = "builds"
LAYOUT = "mapped 2"  # of the files of a build; another layout is another build
_GLOSSARY = "glossary.json"
_UNTIL_NOW = "library.json"  # what builds had before their tables were mapped
_BODY = "bm25-body.tables"
_FIELDS = "bm25-fields.tables"
_CATALOGUE = "catalogue.tables"
_LEXIS = "lexis.tables"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one build knows besides vectors."""

    library: Library
    catalogue: Catalogue
    glossary: Glossary
    body: Bm25
    fields: Bm25
    lexis: Mapping[str, Lexis]  # by language


def save_snapshot(
    ledger: Ledger, articles: Sequence[Article], glossary: Glossary, folder: Path
) -> None:
    """Write a build to ``folder``, which appears complete or not at all.

    ``ledger`` is that of ``articles``; the records that it lists must be written before.
    """
    temporary = folder.with_name(folder.name + ".tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    Bm25.of_counts(ledger.body).save(temporary / _BODY)
    Bm25.of_counts(ledger.fields).save(temporary / _FIELDS)
    Catalogue.of(ledger, articles).save(temporary / _CATALOGUE)
    write_tables(temporary / _LEXIS, lexis_tables(ledger))
    ledger.save(temporary)
    entries = [entry.model_dump(mode="json") for entry in glossary.entries]
    write_whole(temporary / _GLOSSARY, json.dumps(entries, ensure_ascii=False))
    shutil.rmtree(folder, ignore_errors=True)
    temporary.rename(folder)


def load_snapshot(folder: Path) -> Snapshot:
    """The snapshot in ``folder``, a build of a data folder. Articles are read when they are used.

    Raises:
        IndexOutOfDate: the build is of an earlier version of this program.
        IndexCorrupt: a file is missing or damaged.
    """
    records = Records(folder.parent.parent)
    if (folder / _UNTIL_NOW).is_file() or _has_no_lexis(folder):
        raise IndexOutOfDate("The index was built by an earlier version of this program.")
    try:
        entries = json.loads((folder / _GLOSSARY).read_text(encoding="utf-8"))
        glossary = Glossary(GlossaryEntry.model_validate(entry) for entry in entries)
    except (OSError, ValueError, TypeError) as error:
        raise IndexCorrupt("The glossary kept with the index cannot be read.") from error
    if not records.folder.is_dir():
        raise IndexCorrupt("An article kept with the index cannot be read.")
    catalogue = Catalogue.load(folder / _CATALOGUE)
    body, fields = Bm25.load(folder / _BODY), Bm25.load(folder / _FIELDS)
    tables = read_tables(folder / _LEXIS)
    lexis = {lang: lexis_within(tables, lang, catalogue.articles) for lang in catalogue.languages()}
    return Snapshot(StoredLibrary(catalogue, records), catalogue, glossary, body, fields, lexis)


def _has_no_lexis(folder: Path) -> bool:
    """Whether a version without these tables wrote the build."""
    return (folder / _CATALOGUE).is_file() and not (folder / _LEXIS).exists()
