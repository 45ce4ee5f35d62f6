"""The part of a build that is not vectors: article texts, passages and the BM25 indexes.

The texts are kept with the build, so a citation's offsets always point into the words that were
indexed, also while an editor is changing the article file.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from assistant.chunking import passage_text
from assistant.corpus import article_from_json, article_to_json
from assistant.errors import IndexCorrupt
from assistant.files import write_whole
from assistant.glossary import Glossary, GlossaryEntry
from assistant.records import Library, Passage, Sentence, SentenceKind, Span
from assistant.text import STOP_WORDS, stems, words

_LIBRARY = "library.json"
_BODY = "bm25-body"
_FIELDS = "bm25-fields"
_SHORTEST_WORD = 3  # letters of a word that may carry a topic alone


class Bm25:
    """Lexical scores of every passage for a list of stems."""

    def __init__(self, index: Any) -> None:  # noqa: ANN401 - bm25s ships no types
        self._index = index

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]]) -> Bm25:
        """An index over stemmed documents. Parameters are BM25's usual k1=1.5, b=0.75."""
        import bm25s

        index = bm25s.BM25()
        # bm25s cannot index a corpus without a single word; a stand-in keeps the shape.
        safe = [list(d) or ["\0"] for d in documents]
        index.index(safe, show_progress=False)
        return cls(index)

    @classmethod
    def load(cls, folder: Path) -> Bm25:
        """The index saved in ``folder``, memory-mapped."""
        import bm25s

        return cls(bm25s.BM25.load(folder, mmap=True, load_vocab=True))

    def save(self, folder: Path) -> None:
        """Write the index into ``folder``."""
        self._index.save(folder, show_progress=False)

    def knows(self, stem: str) -> bool:
        """Whether any passage has the stem."""
        return stem in self._index.vocab_dict

    def scores(self, query: Sequence[str]) -> NDArray[np.float32]:
        """One score per passage, in the library's order; zeros when no stem is known."""
        known = [stem for stem in query if stem in self._index.vocab_dict]
        if not known:
            return np.zeros(self._index.scores["num_docs"], dtype=np.float32)
        return np.asarray(self._index.get_scores(known), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one build knows besides vectors."""

    library: Library
    glossary: Glossary
    body: Bm25
    fields: Bm25


def field_text(library: Library, passage: Passage) -> str:
    """Title and headings of ``passage``, matched as a field of their own."""
    return " ".join((library.articles[passage.article].title, *passage.heading_path))


def library_words(library: Library) -> list[str]:
    """The words of quotable sentences, titles and headings that may carry a topic, each once."""
    found = dict.fromkeys(
        word
        for passage in library.passages  # what is withheld stands in no passage
        for word in words(f"{field_text(library, passage)} {_shown(library, passage)}")
        if word not in STOP_WORDS and len(word) >= _SHORTEST_WORD and word.isalpha()
    )
    return list(found)


def _shown(library: Library, passage: Passage) -> str:
    return passage_text(library.articles[passage.article], passage)


def make_snapshot(library: Library, glossary: Glossary) -> Snapshot:
    """Index the words of ``library``."""
    body = [stems(_shown(library, p)) for p in library.passages]
    fields = [stems(field_text(library, p)) for p in library.passages]
    return Snapshot(library, glossary, Bm25.of(body), Bm25.of(fields))


def save_snapshot(snapshot: Snapshot, folder: Path) -> None:
    """Write ``snapshot`` to ``folder``, which appears complete or not at all."""
    temporary = folder.with_name(folder.name + ".tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    snapshot.body.save(temporary / _BODY)
    snapshot.fields.save(temporary / _FIELDS)
    values = {
        "articles": [article_to_json(a) for a in snapshot.library],
        "passages": [_passage_to_json(p) for p in snapshot.library.passages],
        "glossary": [entry.model_dump(mode="json") for entry in snapshot.glossary.entries],
    }
    write_whole(temporary / _LIBRARY, json.dumps(values, ensure_ascii=False))
    shutil.rmtree(folder, ignore_errors=True)
    temporary.rename(folder)


def load_snapshot(folder: Path) -> Snapshot:
    """The snapshot in ``folder``.

    Raises:
        IndexCorrupt: a file is missing or damaged.
    """
    try:
        values = json.loads((folder / _LIBRARY).read_text(encoding="utf-8"))
        articles = [article_from_json(a) for a in values["articles"]]
        passages = tuple(_passage_from_json(p) for p in values["passages"])
        library = Library({a.id: a for a in articles}, passages)
        glossary = Glossary(GlossaryEntry.model_validate(row) for row in values["glossary"])
        body, fields = Bm25.load(folder / _BODY), Bm25.load(folder / _FIELDS)
    except (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise IndexCorrupt("The articles kept with the index cannot be read.") from error
    return Snapshot(library, glossary, body, fields)


def _passage_to_json(passage: Passage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "article": passage.article,
        "headings": passage.heading_path,
        "span": [passage.span.start, passage.span.end],
        "sentences": [[s.span.start, s.span.end, s.kind, s.lead_in] for s in passage.sentences],
    }


def _passage_from_json(values: Mapping[str, Any]) -> Passage:
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
