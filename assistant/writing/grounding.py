"""Whether a drafted sentence may be shown, and which words of the articles it rests on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from assistant.characters import printable
from assistant.records import Library, Passage, Span
from assistant.text import stems
from assistant.writing.parsing import Drafted
from assistant.writing.passages import Shown, with_lead_ins, words_at

if TYPE_CHECKING:
    from assistant.verification import Verifier

_LONGEST = 300  # characters; plain sentences have a hundred
_CLOSE = 8  # characters between two sentences that are quoted as one stretch
_TRIED = 2  # sentences of a passage that are tried as the only source
# Addresses, phone numbers and marks: a sentence of ours is words and figures.
_FOREIGN = re.compile(
    r"https?:|www\.|\w@\w|\b\w{2,}\.(?:com|org|net|edu|gov|info|io|uk)\b"
    r"|[<>\[\]{}|`*_#~^\\=]|\d[\d\s().-]{6,}\d",
    re.I,
)


class Place(NamedTuple):
    """An unbroken stretch of a passage that a written sentence rests on."""

    passage: Passage
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounding:
    """Checks drafted sentences against the passages that the model was shown.

    ``refused`` says whether the guardrail's output checks, in their form for a model's words,
    have something against a sentence.
    """

    library: Library
    shown: Sequence[Shown]
    verifier: Verifier
    refused: Callable[[str], bool]

    def places(self, drafted: Drafted) -> tuple[Place, ...]:
        """Where the articles say it; empty when the sentence may not be shown."""
        by_key = {each.key: each for each in self.shown}
        if not drafted.keys or not _is_plain(drafted.text):
            return ()
        try:
            cited = [by_key[key] for key in dict.fromkeys(drafted.keys)]
        except KeyError:
            return ()  # an id that the model made up
        if not self._supported([each.text for each in cited], drafted.text):
            return ()
        if self.refused(drafted.text):
            return ()
        return tuple(self._sources(cited, drafted.text))

    def _supported(self, texts: Sequence[str], sentence: str) -> bool:
        return self.verifier.check(texts, sentence).supported

    def _sources(self, cited: Sequence[Shown], sentence: str) -> Iterator[Place]:
        """As few words as support it: a passage cited without need is no source."""
        alone = [each for each in cited if self._supported([each.text], sentence)]
        for each in alone[:1] or cited:
            positions = self._narrowed(each, sentence) if alone else each.positions
            yield from _stretches(each.passage, positions)

    def _narrowed(self, shown: Shown, sentence: str) -> Sequence[int]:
        """The one sentence of the passage that supports it, or all that were shown."""
        own = set(stems(sentence))
        candidates = [with_lead_ins(shown.passage, [p]) for p in shown.positions]
        texts = [words_at(self.library, shown.passage, c) for c in candidates]
        order = sorted(range(len(texts)), key=lambda n: -likeness(own, set(stems(texts[n]))))
        for number in order[:_TRIED]:
            if self._supported([texts[number]], sentence):
                return candidates[number]
        return shown.positions


def likeness(one: set[str], other: set[str]) -> float:
    """Share of words that two sets have in common, from 0 to 1."""
    return len(one & other) / len(one | other) if one | other else 0.0


def _is_plain(text: str) -> bool:
    return len(text) <= _LONGEST and printable(text) == text and not _FOREIGN.search(text)


def _stretches(passage: Passage, positions: Sequence[int]) -> Iterator[Place]:
    """``positions`` as stretches of the article without anything else in between."""
    span: Span | None = None
    last = -1
    for position in positions:
        own = passage.sentences[position].span
        if span is not None and position == last + 1 and 0 <= own.start - span.end <= _CLOSE:
            span = Span(span.start, own.end)
        else:
            if span is not None:
                yield Place(passage, span)
            span = own
        last = position
    if span is not None:
        yield Place(passage, span)
