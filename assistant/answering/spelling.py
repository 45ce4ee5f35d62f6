"""Mending misspelled words of a question, with the articles' own words as the only dictionary."""

from __future__ import annotations

import re

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.answering.words import carries_topic, subject_words
from assistant.glossary import Glossary
from assistant.guardrail.spelling import english_words
from assistant.records import Library
from assistant.text import words

_TOKEN = re.compile(r"[^\W\d_]{5,}")
_LONG = 8  # letters; from here on two slips are allowed, below only one


class Speller:
    """Replaces a word nobody knows by the one word of the library that it nearly is."""

    def __init__(self, library: Library, glossary: Glossary) -> None:
        known: set[str] = set()
        for article in library:
            known.update(words(f"{article.title} {article.text}"))
        for entry in glossary.entries:
            known.update(words(" ".join((entry.term, *entry.also))))
        # "Collagen" is no slip for "college", although no article names it.
        self._known = frozenset(known) | subject_words()
        self._by_initial: dict[str, list[str]] = {}
        for word in sorted(known):
            if len(word) >= 4:
                self._by_initial.setdefault(word[0], []).append(word)

    def mend(self, text: str) -> str:
        """``text`` with unknown words mended where exactly one slip, or two in a long word."""
        return _TOKEN.sub(lambda match: self._mended(match.group()), text)

    def _mended(self, token: str) -> str:
        word = token.lower()
        if word in self._known or word in english_words() or not carries_topic(word):
            return token
        best = process.extractOne(
            word,
            self._by_initial.get(word[0], ()),
            scorer=OSA.distance,
            score_cutoff=2 if len(word) >= _LONG else 1,
        )
        return best[0] if best else token
