"""Mending misspelled words of a question, with the articles' own words as the only dictionary."""

from __future__ import annotations

import re

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.answering.words import carries_topic, subject_words
from assistant.glossary import Glossary
from assistant.guardrail.spelling import english_words
from assistant.index.lexis import Lexis
from assistant.text import words

_TOKEN = re.compile(r"[^\W\d_]{5,}")
_SHORTEST = 4  # letters of a word to mend with
_LONG = 8  # letters; from here on two slips are allowed, below only one


class Speller:
    """Replaces a word nobody knows by the one word of the library that it nearly is."""

    def __init__(self, lexis: Lexis, glossary: Glossary) -> None:
        self._lexis = lexis
        named: set[str] = set()
        for entry in glossary.entries:
            named.update(words(" ".join((entry.term, *entry.also))))
        # "Collagen" is no slip for "college", although no article names it.
        self._named, self._known = frozenset(named), frozenset(named) | subject_words()
        self._by_initial: dict[str, list[str]] = {}

    def mend(self, text: str) -> str:
        """``text`` with unknown words mended where exactly one slip, or two in a long word."""
        return _TOKEN.sub(lambda match: self._mended(match.group()), text)

    def _mended(self, token: str) -> str:
        word = token.lower()
        if self._lexis.says(word) or word in self._known or word in english_words():
            return token
        if not carries_topic(word):
            return token
        best = process.extractOne(
            word,
            self._beginning(word[0]),
            scorer=OSA.distance,
            score_cutoff=2 if len(word) >= _LONG else 1,
        )
        return best[0] if best else token

    def _beginning(self, letter: str) -> list[str]:
        """Every word to mend with that begins so, in order."""
        found = self._by_initial.get(letter)
        if found is None:  # two threads may look at once; either list is right
            own = {word for word in self._named if word.startswith(letter)}
            own.update(self._lexis.beginning(letter))
            found = sorted(word for word in own if len(word) >= _SHORTEST)
            self._by_initial[letter] = found
        return found
