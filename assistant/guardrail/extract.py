"""One message -> the findings that it reports, for whom, and how they are meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

from assistant.guardrail.blows import OWN_BLOW, own_blows
from assistant.guardrail.context import Assertion, Context
from assistant.guardrail.languages import SPANISH, unread, written_in
from assistant.guardrail.lexicon import MASK, Span
from assistant.guardrail.normalise import COMMA, Word, split_words
from assistant.guardrail.patterns import Match, Pattern, find_matches
from assistant.guardrail.people import SELF, THING, UNCLEAR, Casting, assign_people
from assistant.guardrail.quantities import number, number_concepts
from assistant.guardrail.rulebook import Finding, Rulebook
from assistant.guardrail.tales import Tales
from assistant.guardrail.text import Text, read_words

Spans: TypeAlias = Mapping[str, list[Span]]

_MOVING = frozenset(
    "go goes going gone went come comes coming came get gets getting got put puts bring brings "
    "brought take takes took taking send sent give gave call called calling ring rang write wrote "
    "look looked hold held pay paid walk walked walking drive drove driving bounce bounced fly "
    "flew turn turned "
    "straight right be been am are week weeks days months years report head headed heading".split()
)
_WHITHER = frozenset(
    "to in at from home by for again up down out into over now then here there with".split()
)
_OWNED_BACK = frozenset(
    "my his her their your our the a me mi low lower upper mid middle bad sore stiff and of".split()
)
_BEFORE_SEIZURE = frozenset(
    "a an the his her my another first second third had has having have epileptic febrile mini "
    "big small long short bad proper full this that one two three more fourth fifth nd rd th of in "
    "from into after during these those several what".split()
)
_SPANISH_ONLY = frozenset("dos para queda quedan quedo pesas".split())
_ONLY_SPANISH = re.compile(rf"\b(?:{'|'.join(sorted(_SPANISH_ONLY))})\b", re.I)
_LOOSE = ".odd"  # findings that join any word of a part to any word of trouble
# What makes later signs graver, however long ago: "she had back surgery in May, now ..."
_BACKGROUND = frozenset({"trauma", "procedure_any", "cancer_any"})
# What a car, a printer or a golf swing may be said to have as well.
_OF_BODIES = (
    "leg.", "legs.", "arm.", "foot.", "saddle.", "limb.", "fainted", "unresponsive", "seizure",
    "collapse_pain", "breath.", "stroke.", "bladder.", "bowel.",
)  # fmt: skip
_NOT_ONCE = frozenset("never not didnt".split())
_NOUGHT = frozenset("no nothing".split())
_GIVING = frozenset("given gives gave give giving left leaves leaving".split())
_BETWEEN = frozenset("own lower upper left right bad poor whole entire low mid".split())


@dataclass(frozen=True, slots=True)
class Event:
    """A finding in a message: quoted words, place, meaning, persons."""

    finding: str
    tags: tuple[str, ...]
    evidence: str
    start: int
    end: int
    assertion: Assertion
    persons: frozenset[str]
    wording: str = ""
    hedged: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one message says, before the conversation is taken into account."""

    events: tuple[Event, ...]
    ages: Mapping[str, float]
    children: frozenset[str]
    persons: frozenset[str]
    cues: frozenset[str]
    length: int


@lru_cache(maxsize=512)
def read_message(raw: str, book: Rulebook, question: bool = False) -> Reading:
    """Read one message. ``question`` reads our own screening question leniently."""
    text, every, casting = _prepare(raw, book)
    if not text.content:
        cues = {"language.unread"} if unread(raw, book.small_words) else set()
        return Reading((), {}, frozenset(), frozenset(), frozenset(cues), 0)
    people = [casting.by_word[at] for at in text.full]
    context = Context(text, frozenset(book.cast.kin))
    tales = Tales(text, people, context.bounds)
    events = [
        event
        for finding in _candidates(text, book)
        for event in _events(finding, text, every, context, people, tales, question)
    ]
    events = [event for event in events if not _is_age(event, casting)]
    events.sort(key=lambda event: (event.start, event.end))
    cues = {name for name in text.spans if name.startswith("cue.")}
    if context.asks_about("cue.topic"):
        cues.add("asked.topic")
    if unread(raw, book.small_words):
        cues.add("language.unread")
    return Reading(
        tuple(events), casting.ages, casting.children,
        frozenset(p for group in people for p in group), frozenset(cues), len(text.content),
    )  # fmt: skip


def _is_age(event: Event, casting: Casting) -> bool:
    """Whether a bare number, read as a temperature, is somebody's age: "Shift worker, 39"."""
    return "bare_number" in event.tags and number(event.evidence) in casting.ages.values()


def _candidates(text: Text, book: Rulebook) -> list[Finding]:
    numbers = {n for name in text.spans for n in book.by_concept.get(name, ())}
    return [book.findings[n] for n in sorted(numbers)]


