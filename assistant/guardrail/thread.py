"""The thread of a conversation: what the turns so far make of the next message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.guardrail.answers import answered, is_unsure
from assistant.guardrail.earlier import (
    asks_on,
    in_general,
    long_gone,
    of_that_time,
    owns_up,
    pointed_at,
    spelled_out,
    takes_half_back,
    tells_who,
)
from assistant.guardrail.extract import Event, Reading, read_message
from assistant.guardrail.people import UNCLEAR
from assistant.guardrail.replies import denies, questions_of, told_ages
from assistant.guardrail.rulebook import Rulebook
from assistant.guardrail.spoken import in_english
from assistant.guardrail.state import State

_RETRACTION = "cue.retraction"


@dataclass(frozen=True, slots=True)
class Heard:
    """One user message, read in its place in the conversation.

    ``denial`` says that it is a no to our question, ``unsure`` that it leaves the question open,
    ``goes_on`` that it follows up a general question about a warning sign, and ``alone`` that the
    message before it has no say in it.
    """

    question: str
    text: str
    reading: Reading
    denial: bool
    unsure: bool
    goes_on: bool
    alone: bool


@dataclass(slots=True)
class Thread:
    """What has been said so far, by both sides, and what it left open."""

    book: Rulebook
    state: State = field(default_factory=State)
    _question: str = ""
    _before: list[str] = field(default_factory=list)
    _asked: bool = False
    _tale: bool = False
    _taken_back: bool = False

    def ask(self, text: str) -> None:
        """Take in what the assistant said."""
        question = in_english(text, self.book)
        self.state.said.append(question)
        self._question = spelled_out(question, self._before)
        self._before.append(questions_of(question))

    def hear(self, text: str, turn: int) -> Heard:
        """Take in one user message: read it, answer our question by it, and keep what it says."""
        question, self._question = self._question, ""
        reading = self._reading(question, text)
        if owns_up(text):
            self.state.own_up(reading.persons or frozenset({UNCLEAR}), turn)
        if who := tells_who(question, reading):
            self.state.is_for(who, turn)
        self.state.add(reading, turn, self._beyond(question, text, reading))
        self._before.append(text)
        denial = bool(question) and denies(text, reading.length)
        heard = Heard(
            question, text, reading, denial,
            unsure=bool(question) and is_unsure(question, text, self.book),
            goes_on=self._asked and asks_on(text, reading),
            alone=denial or self._taken_back,
        )  # fmt: skip
        self._taken_back = _RETRACTION in reading.cues
        return heard

    def left_open(self, *, asked: bool) -> None:
        """Remember whether the message was taken for a general question about a sign."""
        self._asked = asked

    def _reading(self, question: str, text: str) -> Reading:
        reading = read_message(text, self.book)
        reading = of_that_time(text, reading) if self._tale else reading
        self._tale = self._tale or long_gone(reading)
        ages = told_ages(question, text, {**self.state.spoken_of(question), **reading.ages})
        reading = replace(reading, ages={**reading.ages, **ages}) if ages else reading
        if self._asked and asks_on(text, reading):
            reading = in_general(reading)
        if takes_half_back(text):
            reading = replace(reading, cues=reading.cues - {_RETRACTION})
        return reading

    def _beyond(self, question: str, text: str, reading: Reading) -> Sequence[Event]:
        """What the message says only with what was said before it."""
        events = answered(question, text, reading, self.book) if question else []
        return events + pointed_at(text, reading, self._before, self.book)
