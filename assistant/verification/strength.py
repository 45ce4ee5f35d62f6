"""Is anything said more firmly than the passage says it: "may" as "does", "some" as "most"?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from assistant.verification.amounts import PERCENT, amounts
from assistant.verification.findings import Problem
from assistant.verification.firmness import (
    MAYBE,
    MOST,
    PLAIN,
    QUANTIFIERS,
    SOME,
    TIMES,
    WHOLE,
    Firmness,
    firmness,
    value_of,
)
from assistant.verification.matching import ALIKE, Alignment, Place, words_of
from assistant.verification.reading import Clause, Item

_HALF = 50.0  # percent, from which on it is most
_NEARLY = 0.8
_CLEAR = 0.8  # from this share on the clause is the one restated
_LEAST = 0.34  # share of a clause's content that must stand in the clause it is held against
_NUMBERS = frozenset("most many some several half".split())
_OFTEN = frozenset("usually often sometimes".split())
_PLENTY = frozenset("common often tend typical main half nine eight seven percent".split())
_TRIES = frozenset("try trying".split())
_ORDERS = frozenset(
    "use take ask keep leave put place wrap rest move stay start begin choose pick make wear check "
    "talk write plan do apply lie sit sleep walk wait add bring say ease return get go stick let "
    "look hold remember change ride drink eat breathe stretch stand have tell call see work".split()
)
_OF_ALL = frozenset("the your their his her its our my these those".split())
_JOINS = frozenset("and or then also but first next instead".split())
_ASIDE = frozenset("as when while since because although though after before whenever".split())
_LITTLE = frozenset("slightly little small modest".split())
_LIKELIER = frozenset(
    "like risk chanc often more less odd tend prone usual may can rais lower common found".split()
)
_SUPERLATIVES = frozenset(
    "best worst safest strongest fastest greatest highest lowest largest biggest longest".split()
)
_TIMED = frozenset("months weeks days years hours after when once if".split())
_EVIDENCE = frozenset("studi evid research proof review trial certainti data know say show".split())
_OPEN = frozenset("whether if studi know unclear research evid may doubt question".split())
_TOLD = frozenset("say know clear tell sure show certain".split()) | {"clearli"}
_POOR = frozenset("unclear limit weak enough miss mix disagre doubt lack".split())


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
    given = firmness(alignment, place.sentence, place.clause, of_passage=True, clear=clear)
    said = firmness(alignment, alignment.claim, place.said)
    given += _hedged_elsewhere(alignment, place)
    counted = any(a.kind == PERCENT for a in amounts(alignment.claim.items))
    idle = QUANTIFIERS if counted else {"half"}
    soft = [f for f in given if f.value < PLAIN and f.word not in idle]
    if _defined(alignment, place):
        soft = [f for f in soft if f.word not in MAYBE]
    absolute = _beyond(alignment, place, given, said)
    if absolute is not None:
        yield Problem("certainty-raised", f"{absolute.word!r} is more than is said")
    if absolute is not None or not soft:
        return
    beside = [f for clause in _beside(alignment, place) for f in clause]
    own = [f for f in [*said, *beside] if f.value < PLAIN]
    own += [Firmness(SOME, i.text) for i in alignment.claim.items if i.text in _TRIES]
    told = (place.said, alignment.claim.clauses[0])
    if {f.word for f in soft} == {"can"} and any(_orders(clause) for clause in told):
        return  # "use heat" for "you can use heat"
    if place.said.opener in _ASIDE and not place.said.number and len(alignment.places) > 1:
        return  # "as we grow older" for "as most people grow older": the main clause tells
    will = any(item.text == "will" for item in place.said.items)
    firm = (
        will
        and not place.said.denied
        and any(f.word in MAYBE for f in soft)
        and not any(f.word in MAYBE for f in own)
    )
    if firm or not own:
        if soft[0].word in ("likely", "linked") and _likelier(alignment):
            return
        yield Problem("certainty-raised", f"the passage says {soft[0].word!r}")


def _orders(said: Clause) -> bool:
    first = next((i.text for i in said.items if i.text not in _JOINS), "")
    return first in _ORDERS


def _beyond(
    alignment: Alignment, place: Place, given: Sequence[Firmness], said: Sequence[Firmness]
) -> Firmness | None:
    """A word of the clause such as "all" or "proven" that the passage does not have."""
    whole = any(f.word in WHOLE for f in given) and not _other_whole(alignment, place)
    whole = whole or _counted_whole(alignment, place)
    for f in said:
        plain = f.word == "surely" and not _softened(alignment, place)  # "is known to"
        order = f.word == "always" and place.sentence.items[0].text in _ORDERS  # "always wrap it"
        if f.value <= PLAIN or plain or order:
            continue
        if not (whole if f.word in WHOLE else _stands(f.word, place)):
            return f
    return None


def _softened(alignment: Alignment, place: Place) -> bool:
    strength = alignment.likeness.words.strength
    return any(strength.get(item.text, PLAIN) <= SOME for item in place.sentence.items)


def _defined(alignment: Alignment, place: Place) -> bool:
    """As in "a neuroma is a lump" for "problems may include a lump, called a neuroma"."""
    items = place.sentence.items
    cut = next((n for n, item in enumerate(items) if item.text.startswith("includ")), 0)
    defines = any(item.text in ("is", "are", "means") for item in place.said.items)
    heads = [item for item in items[:cut] if item.weight]
    told = any(alignment.best(item, heads) >= ALIKE for item in place.said.content)
    return bool(cut) and items[cut - 1].text in MAYBE and defines and not told


def _other_whole(alignment: Alignment, place: Place) -> bool:
    """As in "all people" for "before all pain is gone"."""
    said = [b for a, b in pairwise(place.said.items) if a.text in WHOLE]
    given = [b for a, b in pairwise(place.sentence.items) if a.text in WHOLE]
    return bool(said and given) and not any(alignment.found(item, given) for item in said)


def _counted_whole(alignment: Alignment, place: Place) -> bool:
    """Whether the passage says "all" or "every" of the word of which the clause says it."""
    counted = _after_whole(place.said.items)
    given = [i for sentence in place.passage for i in _after_whole(sentence.items)]
    return bool(counted) and all(alignment.found(item, given) for item in counted)


def _after_whole(items: Sequence[Item]) -> list[Item]:
    after = zip(items, items[1:], [*items[2:], None], strict=False)
    return [
        word
        for a, b, c in after
        if a.text in WHOLE and (word := c if c and b.text in _OF_ALL else b).weight
    ]


def _hedged_elsewhere(alignment: Alignment, place: Place) -> list[Firmness]:
    """Hedges of the sentence's other clauses, over words that the clause takes from there."""
    strength = alignment.likeness.words.strength
    here = {item.stem for item in place.clause.items}
    said = {item.stem for item in place.said.content} - here
    found = []
    for clause in place.sentence.clauses:
        for at, item in enumerate(clause.items):
            after = next((i for i in clause.items[at + 1 :] if i.weight), None)
            if clause is place.clause or clause.denied or item.text not in MAYBE:
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
    given = firmness(alignment, place.sentence, clause, of_passage=True)
    said = firmness(alignment, alignment.claim, place.said)
    least = min((f.value for f in given), default=PLAIN)
    return max((f.value for f in said), default=PLAIN) <= max(least, PLAIN if not given else 0)


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
            yield firmness(alignment, alignment.claim, other.said)


