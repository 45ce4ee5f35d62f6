"""Who the words are about, and how old they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.guardrail.normalise import CLAUSE, COMMA, SENTENCE, Word
from assistant.guardrail.quantities import number

SELF = "self"
UNCLEAR = "?"
OTHER = "other"
STRANGER = "stranger"
THING = "thing:"
MANY = "many"  # "half my residents", "people at work": nobody in particular
# People who come up in tales; relatives and whoever the writer looks after are no bystanders.
BYSTANDERS = frozenset({"friend", "patient", STRANGER, MANY})
_FIRST = frozenset("i me my mine myself we our yo mi ich mein je".split())
_THIRD = frozenset("he she him her his hers himself herself".split())
_BEFORE_OBLIQUE = frozenset(
    "with by from over on of like tell told ask asked than called call and against as lifted "
    "lift lifting picked carrying carry carried up hold holding holds visiting hugged hug "
    "chasing help helping helped feeding".split()
)
_ARTICLES = frozenset(
    "my our the a an his her their your poor elderly little old dear mi el la mum's me".split()
)
_GENERIC_KIN = frozenset("kids children teens teenagers ninos babies toddlers infants".split())
_OWNERS = frozenset("my our his her their the mis both two three".split())
_BESIDE = frozenset(
    "over with by from off on of to like walking walk into lifting bit as about at".split()
)
_DECADES = {
    "forties": 45, "fifties": 55, "sixties": 65, "seventies": 75, "eighties": 85, "nineties": 95,
    "40s": 45, "50s": 55, "60s": 65, "70s": 75, "80s": 85, "90s": 95,
}  # fmt: skip
_MYSELF = frozenset("i am im we are as was like us".split())
_ANYBODY = frozenset("someone somebody".split())
_PLACED = frozenset("at from in on next down across over".split())
_TENDING = frozenset("nursed lost buried nursing losing".split())
_THING_BEFORE = frozenset(
    "and but my the a our his her their golf short washing old daughters".split()
)
_HURTING = frozenset(
    "us hit hits struck crashed crash ran rolled landed fell crushed tipped".split()
)
_SOME = frozenset("a an the one another some this that".split())
_CARRIED_ON = frozenset("hip hips shoulders shoulder lap knee arm back".split())
_YEARS = frozenset("year years yr yrs yo y yrold yrs".split())
_UNITS_OF_AGE = _YEARS | {"month", "months", "week", "weeks"}
_STRONGEST = 10  # "my pain is 7", "pain at 4" of 10 are no ages
_GROWN = re.compile(
    r" (works|is married|(his|her) (wife|husband|kids|job|fiancee?)|at (uni|university|work)|"
    r"drives|is retired|is divorced|in the army|is an? (builder|plumber|nurse|teacher|driver)) "
)
ADULT = 18
_TYPING_AGE = 4  # below it nobody types: a named child is meant
_AGE_AFTER = frozenset("old yo yrold".split())


@dataclass(frozen=True, slots=True)
class Cast:
    """Word lists that decide who is meant (from ``data/people.toml``)."""

    kin: Mapping[str, str]
    children: frozenset[str]
    infants: Mapping[str, int]
    animals: frozenset[str]
    belongings: frozenset[str]
    agent_verbs: frozenset[str]
    strangers: frozenset[str]
    crowds: frozenset[str]
    things: frozenset[str]


@dataclass(frozen=True, slots=True)
class Casting:
    """Persons per word, and what is known about each person's age."""

    by_word: tuple[frozenset[str], ...]
    ages: Mapping[str, float]
    children: frozenset[str]


