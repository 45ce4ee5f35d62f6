"""The words of a message looked up: every concept that they express, in one pass.

The concept files are read by :mod:`assistant.guardrail.phrases`. What it makes of them, a tree of
words, stands here as rows of numbers: they are taken up from a file as they are, which a hundred
thousand dictionaries could not be.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.guardrail.normalise import CLAUSE, Word

MASK = "mask."
NUMBERS = "I"  # the type code of a row: unsigned, 4 bytes
_LONGEST = 9  # words; no phrase is longer

# What the tree's rows hold. Node n has the edges ``edges[n]`` to ``edges[n + 1]``; edge e is the
# word ``labels[e]`` and leads to node e + 1, because the nodes stand in the order of their edges.
# The concepts that end at node n are ``ended[ends[n]]`` to ``ended[ends[n + 1]]``.
Rows = tuple["array[int]", "array[int]", "array[int]", "array[int]"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of content words, by index, that expresses one concept."""

    start: int
    end: int


class Lexicon:
    """All concepts as a tree of words; one pass over a message finds every concept in it.

    ``forms`` are the words of the tree by number; ``meanings`` the concepts that a phrase
    expresses, by the number of the concept that it is written under.
    """

    def __init__(
        self,
        fillers: frozenset[str],
        prefixes: frozenset[str],
        forms: Sequence[str],
        meanings: Sequence[Sequence[str]],
        rows: Rows,
    ) -> None:
        self.fillers = fillers
        self.prefixes = prefixes
        self.forms = forms
        self.meanings = meanings
        self.rows = rows
        self._numbers = {form: number for number, form in enumerate(forms)}

    def scan(self, words: Sequence[Word]) -> dict[str, list[Span]]:
        """Return all spans of every concept in ``words`` (content words only), in order."""
        forms = [self._forms(word.text) for word in words]
        found: dict[str, list[Span]] = {}
        for start in range(len(words)):
            self._walk(start, words, forms, found)
        return found

    def _walk(
        self,
        start: int,
        words: Sequence[Word],
        forms: Sequence[Sequence[int]],
        found: dict[str, list[Span]],
    ) -> None:
        _, _, ends, ended = self.rows
        frontier = [0]
        for at in range(start, min(start + _LONGEST, len(words))):
            if at > start and words[at].gap >= CLAUSE:
                return
            frontier = self._next(frontier, forms[at])
            if not frontier:
                return
            span = Span(start, at + 1)
            for node in frontier:
                for own in ended[ends[node] : ends[node + 1]]:
                    for name in self.meanings[own]:
                        held = found.setdefault(name, [])
                        if not held or held[-1] != span:
                            held.append(span)

    def _next(self, frontier: Sequence[int], forms: Sequence[int]) -> list[int]:
        edges, labels, _, _ = self.rows
        following = []
        for node in frontier:
            first, last = edges[node], edges[node + 1]
            for form in forms:
                edge = bisect_left(labels, form, first, last)
                if edge < last and labels[edge] == form:
                    following.append(edge + 1)
        return following

    def _forms(self, word: str) -> list[int]:
        """The numbers of ``word`` and of the open endings (``numb*``) that it fits."""
        prefixes, numbers = self.prefixes, self._numbers
        starts = [f"{word[:n]}*" for n in range(2, len(word) + 1) if word[:n] in prefixes]
        return [numbers[form] for form in (word, *starts) if form in numbers]
