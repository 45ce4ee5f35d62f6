"""Is anything said more firmly than the passage says it: "may" as "does", "some" as "most"?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from assistant.verification.amounts import PERCENT, amounts
from assistant.verification.findings import Problem
from assistant.verification.matching import ALIKE, Alignment, Place, words_of
from assistant.verification.reading import NUMBER_WORDS, Clause, Item, Sentence, together

_ABSOLUTE, _PLAIN, _SOME, _MANY, _MOST = 5.0, 4.0, 2.0, 2.5, 3.0
_COMMON = frozenset("common typical widespread frequent commonplace".split())
_NO_NUMBER = frozenset(
    "common often important dangerous likely frequent in at on when effective severe "
    "typical".split()
)
_NEARLY = 0.8
_CLEAR = 0.8  # from this share on the clause is the one restated
_LEAST = 0.34  # share of a clause's content that must stand in the clause it is held against
_COMPARED = frozenset("more less most least as very much so too far".split())
_QUANTIFIERS = frozenset("most many some several all half".split())
_GENERAL = frozenset("people person patient other case".split())
_NUMBERS = frozenset("most many some several half".split())
_OFTEN = frozenset("usually often sometimes".split())
_PLENTY = frozenset("common often tend typical main half nine eight seven percent".split())
_TIMES = frozenset("day week month year hour minute time".split())
_WHOLE = frozenset("all always every".split())
_UNITS = frozenset("day week month year hour morn night even time minut".split()) | NUMBER_WORDS
_MAYBE = frozenset("can may".split())
_LIKELIER = frozenset(
    "like risk chanc often more less odd tend prone usual may can rais lower common found".split()
)
_ADVERBIAL = frozenset("at may can will do are is they we you and".split())
_ALL_OF = frozenset("your their the day over that get of".split())
_PLURALS = frozenset("people children women men patients of".split())
_CONCEDES = frozenset("although though".split())
_SUPERLATIVES = frozenset(
    "best worst safest strongest fastest greatest highest lowest largest biggest longest".split()
)
_TIMED = frozenset("months weeks days years hours after when once if".split())
_EVIDENCE = frozenset("studi evid research proof review trial certainti data know say show".split())
_OPEN = frozenset("whether if studi know unclear research evid may doubt question".split())
_POOR = frozenset("unclear limit weak enough miss mix disagre doubt lack".split())


class Firmness(NamedTuple):
    """How firmly a word says it, and the word."""

    value: float
    word: str


def strength_problems(alignment: Alignment) -> Iterator[Problem]:
    """Certainty raised, clause by clause."""
    for place in alignment.places:
        if place.share >= _LEAST:
            yield from _raised(alignment, place)
            yield from _more_counted(alignment, place)
            yield from _unproven(alignment, place)
    yield from _superlatives(alignment)


def _raised(alignment: Alignment, place: Place) -> Iterator[Problem]:
    if any(_kept(alignment, place, clause) for clause in _alternatives(alignment, place)):
        return
    clear = place.share >= _CLEAR
    given = _firmness(alignment, place.sentence, place.clause, of_passage=True, clear=clear)
    said = _firmness(alignment, alignment.claim, place.said)
    given += _hedged_elsewhere(alignment, place)
    counted = any(a.kind == PERCENT for a in amounts(alignment.claim.items))
    idle = _QUANTIFIERS if counted else {"half"}
    soft = [f for f in given if f.value < _PLAIN and f.word not in idle]
    absolute = [f for f in said if f.value > _PLAIN]
    whole = any(f.word in _WHOLE for f in given)
    for f in absolute:
        if whole if f.word in _WHOLE else _stands(f.word, place):
            continue
        yield Problem("certainty-raised", f"{f.word!r} is more than is said")
        return
    if not soft:
        return
    beside = [f for clause in _beside(alignment, place) for f in clause]
    own = [f for f in [*said, *beside] if f.value < _PLAIN]
    will = any(item.text == "will" for item in place.said.items)
    firm = (
        will
        and not place.said.denied
        and any(f.word in _MAYBE for f in soft)
        and not any(f.word in _MAYBE for f in own)
    )
    if firm or not own:
        if soft[0].word in ("likely", "linked") and _likelier(alignment):
            return
        yield Problem("certainty-raised", f"the passage says {soft[0].word!r}")


def _hedged_elsewhere(alignment: Alignment, place: Place) -> list[Firmness]:
    """Hedges of the sentence's other clauses, over words that the clause takes from there."""
    strength = alignment.likeness.words.strength
    here = {item.stem for item in place.clause.items}
    said = {item.stem for item in place.said.content} - here
    found = []
    for clause in place.sentence.clauses:
        for at, item in enumerate(clause.items):
            after = next((i for i in clause.items[at + 1 :] if i.weight), None)
            if clause is place.clause or clause.denied or item.text not in _MAYBE:
                continue
            if after is not None and after.stem in said:
                found.append(Firmness(strength[item.text], item.text))
    return found