def assign_people(words: Sequence[Word], segments: Sequence[int], cast: Cast) -> Casting:
    """Work out which persons each word speaks about.

    Every segment (see :class:`assistant.guardrail.text.Text`) gets all persons that it names; a
    segment that names nobody goes on about the persons of the one before. ``UNCLEAR`` means "as
    in the message before".
    """
    named: dict[int, set[str]] = {}
    last_third = ""
    child: set[str] = set()
    ages: dict[str, float] = {}
    for at, word in enumerate(words):
        person = _person(at, words, cast, last_third)
        if person and person not in (SELF, MANY):
            last_third = person
        if person and _is_subject(at, words, cast):
            named.setdefault(segments[at], set()).add(person)
        if word.text == "who" and at and _told_of(words[at - 1].text, cast):
            named.setdefault(segments[at], set()).add(last_third)  # "my mother, who is ill"
        if word.text in cast.children and person and not _grown(at, words):
            child.add(person)
        if word.text in cast.infants and person:
            ages.setdefault(person, cast.infants[word.text])
    people = _spread(words, segments, named)
    for at, thing in _things(words, segments, cast):
        if segments[at] not in named:
            people[at] = frozenset({thing})
    _take_ages(words, people, child, ages, cast)
    return Casting(tuple(people), ages, frozenset(p for p in child if ages.get(p, 0) < 18))


def _spread(
    words: Sequence[Word], segments: Sequence[int], named: Mapping[int, set[str]]
) -> list[frozenset[str]]:
    people: list[frozenset[str]] = []
    first = named[min(named)] if named else set()
    current = frozenset({UNCLEAR, *first})  # "new patch and she is limp": the patch is hers
    before = current
    for word, segment in zip(words, segments, strict=True):
        if word.gap >= SENTENCE and current <= BYSTANDERS:
            # "My neighbour had a stroke. Smile went lopsided." may go on about the writer
            current = before if current == {MANY} else before | current
        if segment in named:
            if not current <= BYSTANDERS:
                before = current
            current = frozenset(named[segment])
        people.append(current)
    return people


def _person(at: int, words: Sequence[Word], cast: Cast, last_third: str) -> str:
    text = words[at].text
    if text in cast.animals and _opens(at, words):
        return f"animal:{text}"
    if text in cast.strangers and _stranger(at, words):
        return STRANGER
    if text in cast.crowds:
        return _crowd(at, words)
    if text in cast.kin:
        return _relative(at, words, cast)
    if _aged(at, words):
        young = (number(text) or 0) < ADULT or words[at + 1].text not in _YEARS
        return "child" if young else "relative"
    if _little_one(at, words):
        return "child"
    if text in _THIRD:
        return last_third or OTHER
    if text in _FIRST:
        following = [w.text for w in words[at + 1 : at + 4]]
        others = cast.kin.keys() | cast.animals | cast.crowds | cast.things
        owned = bool(others & set(following[:2])) or _place_of_another(at, words, cast)
        owned = owned or _aged(at + 1, words) or _little_one(at + 2, words)
        return "" if text in ("my", "our", "mi") and owned else SELF
    return ""


def _take_ages(
    words: Sequence[Word],
    people: Sequence[frozenset[str]],
    child: Collection[str],
    ages: dict[str, float],
    cast: Cast,
) -> None:
    """Add the ages that the words tell to ``ages``."""
    for at, age in _ages(words, cast):
        meant = people[at]
        if age < ADULT and (_aged(at, words) or (age < _TYPING_AGE and SELF in meant and child)):
            meant = frozenset({"child"})
        for person in meant:
            ages[person] = age if person not in ages else min(age, ages[person])


def _things(
    words: Sequence[Word], segments: Sequence[int], cast: Cast
) -> Iterator[tuple[int, str]]:
    """Yield the words of segments whose subject is a thing, unless somebody is hurt by it."""
    of: dict[int, str] = {}
    for at, word in enumerate(words):
        if word.text in cast.things and _first_noun(at, words, segments):
            of.setdefault(segments[at], f"{THING}{word.text}")
        if word.text in _HURTING or word.text in cast.kin:
            of[segments[at]] = ""  # "the car hit us": people are in it
    for at, segment in enumerate(segments):
        if of.get(segment):
            yield at, of[segment]


def _first_noun(at: int, words: Sequence[Word], segments: Sequence[int]) -> bool:
    """Whether only articles stand before the word in its segment: "my golf swing is paralysed"."""
    before = at - 1
    while before >= 0 and segments[before] == segments[at] and words[before].text in _THING_BEFORE:
        before -= 1
    return before < at - 1 and (before < 0 or segments[before] != segments[at])


