"""Typo repair against the closed symptom lexicon, never against real English words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """Real words that must never be "repaired" into a symptom (never -> fever)."""
    return _words("english.txt")


@lru_cache(maxsize=1)
def spanish_words() -> frozenset[str]:
    """The same in Spanish, without accents (techo -> pecho, cada -> caida)."""
    return _words("spanish.txt")


def _words(file: str) -> frozenset[str]:
    path = Path(__file__).parent / "data" / file
    return frozenset(path.read_text(encoding="utf-8").split())


@lru_cache(maxsize=8192)
def is_english(word: str) -> bool:
    """Say whether ``word``, in lower case, is an English word or an inflected form of one."""
    english = english_words()
    if word in english:
        return True
    for suffix in ("s", "es", "ed", "d", "ing", "ly", "er", "ers"):
        stem = word.removesuffix(suffix)
        if stem != word and len(stem) > 2 and (stem in english or f"{stem}e" in english):
            return True
    return False


class Speller:
    """Repairs words: one edit from 5 letters, two from 8, swapped letters from 4."""

    def __init__(
        self, vocabulary: Iterable[str], inflected: Iterable[str] = (), prefixes: Iterable[str] = ()
    ) -> None:
        self._vocabulary = frozenset(vocabulary)
        self._inflected = frozenset(inflected)
        self._prefixes = tuple(p for p in prefixes if len(p) >= 4)
        self._cache: dict[str, tuple[str, ...]] = {}

    @cached_property
    def _by_length(self) -> dict[int, list[str]]:
        """What a word may be repaired to; made for the first word that nobody knows."""
        by_length: dict[int, list[str]] = defaultdict(list)
        for word in sorted(self._vocabulary - (self._inflected - english_words())):
            if len(word) >= 4 and word.isascii() and word.isalpha():
                by_length[len(word)].append(word)
        return by_length

    def known(self, word: str) -> bool:
        """Say whether ``word`` is in the symptom lexicon, or a word of English or Spanish."""
        real = is_english(word) or word in spanish_words()
        return real or word in self._vocabulary or word.startswith(self._prefixes)

    def repair(self, word: str) -> tuple[str, ...]:
        """Return ``word``, its repaired form, or the two known words that it runs together."""
        if len(word) < 4 or not word.isascii() or not word.isalpha() or self.known(word):
            return (word,)
        if word not in self._cache:
            if len(self._cache) > 4096:
                self._cache.clear()
            self._cache[word] = self._nearest(word)
        return self._cache[word]

    def _nearest(self, word: str) -> tuple[str, ...]:
        from rapidfuzz import process  # only unknown words need it; keeps the import light
        from rapidfuzz.distance import OSA

        best: tuple[int, int, str] | None = None
        for length in range(len(word) - 2, len(word) + 3):
            allowed = 2 if min(length, len(word)) >= 8 else 1
            if abs(length - len(word)) > allowed or not self._by_length.get(length):
                continue
            hit = process.extractOne(
                word, self._by_length[length], scorer=OSA.distance, score_cutoff=allowed
            )
            if hit is None or not _plausible(word, hit[0], int(hit[1])):
                continue
            rank = (int(hit[1]), abs(length - len(word)), hit[0])
            best = rank if best is None or rank < best else best
        return (best[2],) if best else self._run_together(word)

    def _run_together(self, word: str) -> tuple[str, ...]:
        for cut in range(3, len(word) - 2):
            left, right = word[:cut], word[cut:]
            if left in self._vocabulary and right in self._vocabulary:
                return (left, right)
        return (word,)


def _plausible(word: str, repaired: str, distance: int) -> bool:
    if len(repaired) >= 5:
        return word[0] == repaired[0] or sorted(word) == sorted(repaired) or distance == 1
    return sorted(word) == sorted(repaired)
