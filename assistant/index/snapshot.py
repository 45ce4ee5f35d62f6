"""The part of a build that is not vectors: its articles, the glossary and the BM25 indexes.

The texts are kept with the build, so a citation's offsets always point into the words that were
indexed, also while an editor is changing the article file.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.corpus import article_from_json
from assistant.errors import IndexCorrupt
from assistant.files import write_whole
from assistant.glossary import Glossary, GlossaryEntry
from assistant.index.bm25 import Bm25
from assistant.index.ledger import Ledger, Records, passage_from_json
from assistant.records import Library

BUILDS = "builds"
_LIBRARY = "library.json"
_BODY = "bm25-body"
_FIELDS = "bm25-fields"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one build knows besides vectors."""

    library: Library
    glossary: Glossary
    body: Bm25
    fields: Bm25


def save_snapshot(ledger: Ledger, glossary: Glossary, folder: Path) -> None:
    """Write a build to ``folder``, which appears complete or not at all.

    The records that the ledger lists must be written before.
    """
    temporary = folder.with_name(folder.name + ".tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    ledger.body.bm25().save(temporary / _BODY)
    ledger.fields.bm25().save(temporary / _FIELDS)
    ledger.save(temporary)
    values = {
        "records": [row.record for row in ledger.rows],
        "glossary": [entry.model_dump(mode="json") for entry in glossary.entries],
    }
    write_whole(temporary / _LIBRARY, json.dumps(values, ensure_ascii=False))
    shutil.rmtree(folder, ignore_errors=True)
    temporary.rename(folder)


def load_snapshot(folder: Path) -> Snapshot:
    """The snapshot in ``folder``, a build of a data folder.

    Raises:
        IndexCorrupt: a file is missing or damaged.
    """
    try:
        values = json.loads((folder / _LIBRARY).read_text(encoding="utf-8"))
        if "records" in values:
            library = Records(folder.parent.parent).library(values["records"])
        else:
            library = _whole_library(values)
        glossary = Glossary(GlossaryEntry.model_validate(row) for row in values["glossary"])
        body, fields = Bm25.load(folder / _BODY), Bm25.load(folder / _FIELDS)
    except (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise IndexCorrupt("The articles kept with the index cannot be read.") from error
    return Snapshot(library, glossary, body, fields)


def _whole_library(values: Mapping[str, Any]) -> Library:
    """The library of a build that kept all texts in one file."""
    articles = [article_from_json(a) for a in values["articles"]]
    passages = tuple(passage_from_json(p) for p in values["passages"])
    return Library({a.id: a for a in articles}, passages)
