"""Concept classes: the reviewable word lists behind every pattern.

A concept file maps a concept name to phrases. Phrase syntax: ``leak~`` adds the regular endings
(leaks, leaked, leaking), ``numb*`` matches any ending, ``(my|the)`` is a choice and ``(a|)`` is
optional, ``<other>`` includes every phrase of another concept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from assistant.guardrail.errors import RuleFileError
from assistant.guardrail.normalise import CLAUSE, Word

_CHOICE = re.compile(r"\(([^()]*)\)")
_INCLUDE = re.compile(r"^<([a-z0-9_.]+)>$")
_CJK = re.compile(r"([\u3040-\u30ff\u3400-\u9fff])")
_PHRASE_LIMIT = 4000
MASK = "mask."
_DETERMINERS = frozenset("my the his her a an your their our its".split())


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of content words, by index, that expresses one concept."""

    start: int
    end: int


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    concepts: set[str] = field(default_factory=set)


def inflect(stem: str) -> list[str]:
    """Return the regular forms of an English verb or noun stem."""
    forms = [stem]
    if stem.endswith("e"):
        return [*forms, f"{stem}s", f"{stem}d", f"{stem[:-1]}ing", f"{stem}ing"]
    if stem.endswith("y") and stem[-2:-1] not in "aeou":
        return [*forms, f"{stem[:-1]}ies", f"{stem[:-1]}ied", f"{stem}ing", f"{stem}s"]
    if re.search(r"[^aeiou][aeiou][bdgklmnprt]$", stem) and len(stem) <= 6:
        forms += [f"{stem}{stem[-1]}ing", f"{stem}{stem[-1]}ed"]
    plural = f"{stem}es" if re.search(r"(s|x|ch|sh|z)$", stem) else f"{stem}s"
    return [*forms, plural, f"{stem}ed", f"{stem}ing"]


def expand_phrase(phrase: str) -> list[str]:
    """Return every plain phrase that a lexicon phrase stands for."""
    choice = _CHOICE.search(phrase)
    if choice:
        options = choice.group(1).split("|")
        head, tail = phrase[: choice.start()], phrase[choice.end() :]
        found: list[str] = []
        for option in options:
            found += expand_phrase(f"{head}{option}{tail}")
            if len(found) > _PHRASE_LIMIT:
                raise ValueError(f"{phrase!r} stands for more than {_PHRASE_LIMIT} phrases")
        return found
    words = [inflect(w[:-1]) if w.endswith("~") else [w] for w in phrase.split()]
    return [" ".join(choice) for choice in product(*words)]


class Lexicon:
    """A word trie over all concepts; one pass over a message finds every concept in it."""

    def __init__(self, concepts: Mapping[str, Sequence[str]], fillers: Iterable[str]) -> None:
        self.fillers = frozenset(fillers)
        self._sources = concepts
        self._root = _Node()
        self.prefixes: set[str] = set()
        self.inflected: set[str] = set()
        self.words: set[str] = set(self.fillers)
        self._literals: dict[str, str] = {}
        for name in concepts:
            for phrase in self._phrases(name, ()):
                self._insert(phrase, name)

    def __contains__(self, concept: object) -> bool:
        return concept in self._sources

    def _phrases(self, name: str, seen: tuple[str, ...]) -> Iterator[str]:
        if name in seen:
            raise RuleFileError("lexicon", name, f"includes itself through {' > '.join(seen)}")
        for phrase in self._sources[name]:
            include = _INCLUDE.match(phrase.strip())
            if include is None:
                yield from self._checked(name, phrase)
            elif include.group(1) in self._sources:
                yield from self._phrases(include.group(1), (*seen, name))
            else:
                raise RuleFileError(
                    "lexicon", name, f"includes <{include.group(1)}>, which no file defines"
                )

    def _checked(self, name: str, phrase: str) -> list[str]:
        try:
            for stem in () if name.startswith(MASK) else re.findall(r"(\w+)~", phrase):
                self.inflected.update(inflect(stem)[1:])
            return expand_phrase(_CHOICE.sub(self._without_fillers, phrase))
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
            for plain in self._checked("pattern", phrase):
                self._insert(plain, name)
        return name

    def _insert(self, phrase: str, concept: str) -> None:
        spelled = (phrase if phrase.isascii() else _CJK.sub(r" \1 ", phrase)).split()
        words = [w for w in spelled if w not in self.fillers]
        if len(words) < min(2, len(spelled)):
            return  # "so bad" without its filler would be "bad": too little to go on
        if "*" in phrase:
            self.prefixes.update(word[:-1] for word in words if word.endswith("*"))
        if not concept.startswith(MASK):  # no typo is repaired to a word of a set phrase
            self.words.update(word for word in words if not word.endswith("*"))
        node = self._root
        for word in words:
            found = node.children.get(word)
            if found is None:
                found = node.children[word] = _Node()
            node = found
        node.concepts.add(concept)

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
            frontier = [
                node.children[form]
                for node in frontier
                for form in forms[at]
                if form in node.children
            ]
            if not frontier:
                return
            span = Span(start, at + 1)
            for node in frontier:
                for concept in node.concepts:
                    held = found.setdefault(concept, [])
                    if not held or held[-1] != span:
                        held.append(span)

    def _forms(self, word: str) -> tuple[str, ...]:
        prefixes = self.prefixes
        starts = [f"{word[:n]}*" for n in range(2, len(word) + 1) if word[:n] in prefixes]
        return (word, *starts)
