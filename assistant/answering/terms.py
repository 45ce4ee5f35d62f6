"""How nearly the words of a question are said by a sentence, synonyms included.

A question names what it is about with a few words. Each becomes a term: the stems of the articles
that say the same, with a credit between 0 and 1. Equal stems and glossary terms count in full;
other words count by the likeness of their vectors, so that "cigarettes" is met by "smoke".
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from assistant.answering.words import beside_the_point, carries_topic, subject_words
from assistant.chunking import sentence_text
from assistant.embedding import Embedder, Vectors
from assistant.glossary import Glossary
from assistant.index.lexis import Lexis
from assistant.records import Library, Passage
from assistant.retrieval import Term
from assistant.text import stems, words

# Cosine of two single words from which they begin to mean the same, and from which they do.
# "cigarettes" and "smoke" have .79, "elderly" and "older" .69, "waterbed" and "mattress" .55.
_ALIKE, _SAME = 0.55, 0.80
_SIDE_WORD = 0.6  # credit for the common words of a glossary term, such as "medicine"
_REMEMBERED = 20_000  # passages
_UNKNOWN = 1.0  # a word that no article uses is as telling as the rarest one that they do use


class _PassageStems(NamedTuple):
    sentences: list[frozenset[str]]
    headings: frozenset[str]
    title: frozenset[str]


class Vocabulary:
    """The words of one library: their vectors, how rare they are, and which sentence has which.

    ``lexis`` holds the words of the part of ``library`` that is written in one language.
    """

    def __init__(self, library: Library, lexis: Lexis, embedder: Embedder) -> None:
        self._library, self._lexis, self._embedder = library, lexis, embedder
        self._vectors: Vectors = embedder.embed(list(lexis.words))
        # The same passages are found for question after question.
        self._read = lru_cache(maxsize=_REMEMBERED)(self._read_passage)

    def knows(self, stem: str) -> bool:
        """Whether a quotable sentence uses a word with this stem."""
        return self._lexis.passages_with(stem) > 0

    def sentences(self, passage: Passage) -> list[frozenset[str]]:
        """Stems of each sentence of ``passage``; an item is read with its lead-in."""
        return self._read(passage).sentences

    def headings(self, passage: Passage) -> frozenset[str]:
        """Stems of the title and the headings above ``passage``."""
        return self._read(passage).headings

    def title(self, passage: Passage) -> frozenset[str]:
        """Stems of the title of the article that ``passage`` stands in."""
        return self._read(passage).title

    def _read_passage(self, passage: Passage) -> _PassageStems:
        title = self._library.articles[passage.article].title
        return _PassageStems(
            _sentence_stems(self._library, passage),
            frozenset(stems(" ".join((title, *passage.heading_path)))),
            frozenset(stems(title)),
        )

    def rarity(self, stem: str) -> float:
        """How telling a stem is, between 0 and 1."""
        total = self._lexis.passages
        return math.log((1 + total) / (1 + self._lexis.passages_with(stem))) / math.log(1 + total)

    def terms(self, question: str, glossary: Glossary) -> tuple[Term, ...]:
        """The terms of ``question``, in the order of its words, each once."""
        found: dict[str, Term] = {}
        for lay, names in glossary.phrases(question):
            if names:
                found.setdefault(lay.lower(), self._named(lay, names))
                continue
            own = [w for w in words(lay) if carries_topic(w)]
            for word, near in zip(own, self._near(own), strict=True):
                found.setdefault(word, self._term(word, near))
        return _to_the_point(question, tuple(found.values()))

    def _named(self, lay: str, names: Sequence[str]) -> Term:
        """A glossary phrase: the rarest word of each of its terms says it all."""
        credit = dict.fromkeys((s for s in stems(lay) if self.knows(s)), _SIDE_WORD)
        for name in names:
            own = sorted(filter(self.knows, stems(name)), key=self.rarity, reverse=True)
            credit |= {stem: max(credit.get(stem, 0.0), _SIDE_WORD) for stem in own[1:]}
            credit |= dict.fromkeys(own[:1], 1.0)
        full = [stem for stem, value in credit.items() if value == 1.0]
        weight = min((self.rarity(stem) for stem in full), default=_UNKNOWN)
        return Term(word=lay.lower(), credit=credit, weight=weight, known=True)

    def _term(self, word: str, near: Mapping[str, float]) -> Term:
        own = stems(word)
        credit = dict(near)
        credit |= {stem: 1.0 for stem in own if self.knows(stem)}
        said = max(credit.values(), default=0.0)
        weight = self.rarity(own[0]) if own and self.knows(own[0]) else _UNKNOWN
        return Term(word=word, credit=credit, weight=weight, known=said >= 1.0)

    def _near(self, found: Sequence[str]) -> list[dict[str, float]]:
        """For each word the stems that mean nearly the same, with their credit."""
        places = {word: self._lexis.place(word) for word in found}
        new = [word for word, place in places.items() if place is None and word.isalpha()]
        own = dict(zip(new, self._embedder.embed(new), strict=True)) if new else {}
        own |= {word: self._vectors[place] for word, place in places.items() if place is not None}
        return [self._credits(self._vectors @ own[w]) if w in own else {} for w in found]

    def _credits(self, cosines: Vectors) -> dict[str, float]:
        credit: dict[str, float] = {}
        for n in np.flatnonzero(cosines > _ALIKE):
            value = min(1.0, (float(cosines[n]) - _ALIKE) / (_SAME - _ALIKE)) * 0.9
            stem = self._lexis.stem(int(n))
            credit[stem] = max(credit.get(stem, 0.0), value)
        return credit


def _to_the_point(question: str, terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """``terms`` without words no article uses that only tell how it came about, if others remain.

    What names a subject of medicine stays wherever it stands.
    """
    aside = beside_the_point(question) - subject_words()
    kept = tuple(t for t in terms if t.known or t.word not in aside)
    return kept if any(t.known for t in kept) else terms


def said(terms: Sequence[Term], found: Collection[str]) -> float:
    """The share of what ``terms`` ask for that the stems ``found`` say, telling words first."""
    total = sum(term.weight for term in terms)
    if not total:
        return 0.0
    return sum(term.weight * term.said_by(found) for term in terms) / total


def _sentence_stems(library: Library, passage: Passage) -> list[frozenset[str]]:
    article = library.articles[passage.article]
    return [
        frozenset(stems(sentence_text(article, passage, n))) for n in range(len(passage.sentences))
    ]
