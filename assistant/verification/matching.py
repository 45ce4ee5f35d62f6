"""Which words of a passage a sentence's words stand for, and which part of it a clause restates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.verification.amounts import amounts
from assistant.verification.reading import Clause, Item, Sentence, named
from assistant.verification.words import Words, relations

ALIKE = 0.8  # from here on a word counts as said
_SAME, _GROUP, _NEAR, _WIDER, _SHARED, _NARROWER = 1.0, 0.9, 0.85, 0.8, 0.7, 0.5
_TOPIC = 3
_SHORT = 2.0
_RELATIVES = frozenset("who which whose".split())
_SUBJECTS = frozenset("it they this these such he she".split())
_OPENING = 2  # words among which a pronoun is the subject
_FRONTED = frozenset("in for with during at on when if after before".split())
_TAKES_UP = frozenset("it its they their them this these such".split())
_SHARED_LETTERS = 5  # words with this long a common beginning may be forms of one
_SHARED_PART = 0.7
_WHOLE = 0.6  # what the fit of the whole sentence adds to that of a clause
_VERBATIM = 0.8
_PAIR = 0.04  # two words side by side, in the sentence as in the passage
_NUMBER, _DENIAL, _SUBJECT, _LIGHT = 0.8, 0.25, 0.2, 0.12
_MAIN = 1.0  # a clause leaves the sentence that fits the whole only for a clearly better one


class Likeness:
    """How well one word stands for another, from 0 to 1."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.degree = lru_cache(maxsize=65536)(self._degree)

    def of(self, said: Item, given: Item) -> float:
        """How well ``said`` (the sentence's word) is covered by ``given`` (the passage's)."""
        if said.stem == given.stem:
            return _SAME
        if "G" in said.kinds and "G" not in given.kinds:
            return 0.0
        return self.degree(said.stem, given.stem, bool(named(said)))

    def _degree(self, said: str, given: str, strict: bool) -> float:
        words = self.words
        if self.opposed(said, given):
            return 0.0
        if words.groups.get(said, frozenset()) & words.groups.get(given, frozenset()):
            return _GROUP
        if said in words.wider.get(given, frozenset()):
            return _WIDER
        if given in words.light or said in words.light:
            return 0.0  # the thesaurus makes too much of words like "well" and "back"
        own, other = relations(said), relations(given)
        if given in own.near or said in other.near:
            return _NEAR
        if _forms_of_one(said, given):
            return _GROUP
        if said in other.wider:
            return _WIDER
        if not strict and own.near & other.near:
            return _SHARED
        return _NARROWER if given in own.wider and not strict else 0.0

    def opposed(self, said: str, given: str) -> bool:
        """Whether the two are opposites."""
        if said == given:
            return False
        mine, theirs = (self.words.sides.get(word, frozenset()) for word in (said, given))
        if any(-side in theirs for side in mine):
            return not mine & theirs
        if said in self.words.light or given in self.words.light:
            return False
        groups = self.words.groups
        if groups.get(said, frozenset()) & groups.get(given, frozenset()):
            return False
        return given in relations(said).opposite or said in relations(given).opposite


def _topic(passage: Sequence[Sentence]) -> frozenset[str]:
    """What a passage goes on to speak of: the words that its first sentence begins with.

    They count as said in each sentence where a later one takes them up, by name or as "it".
    """
    opens = passage[0].items[0].text
    content = [item for item in passage[0].content[:_TOPIC] if item.weight >= 1]
    first = [item.stem for item in content]
    # The words side by side at the beginning name one thing: "a herniated disc".
    whole = 1
    while whole < len(content) and content[whole].at == content[whole - 1].at + 1:
        whole += 1
    later = words_of(passage[1:])
    taken_up = any(item.text in _TAKES_UP for item in later)
    again = {item.stem for item in later}
    kept = [s for at, s in enumerate(first) if taken_up or s in again or at < whole]
    return frozenset(kept if opens not in _FRONTED else again.intersection(first))


def _pairs(items: Sequence[Item]) -> set[tuple[str, str]]:
    return {(one.stem, other.stem) for one, other in pairwise(items)}


def _forms_of_one(said: str, given: str) -> bool:
    if given == f"{said}i" or said == f"{given}i":
        return True  # "dull" and "dully"
    shared = 0
    for one, other in zip(said, given, strict=False):
        if one != other:
            break
        shared += 1
    return shared >= _SHARED_LETTERS and shared >= _SHARED_PART * max(len(said), len(given))


@dataclass(slots=True)
class Place:
    """Where in the passages a clause of the sentence is restated.

    ``sentence`` is the sentence that fits best, ``clause`` its best clause, ``near`` that
    sentence and its neighbours, ``passage`` all sentences of the passage. ``share`` is the part
    of the clause's content that ``clause`` holds.
    """

    said: Clause
    sentence: Sentence
    clause: Clause
    near: Sequence[Sentence]
    passage: Sequence[Sentence]
    share: float