def _alternatives(alignment: Alignment, place: Place) -> Iterator[Clause]:
    """Other clauses of the sentence that the clause may restate as well."""
    for clause in place.sentence.clauses:
        if clause is not place.clause:
            share = alignment.share(place.said.items, clause.items)
            if share >= max(_LEAST, _NEARLY * place.share):
                yield clause


def _kept(alignment: Alignment, place: Place, clause: Clause) -> bool:
    """Whether the sentence is no firmer than ``clause``."""
    given = _firmness(alignment, place.sentence, clause, of_passage=True)
    said = _firmness(alignment, alignment.claim, place.said)
    least = min((f.value for f in given), default=_PLAIN)
    return max((f.value for f in said), default=_PLAIN) <= max(least, _PLAIN if not given else 0)


def _stands(word: str, place: Place) -> bool:
    return any(item.text == word or item.stem == word for item in words_of(place.near)) or any(
        item.stem[:4] == word[:4] for item in place.sentence.items
    )


def _likelier(alignment: Alignment) -> bool:
    return any(item.stem in _LIKELIER for item in alignment.claim.items)


def _beside(alignment: Alignment, place: Place) -> Iterator[list[Firmness]]:
    """The firmness of the clauses beside this one: a hedge may stand in front of several."""
    for other in alignment.places:
        apart = abs(other.said.number - place.said.number)
        if apart and (other.sentence is place.sentence or apart == 1):
            yield _firmness(alignment, alignment.claim, other.said)


def _firmness(
    alignment: Alignment,
    sentence: Sentence,
    clause: Clause,
    *,
    of_passage: bool = False,
    clear: bool = True,
) -> list[Firmness]:
    strength = alignment.likeness.words.strength
    items = together(sentence, clause)
    found = []
    for at, item in enumerate(items):
        value = _value(items, at, strength, denied=bool(clause.denied), main=of_passage)
        if value is None or (of_passage and clause.opener in _CONCEDES and item.text in _MAYBE):
            continue
        loose = of_passage and not clear
        if of_passage and not _counts(alignment, items, at, modal=loose):
            continue
        found.append(Firmness(value, item.text))
    return found


