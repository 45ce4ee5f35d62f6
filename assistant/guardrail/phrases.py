"""Concept files read into a lexicon: what each phrase stands for.

A concept file maps a concept name to phrases. Phrase syntax: ``leak~`` adds the regular endings
(leaks, leaked, leaking), ``numb*`` matches any ending, ``(my|the)`` is a choice and ``(a|)`` is
optional, ``<other>`` includes every phrase of another concept.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from math import prod
from typing import Any

from assistant.guardrail.errors import RuleFileError
from assistant.guardrail.lexicon import MASK, NUMBERS, Lexicon

_CHOICE = re.compile(r"\(([^()]*)\)")
_INCLUDE = re.compile(r"^\s*<([a-z0-9_.]+)>\s*$")
_CJK = re.compile(r"([\u3040-\u30ff\u3400-\u9fff])")
_STEM = re.compile(r"(\w+)~")
_DOUBLES = re.compile(r"[^aeiou][aeiou][bdgklmnprt]$")
_PHRASE_LIMIT = 4000
_DETERMINERS = frozenset("my the his her a an your their our its".split())

# A node of the tree of words: the next node for each word, and under ``_HERE``, no word, the
# concepts that end there.
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


class Phrases:
    """A tree of words over all concepts, grown phrase by phrase; ``lexicon`` lays it out."""

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

    def literal(self, name: str) -> None:
        """Register words written directly in a pattern, as their private concept ``=words``."""
        if name not in self._literals:
            self._literals[name] = name
            self._meanings[name] = {name: None}
            self._insert_all(name[1:], name)

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

    def lexicon(self) -> Lexicon:
        """The tree as the rows that :class:`Lexicon` reads; what is added later is not in it."""
        nodes = _in_rows(self._root)
        forms = sorted({form for node in nodes for form in node if form is not None})
        ids = {form: number for number, form in enumerate(forms)}
        concepts = sorted(self._meanings)
        meant = {name: number for number, name in enumerate(concepts)}
        edges, labels, ends, ended = (array(NUMBERS) for _ in range(4))
        for node in nodes:
            edges.append(len(labels))
            labels.extend(sorted(ids[form] for form in node if form is not None))
            ends.append(len(ended))
            ended.extend(sorted(meant[name] for name in node.get(_HERE, ())))
        edges.append(len(labels))
        ends.append(len(ended))
        meanings = [list(self._meanings[name]) for name in concepts]
        prefixes = frozenset(self.prefixes)
        return Lexicon(self.fillers, prefixes, forms, meanings, (edges, labels, ends, ended))


def _in_rows(root: _Node) -> list[_Node]:
    """All nodes, the children of each in the order of their words: child n + 1 of edge n."""
    nodes = [root]
    for node in nodes:  # grows while it is walked
        nodes += [node[form] for form in sorted(form for form in node if form is not None)]
    return nodes
