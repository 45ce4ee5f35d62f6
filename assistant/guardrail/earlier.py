"""What a message says of the turns before it: "it's gone weak", "that's me", "it's for my lad"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.guardrail.context import Assertion
from assistant.guardrail.extract import Event, Reading, read_message
from assistant.guardrail.people import UNCLEAR
from assistant.guardrail.replies import is_well
from assistant.guardrail.rulebook import Rulebook

_LONGEST = 20  # content words; a longer message names what it speaks of
_BARE = 7  # content words of a message that may leave its subject out: "swollen and hot now"
_BACK = 3  # messages before it, our own question among them, in which the word may stand
# What "it" may be, where the part decides what a sign means. Not the back: "it" is then the pain.
_PART = re.compile(
    r"\b(knees?|calf|calves|legs?|foot|feet|ankles?|hips?|thighs?|shins?|toes?|hands?|grip|arms?|"
    r"wrists?|elbows?|fingers?|shoulders?|head|belly|tummy|stomach|abdomen|wound|scar|incision|"
    r"stitches|dressing|rash|eye|eyes|eyelid|face|mouth|jaw|groin|testicle|bladder|"
    r"pierna|pie|rodilla|pantorrilla|brazo|mano|tobillo|cadera|herida|cicatriz)\b",
    re.I,
)
_IT = re.compile(
    r"\b(?P<is>it['’]?s|they['’]?re|that['’]?s)\b|\b(?P<has>it['’]?s got|it has)\b|"
    r"\b(?P<bare>it|they|them|those|that one|this one|the lot)\b",
    re.I,
)
_ASKS = re.compile(
    r"\?|^\W*(?:and |so |ok |but )*(?:what|which|how|when|why|can|could|should|is|are|do|does|will|"
    r"would|any)\b",
    re.I,
)  # fmt: skip
# "Any redness or swelling?" names no part; read as "is the knee red or swelling?".
_ANY = re.compile(r"^\W*(?:is there |have you noticed )?any ([^.?!]*)\?\s*$", re.I)
_BECAME = re.compile(r"\W*(?:just |really |all )?(?:gone|got|become|turned)\b", re.I)
_STOPPED = "stopped_them"  # "binned the lot": which, the messages before say
_WITH_IT = re.compile(r"\b(with|on|after|on top of) (?:it|them|these|those)\b", re.I)
_MEDICINE = "med_mentioned"
# A message that opens with its subject leaves none out: "he is heavy", "the vet is coming".
_SUBJECT = re.compile(
    r"^\W*(?:(?:and|but|so|also|ok|well|oh|now|then) )*"
    r"(?:thanks?|i|i['’]?m|i['’]?ve|you|he|she|we|he['’]?s|she['’]?s|"
    r"my|his|her|our|your|the|a|an|some|there|this|these|no|not|yes|none|what|who|mi|el|la|los|las)\b",
    re.I,
)

_OWNS_UP = re.compile(
    r"\b(?:that['’]?s|that is|which is|it['’]?s|it is|this is)(?: exactly| just| basically)? "
    r"(?:what (?:i|we|he|she|my \w+)(?: have|['’]?ve|['’]?m|['’]?s| am| is| has| had| got| get|"
    r" gets| feel| felt| been)\b|me\b(?! (?:being|just|worrying|time))|us\b|"
    r"my (?:mum|mom|dad|mother|father|wife|husband|partner|son|daughter|\w+ver)\b)|"
    r"\bhappen(?:ing|s|ed) to (?:me|us|him|her|my)\b|"
    r"\bi(?: have|['’]?ve)(?: got| had)? "
    r"(?:that|this|those|these|all (?:that|of it|of them)|exactly that)"
    r"(?= ?(?:[.,!?;]|$)| (?:now|too|since|right|as|at|myself|and|for|today|every|all))|"
    r"\b(?:asking|it['’]?s|its) (?:it )?for (?:myself|me)\b|\bi (?:do )?mean me\b|"
    r"\btalking about (?:me|myself)\b|\b(?:i am|i['’]?m) (?:the|that|this) (?:friend|person)\b|"
    r"\bme (?:pasa|está pasando|esta pasando) a m[ií]\b|\bsoy yo\b|\bes lo que (?:yo )?tengo\b",
    re.I,
)
_NOT_OWN = re.compile(
    r"\b(?:not|isn['’]?t|never|don['’]?t|doesn['’]?t|haven['’]?t|nobody|no one|if|in case|read|"
    r"heard|scared|worried|hope)\b",
    re.I,
)

_ASKS_WHO = re.compile(
    r"\bwho(?:['’]?s| is| are| has| was)?\b[^.?!]*\?|\bis (?:this|it|that) (?:for|about) "
    r"(?:you|yourself)\b|\byourself or (?:some|for|a)|\byou or some|\bpara qui[eé]n\b",
    re.I,
)

_ON = re.compile(
    r"\b(?:it|its|it['’]?s|that|they|them|those|these|this|one|ones|other|more|else)\b|"
    r"^\W*(?:and|or|so|also|y)\b",
    re.I,
)
_TAG = re.compile(r"\b(?:is|are) (?:that|it|this|they|those|these)\b", re.I)  # "is that rarer"
_ON_LONGEST = 9  # content words of a question that goes on with the one before
_FIRST = re.compile(r"\b(?:i|i['’]?m|i['’]?ve|my|mine|me|we|our|mi|mis|yo)\b", re.I)
_STANDS = re.compile(
    r"\b(?:is|are|was|part|bit|rest|that['’]?s|it['’]?s) (?:still |very |all |actually |deadly )?"
    r"(?:real|true|serious|no joke|not a joke|happening)\b|\bfor real\b|\bnot (?:joking|kidding) "
    r"about\b|\bbut (?:i|the|my|it|seriously)\b|\bseriously (?:though|tho)\b",
    re.I,
)


def asks_on(text: str, reading: Reading) -> bool:
    """Whether a question goes on with the general one before: "and what causes it?"."""
    about_self = _FIRST.search(text) or reading.length > _ON_LONGEST
    asks = _ASKS.search(text) or _TAG.search(text)
    return not about_self and bool(asks and _ON.search(text))


def in_general(reading: Reading) -> Reading:
    """A message that goes on with a general question tells of nobody either."""
    told = [
        replace(event, assertion=Assertion.GENERAL)
        if event.assertion is Assertion.PRESENT and event.persons <= {UNCLEAR}
        else event
        for event in reading.events
    ]
    return replace(reading, events=tuple(told))


def takes_half_back(text: str) -> bool:
    """Whether a message that takes something back insists on the rest: "kidding, but the ..."."""
    return bool(_STANDS.search(text))


_BACK_THEN = re.compile(
    r"\bbefore (?:it|that|then|(?:the |my |his |her )?(?:op|operation|surgery|procedure))\b|"
    r"\bback then\b|\bat the time\b|\bin those days\b",
    re.I,
)
_WELL_SINCE = re.compile(
    r"\b(?:all|everything|it|feeling|strength) (?:came|come|comes) (?:right )?back\b|"
    r"\bright as rain\b|"
    r"\b(?:fine|well|good|great|ok|okay|perfect|grand|brilliant) (?:ever )?since\b|\brecovered\b|"
    r"\b(?:no|never any) (?:trouble|problems?|bother) since\b|\ball (?:fine|good|well|gone) now\b",
    re.I,
)
_LATELY = re.compile(
    r"\b(?:again|today|tonight|yesterday|still|this (?:week|morning)|just now)\b", re.I
)
_LONG_GONE = frozenset({"cue.remote", "num.year", "cue.once"})


def long_gone(reading: Reading) -> bool:
    """Whether a message tells of a time long ago: "had a disc out in 2014"."""
    return bool(_LONG_GONE & reading.cues)


def of_that_time(text: str, reading: Reading) -> Reading:
    """A message that goes on with an old tale: what it tells of "before it" is over as well.

    Only where the good end is told too; "before it my foot was numb" alone stays a sign.
    """
    told = _BACK_THEN.search(text) and _WELL_SINCE.search(text)
    if not told or _LATELY.search(text):
        return reading
    over = [
        replace(event, assertion=Assertion.PAST) if event.assertion is Assertion.PRESENT else event
        for event in reading.events
    ]
    return replace(reading, events=tuple(over))


def owns_up(text: str) -> bool:
    """Whether a message says that what was asked in general is happening: "ok fine, it's me"."""
    return bool(_OWNS_UP.search(text)) and not _NOT_OWN.search(text)


def tells_who(question: str, reading: Reading) -> frozenset[str]:
    """The people whom a reply names when it was asked whom the conversation is about."""
    if not _ASKS_WHO.search(question):
        return frozenset()
    return frozenset(p for p in reading.persons if p != UNCLEAR and not p.startswith("animal:"))


def pointed_at(text: str, reading: Reading, before: Sequence[str], book: Rulebook) -> list[Event]:
    """The signs that a message tells of a word from the messages ``before`` it, latest last.

    "it's swollen and hot" after "my calf is sore", "binned the lot" after "the same baclofen?".
    Only what names the earlier word counts: all else was read already.
    """
    animals = any(person.startswith("animal:") for person in reading.persons)
    if reading.length > _LONGEST or animals:
        return []
    known = {event.finding for event in reading.events}
    events = []
    for told, noun in _in_full(text, reading, before, book):
        for event in read_message(told, book).events:
            fits = noun.lower() in event.evidence.lower() and event.finding not in known
            if fits and event.assertion is Assertion.PRESENT:
                known.add(event.finding)
                events.append(_of_reply(event, text, reading))
    return events


def spelled_out(question: str, before: Sequence[str]) -> str:
    """Our own question with its "it" named: "is it hot?" after "my knee is sore"."""
    part = _part(before)
    if part is None or _PART.search(question):
        return question
    named = _with_part(question, part)
    bare = _ANY.match(question)
    return named or (f"Is the {part} {bare[1]}?" if bare else question)


def _in_full(
    text: str, reading: Reading, before: Sequence[str], book: Rulebook
) -> Iterator[tuple[str, str]]:
    """The message with what it leaves out, and the word that was put in."""
    part = None if _PART.search(text) else _part(before)
    if part is not None:
        named = _with_part(text, part)
        if named is not None:
            yield named, part
        elif reading.length <= _BARE and not _complete(text):
            yield f"the {part} is {text}", part
    with_it = _WITH_IT.search(text)
    stopped = _STOPPED in {event.finding for event in reading.events}
    medicine = _medicine(before, book) if with_it or stopped else None
    if medicine and stopped:
        yield f"{text}, {medicine}", medicine
    if medicine and with_it:
        yield f"{text[: with_it.end(1)]} {medicine}{text[with_it.end() :]}", medicine


def _complete(text: str) -> bool:
    """Whether a message leaves no subject out, or says that all is well."""
    return bool(_ASKS.search(text) or _SUBJECT.match(text) or is_well(text))


def _with_part(text: str, part: str) -> str | None:
    found = _IT.search(text)
    if found is None:
        return None
    rest = text[found.end() :]
    verb = {"is": " is", "has": " has"}.get(found.lastgroup or "", "")
    became = _BECAME.match(rest)
    if verb and became:  # "has gone" would say that it is over
        verb, rest = " became", rest[became.end() :]
    return f"{text[: found.start()]}the {part}{verb}{rest}"


def _part(before: Sequence[str]) -> str | None:
    """The last part of the body named in the messages before."""
    for text in reversed(before[-_BACK:]):
        parts = _PART.findall(text)
        if parts:
            return str(parts[-1])
    return None


def _medicine(before: Sequence[str], book: Rulebook) -> str | None:
    """The last medicine named in the messages before."""
    for text in reversed(before[-_BACK:]):
        for event in reversed(read_message(text, book, True).events):
            if event.finding == _MEDICINE:
                return event.evidence
    return None


def _of_reply(event: Event, text: str, reading: Reading) -> Event:
    named = frozenset(p for p in reading.persons if p != UNCLEAR and not p.startswith("animal:"))
    return replace(
        event, evidence=" ".join(text.split()), start=0, end=len(text),
        persons=named or frozenset({UNCLEAR}), wording=event.wording if event.hedged else "",
    )  # fmt: skip
