"""Where a draft and a published article cannot both be right: the pairs of sentences to decide on.

Only what word lists can tell is found: the same point with other numbers, advice for and against
the same thing, and one of two things preferred here and the other there. A person reads the rest.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.checking.opposed import takes_side, why_opposed
from assistant.checking.statements import Statement, statements
from assistant.contradiction import contradict
from assistant.records import Article
from assistant.text import stems

NEAREST = 60  # articles whose sentences are compared; the others speak of other things
MOST = 2  # places shown for one sentence of the draft
_CANDIDATE = 0.3  # of the weight of the shorter statement's words that a candidate shares


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two sentences that disagree, with both places. ``share`` says how alike they are."""

    ours: Statement
    theirs: Statement
    why: str
    share: float
    alike: bool  # in nearly the same words


def conflicts(draft: Article, published: Sequence[Article]) -> list[Conflict]:
    """The pairs of sentences of ``draft`` and ``published`` that disagree, in the draft's order.

    Articles in another language are left out: these words are English.
    """
    others = nearest(draft, [a for a in published if a.language == draft.language])
    given = [statement for article in others for statement in statements(article)]
    own = statements(draft)
    weights = _weights([*given, *own])
    table = _Table(given, weights)
    found: list[Conflict] = []
    for ours in own:
        pairs = list(_disagreeing(ours, table, weights))
        found += sorted(pairs, key=lambda c: (-c.alike, -c.share))[:MOST]
    return found


def nearest(draft: Article, published: Sequence[Article]) -> list[Article]:
    """The ``NEAREST`` articles of the most words in common with ``draft``, rare words first."""
    bags = [_bag(article.text) for article in published]
    counts = Counter(stem for bag in bags for stem in bag)
    own = _bag(draft.text)
    scores = [
        sum(math.log((1 + len(bags)) / counts[stem]) for stem in bag & own)
        / math.sqrt(len(bag) + 1)
        for bag in bags
    ]
    order = sorted(range(len(bags)), key=lambda number: -scores[number])
    return [published[number] for number in order[:NEAREST]]


@lru_cache(maxsize=8192)
def _bag(text: str) -> frozenset[str]:
    return frozenset(stems(text))


def _disagreeing(
    ours: Statement, table: _Table, weights: Mapping[str, float]
) -> Iterator[Conflict]:
    for theirs, share in table.candidates(ours):
        alike = not (ours.led or theirs.led) and contradict(ours.text, theirs.text)
        why = "the opposite in nearly the same words" if alike else ""
        why = why or why_opposed(ours, theirs, weights)
        if why:
            yield Conflict(ours=ours, theirs=theirs, why=why, share=share, alike=alike)


def _weights(known: Sequence[Statement]) -> dict[str, float]:
    """How telling each stem is: the logarithm of how rare it is among the statements."""
    counts = Counter(stem for statement in known for stem in statement.words)
    return {stem: math.log(1 + len(known) / count) for stem, count in counts.items()}


class _Table:
    """The statements of the library by their words."""

    def __init__(self, given: Sequence[Statement], weights: Mapping[str, float]) -> None:
        self._given, self._weights = given, weights
        self._sums = [sum(weights[stem] for stem in each.words) for each in given]
        self._sided = frozenset(n for n, each in enumerate(given) if takes_side(each))
        self._by_word: dict[str, list[int]] = {}
        for number, statement in enumerate(given):
            for stem in statement.words:
                self._by_word.setdefault(stem, []).append(number)

    def candidates(self, ours: Statement) -> Iterator[tuple[Statement, float]]:
        """Statements that share words with ``ours``, and which part of the weight.

        Whoever takes a side is held against all others that do: "bed" shares no word with "walk".
        """
        shared: dict[int, float] = defaultdict(float)
        for stem in ours.words:
            for number in self._by_word.get(stem, ()):
                shared[number] += self._weights[stem]
        own = sum(self._weights[stem] for stem in ours.words)
        sided = self._sided if takes_side(ours) else frozenset()
        for number in sorted(shared.keys() | sided):
            share = shared.get(number, 0.0) / max(min(own, self._sums[number]), 1e-9)
            if share >= _CANDIDATE or number in sided:
                yield self._given[number], share
