"""What a reply to our own question says: "yes", "the second one", "since Tuesday", "toes no"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.guardrail.context import Assertion
from assistant.guardrail.extract import Event, Reading, read_message
from assistant.guardrail.people import UNCLEAR
from assistant.guardrail.replies import (
    SHORT,
    claims,
    describes,
    first_words,
    is_well,
    lasted,
    questions_of,
    starts_no,
    starts_yes,
    unsure,
)
from assistant.guardrail.rulebook import Rulebook

_ORDINALS = {"first": 0, "1st": 0, "one": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2,
             "fourth": 3, "4th": 3, "former": 0, "latter": 1, "primero": 0, "primera": 0,
             "segundo": 1, "segunda": 1, "tercero": 2, "tercera": 2}  # fmt: skip
_LAST = frozenset("last ultimo ultima último última".split())
_LETTER = re.compile(r"(?<!\w)[a-fA-F][).](?=\s)")
_JOINT = re.compile(r",|;|\?|:|\bor\b|\bo\b|\bni\b")
# What many questions hold and no question asks about.
_BESIDE_THE_POINT = frozenset(
    "mix_intent drug.asks drug.choice other_complaint out_of_proportion muscle_bad "
    "spine_touch".split()
)
_SITE = re.compile(
    r"\b(?:breast|prostate|lung|bowel|colon|kidney|thyroid|womb|ovar\w+|cervi\w+|bladder|lymphoma|"
    r"leuk\w+|myeloma|melanoma|testic\w+|mama|pr[oó]stata|pulm[oó]n|seno|ri[ñn][oó]n|[uú]tero)\b",
    re.I,
)
# "Can you lift it?", "are you able to lift it?": a no to it means "I cannot lift it".
_WHO = r"(?P<who>you|he|she|they|it)"
_ABLE = re.compile(
    rf"(?:and |so |but |then |now )?(?:(?:can|could) {_WHO}|(?:are|is|was|were) (?P<of>you|he|she|"
    r"they|it) (?:still )?able to) (?:still |now |even )?(?!not\b)(?P<what>[a-z].*)",
    re.I,
)
_REACTS = re.compile(
    rf"(?:and )?(?:does|do|did) {_WHO} (?:still )?(?P<what>(?:stir|respond|react|answer|wake)\b.*)",
    re.I,
)
# "Can you walk normally?": a no to it says less than "I cannot walk".
_AS_USUAL = re.compile(r"\b(?:normally|as usual|properly|as before|easily|comfortably)\b", re.I)
_SPEAKER = {"you": "I"}
_FIRST_PART = re.compile(r"[,;]|\bor\b")
_PUEDE = re.compile(r"¿?\s*(?:puede|puedes|logra|consigue) (?P<what>.*)", re.I)
_STEM = 4
_NO_INSIDE = re.compile(
    r"\b(?:no|nope|not|nah|cannot|can ?not|can['’]?t|barely|hardly|neither|apenas|tampoco)\b", re.I
)
_NO_TROUBLE = re.compile(
    r"\bno (?:problem|trouble|issue|worries|bother|difficult|pain|change)|\bnot? bad", re.I
)
_REST = re.compile(r"\bthe other (?:one|thing|two)\b|\bthe rest\b|\blo otro\b|\bla otra\b", re.I)
_LEG_SIDE = re.compile(
    r"\b(?:one|which|both|either|left|right|just the)\b.*\b(?:legs?|sides?|f(?:oo|ee)t)\b", re.I
)
_BOTH = re.compile(
    r"\b(?:both|the pair|pair of (?:them|em)|two of (?:them|em)|each side)\b|"
    r"\b(?:right|left|other)(?: (?:one|leg|side|foot))?,? (?:as well|too|also|now)\b|"
    r"\b(?:now|also|and) the (?:right|left|other)\b",
    re.I,
)
_ALL_BUT = re.compile(r"\b(?:except|apart from|other than|aside from|bar|but|only|just)\b", re.I)
_VERDICT = re.compile(
    r"\b(?:(?P<no>no|nope|nah|not|never)|(?P<yes>yes|yeah|yep|yup|aye|s[ií]|a bit|a little))\b",
    re.I,
)


def answered(question: str, reply: str, reading: Reading, book: Rulebook) -> list[Event]:
    """Return the findings of our own question that a short reply says yes to.

    A bare "yes" to a list of warning signs counts for all of them (unsafe reading). Of a long
    reply only the first words are an answer: "yeah, since Sunday. I was at my sister's when ...".
    """
    denied: set[str] = set()
    if reading.length > SHORT:
        opening = first_words(reply)
        if opening is None:
            return []
        denied = {e.finding for e in reading.events if e.assertion is Assertion.NEGATED}
        reply = opening
        reading = read_message(reply, book)
    found = _agreed(question, reply, reading, book)
    found = [event for event in found if event.finding not in denied]
    found += _not_able(question, reply, book)
    found += _lasting(question, reply, book)
    if _LEG_SIDE.search(questions_of(question)) and _BOTH.search(reply) and not starts_no(reply):
        found += _present(read_message("pain in both legs", book, True))
    return [_reply_event(event, reply) for event in found]


def _agreed(question: str, reply: str, reading: Reading, book: Rulebook) -> list[Event]:
    items = _items(question, book)
    if not items:
        return []
    by_turn = _one_by_one(reply, items)
    if by_turn is not None:
        return by_turn
    if starts_no(reply) and (but := _ALL_BUT.search(reply)):
        rest = reply[but.end() :]
        return _ordinal(rest, items) or _named(items, rest, every=False)
    chosen = _ordinal(reply, items)
    if chosen is not None or starts_no(reply):
        return chosen or []
    if _REST.search(reply):
        told = {event.finding for event in reading.events}
        return [e for item in items if not told & {e.finding for e in item} for e in item]
    other = describes(reply)
    if other is not None and not _stems(other) & _stems(question):
        return []  # "a bit constipated", to a question about the bladder
    if "cue.yes" in reading.cues and not is_well(reply):
        return _named(items, reply)
    if claims(question, reply):
        return [event for item in items for event in item]
    if _SITE.search(reply):
        return [event for item in items for event in item if event.finding == "cancer"]
    return []


def _not_able(question: str, reply: str, book: Rulebook) -> list[Event]:
    """The findings of "I cannot lift it", when the reply to "can you lift it?" is a no."""
    denied = starts_no(reply) or _NO_INSIDE.search(reply)
    if not denied or starts_yes(reply) or _NO_TROUBLE.search(reply):
        return []
    last = questions_of(question).rpartition("? ")[2]
    told = [known.no for known in book.questions if known.no and known.asks.search(last)]
    unable = [*(_unable(question) if not (told and _AS_USUAL.search(last)) else ()), *told]
    return [e for text in unable for e in _present(read_message(text, book, True))]


def _unable(question: str) -> Iterator[str]:
    for asked in re.split(r"(?<=[.!?])\s+", question):
        sentence = asked.strip().rstrip("?").strip()
        if not asked.rstrip().endswith("?"):
            continue
        spanish = _PUEDE.match(sentence)
        if spanish:
            yield f"no puedo {spanish['what']}"
        able, reacts = _ABLE.match(sentence), _REACTS.match(sentence)
        if able:
            who = able["who"] or able["of"]
            yield f"{_SPEAKER.get(who.lower(), who)} cannot {_FIRST_PART.split(able['what'])[0]}"
        if reacts and reacts["who"].lower() != "you":
            yield f"{reacts['who']} does not {_FIRST_PART.split(reacts['what'])[0]}"


def _lasting(question: str, reply: str, book: Rulebook) -> list[Event]:
    """The findings of "pain for 7 weeks", when that was the reply to "how long?"."""
    told = lasted(question, reply)
    return _present(read_message(f"pain for {told}", book)) if told else []


def _present(reading: Reading) -> list[Event]:
    return [
        event
        for event in reading.events
        if event.assertion is Assertion.PRESENT and event.finding not in _BESIDE_THE_POINT
    ]


def _items(question: str, book: Rulebook) -> list[list[Event]]:
    """Return the findings of each thing that the question asks about, in order.

    Each is read by itself as well, because its neighbours in a list can hide what it says.
    """
    lettered = len(_LETTER.findall(question)) > 1
    asked = question if lettered else questions_of(question)
    items: dict[int, list[Event]] = {}
    ends = [found.start() for found in (_LETTER if lettered else _JOINT).finditer(asked)]
    if lettered:
        items = {number: [] for number in range(1, len(ends) + 1)}  # "C" is the third of them
    for event in _present(read_message(asked, book, True)):
        items.setdefault(sum(1 for end in ends if end < event.end - 1), []).append(event)
    edges = [0, *ends, len(asked)]
    for place, (start, end) in enumerate(pairwise(edges)):
        held = items.get(place, [])
        known = {event.finding for event in held}
        alone = _present(read_message(asked[start:end].strip(" ,;:?¿"), book, True))
        alone += _claimed(asked[start:end], book)
        added = [event for event in alone if event.finding not in known]
        if added:
            items[place] = held + added
    if not items and (whole := _claimed(asked, book)):
        items[0] = whole
    return [items[place] for place in sorted(items)]


def _claimed(asked: str, book: Rulebook) -> list[Event]:
    """What a yes claims where the question does not name the sign itself (``questions.toml``)."""
    said = [known.yes for known in book.questions if known.yes and known.asks.search(asked)]
    events = [event for text in said for event in _present(read_message(text, book))]
    return [replace(event, evidence=asked) for event in events]


def _ordinal(reply: str, items: Sequence[list[Event]]) -> list[Event] | None:
    words = re.findall(r"[^\W_]+", reply.lower())
    if _LAST & set(words):
        return items[-1]
    if len(words) == 1 and len(words[0]) == 1 and "a" <= words[0] <= "f":
        letter = ord(words[0]) - ord("a")
        return items[letter] if letter < len(items) else None
    for word in words:
        place = _ORDINALS.get(word)
        if word == "one" and len(words) > 1 and set(words) & (_ORDINALS.keys() - {"one"}):
            continue
        if word == "one" and _REST.search(reply):
            continue
        if place is not None and len(words) <= 6 and not starts_no(reply):
            return items[min(place, len(items) - 1)]
    return None


def _one_by_one(reply: str, items: Sequence[list[Event]]) -> list[Event] | None:
    """The items with a yes in a reply that goes through all of them: "no, no, and yes in 2011"."""
    verdicts = [found.lastgroup == "yes" for found in _VERDICT.finditer(reply)]
    if len(verdicts) < 2 or len(verdicts) != len(items):
        return None
    pairs = zip(verdicts, items, strict=True)
    return [event for said_yes, item in pairs if said_yes for event in item]


def _named(items: Sequence[list[Event]], reply: str, *, every: bool = True) -> list[Event]:
    """The events whose words the reply repeats; where it repeats none, all if ``every``."""
    words = _stems(reply)
    events = [event for item in items for event in item]
    named = [e for e in events if words & _stems(e.evidence)]
    return named or (events if every else [])


def _stems(text: str) -> set[str]:
    """The words of four letters and more, by their first four: "wiping" is said of "wipe"."""
    return {word[:_STEM].rstrip("aeiou") for word in re.findall(r"[a-z]{4,}", text.lower())}


def is_unsure(question: str, reply: str, book: Rulebook) -> bool:
    """Whether a reply leaves open a sign that it was asked about: "not sure", "no idea"."""
    return unsure(reply) and bool(_items(question, book))


def _reply_event(item: Event, reply: str) -> Event:
    return Event(
        item.finding, item.tags, " ".join(reply.split()), 0, len(reply), Assertion.PRESENT,
        frozenset({UNCLEAR}),
    )  # fmt: skip
