"""How firmly a clause says something: words such as "may", "often", "most" and "all"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assistant.verification.amounts import NTH
from assistant.verification.matching import ALIKE, Alignment
from assistant.verification.phrasing import NUMBER_WORDS
from assistant.verification.reading import Clause, Item, Sentence, together

_ABSOLUTE, PLAIN, SOME, _MANY, MOST = 5.0, 4.0, 2.0, 2.5, 3.0
_COMMON = frozenset("common typical widespread frequent commonplace".split())
_NO_NUMBER = frozenset(
    "common often important dangerous likely frequent in at on to when effective severe "
    "typical".split()
)
_COMPARED = frozenset("more less most least as very much so too far".split())
QUANTIFIERS = frozenset("most many some several all half".split())
_GENERAL = frozenset("people person patient other case".split())
TIMES = frozenset("day week month year hour minute time".split())
WHOLE = frozenset("all always every".split())
_UNITS = frozenset("day week month year hour morn night even time minut".split()) | NUMBER_WORDS
MAYBE = frozenset("can may".split())
_ADVERBIAL = frozenset("at may can will do are is they we you and".split())
_ALL_OF = frozenset("your their the day over that get of".split())
_PLURALS = frozenset("people children women men patients of".split())
_OF_MANY = frozenset("of other more have are do find get are were can may who feel also".split())
_CONCEDES = frozenset("although though".split())


class Firmness(NamedTuple):
    """How firmly a word says it, and the word."""

    value: float
    word: str


def firmness(
    alignment: Alignment,
    sentence: Sentence,
    clause: Clause,
    *,
    of_passage: bool = False,
    clear: bool = True,
) -> list[Firmness]:
    """The words that soften or strengthen ``clause``, with those of what a comma joins to it.

    ``of_passage``: only words that count or soften what the sentence speaks of too, the more so
    where it is not ``clear`` that the clause is the one restated.
    """
    strength = alignment.likeness.words.strength
    items = together(sentence, clause)
    found = []
    for at, item in enumerate(items):
        value = value_of(items, at, strength, denied=bool(clause.denied), main=of_passage)
        if value is None or (of_passage and clause.opener in _CONCEDES and item.text in MAYBE):
            continue
        loose = of_passage and not clear
        if of_passage and not _counts(alignment, items, at, modal=loose):
            continue
        found.append(Firmness(value, item.text))
    return found


def value_of(
    items: Sequence[Item],
    at: int,
    strength: Mapping[str, float],
    *,
    denied: bool,
    main: bool = False,
) -> float | None:
    """How firm the word at ``at`` makes it; ``main`` leaves out what only a side clause says."""
    item = items[at]
    value = strength.get(item.text)
    if item.text == "every" and at + 1 < len(items) and _no_unit(items[at + 1]):
        value = _ABSOLUTE
    before = items[at - 1].text if at else ""
    after = items[at + 1].text if at + 1 < len(items) else ""
    if item.text in ("some", "many") and items[at + 2 : at + 3]:
        third = items[at + 2].text  # "many older people"
        after = third if third in _PLURALS and after not in _OF_MANY else after
    if value is None or _inert(item.text, before, after):
        return _MANY if not main and item.text in _COMMON and before not in _COMPARED else None
    # "Problems that may lead to surgery include" softens each item; "steps that may help" do not.
    told = [other.text for other in items[at + 1 :]]
    heads = told[:1] != ["help"] and any(text.startswith("includ") for text in told)
    if main and item.text in MAYBE and _aside(items, at) and not heads:
        return None
    if item.text == "likely" and before in ("more", "less"):
        return MOST
    if before in _COMPARED:
        return None
    negated = denied and (after == "not" or any(i.text in ("no", "not") for i in items[:at]))
    if negated and item.text == "can":
        return None
    if value > PLAIN and (denied or before in ("not", "no")):
        if item.text not in WHOLE or (main and before != "not"):
            return None
        return MOST if main else SOME  # "not all" may be restated as "many" or as "some"
    return value


def _aside(items: Sequence[Item], at: int) -> bool:
    """As in "so that you can", "as much as they can", "who can": only a side clause says it."""
    before = items[at - 1].text if at else ""
    if before in ("you", "they") and at > 1:
        return items[at - 2].text in ("as", "that")
    return before in ("that", "so", "he", "she", "who", "which")


def _no_unit(item: Item) -> bool:
    return item.stem not in _UNITS and not item.text[0].isdigit()


def _inert(text: str, before: str, after: str) -> bool:
    if before == "than" and text in QUANTIFIERS:
        return True  # "more often than most people" counts nobody
    if text == "every":
        return after in NTH
    if text == "all" and (before in _ADVERBIAL or before == "of" or after in _ALL_OF):
        return True
    if text in ("seem", "seems"):  # "seems normal" tells of a feeling
        return after != "to" and text == "seems"
    if text in ("some", "certain"):  # "some pain" is no number of people
        return not (after.endswith("s") or after in _PLURALS)
    if text == "most":  # "most common" and "matters most" are no number of people
        return after in _NO_NUMBER or not after
    if text == "many":  # "drinks much alcohol", read as "many alcohol", counts nobody
        return bool(after) and not (after.endswith("s") or after in _PLURALS or after in _OF_MANY)
    if text == "half":
        return before in ("second", "first", "other")
    return text == "often" and before in ("how", "not")


def _counts(alignment: Alignment, items: Sequence[Item], at: int, *, modal: bool) -> bool:
    """Whether the sentence speaks of what the word counts or softens."""
    following = items[at + 1] if at + 1 < len(items) else None
    counted = next((item for item in items[at + 1 : at + 5] if item.weight), None)
    if following is None or counted is None:
        return True
    if items[at].text in QUANTIFIERS:
        if following.stem in _GENERAL:
            return True
        if counted.stem in TIMES:
            return False
    elif items[at].text not in MAYBE or not modal:
        return True
    of = alignment.likeness.of
    return any(of(said, counted) >= ALIKE for said in alignment.claim.items)
