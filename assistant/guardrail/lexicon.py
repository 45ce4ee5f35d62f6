"""Concept classes: the reviewable word lists behind every pattern.

A concept file maps a concept name to phrases. Phrase syntax: ``leak~`` adds the regular endings
(leaks, leaked, leaking), ``numb*`` matches any ending, ``(my|the)`` is a choice and ``(a|)`` is
optional, ``<other>`` includes every phrase of another concept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import prod
from typing import Any

from assistant.guardrail.errors import RuleFileError
from assistant.guardrail.normalise import CLAUSE, Word

_CHOICE = re.compile(r"\(([^()]*)\)")
_INCLUDE = re.compile(r"^\s*<([a-z0-9_.]+)>\s*$")
_CJK = re.compile(r"([\u3040-\u30ff\u3400-\u9fff])")
_STEM = re.compile(r"(\w+)~")
_DOUBLES = re.compile(r"[^aeiou][aeiou][bdgklmnprt]$")
_PHRASE_LIMIT = 4000
MASK = "mask."
_DETERMINERS = frozenset("my the his her a an your their our its".split())


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of content words, by index, that expresses one concept."""

    start: int
    end: int


# A node of the trie: the next node for each word. A hundred thousand are made at every start, so
# they are bare dictionaries; what stands under ``_HERE``, no word, are the concepts that end there.
_Node = dict[str | None, Any]
_HERE = None


@cache
def inflect(stem: str) -> tuple[str, ...]:
    """Return the regular forms of an English verb or noun stem."""
    if stem.endswith("e"):
        return stem, f"{stem}s", f"{stem}d", f"{stem[:-1]}ing", f"{stem}ing"
    if stem.endswith("y") and stem[-2:-1] not in "aeou":
        return stem, f"{stem[:-1]}ies", f"{stem[:-1]}ied", f"{stem}ing", f"{stem}s"
    doubled: tuple[str, ...] = ()
    if len(stem) <= 6 and _DOUBLES.search(stem):
        doubled = (f"{stem}{stem[-1]}ing", f"{stem}{stem[-1]}ed")
    plural = f"{stem}es" if stem.endswith(("s", "x", "ch", "sh", "z")) else f"{stem}s"
    return stem, *doubled, plural, f"{stem}ed", f"{stem}ing"


def _choose(phrase: str) -> Iterator[str]:
    """Every phrase that ``phrase`` may choose; raises ``ValueError`` when they are too many."""
    parts = _CHOICE.split(phrase)  # between two choices stands what is fixed
    pieces = [part.split("|") if n % 2 else [part] for n, part in enumerate(parts)]
    if prod(map(len, pieces)) > _PHRASE_LIMIT:
        raise ValueError(f"{phrase!r} stands for more than {_PHRASE_LIMIT} phrases")
    for chosen in map("".join, product(*pieces)):
        if "(" in chosen:  # a choice within a choice
            yield from _choose(chosen)
        else:
            yield chosen


class Lexicon:
    """A word trie over all concepts; one pass over a message finds every concept in it."""

    def __init__(self, concepts: Mapping[str, Sequence[str]], fillers: Iterable[str]) -> None:
        self.fillers = frozenset(fillers)
        self._sources = concepts
        self._root: _Node = {}
        self._spelled: dict[str, tuple[str, ...]] = {}
        self.prefixes: set[str] = set()
        self.inflected: set[str] = set()
        self.words: set[str] = set(self.fillers)
        self._literals: dict[str, str] = {}
        self._meanings: dict[str, dict[str, None]] = {}
        for name in concepts:
            self._include(name, name, ())
        for name, phrases in concepts.items():
            for phrase in phrases:
                if not _INCLUDE.match(phrase):
                    self._insert_all(phrase, name)

    def __contains__(self, concept: object) -> bool:
        return concept in self._sources

    def _include(self, name: str, outer: str, seen: tuple[str, ...]) -> None:
        """Note that the phrases of ``name`` express ``outer`` too, which includes it."""
        if name in seen:
            raise RuleFileError("lexicon", name, f"includes itself through {' > '.join(seen)}")
        self._meanings.setdefault(name, {})[outer] = None
        for phrase in self._sources[name]:
            if include := _INCLUDE.match(phrase):
                inner = include.group(1)
                if inner not in self._sources:
                    raise RuleFileError(
                        "lexicon", name, f"includes <{inner}>, which no file defines"
                    )
                self._include(inner, outer, (*seen, name))

    def _checked(self, name: str, phrase: str) -> Iterable[str]:
        if "~" in phrase and not name.startswith(MASK):
            for stem in _STEM.findall(phrase):
                self.inflected.update(inflect(stem)[1:])
        if "(" not in phrase:
            return (phrase,)
        try:
            return list(_choose(_CHOICE.sub(self._without_fillers, phrase)))
        except ValueError as error:
            raise RuleFileError("lexicon", name, f"{error}; split the phrase") from error

    def _without_fillers(self, choice: re.Match[str]) -> str:
        """Drop filler words from a choice: the message has lost them too."""
        options = dict.fromkeys(
            "" if option in _DETERMINERS else option for option in choice.group(1).split("|")
        )
        return "(" + "|".join(options) + ")" if any(options) else ""

    def literal(self, phrase: str) -> str:
        """Register words written directly in a pattern; return their private concept name."""
        name = self._literals.get(phrase)
        if name is None:
            name = self._literals[phrase] = f"={phrase}"
            self._meanings[name] = {name: None}
            self._insert_all(phrase, name)
        return name

    def _insert_all(self, phrase: str, concept: str) -> None:
        masked = concept.startswith(MASK)
        for plain in self._checked(concept, phrase):
            self._insert(plain, concept, masked=masked)

    def _insert(self, phrase: str, concept: str, *, masked: bool) -> None:
        """Put in every form of ``phrase``; what they have in common is walked once."""
        spelled = (phrase if phrase.isascii() else _CJK.sub(r" \1 ", phrase)).split()
        words = [word for word in spelled if word not in self.fillers]
        if len(words) < 2 and len(words) < len(spelled):
            return  # "so bad" without its filler would be "bad": too little to go on
        if "*" in phrase:
            self.prefixes.update(word[:-1] for word in words if word.endswith("*"))
        nodes = [self._root]
        for word in words:
            forms = self._spelled.get(word)
            if forms is None:
                forms = self._spelled[word] = self._spellings(word)
            if not masked and not word.endswith("*"):
                self.words.update(forms)  # no typo is repaired to a word of a set phrase
            nodes = [node.setdefault(form, {}) for node in nodes for form in forms]
        for node in nodes:
            node.setdefault(_HERE, set()).add(concept)

    @staticmethod
    def _spellings(word: str) -> tuple[str, ...]:
        return inflect(word[:-1]) if word.endswith("~") else (word,)

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
        forms: Sequence[tuple[str, ...]],
        found: dict[str, list[Span]],
    ) -> None:
        frontier = [self._root]
        for at in range(start, min(start + 9, len(words))):
            if at > start and words[at].gap >= CLAUSE:
                return
            frontier = [node[form] for node in frontier for form in forms[at] if form in node]
            if not frontier:
                return
            span = Span(start, at + 1)
            for node in frontier:
                for name in (name for own in node.get(_HERE, ()) for name in self._meanings[own]):
                    held = found.setdefault(name, [])
                    if not held or held[-1] != span:
                        held.append(span)

    def _forms(self, word: str) -> tuple[str, ...]:
        prefixes = self.prefixes
        starts = [f"{word[:n]}*" for n in range(2, len(word) + 1) if word[:n] in prefixes]
        return (word, *starts)
