"""What is known about each person, rebuilt from all turns on every call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.guardrail.context import Assertion
from assistant.guardrail.expressions import Facts
from assistant.guardrail.extract import Event, Reading
from assistant.guardrail.people import OTHER, SELF, UNCLEAR
from assistant.guardrail.types import Turn

_BRACKETED = re.compile(r"^\s*\[\s*(?:the\s+)?(?:assistant|bot|you)\b[^:]*:\s*(.*?)\]?\s*$", re.S)
_ABOUT_OTHERS = re.compile(r"\b(?:he|she|him|her|his|they)\b", re.I)
ADULT = 18
_STILL_MEANT = 2  # turns for which a general question can turn out to be about somebody
SMALL_CHILD = 6  # nappies and potty training: an accident alone says nothing


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
    aged_at: int | None = None  # the turn that told the age
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

    def spoken_of(self, question: str) -> dict[str, float | None]:
        """The people whom a short reply may speak of, with their ages."""
        third = _ABOUT_OTHERS.search(question) and self.last_third
        names = self.last_third if third else frozenset({SELF}) | self.last
        return {name: person.age for name in names if (person := self._person(name))}

    def own_up(self, persons: frozenset[str], turn: int) -> None:
        """Take what was asked in general lately for a report: "ok fine, it's me"."""
        late = [seen for seen in self.general if turn - seen.turn <= _STILL_MEANT]
        self.general = [seen for seen in self.general if seen not in late]
        for seen in late:
            told = replace(seen.event, assertion=Assertion.PRESENT, persons=persons, wording="")
            self._take(told, seen.turn, self.last | {SELF})

    def is_for(self, persons: frozenset[str], turn: int) -> None:
        """Give ``persons`` what was told so far of nobody named: "who is it for?" "my lad"."""
        self.own_up(persons, turn)
        for number, seen in enumerate(self.seen):
            if seen.event.persons == frozenset({UNCLEAR}):
                self.seen[number] = replace(seen, event=replace(seen.event, wording=""))
                for name in persons:
                    self._person(name).events.append(number)

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
                self._person(person).aged_at = turn
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