def _prepare(raw: str, book: Rulebook) -> tuple[Text, Spans, Casting]:
    """Return the words with their spans, the spans before set phrases hid some, and the people."""
    spanish = written_in(_ONLY_SPANISH.sub(" ", raw), book.small_words) == SPANISH
    aliases = {k: v for k, v in book.aliases.items() if k != "yo"} if spanish else book.aliases
    words = split_words(raw, book.speller.known, aliases)
    repaired: list[Word] = []
    for word in words:
        for part, form in enumerate(book.speller.repair(word.text)):
            gap = word.gap if part == 0 else 0
            repaired.append(Word(form, word.start, word.end, gap, word.asks, word.quoted))
    text = read_words(raw, repaired, book.lexicon)
    every = {name: list(held) for name, held in text.spans.items()}
    spans = _senses(unmasked(text), text)
    if spanish:
        spans = _spanish_senses(spans, text)
    for name, span in number_concepts(text.content):
        every.setdefault(name, []).append(span)
        spans.setdefault(name, []).append(span)
    for span in own_blows(text, book.cast.kin):
        every.setdefault(OWN_BLOW, []).append(span)
    text = Text(raw, text.words, text.content, text.full, text.sentence, text.segment, spans)
    return text, every, assign_people(repaired, _full_segments(text), book.cast)


def unmasked(text: Text) -> dict[str, list[Span]]:
    """Drop the words that a set phrase gives another sense: "press" in "leg press".

    The phrases are the concepts named ``mask.*`` (``data/lexicon/senses.toml``). A longer reading
    that reaches beyond the phrase stands: "had a fit" in "had a fit under the table".
    """
    masks = [
        Span(span.start, span.start + 1) if name.startswith(f"{MASK}first.") else span
        for name, held in text.spans.items()
        if name.startswith(MASK)
        for span in held
        if all(text.content[at].gap < COMMA for at in range(span.start + 1, span.end))
    ]
    if not masks:
        return {name: list(held) for name, held in text.spans.items()}
    kept: dict[str, list[Span]] = {}
    for name, held in text.spans.items():
        left = list(held)
        if not name.startswith(("cue.", MASK)):
            left = [
                s for s in held if not any(m.start <= s.start and s.end <= m.end for m in masks)
            ]
        if left:
            kept[name] = left
    return kept


def back_is_adverb(text: Text, at: int) -> bool:
    """Whether content word ``at``, "back", is no part of a body: "came back", "go back to"."""
    here = text.full[at]
    before = text.words[here - 1].text if here else ""
    after = text.words[here + 1] if here + 1 < len(text.words) else None
    if before not in _MOVING:
        return False
    return after is None or after.gap >= COMMA or after.text in _WHITHER


def fit_is_other(text: Text, at: int) -> bool:
    """Whether content word ``at``, "fit" or "fits", is no seizure: "will it fit", "I fit tiles"."""
    word = text.content[at]
    if word.text not in ("fit", "fits"):
        return False
    here = text.full[at]
    before = text.words[here - 1].text if here and word.gap < COMMA else ""
    return here > 0 and before not in _BEFORE_SEIZURE


def _senses(spans: Spans, text: Text) -> dict[str, list[Span]]:
    """Drop words that another word beside them gives another sense: "came back", "will it fit"."""
    kept = {name: [s for s in held if not _fell_is_a_hill(text, s)] for name, held in spans.items()}
    kept["back"] = [
        s for s in spans.get("back", ()) if s.end - s.start > 1 or not back_is_adverb(text, s.start)
    ]
    kept["seizure"] = [
        s
        for s in spans.get("seizure", ())
        if s.end - s.start > 1 or not fit_is_other(text, s.start)
    ]
    kept["cue.remote"] = [s for s in spans.get("cue.remote", ()) if _is_date(s, text)]
    return {name: held for name, held in kept.items() if held}


def _fell_is_a_hill(text: Text, span: Span) -> bool:
    """Whether "fell" is a noun, as in "up the fell"."""
    before = text.words[max(0, text.full[span.start] - 1)].text
    return text.content[span.start].text == "fell" and before in ("the", "this", "that")


def _is_date(span: Span, text: Text) -> bool:
    """Whether it says long ago: not "my back", not "it never used to"."""
    before = text.words[max(0, text.full[span.start] - 1)].text
    first = text.content[span.start].text
    return not (
        (first == "back" and before in _OWNED_BACK) or (first == "used" and before in _NOT_ONCE)
    )


def _spanish_senses(spans: Spans, text: Text) -> dict[str, list[Span]]:
    """Drop what Spanish words mean elsewhere: "para" is no paraplegic, "dos" no French back."""
    kept = {
        name: [
            s
            for s in held
            if s.end - s.start > 1 or text.content[s.start].text not in _SPANISH_ONLY
        ]
        for name, held in spans.items()
    }
    return {name: held for name, held in kept.items() if held}


def _full_segments(text: Text) -> list[int]:
    segments, current, at = [], 0, 0
    for index in range(len(text.words)):
        if at < len(text.full) and index > (text.full[at - 1] if at else -1):
            current = text.segment[at]
        segments.append(current)
        if at < len(text.full) and text.full[at] == index:
            at += 1
    return segments