def _place_of_another(at: int, words: Sequence[Word], cast: Cast) -> bool:
    """Whether "my" only places somebody else: "an old boy in my choir"."""
    if at < 2 or words[at - 1].text not in _PLACED | {"of"}:
        return False
    who = words[at - 2].text
    return who in cast.strangers or who in cast.crowds or who in cast.kin


def _carer(at: int, words: Sequence[Word], cast: Cast) -> bool:
    """Whether "I" only tends or mourns: "I nursed my mother through her cancer"."""
    after = [w.text for w in words[at + 1 : at + 5]]
    return bool(after) and after[0] in _TENDING and any(t in cast.kin for t in after[1:])


def _relative(at: int, words: Sequence[Word], cast: Cast) -> str:
    """The name for a word of kinship, or nothing where nobody in particular is meant."""
    text = words[at].text
    if any(_owns(word, cast) for word in words[max(0, at - 2) : at]):
        return STRANGER  # "the neighbour's little boy"
    before = [w.text for w in words[max(0, at - 3) : at]]
    if text in _GENERIC_KIN and not set(before) & _OWNERS:
        return ""  # "back pain in kids": nobody's child
    if before[-1:] in (["a"], ["as"]) and set(before) & {"was", "as", "were"}:
        return ""  # "since I was a kid"
    return cast.kin[text]


def _aged(at: int, words: Sequence[Word]) -> bool:
    """Whether the word is the number in "my 8 year old": a person named by an age."""
    if not 0 < at < len(words) or words[at - 1].text not in ("my", "our", "the", "a"):
        return False
    after = [w.text for w in words[at + 1 : at + 4]]
    return "old" in after and after[0] in _UNITS_OF_AGE and number(words[at].text) is not None


def _stranger(at: int, words: Sequence[Word]) -> bool:
    """Whether the word names somebody of a tale: "a man who ...", "someone at work"."""
    before = [w.text for w in words[max(0, at - 4) : at]]
    after = [w.text for w in words[at + 1 : at + 2]]
    if set(before) & _MYSELF:
        return False  # "I am a man who ..."
    if words[at].text in _ANYBODY:
        return set(after) <= _PLACED and bool(after)
    return bool(after) and after[0] in (_PLACED | {"who", "whose"}) and bool(set(before) & _SOME)


def _crowd(at: int, words: Sequence[Word]) -> str:
    """Name "half my residents"; "I am one of those people" is the writer."""
    before = {w.text for w in words[max(0, at - 5) : at]}
    if before & _MYSELF:
        return ""
    return STRANGER if {"one", "of"} <= before else MANY


def _owns(word: Word, cast: Cast) -> bool:
    """Whether the word is "the neighbour's": somebody of a bystander's family is meant."""
    owner = word.end - word.start > len(word.text)  # the "'s" is gone from the word itself
    return owner and cast.kin.get(word.text, "") in BYSTANDERS


def _little_one(at: int, words: Sequence[Word]) -> bool:
    """Whether the word is the last of "my little one": a child without the word."""
    return 0 < at < len(words) and [w.text for w in words[at - 1 : at + 1]] == ["little", "one"]


def _grown(at: int, words: Sequence[Word]) -> bool:
    """Whether the next words speak of a grown-up: "my son works nights", "his wife says"."""
    after = " ".join(w.text for w in words[at + 1 : at + 14] if w.gap < SENTENCE)
    return bool(_GROWN.search(f" {after} "))


def _opens(at: int, words: Sequence[Word]) -> bool:
    """An animal is the patient only where a sentence would name its subject."""
    start = at
    while start and at - start < 3 and words[start].gap < SENTENCE:
        start -= 1
    before = [w.text for w in words[start:at]]
    if not before or words[at].gap >= COMMA:
        return True  # "cow down after calving", "cat's got a lump"
    return before[-1] in _ARTICLES and not set(before) & _BESIDE


