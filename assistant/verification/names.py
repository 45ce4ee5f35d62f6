"""Does the passage name every medicine, body part, illness and thing, and say this of it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.verification.exchanging import takes_up
from assistant.verification.findings import Problem
from assistant.verification.matching import ALIKE, Alignment, Place, listed_with, words_of
from assistant.verification.reading import Item, named, together
from assistant.verification.words import relations

_RESTATED = 0.4  # share of a clause that must restate the one it is held against
GENERIC = frozenset(
    "body bodies disease condition illness harm hurt drink drinking eat eating hospital home "
    "clinic".split()
)
_STRONG = frozenset("prevent cure revers elimin destroy kill guarante ensur stop".split())
_ANY_CLINICIAN = frozenset("doctor doctors expert experts specialist therapist therapists".split())
_HINTED = 0.6  # a word of the passage that means nearly this
_QUALIFIES = frozenset("NO")
_THINGS = frozenset("UTA")
_OBJECTS = frozenset("the a an your their his her its our this that these it them you".split())
_IS = frozenset("is are was were be".split())
_MODALS = frozenset("can may will should must to they you it not".split())
_ENDINGS = ("y", "ing", "ed")


def name_problems(alignment: Alignment) -> Iterator[Problem]:
    """Medicines, body parts, conditions, tests or people that the passage does not name here."""
    for place in alignment.places:
        for item in place.said.items:
            if takes_up(place.said.items, item):
                continue
            if named(item) and item.weight and item.text not in GENERIC:
                problem = _name_problem(alignment, place, item)
                if problem is not None:
                    yield problem


def _name_problem(alignment: Alignment, place: Place, item: Item) -> Problem | None:
    sentence = place.sentence.items
    here = together(place.sentence, place.clause)
    if any(other.stem == item.stem for other in sentence):
        here = [other for other in here if other.stem == item.stem]
    if alignment.found(item, here):
        return None
    near = bool(alignment.found(item, sentence))
    if not near and alignment.found(item, listed_with(place)):
        return None
    if not near and not alignment.found(item, words_of(place.passage)):
        if item.text in _ANY_CLINICIAN and not _clinicians(place):
            return None
        if compared_with(alignment, item, place):
            return None
        return Problem("name", f"{item.text!r} is not in the passage")
    if near and place.share < _RESTATED:
        return None
    said = place.said.items if near else alignment.claim.items
    rival = _rival(alignment, item, place.clause.items if near else sentence, said)
    if rival is None:
        return None
    return Problem("name", f"the passage says this of {rival.text!r}, not {item.text!r}")


def compared_with(alignment: Alignment, item: Item, place: Place) -> bool:
    """As in "more often than men", where the passage says "more common in women"."""
    before = [i.text for i in alignment.claim.items if i.at < item.at]
    given = place.sentence.items
    return "than" in before[-3:] and any(
        alignment.likeness.opposed(item.stem, o.stem) for o in given
    )


def _clinicians(place: Place) -> bool:
    return any("H" in item.kinds for item in place.sentence.items)


def _rival(
    alignment: Alignment, item: Item, given: Sequence[Item], said: Sequence[Item]
) -> Item | None:
    """A word of the same kind in the passage that the sentence leaves out."""
    for other in given:
        if not named(other) & named(item) or not other.weight:
            continue
        if alignment.likeness.of(other, item) >= ALIKE:
            continue
        if not any(alignment.likeness.of(i, other) >= ALIKE for i in said):
            return other
    return None


def strong_problems(alignment: Alignment) -> Iterator[Problem]:
    """A strong effect that the passage does not name: "prevents", "reverses"."""
    for place in alignment.places:
        for item in place.said.items:
            if item.stem in _STRONG and not alignment.found(item, place.sentence.items):
                yield Problem("strong", f"the passage does not say {item.text!r}")


def thing_problems(alignment: Alignment) -> Iterator[Problem]:
    """Things that no passage names, of a kind that has no list here: a word unknown to us too."""
    for place in alignment.places:
        passage = words_of(place.passage)
        for item in place.said.content:
            if item.weight < 1 or item.text in GENERIC or not _thing(item, alignment):
                continue
            if _done(place.said.items, item):
                continue
            if alignment.best(item, passage) < _HINTED:
                yield Problem("thing", f"{item.text!r} is not in the passage")


def qualifier_problems(alignment: Alignment) -> Iterator[Problem]:
    """A noun before a noun that no passage has: "food diary" for "diary", "British" experts."""
    items = alignment.claim.items
    passage = [item for given in alignment.passages for item in words_of(given)]
    for item, following in zip(items, [*items[1:], None], strict=True):
        if item.weight < 1 or item.text in GENERIC or not item.kinds & _QUALIFIES:
            continue
        before_noun = following is not None and bool(following.kinds) and following.weight > 0
        named_after = before_noun and following is not None and alignment.found(following, passage)
        if ("O" in item.kinds or named_after) and alignment.best(item, passage) < _HINTED:
            yield Problem("thing", f"{item.text!r} is not in the passage")


def _done(said: Sequence[Item], item: Item) -> bool:
    """Whether the word tells what is done, as "trigger" does in "a fall may trigger the pain"."""
    texts = {other.at: other for other in said}
    before, after = texts.get(item.at - 1), texts.get(item.at + 1)
    if before is None or after is None:
        return False
    if before.text in _IS and after.weight > 0 and after.kinds:
        return True  # "is sound advice"
    if after.text not in _OBJECTS:
        return False
    return before.text in _MODALS or before.weight > 0


def _thing(item: Item, alignment: Alignment) -> bool:
    """Whether the word names a thing that can be touched or seen, or is in no word list."""
    if not item.text.isalpha():
        return False  # "%"
    listed = item.stem in alignment.likeness.words.groups or item.text.endswith(_ENDINGS)
    if not listed and not item.kinds and not any(relations(item.stem)):
        return True
    return "N" in item.kinds and bool(item.kinds & _THINGS)
