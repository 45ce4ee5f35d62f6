"""One message, read once: words, content words, sentences, segments and concept spans."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.guardrail.lexicon import Lexicon, Span
from assistant.guardrail.normalise import COMMA, SENTENCE, Word

# Where a sentence of a raw message ends; what it splits off is read by itself.
SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_JOINERS = frozenset(
    "and but then because so while plus although though cos which whereas also except who pero y "
    "und et mais aber e mas".split()
)


@dataclass(frozen=True, slots=True)
class Text:
    """The words of a message and how they group.

    ``content`` are the words that patterns see (fillers removed); ``full`` maps a content index
    to its index in ``words``. ``sentence`` and ``segment`` number every content word: a segment
    ends at a comma or at a joining word ("and", "but", "because").
    """

    raw: str
    words: tuple[Word, ...]
    content: tuple[Word, ...]
    full: tuple[int, ...]
    sentence: tuple[int, ...]
    segment: tuple[int, ...]
    spans: Mapping[str, Sequence[Span]]

    def has(self, concept: str) -> bool:
        """Say whether the concept occurs anywhere."""
        return concept in self.spans

    def within(self, concept: str, start: int, end: int) -> bool:
        """Say whether the concept occurs inside content words ``start`` to ``end``."""
        return any(start <= s.start and s.end <= end for s in self.spans.get(concept, ()))

    def quote(self, start: int, end: int) -> str:
        """Return the raw words behind content words ``start`` to ``end``."""
        first, last = self.content[start], self.content[end - 1]
        return " ".join(self.raw[first.start : max(last.end, first.end)].split())


def read_words(raw: str, words: Sequence[Word], lexicon: Lexicon) -> Text:
    """Group ``words`` and find every concept in them."""
    content: list[Word] = []
    full: list[int] = []
    sentence: list[int] = []
    segment: list[int] = []
    number, part, gap, asks = -1, -1, SENTENCE, False
    for index, word in enumerate(words):
        gap = max(gap, word.gap)
        if word.text in lexicon.fillers and len(words) > 1:
            asks = asks or word.asks
            if content and word.asks:
                last = content[-1]
                content[-1] = Word(last.text, last.start, last.end, last.gap, True, last.quoted)
            continue
        number += gap >= SENTENCE
        part += gap >= COMMA or word.text in _JOINERS
        content.append(Word(word.text, word.start, word.end, gap, word.asks, word.quoted))
        full.append(index)
        sentence.append(number)
        segment.append(max(part, 0))
        gap = 0
    spans = lexicon.scan(content)
    return Text(
        raw, tuple(words), tuple(content), tuple(full), tuple(sentence), tuple(segment), spans
    )


def sentence_bounds(text: Text) -> list[tuple[int, int]]:
    """Return the first content word of each sentence and one past its last."""
    bounds: list[tuple[int, int]] = []
    for at, number in enumerate(text.sentence):
        if number == len(bounds):
            bounds.append((at, at + 1))
        else:
            bounds[number] = (bounds[number][0], at + 1)
    return bounds