def _is_subject(at: int, words: Sequence[Word], cast: Cast) -> bool:
    text = words[at].text
    following = [w.text for w in words[at + 1 : at + 4]]
    if text in _FIRST:
        return not _carer(at, words, cast)
    if text in cast.crowds or text in cast.strangers:
        return not any(verb in cast.agent_verbs for verb in following[:2])
    if text in cast.kin and _aside(words[at], following, cast):
        return False
    if text in ("he", "she") or text in cast.kin or _aged(at, words) or _little_one(at, words):
        if any(verb in cast.agent_verbs for verb in following[:2]):
            return False
        before = at - 1
        while before >= 0 and (words[before].text in _ARTICLES or words[before].text in cast.kin):
            before -= 1
        oblique = before >= 0 and words[before].text in _BEFORE_OBLIQUE
        named = text not in ("he", "she")
        return not (named and oblique and words[before + 1].gap < COMMA)
    return True


def _told_of(text: str, cast: Cast) -> bool:
    """Whether "who" after this word speaks of that person; an unborn baby is its mother's sign."""
    named = text in cast.kin or text in cast.strangers or text in cast.crowds
    return named and text not in cast.infants


def _aside(word: Word, following: Sequence[str], cast: Cast) -> bool:
    """Whether somebody is only named: "my daughter's bike", "toddler on the hip"."""
    owner = word.end - word.start > len(word.text)  # the "'s" is gone from the word itself
    if owner and set(following[:2]) & cast.belongings:
        return True
    carried = following[:1] == ["on"] and bool(set(following[1:3]) & _CARRIED_ON)
    return carried or following[:2] in (["was", "born"], ["were", "born"])


def _ages(words: Sequence[Word], cast: Cast) -> Iterator[tuple[int, float]]:
    texts = [w.text for w in words]
    for at, text in enumerate(texts):
        if (
            text in _DECADES
            and at
            and texts[at - 1] in ("my", "his", "her", "late", "early", "mid")
        ):
            yield at, _DECADES[text]
        value = number(text) if re.fullmatch(r"\d{1,3}|[a-z]+", text) else None
        if value is None or not 0 < value <= 110:
            continue
        age = _age_at(at, value, texts, words, cast)
        if age is not None:
            yield at, age


def _age_at(
    at: int, value: float, texts: Sequence[str], words: Sequence[Word], cast: Cast
) -> float | None:
    before = texts[at - 1] if at else ""
    after = [*texts[at + 1 : at + 4], "", "", ""]
    of_age = after[1:3] == ["of", "age"]
    if after[0] in _YEARS and (after[1] in _AGE_AFTER or after[0] == "yo" or of_age):
        return value
    if after[0] in ("month", "months", "week", "weeks") and after[1] == "old":
        return value / (12 if after[0].startswith("month") else 52)
    if after[0] in ("f", "m", "male", "female", "yo") and value >= 2 and words[at].gap < CLAUSE:
        return value if before not in ("temp", "temperature", "fever", "of", "is") else None
    counts = after[0] in _NOT_AGE or (after[0] in _YEARS and after[1] in _SINCE_THEN)
    if before in ("aged", "age", "turned", "turning") and not counts:
        return value
    if before in ("am", "is", "at", "reached") and not counts and value > 1:
        two_back = texts[at - 2] if at > 1 else ""
        known = (
            (before == "at" and after[0] in _FIRST)
            or two_back in ("i", "he", "she", "time", "old")
            or (two_back == "pain" and before == "at" and value > _STRONGEST)
            or (two_back == "who" and before == "is")
            or two_back in cast.kin
        )
        return value if known or before == "reached" else None
    if before in cast.kin and not counts:
        return value
    if at == 0 and after[0] in ("and", "with", "here", "now", "year"):
        return value if value >= 15 else None
    alone = words[at].gap >= COMMA and (at + 1 == len(texts) or words[at + 1].gap >= COMMA)
    return value if alone and value >= 15 else None


_SINCE_THEN = frozenset("past post out clear free sober into in after since on off from".split())
_NOT_AGE = frozenset(
    "day days week weeks month months hour hours hrs minutes min mins mg ml times percent out "
    "miles am pm degrees feet foot ft pounds lbs stone sets reps pills tablets thirds quarters "
    "halves hundred thousand years_ago steps hours_ago of to".split()
)
