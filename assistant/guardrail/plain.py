"""Messages in plain words only: where it aches, since when, what eases it, what to do about it.

The rules know every such word, and no sign can be told in them without a rule seeing it. So where
the rules find nothing in a message like this, a second reader can only be mistaken. The same holds
for bare names of conditions and treatments, as people type them into a search box, and for facts
that mean something only beside a sign: "got a steroid jab in my spine last Thursday".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.guardrail.normalise import fold

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_FREE_NUMBER = 10  # a strength of pain; a larger number must count time, or it may be an age


@dataclass(frozen=True, slots=True)
class PlainWords:
    """The closed vocabulary of one language, or of names (``data/plain.toml``).

    ``phrases`` are runs of one word to ``longest``, allowed as a whole; ``units`` what a number may
    count; ``counts`` says that a number must count one of them, however small it is.
    """

    phrases: frozenset[tuple[str, ...]]
    units: frozenset[str]
    longest: int
    counts: bool = False

    @classmethod
    def of(cls, words: Iterable[str], phrases: Iterable[str], units: Iterable[str]) -> PlainWords:
        """The vocabulary of single ``words``, whole ``phrases`` and ``units`` of time."""
        runs = {(word,) for word in words} | {tuple(phrase.split()) for phrase in phrases}
        return cls(frozenset(runs), frozenset(units), max(map(len, runs)))

    def with_facts(self, facts: PlainWords) -> PlainWords:
        """These words and those of ``facts`` together; a number of tablets is never plain."""
        return PlainWords(
            self.phrases | facts.phrases, self.units | facts.units,
            max(self.longest, facts.longest), counts=True,
        )  # fmt: skip

    def cover(self, text: str) -> bool:
        """Whether every word of ``text`` is plain; never of a text without words."""
        words = _TOKEN.findall(fold(text)[0])
        at = 0
        while at < len(words):
            step = self._step(words, at)
            if not step:
                return False
            at += step
        return bool(words)

    def _step(self, words: Sequence[str], at: int) -> int:
        """How many words from ``at`` on are plain together; 0 when the word is not."""
        for length in range(self.longest, 0, -1):
            if tuple(words[at : at + length]) in self.phrases:
                return length
        if words[at].isdecimal():
            counts = words[at + 1 : at + 2]
            small = not self.counts and int(words[at]) <= _FREE_NUMBER
            return int(small or bool(self.units & set(counts)))
        return 0


def all_plain(texts: Sequence[str], vocabularies: Sequence[PlainWords]) -> bool:
    """Whether each of ``texts`` is plain in one of the languages."""
    return all(any(words.cover(text) for words in vocabularies) for text in texts)
