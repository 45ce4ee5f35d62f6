"""The small pattern language of the finding files.

``<cannot> .. <urinate>``  one concept, then another, at most 4 other words between
``<numb> ... <saddle>``    at most 9 words between, same sentence
``<toilet> // nothing``    at most 16 words between, may cross into the next sentence
``<cannot> <urinate>``     next to each other (one stray word is forgiven)
``<numb> & <saddle>``      both in one sentence, any order, at most 9 words apart
``<toilet> && <wet>``      any order, at most 24 words apart, may cross into the next sentence
``(foot|<leg>)``           a choice; plain words stand for themselves, ``drag~`` for its forms
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from assistant.guardrail.lexicon import Span
from assistant.guardrail.normalise import CLAUSE, COMMA, SENTENCE, Word

_ADJACENT, _NEAR, _FAR, _CROSS, _WIDE = 1, 4, 9, 16, 24
_OPTIONS = 2
_SHORT = 10  # words in which three terse sentences may stand: "My knee. Overnight. Red, swollen."
_COMMAS = {_ADJACENT: 0, _NEAR: 1, _FAR: 2}  # how many commas a gap may cross
_GAPS = {"..": _NEAR, "...": _FAR, "//": _CROSS}
_JOIN = re.compile(r" (?:&&?) ")
_PIECE = re.compile(r"\([^()]*\)|<[a-z0-9_.]+>|\S+")


@dataclass(frozen=True, slots=True)
class Element:
    """One place in a pattern: any of some concepts, within ``gap`` words of the last one."""

    concepts: tuple[str, ...]
    gap: int


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern matched: the spans of its elements, in reading order."""

    spans: tuple[Span, ...]

    @property
    def start(self) -> int:
        """First content word."""
        return self.spans[0].start

    @property
    def end(self) -> int:
        """One past the last content word."""
        return max(span.end for span in self.spans)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern: groups joined by ``&`` or ``&&``, each an ordered run of elements."""

    source: str
    groups: tuple[tuple[Element, ...], ...]
    needs: tuple[frozenset[str], ...]
    wide: tuple[bool, ...] = ()

    def possible(self, present: Collection[str]) -> bool:
        """Cheap test before matching: is every element's concept in the message at all?"""
        return not any(names.isdisjoint(present) for names in self.needs)

    def rarest(self) -> frozenset[str]:
        """The element with the fewest concepts: without one of them nothing can match."""
        return self.needs[0]


def compile_pattern(source: str) -> Pattern:
    """Compile one pattern line; raises ``ValueError`` that says what cannot be read.

    Words that it holds itself become concepts of their own, ``=word``. Whether concepts exist is
    checked where the files are read (``reading.py``).
    """
    groups = []
    for part in _JOIN.split(source):
        elements: list[Element] = []
        gap = _ADJACENT
        for piece in _PIECE.findall(part):
            if piece in _GAPS:
                gap = _GAPS[piece]
                continue
            elements.append(Element(_choices(piece), gap))
            gap = _ADJACENT
        if not elements:
            raise ValueError(f"pattern {source!r} has an empty side")
        groups.append(tuple(elements))
    wide = tuple(join.strip() == "&&" for join in _JOIN.findall(source))
    needs = dict.fromkeys(frozenset(element.concepts) for group in groups for element in group)
    return Pattern(source, tuple(groups), tuple(sorted(needs, key=len)), wide)


def _choices(piece: str) -> tuple[str, ...]:
    whole = piece.startswith("(") and piece.endswith(")")
    if not whole and set(piece) & set("()|"):  # a choice within a choice falls into such parts
        raise ValueError(f"{piece!r} is half a choice; write two patterns")
    options = piece[1:-1].split("|") if whole else [piece]
    if any(".." in option or "(" in option for option in options):
        raise ValueError(f"{piece!r} nests too much; write two patterns")
    return tuple(option[1:-1] if "<" in option else f"={option}" for option in options)


def find_matches(
    pattern: Pattern, found: Mapping[str, Sequence[Span]], words: Sequence[Word]
) -> list[Match]:
    """Return the matches of ``pattern``, the tightest one for each starting place."""
    runs = [_ordered(group, found, words) for group in pattern.groups]
    if not all(runs):
        return []
    matches = runs[0]
    for other, wide in zip(runs[1:], pattern.wide, strict=True):
        matches = _beside(matches, other, words, wide)
    return matches


def _spans(element: Element, found: Mapping[str, Sequence[Span]]) -> list[Span]:
    if len(element.concepts) == 1:
        return list(found.get(element.concepts[0], ()))
    merged = {span for name in element.concepts for span in found.get(name, ())}
    return sorted(merged, key=lambda span: (span.start, span.end))


def _ordered(
    group: Sequence[Element], found: Mapping[str, Sequence[Span]], words: Sequence[Word]
) -> list[Match]:
    partial: list[tuple[Span, ...]] = [(span,) for span in _spans(group[0], found)]
    for element in group[1:]:
        following = _by_start(_spans(element, found))
        grown: list[tuple[Span, ...]] = []
        for spans in partial:
            nearest = _next_spans(spans[-1].end, element.gap, following, words)
            grown += [(*spans, each) for each in nearest]
        partial = grown
        if not partial:
            return []
    first: dict[int, Match] = {}
    for spans in partial:
        first.setdefault(spans[0].start, Match(spans))
    return list(first.values())


def _by_start(spans: Sequence[Span]) -> dict[int, Span]:
    starts: dict[int, Span] = {}
    for span in spans:
        held = starts.get(span.start)
        if held is None or span.end > held.end:
            starts[span.start] = span
    return starts


def _next_spans(
    after: int, gap: int, following: Mapping[int, Span], words: Sequence[Word]
) -> list[Span]:
    """Return the nearest spans within reach: the first one may lead nowhere."""
    found: list[Span] = []
    left = int(gap == _CROSS)  # sentence ends that the gap may cross
    commas = _COMMAS.get(gap, len(words))
    for start in range(after, min(after + gap + 1, len(words))):
        commas -= words[start].gap >= COMMA
        left -= words[start].gap >= SENTENCE
        terse = gap == _CROSS and start - after < _SHORT
        if commas < 0 or (left < 0 and not terse):
            break
        if start in following:
            found.append(following[start])
            if len(found) == _OPTIONS:
                break
    return found


def _beside(
    left: Sequence[Match], right: Sequence[Match], words: Sequence[Word], wide: bool
) -> list[Match]:
    sentence = _sentence_numbers(words)
    reach = _WIDE if wide else _FAR
    joined = []
    at = 0
    ordered = sorted(right, key=lambda match: match.start)
    for one in sorted(left, key=lambda match: match.start):
        while at < len(ordered) and ordered[at].end + reach < one.start:
            at += 1
        for other in ordered[at : at + 12]:
            close = other.start - one.end <= reach and one.start - other.end <= reach
            apart = other.start >= one.end or one.start >= other.end
            crossed = abs(sentence[other.start] - sentence[one.start])
            terse = other.start - one.end <= _SHORT and one.start - other.end <= _SHORT
            if close and apart and crossed <= wide * (1 + terse):
                spans = sorted((*one.spans, *other.spans), key=lambda span: span.start)
                joined.append(Match(tuple(spans)))
                break
    return joined


def _sentence_numbers(words: Sequence[Word]) -> list[int]:
    numbers, current = [], 0
    for word in words:
        current += word.gap >= SENTENCE
        numbers.append(current)
    return numbers


__all__ = ["CLAUSE", "Match", "Pattern", "compile_pattern", "find_matches"]