def _events(
    finding: Finding,
    text: Text,
    every: Spans,
    context: Context,
    people: list[frozenset[str]],
    tales: Tales,
    question: bool,
) -> Iterable[Event]:
    blocked: list[Match] | None = None
    seen: set[tuple[int, int]] = set()
    for pattern in finding.patterns:
        if not pattern.possible(text.spans):
            continue
        for match in find_matches(pattern, text.spans, text.content):
            if blocked is None:
                blocked = _blockers(finding.unless, text, every, context)
            key = (match.start, match.end)
            if key in seen or _denies_another(match, text):
                continue
            if any(_same_sentence(match, b, text) for b in blocked):
                continue
            seen.add(key)
            event = _event(finding, match, text, context, people, question)
            if event.assertion is Assertion.PRESENT and not question:
                event = replace(event, assertion=_told(tales, match, event.persons, finding))
            yield replace(
                event, wording=pattern.source, hedged=context.hedged(match, finding.ignores)
            )


def _denies_another(match: Match, text: Text) -> bool:
    """Whether a match takes the "no" of something else: "no complaints, appetite is back"."""
    first, second = match.spans[0], match.spans[1] if len(match.spans) > 1 else None
    bare = first.end - first.start == 1 and text.content[first.start].text in _NOUGHT
    if second is None or not bare:
        return False
    return any(word.gap >= COMMA for word in text.content[first.end : second.start + 1])


def _blockers(
    patterns: Iterable[Pattern], text: Text, every: Spans, context: Context
) -> list[Match]:
    """Return what excludes a finding; "no diet" excludes nothing."""
    return [
        match
        for pattern in patterns
        if pattern.possible(every)
        for match in find_matches(pattern, every, text.content)
        if not context.negated(match)
    ]


def _same_sentence(match: Match, blocker: Match, text: Text) -> bool:
    if blocker.start < match.end and match.start < blocker.end:
        return True
    if text.sentence[match.start] != text.sentence[blocker.start]:
        return False
    return blocker.start - match.end <= 8 and match.start - blocker.end <= 8


def _owner(match: Match, text: Text, persons: frozenset[str]) -> frozenset[str]:
    """In "my kid hurts my back", or "gave me a sore back", the owner of the part is the patient."""
    owners = set()
    here = text.full[match.start]
    if set(_before(text, here)) & _GIVING and "me" in _before(text, here):
        return frozenset({SELF})
    for span in match.spans:
        before = text.full[span.start] - 1
        while before > 0 and text.words[before].text in _BETWEEN:
            before -= 1
        owners.add(text.words[before].text if before >= 0 else "")
    if "my" in owners and SELF in persons and not owners & {"his", "her"}:
        return frozenset({SELF})
    if owners & {"his", "her"} and "my" not in owners and persons - {SELF, UNCLEAR}:
        return persons - {SELF}
    return persons


def _before(text: Text, at: int) -> list[str]:
    return [word.text for word in text.words[max(0, at - 4) : at]]


def _told(tales: Tales, match: Match, persons: frozenset[str], finding: Finding) -> Assertion:
    """What is left of a present finding once it turns out to be a tale about other people."""
    if "question" not in finding.ignores and tales.told_of_others(match, persons):
        return Assertion.GENERAL
    background = bool(_BACKGROUND & set(finding.tags))
    over = "remote" not in finding.ignores and not background
    if over and tales.long_over_for_kin(match, persons):
        return Assertion.PAST
    if over and finding.id.startswith(_OF_BODIES) and tales.settled(match):
        return Assertion.PAST
    return Assertion.PRESENT


def _event(
    finding: Finding,
    match: Match,
    text: Text,
    context: Context,
    people: list[frozenset[str]],
    question: bool,
) -> Event:
    assertion = Assertion.PRESENT if question else context.assertion(match, finding.ignores)
    if finding.id.endswith(_LOOSE) and context.well(match):
        assertion = Assertion.NEGATED
    groups = [frozenset(p for i in range(s.start, s.end) for p in people[i]) for s in match.spans]
    persons = frozenset().union(*groups)
    shared = frozenset.intersection(*groups)
    if shared:
        persons = shared
    elif UNCLEAR not in persons:
        persons = frozenset()  # one half is about her, the other about him: not one finding
    persons = _owner(match, text, persons)
    if persons and all(p.startswith(THING) for p in persons):
        persons = frozenset() if finding.id.startswith(_OF_BODIES) else frozenset({UNCLEAR})
    if any(p.startswith("animal:") for p in persons):
        persons = persons if "animal" in finding.ignores else frozenset()
    return Event(
        finding.id, finding.tags, text.quote(match.start, match.end),
        text.content[match.start].start, text.content[match.end - 1].end, assertion, persons,
    )  # fmt: skip


__all__ = ["Event", "Reading", "Span", "read_message"]