class Alignment:
    """Each clause of one sentence with its place in the passages."""

    def __init__(
        self, claim: Sentence, passages: Sequence[Sequence[Sentence]], likeness: Likeness
    ) -> None:
        self.claim = claim
        self.passages = passages
        self.likeness = likeness
        self.topic = frozenset().union(*(_topic(passage) for passage in passages))
        self.places = list(self._places())

    def _places(self) -> Iterator[Place]:
        spots = [(passage, at) for passage in self.passages for at in range(len(passage))]
        total = sum(item.weight for item in self.claim.items) or 1.0
        items = [self._with_topic(passage, at) for passage, at in spots]
        whole = [_WHOLE * self.fit(self.claim.items, given) / total for given in items]
        pairs = _pairs(self.claim.items)
        for n, (passage, at) in enumerate(spots):
            whole[n] += _PAIR * len(pairs & _pairs(passage[at].items))
        main = max(range(len(spots)), key=whole.__getitem__)
        for said, more in self._with_relative():
            fits = [
                self.fit(more, items[n])
                + whole[n]
                + (_MAIN if n == main else 0)
                + self._agreement(said, passage[at])
                + self._word_for_word(said, passage[at])
                for n, (passage, at) in enumerate(spots)
            ]
            last = max(range(len(spots)), key=fits.__getitem__)
            passage, at = spots[last]
            sentence = passage[at]
            clause = max(sentence.clauses, key=lambda c: self.fit(said.items, c.items))
            yield Place(
                said=said,
                sentence=sentence,
                clause=clause,
                near=passage[max(0, at - 1) : at + 2],
                passage=passage,
                share=self.share(said.items, clause.items),
            )

    def _with_relative(self) -> Iterator[tuple[Clause, list[Item]]]:
        """Each clause with its words, and those of the "who" clause that a short one waits for."""
        following = [*self.claim.clauses[1:], None]
        for said, after in zip(self.claim.clauses, following, strict=True):
            short = sum(item.weight for item in said.items) < _SHORT
            waits = short and after is not None and after.opener in _RELATIVES
            yield said, [*said.items, *(after.items if waits and after else [])]

    def _with_topic(self, passage: Sequence[Sentence], at: int) -> list[Item]:
        """The words of a sentence, and the topic: later sentences speak of it without naming it."""
        own = passage[at].items
        topic = [item for item in passage[0].items if item.stem in self.topic] if at else []
        if at and any(item.text in _SUBJECTS for item in own[:_OPENING]):
            topic += passage[at - 1].content[:_TOPIC]
        return [*topic, *own]

    def _word_for_word(self, said: Clause, sentence: Sentence) -> float:
        """More for a sentence that has all the clause's words, as they are."""
        stems = {item.stem for item in sentence.items}
        return _VERBATIM if all(item.stem in stems for item in said.content) else 0.0

    def _agreement(self, said: Clause, sentence: Sentence) -> float:
        """A little more for a sentence with the clause's numbers, denial or first word."""
        own, other = amounts(said.items), amounts(sentence.items)
        numbers = sum(any(a.same(b) for b in other) for a in own if not a.weak)
        denied = said.denied % 2 == sum(c.denied for c in sentence.clauses) % 2
        subject = next((item for item in said.items if item.weight >= 1), None)
        starts = subject is not None and bool(self.found(subject, sentence.items))
        return _NUMBER * numbers + (_DENIAL if denied else 0.0) + (_SUBJECT if starts else 0.0)

    def fit(self, said: Iterable[Item], given: Sequence[Item]) -> float:
        """How much of ``said`` stands in ``given``; words without content count a little."""
        stems = {item.stem for item in given}
        return sum(
            item.weight * self.best(item, given) if item.weight else _LIGHT * (item.stem in stems)
            for item in said
        )

    def share(self, said: Iterable[Item], given: Sequence[Item]) -> float:
        """The part of the content of ``said`` that stands in ``given``, from 0 to 1.

        The topic does not count where the passage leaves it out.
        """
        stems = {item.stem for item in given}
        content = [i for i in said if i.weight and (i.stem in stems or i.stem not in self.topic)]
        total = sum(item.weight for item in content) or 1.0
        return sum(item.weight * self.best(item, given) for item in content) / total

    def best(self, said: Item, given: Iterable[Item]) -> float:
        """How well the best word of ``given`` stands for ``said``."""
        return max((self.likeness.of(said, item) for item in given), default=0.0)

    def found(self, said: Item, given: Iterable[Item]) -> list[Item]:
        """The words of ``given`` that stand for ``said``."""
        return [item for item in given if self.likeness.of(said, item) >= ALIKE]


def listed_with(place: Place) -> list[Item]:
    """The words of the items that stand in one list with the sentence restated."""
    head = _head(place.sentence)
    return words_of(s for s in place.passage if head and _head(s) == head)


def _head(sentence: Sentence) -> list[str]:
    stems = [item.stem for item in sentence.items]
    return stems[: stems.index("includ")] if "includ" in stems else []


def words_of(sentences: Iterable[Sentence]) -> list[Item]:
    """All words of ``sentences``."""
    return [item for sentence in sentences for item in sentence.items]
