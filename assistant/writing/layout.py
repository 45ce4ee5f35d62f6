"""From lines, written and quoted, to the numbered sentences and citations of an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from assistant.answering.citing import cite
from assistant.answering.compose import Pick
from assistant.records import Citation, Library, ShownSentence, WrittenSentence
from assistant.writing.grounding import Place


@dataclass(frozen=True, slots=True)
class Passed:
    """A sentence of the model that passed every check, and where the articles say it."""

    text: str
    places: tuple[Place, ...]


Line = Passed | Pick


class Version(NamedTuple):
    """Sentences in reading order, and their citations numbered from 1."""

    sentences: tuple[ShownSentence, ...] = ()
    citations: tuple[Citation, ...] = ()


def lay_out(library: Library, lines: Sequence[Line], permitted: Callable[[str], bool]) -> Version:
    """``lines`` as an answer. Words that are cited twice have one number."""
    numbering = _Numbering()
    sentences: list[ShownSentence] = []
    for quoted, group in groupby(lines, key=lambda line: isinstance(line, Pick)):
        if quoted:
            picks = [line for line in group if isinstance(line, Pick)]
            own, citations = cite(library, picks, permitted)
            numbers = {c.number: numbering.of(c) for c in citations}
            sentences += [replace(s, citations=tuple(numbers[n] for n in s.citations)) for s in own]
            continue
        for line in group:
            if isinstance(line, Passed):
                found = [_citation(library, place, permitted) for place in line.places]
                marks = dict.fromkeys(numbering.of(c) for c in found)
                sentences.append(WrittenSentence(text=line.text, citations=tuple(marks)))
    return Version(tuple(sentences), tuple(numbering.citations))


class _Numbering:
    def __init__(self) -> None:
        self.citations: list[Citation] = []

    def of(self, citation: Citation) -> int:
        """The number of ``citation``, the one it has already when the same words were cited."""
        for known in self.citations:
            if (known.passage, known.span) == (citation.passage, citation.span):
                return known.number
        number = len(self.citations) + 1
        self.citations.append(replace(citation, number=number))
        return number


def _citation(library: Library, place: Place, permitted: Callable[[str], bool]) -> Citation:
    article = library.articles[place.passage.article]
    return Citation(
        number=0,  # given when it is known whether the same words were cited before
        article=article.id,
        article_version=article.version,
        passage=place.passage.id,
        section=tuple(filter(permitted, place.passage.heading_path)),
        span=place.span,
    )