def _more_counted(alignment: Alignment, place: Place) -> Iterator[Problem]:
    """A number of people or times raised, whatever else is hedged: "some" as "most"."""
    strength = alignment.likeness.words.strength
    for words in (_NUMBERS, _OFTEN):
        said = _highest(place.said.items, words, strength)
        given = _highest(place.sentence.items, words, strength)
        if said and given and said.value > given.value:
            yield Problem("certainty-raised", f"{said.word!r}, the passage says {given.word!r}")
    said = _highest(place.said.items, frozenset({"most"}), strength)
    near = words_of(place.near)
    counted = any(a.kind == PERCENT and a.high >= _HALF for a in amounts(near))
    if said and not counted and not any(_many(item, strength) for item in near):
        yield Problem("certainty-raised", "the passage does not say 'most'")


def _highest(
    items: Sequence[Item], words: frozenset[str], strength: Mapping[str, float]
) -> Firmness | None:
    found = [
        Firmness(strength[item.text], item.text)
        for at, item in enumerate(items)
        if item.text in words and value_of(items, at, strength, denied=False) is not None
        and not (items[at + 1 : at + 2] and items[at + 1].stem in TIMES)
    ]  # fmt: skip
    return max(found, default=None)


def _many(item: Item, strength: Mapping[str, float]) -> bool:
    value = strength.get(item.text, 0.0)
    return value >= MOST or item.text in _PLENTY


def _unproven(alignment: Alignment, place: Place) -> Iterator[Problem]:
    """A plain statement where the passage says that too little is known."""
    if place.clause.opener == "whether" and not _open(alignment):
        yield Problem("certainty-raised", "the passage leaves it open")
        return
    if place.clause.opener == "if" and _left_open(place) and not _open(alignment):
        yield Problem("certainty-raised", "the passage leaves it open")
        return
    asked = place.clause.opener in ("if", "whether", "how", "that", "what")
    part = place.sentence if asked else place.clause
    given = {item.stem for item in part.items}
    if not (given & _POOR and given & _EVIDENCE):
        return
    said = alignment.claim.items
    strength = alignment.likeness.words.strength
    hedged = any(strength.get(item.text, PLAIN) <= SOME for item in said)
    if not hedged and not {item.stem for item in said} & _POOR:
        yield Problem("certainty-raised", "the passage says that too little is known")


def _left_open(place: Place) -> bool:
    """As in "a review could not say if": no condition, but what is not known."""
    before = [c for c in place.sentence.clauses if c.number == place.clause.number - 1]
    told = {item.stem for clause in before for item in clause.items[-3:]}
    return any(clause.denied % 2 for clause in before) and bool(told & _TOLD)


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
            if {i.text for i in items[at + 1 : at + 4]} & _LITTLE:
                continue
            if not texts & {"only", "just", "alone", "except", "single", "one", "sole"}:
                yield Problem("superlative", "the passage does not say 'only'")
        if item.text == "most" and after in ("common", "dangerous") and "most" not in texts:
            yield Problem("superlative", f"the passage does not say 'most {after}'")
