"""What a reply to our own question says: "yes", "the second one", "since Tuesday", "toes no"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.guardrail.context import Assertion
from assistant.guardrail.extract import Event, Reading, read_message
from assistant.guardrail.people import UNCLEAR
from assistant.guardrail.rulebook import Rulebook

_ORDINALS = {"first": 0, "1st": 0, "one": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2,
             "fourth": 3, "4th": 3, "former": 0, "latter": 1, "primero": 0, "primera": 0,
             "segundo": 1, "segunda": 1, "tercero": 2, "tercera": 2}  # fmt: skip
_LAST = frozenset("last ultimo ultima último última".split())
_LETTER = re.compile(r"(?<!\w)[a-fA-F][).](?=\s)")
_JOINT = re.compile(r",|;|\?|:|\bor\b|\bo\b|\bni\b")
_LISTED_ANSWER = 12  # a longer reply is read for what it says, not as a bare yes
# The first clause of a reply, if it holds a yes or a no near its beginning.
_OPENING = re.compile(
    r"\W*(?:(?:well|um|er|oh|ah|ok|honestly|actually|hmm|toes?|legs?|fingers?|it|not?|now you (?:say|mention) it),? )*"
    r"(?:yes|yeah|yep|yup|aye|s[ií]|a (?:bit|little|touch)|no|nope|nah|not|never|hardly|barely|both)\b"
    r"[^.!?;,]*",
    re.I,
)
# What many questions hold and no question asks about.
_BESIDE_THE_POINT = frozenset(
    "mix_intent drug.asks drug.choice other_complaint out_of_proportion muscle_bad "
    "spine_touch".split()
)
# Replies that name no sign and claim it all the same: how much, since when, how sure.
_ELLIPTIC = re.compile(
    r"\W*(?:well |um |er |hmm |pues |bueno )?(?:(?:only|just|solo|sólo) )?"
    r"(?:sometimes|now and (?:then|again)|on and off|off and on|occasionally|"
    r"(?:a )?(?:wee |little |tiny )?(?:bit|touch|little|smidge)\b(?! of\b)|slightly|somewhat|"
    r"mostly|kind of|kinda|sort of|sorta|maybe|perhaps|possibly|i think so|think so|"
    r"a veces|un poco|un poquito|creo que s[ií]|tal vez|quiz[aá]s?)",
    re.I,
)
_SINCE = re.compile(
    r"\W*(?:only |just |solo )?(?:since|from|desde|for (?:about )?(?:a|the|two|three|\d))\b", re.I
)
_ASKS_HOW_LONG = re.compile(r"how long|when did|cu[aá]nto tiempo|(?<!since )\bwhen was", re.I)
_DURATION = re.compile(
    r"\W*(?:(?:for|about|around|nearly|almost|over|maybe|roughly|well|oh|er|um|hace|desde hace|unas|unos)"
    r" )*((?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|couple of|few|several|"
    r"dos|tres|cuatro|cinco|seis) (?:days?|weeks?|months?|years?|d[ií]as?|semanas?|mes(?:es)?|a[ñn]os?))\b",
    re.I,
)
_NOT_REALLY_YES = re.compile(r"\b(?:laugh|sneez|cough|years|always have|siempre)", re.I)
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
_SPEAKER = {"you": "I"}
_FIRST_PART = re.compile(r"[,;]|\bor\b")
_PUEDE = re.compile(r"¿?\s*(?:puede|puedes|logra|consigue) (?P<what>.*)", re.I)
_ASKS_AGE = re.compile(
    r"\bhow old\b|\b(?:your|his|her|the|what) age\b|cu[aá]ntos a[ñn]os|edad", re.I
)
_AGE_FIRST = re.compile(
    r"\W*(?:i.?m |he.?s |she.?s |just |nearly |almost |tengo |tiene )?(\d{1,3})\b", re.I
)
_NOT_AGE = re.compile(r"\b(\d{1,3}),? not (\d{1,3})\b")
_OLDEST = 110
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
    r"\b(?:(?P<no>no|nope|nah|not|never)|(?P<yes>yes|yeah|yep|yup|aye|s[ií]|a bit|a little))\b", re.I
)
_PLAIN_YES = re.compile(r"\W*(?:ok,? |oh,? |well,? )?(?:yes|yeah|yep|yup|ya|aye|s[ií]|sometimes|a (?:bit|little))\b", re.I)
_WELL = re.compile(
    r"\b(?:fine|normal(?:ly)?|ok|okay|alright|all right|all good|same as (?:ever|always|usual|before)|"
    r"as usual|grand|no change|unchanged|no different|no problems?|no trouble|perfect(?:ly)?|"
    r"bien|normales?|como siempre)\b",
    re.I,
)
_UNSURE = re.compile(
    r"^\W*(?:(?:um+|er+|hmm+|well|honestly|oh),? )*(?:i(?:['’]?m| am)? )?(?:really |honestly )?"
    r"(?:not (?:really |too |very |entirely |completely |100% )?(?:sure|certain)|unsure|"
    r"don['’]?t (?:really |actually )?know|dunno|(?:have )?no idea|couldn['’]?t (?:say|tell)|"
    r"can['’]?t (?:say|tell)|hard to (?:say|tell)|haven['’]?t (?:checked|looked)|hard one|"
    r"no s[eé]|no estoy segur[oa])",
    re.I,
)
_MENDED = re.compile(
    r"\b(\d{1,3})\b\W{0,3}(?:(?:oops|sorry|typo|i mean|i meant|meant|correction|no|wait|rather|make that"
    r")\W{1,3}){1,3}(\d{1,3})\b",
    re.I,
)


def answered(question: str, reply: str, reading: Reading, book: Rulebook) -> list[Event]:
    """Return the findings of our own question that a short reply says yes to.

    A bare "yes" to a list of warning signs counts for all of them (unsafe reading). Of a long
    reply only the first words are an answer: "yeah, since Sunday. I was at my sister's when ...".
    """
    denied: set[str] = set()
    if reading.length > _LISTED_ANSWER:
        opening = _OPENING.match(reply)
        if opening is None:
            return []
        denied = {e.finding for e in reading.events if e.assertion is Assertion.NEGATED}
        reply = opening[0]
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
    if "cue.yes" in reading.cues and not is_well(reply):
        return _named(items, reply)
    if _claims(question, reply):
        return [event for item in items for event in item]
    if _SITE.search(reply):
        return [event for item in items for event in item if event.finding == "cancer"]
    return []


def _claims(question: str, reply: str) -> bool:
    """Whether a reply without a yes takes the asked sign for granted: "since Tuesday"."""
    if _NOT_REALLY_YES.search(reply) or reply.rstrip().endswith("?"):
        return False
    since = _SINCE.match(reply) and not _ASKS_HOW_LONG.search(question)
    return bool(since or _ELLIPTIC.match(reply))


def told_ages(question: str, reply: str, known: Mapping[str, float | None]) -> dict[str, float]:
    """Ages that only the question or an earlier turn explains: "4 in March", "sorry, 84 not 24".

    ``known`` are the people whom the reply may speak of, with their ages so far.
    """
    mended = _NOT_AGE.search(reply)
    if mended:
        new, old = (float(number) for number in mended.groups())
        return {name: new for name, age in known.items() if age == old}
    typo = _MENDED.search(reply)
    if typo and all(float(number) <= _OLDEST for number in typo.groups()):
        return {name: float(typo[2]) for name, age in known.items() if age == float(typo[1])}
    first = _AGE_FIRST.match(reply)
    if first and _ASKS_AGE.search(question) and float(first[1]) <= _OLDEST:
        return dict.fromkeys(known, float(first[1]))
    return {}


def _not_able(question: str, reply: str, book: Rulebook) -> list[Event]:
    """The findings of "I cannot lift it", when the reply to "can you lift it?" is a no."""
    denied = starts_no(reply) or _NO_INSIDE.search(reply)
    if not denied or starts_yes(reply) or _NO_TROUBLE.search(reply):
        return []
    last = questions_of(question).rpartition("? ")[2]
    told = [known.no for known in book.questions if known.no and known.asks.search(last)]
    unable = [*_unable(question), *told]
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
    told = _DURATION.match(reply) if _ASKS_HOW_LONG.search(question) else None
    return _present(read_message(f"pain for {told[1]}", book)) if told else []


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


def questions_of(text: str) -> str:
    """The sentences of ``text`` that end in a question mark."""
    sentences = re.split(r"(?<=[.!?])\s+", text)
    return " ".join(part for part in sentences if part.rstrip().endswith("?"))


def starts_yes(reply: str) -> bool:
    """Whether a reply opens with a yes."""
    return bool(
        re.match(
            r"\W*(yes|yeah|yep|yup|ya|aye|si|sí|correct|true|i do|it is|both|"
            r"all of)\b",
            reply.strip().lower(),
        )
    )


def is_well(reply: str) -> bool:
    """Whether a reply says that all is as it should be: "both fine", "all working as normal"."""
    return bool(_WELL.search(reply)) and not _PLAIN_YES.match(reply)


def denies(reply: str, reading: Reading) -> bool:
    """Whether a reply is a no and little else; what follows a no in a longer one may be the sign."""
    return starts_no(reply) and reading.length <= _LISTED_ANSWER


def starts_no(reply: str) -> bool:
    """Whether a reply opens with a no."""
    return bool(re.match(r"\W*(no|nope|nah|none|neither|not|never)\b", reply.strip().lower()))


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
    return {word[:_STEM].rstrip("e") for word in re.findall(r"[a-z]{4,}", text.lower())}


def is_unsure(question: str, reply: str, book: Rulebook) -> bool:
    """Whether a reply leaves open a sign that it was asked about: "not sure", "no idea"."""
    return bool(_UNSURE.match(reply)) and bool(_items(question, book))


def _reply_event(item: Event, reply: str) -> Event:
    return Event(
        item.finding, item.tags, " ".join(reply.split()), 0, len(reply), Assertion.PRESENT,
        frozenset({UNCLEAR}),
    )  # fmt: skip
