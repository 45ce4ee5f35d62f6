"""What is known about each person, rebuilt from all turns on every call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.guardrail.context import Assertion
from assistant.guardrail.expressions import Facts
from assistant.guardrail.extract import Event, Reading, read_message
from assistant.guardrail.people import OTHER, SELF, UNCLEAR
from assistant.guardrail.rulebook import Rulebook
from assistant.guardrail.types import Turn

_BRACKETED = re.compile(r"^\s*\[\s*(?:the\s+)?(?:assistant|bot|you)\b[^:]*:\s*(.*?)\]?\s*$", re.S)
_ORDINALS = {"first": 0, "1st": 0, "one": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2,
             "fourth": 3, "4th": 3, "former": 0, "latter": 1}  # fmt: skip
_LETTER = re.compile(r"(?<!\w)[a-fA-F][).](?=\s)")
_JOINT = re.compile(r",|;|\?|:|\bor\b")
ADULT = 18
SMALL_CHILD = 6  # nappies and potty training: an accident alone says nothing
_LISTED_ANSWER = 12  # a longer reply is read for what it says, not as a bare yes


@dataclass(frozen=True, slots=True)
class Seen:
    """An event with the user turn that it came from."""

    event: Event
    turn: int


@dataclass(slots=True)
class Person:
    """One row of the patient state."""

    age: float | None = None
    child: bool = False
    events: list[int] = field(default_factory=list)


@dataclass(slots=True)
class State:
    """Everybody mentioned so far and every event, in order."""

    people: dict[str, Person] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    general: list[Seen] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    last: frozenset[str] = frozenset()
    last_third: frozenset[str] = frozenset()

    def facts(self, person: Person) -> Facts:
        """Return the person's findings and tags with the numbers of their events."""
        findings: dict[str, tuple[int, ...]] = {}
        for number in person.events:
            event = self.seen[number].event
            for name in (event.finding, *event.tags):
                findings[name] = (*findings.get(name, ()), number)
        if person.child or (person.age is not None and person.age < 18):
            findings["child"] = ()
        if person.age is None:
            findings["age_unknown"] = ()
        if person.age is not None and person.age < SMALL_CHILD:
            findings["small_child"] = ()
        return Facts(findings, person.age)

    def forget(self) -> None:
        """Drop what was taken back ("I was quoting a film"); new reports count again."""
        for person in self.people.values():
            person.events.clear()

    def add(self, reading: Reading, turn: int, extra: Sequence[Event] = ()) -> None:
        """Take in one user message."""
        earlier = self.last | {SELF}
        for name, age in reading.ages.items():
            for person in self._meant(name, earlier):
                self._person(person).age = age
        for name in reading.children:
            self._person(name).child = not (self._person(name).age or 0) >= ADULT
        for event in (*reading.events, *extra):
            self._take(event, turn, earlier)
        named = {p for p in reading.persons if p != UNCLEAR and not p.startswith("animal:")}
        self.last = frozenset(named) or self.last
        self.last_third = frozenset(named - {SELF, OTHER}) or self.last_third

    def _meant(self, name: str, earlier: frozenset[str]) -> frozenset[str]:
        """Resolve "as before" and "he" against the people of the conversation."""
        if name == UNCLEAR:
            return earlier
        if name == OTHER and self.last_third:
            return self.last_third
        return frozenset({name})

    def _take(self, event: Event, turn: int, earlier: frozenset[str]) -> None:
        if event.assertion is Assertion.GENERAL:
            self.general.append(Seen(event, turn))
        if event.assertion is not Assertion.PRESENT or not event.persons:
            return
        number = len(self.seen)
        self.seen.append(Seen(event, turn))
        for name in event.persons:
            for person in self._meant(name, earlier):
                if not person.startswith("animal:"):
                    self._person(person).events.append(number)

    def _person(self, name: str) -> Person:
        return self.people.setdefault(name, Person())


def as_turns(turns: Sequence[Turn]) -> list[Turn]:
    """Turn a bracketed "[assistant asked: ...]" line of a transcript into an assistant turn."""
    out = []
    for turn in turns:
        match = _BRACKETED.match(turn.text) if turn.role == "user" else None
        out.append(Turn("assistant", match.group(1)) if match else turn)
    return out


def answered(question: str, reply: str, reading: Reading, book: Rulebook) -> list[Event]:
    """Return the findings of our own question that a short reply says yes to.

    A bare "yes" to a list of warning signs counts for all of them (unsafe reading).
    """
    items = _items(question, book)
    if not items or reading.length > _LISTED_ANSWER:
        return []
    chosen = _ordinal(reply, items)
    if chosen is None and "cue.yes" in reading.cues and not starts_no(reply):
        chosen = _named(items, reply)
    return [_reply_event(event, reply) for event in chosen or ()]


def _items(question: str, book: Rulebook) -> list[list[Event]]:
    """Return the findings of each thing that the question asks about, in order."""
    lettered = len(_LETTER.findall(question)) > 1
    asked = question if lettered else _questions(question)
    items: dict[int, list[Event]] = {}
    ends = [found.start() for found in (_LETTER if lettered else _JOINT).finditer(asked)]
    if lettered:
        items = {number: [] for number in range(1, len(ends) + 1)}  # "C" is the third of them
    for event in read_message(asked, book, True).events:
        items.setdefault(sum(1 for end in ends if end < event.end - 1), []).append(event)
    return [items[place] for place in sorted(items)]


def _questions(text: str) -> str:
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


def starts_no(reply: str) -> bool:
    """Whether a reply opens with a no."""
    return bool(re.match(r"\W*(no|nope|nah|none|neither|not|never)\b", reply.strip().lower()))


def _ordinal(reply: str, items: Sequence[list[Event]]) -> list[Event] | None:
    words = re.findall(r"[a-z0-9]+", reply.lower())
    if "last" in words:
        return items[-1]
    if len(words) == 1 and len(words[0]) == 1 and "a" <= words[0] <= "f":
        letter = ord(words[0]) - ord("a")
        return items[letter] if letter < len(items) else None
    for word in words:
        place = _ORDINALS.get(word)
        if word == "one" and len(words) > 1 and set(words) & (_ORDINALS.keys() - {"one"}):
            continue
        if place is not None and len(words) <= 6 and not starts_no(reply):
            return items[min(place, len(items) - 1)]
    return None


def _named(items: Sequence[list[Event]], reply: str) -> list[Event]:
    words = set(re.findall(r"[a-z]{4,}", reply.lower()))
    events = [event for item in items for event in item]
    named = [e for e in events if words & set(re.findall(r"[a-z]{4,}", e.evidence.lower()))]
    return named or events


def _reply_event(item: Event, reply: str) -> Event:
    return Event(
        item.finding, item.tags, " ".join(reply.split()), 0, len(reply), Assertion.PRESENT,
        frozenset({UNCLEAR}),
    )  # fmt: skip
