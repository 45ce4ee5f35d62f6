"""How hard a text is to read: sentences, words, syllables, Flesch-Kincaid grade."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])|\n+")
_VOWELS = re.compile(r"[aeiouy]+")


def sentences(text: str) -> list[str]:
    """``text`` cut at sentence ends and line breaks."""
    return [s for part in _SENTENCE_END.split(text) if (s := part.strip(" \t-*•"))]


def word_count(text: str) -> int:
    """How many words ``text`` has."""
    return len(_WORD.findall(text))


def syllables(word: str) -> int:
    """Syllables of an English word by vowel groups, the usual estimate for reading grades."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    count = len(_VOWELS.findall(letters))
    if letters.endswith("e") and not letters.endswith(("le", "ee")) and count > 1:
        count -= 1
    return max(count, 1)


def reading_grade(text: str) -> float | None:
    """Flesch-Kincaid grade (Kincaid 1975): 0.39 words/sentence + 11.8 syllables/word - 15.59.

    ``None`` for texts too short to have a grade (fewer than five words).
    """
    words = _WORD.findall(text)
    if len(words) < 5:
        return None
    count = max(len(sentences(text)), 1)
    return 0.39 * len(words) / count + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