def _value(
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
    if value is None or _inert(item.text, before, after):
        return _MANY if not main and item.text in _COMMON and before not in _COMPARED else None
    if main and item.text in _MAYBE and before in ("that", "so", "he", "she", "who", "which"):
        return None
    if item.text == "likely" and before in ("more", "less"):
        return _MOST
    if before in _COMPARED:
        return None
    negated = denied and (after == "not" or any(i.text in ("no", "not") for i in items[:at]))
    if negated and item.text == "can":
        return None
    if value > _PLAIN and (denied or before in ("not", "no")):
        if item.text not in _WHOLE or before != "not":
            return None
        return _MOST if main else _SOME  # "not all" may be restated as "many" or as "some"
    return value


def _no_unit(item: Item) -> bool:
    return item.stem not in _UNITS and not item.text[0].isdigit()


def _inert(text: str, before: str, after: str) -> bool:
    if text == "all" and (before in _ADVERBIAL or after in _ALL_OF):
        return True
    if text in ("seem", "seems"):  # "seems normal" tells of a feeling
        return after != "to" and text == "seems"
    if text in ("some", "certain"):  # "some pain" is no number of people
        return not (after.endswith("s") or after in _PLURALS)
    if text == "most":  # "most common" is no number of people
        return after in _NO_NUMBER
    if text == "half":
        return before in ("second", "first", "other")
    return text == "often" and before in ("how", "not")


def _counts(alignment: Alignment, items: Sequence[Item], at: int, *, modal: bool) -> bool:
    """Whether the sentence speaks of what the word counts or softens."""
    following = items[at + 1] if at + 1 < len(items) else None
    counted = next((item for item in items[at + 1 : at + 5] if item.weight), None)
    if following is None or counted is None:
        return True
    if items[at].text in _QUANTIFIERS:
        if following.stem in _GENERAL:
            return True
        if counted.stem in _TIMES:
            return False
    elif items[at].text not in _MAYBE or not modal:
        return True
    of = alignment.likeness.of
    return any(of(said, counted) >= ALIKE for said in alignment.claim.items)


def _more_counted(alignment: Alignment, place: Place) -> Iterator[Problem]:
    """A number of people or times raised, whatever else is hedged: "some" as "most"."""
    strength = alignment.likeness.words.strength
    for words in (_NUMBERS, _OFTEN):
        said = _highest(place.said.items, words, strength)
        given = _highest(place.sentence.items, words, strength)
        if said and given and said.value > given.value:
            yield Problem("certainty-raised", f"{said.word!r}, the passage says {given.word!r}")
    said = _highest(place.said.items, frozenset({"most"}), strength)
    if said and not any(_many(item, strength) for item in words_of(place.near)):
        yield Problem("certainty-raised", "the passage does not say 'most'")


def _highest(
    items: Sequence[Item], words: frozenset[str], strength: Mapping[str, float]
) -> Firmness | None:
    found = [
        Firmness(strength[item.text], item.text)
        for at, item in enumerate(items)
        if item.text in words and _value(items, at, strength, denied=False) is not None
        and not (items[at + 1 : at + 2] and items[at + 1].stem in _TIMES)
    ]  # fmt: skip
    return max(found, default=None)


def _many(item: Item, strength: Mapping[str, float]) -> bool:
    value = strength.get(item.text, 0.0)
    return value >= _MOST or item.text in _PLENTY or item.text[0].isdigit()


def _unproven(alignment: Alignment, place: Place) -> Iterator[Problem]:
    """A plain statement where the passage says that too little is known."""
    if place.clause.opener == "whether" and not _open(alignment):
        yield Problem("certainty-raised", "the passage leaves it open")
        return
    asked = place.clause.opener in ("if", "whether", "how", "that", "what")
    part = place.sentence if asked else place.clause
    given = {item.stem for item in part.items}
    if not (given & _POOR and given & _EVIDENCE):
        return
    said = alignment.claim.items
    strength = alignment.likeness.words.strength
    hedged = any(strength.get(item.text, _PLAIN) <= _SOME for item in said)
    if not hedged and not {item.stem for item in said} & _POOR:
        yield Problem("certainty-raised", "the passage says that too little is known")


def _open(alignment: Alignment) -> bool:
    return any(item.stem in _OPEN for item in alignment.claim.items)


def _superlatives(alignment: Alignment) -> Iterator[Problem]:
    near = [item for place in alignment.places for item in words_of(place.near)]
    texts = {item.text for item in near} | {item.stem for item in near}
    items = alignment.claim.items
    for at, item in enumerate(items):
        if item.text in _SUPERLATIVES and item.text not in texts:
            yield Problem("superlative", f"the passage does not say {item.text!r}")
        after = items[at + 1].text if at + 1 < len(items) else ""
        before = items[at - 1].text if at else ""
        if item.text == "only" and after not in ("a", "one") and before not in ("is", "not", "if"):
            if after in _TIMED or (after and after[0].isdigit()):
                continue
            if not texts & {"only", "just", "alone", "except", "single", "one", "sole"}:
                yield Problem("superlative", "the passage does not say 'only'")
        if item.text == "most" and after in ("common", "dangerous") and "most" not in texts:
            yield Problem("superlative", f"the passage does not say 'most {after}'")
