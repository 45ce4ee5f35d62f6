"""The guardrail damaged: each rule, the reading of language, the decisions over turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from typing import Any
from unittest.mock import patch

from assistant.guardrail import (
    answers,
    context,
    decide,
    earlier,
    extract,
    negation,
    rulebook,
    thread,
)
from assistant.guardrail.learned import detector
from assistant.guardrail.types import Decision, Level, Turn
from evals.mutants.damage import Mutant, Patch, swap

FAST = ("guardrail",)


def rule_mutants() -> list[Mutant]:
    """The rulebook without one rule, for each rule."""
    book = rulebook.shipped_rulebook()

    def without(rule_id: str) -> Patch:
        rules = tuple(rule for rule in book.rules if rule.id != rule_id)
        return swap(decide, "shipped_rulebook", lambda: replace(book, rules=rules))

    return [
        Mutant(name=f"rule off: {rule.id}", area="rules", suites=FAST, apply=without(rule.id))
        for rule in book.rules
    ]


def guardrail_mutants() -> list[Mutant]:
    """The reading of language, then the state and the latch over turns."""
    return [*reading_mutants(), *deciding_mutants()]


def reading_mutants() -> list[Mutant]:
    """The reading of one message, damaged one at a time."""
    ctx = context.Context
    reading = {
        "negation off": swap(ctx, "negated", lambda *_: False),
        "answers after the symptom off": swap(negation, "_answers", lambda _text: iter(())),
        "denied lists off": swap(negation, "_list_denials", lambda _text: iter(())),
        "healthy findings off": swap(ctx, "_normal_after", lambda *_: False),
        "everything negated": swap(ctx, "negated", lambda *_: True),
        "general questions read as reports": swap(
            ctx, "_hypothetical_or_general", lambda *_: False
        ),
        "reports read as general questions": swap(ctx, "_hypothetical_or_general", lambda *_: True),
        "hypotheticals off": swap(ctx, "_hypothetical", lambda *_: False),
        "unreal ifs off": swap(ctx, "_unreal", lambda *_: False),
        "studies and lessons read as reports": swap(ctx, "_framed", lambda *_: False),
        "fiction off": swap(ctx, "_fiction", lambda *_: False),
        "quotations off": swap(ctx, "_quoted", lambda *_: False),
        "past reports count": swap(ctx, "_over", lambda *_: False),
        "spelling repair off": _book(speller=_NoRepair()),
        "aliases off": _book(aliases={}),
        "numbers unread": swap(extract, "number_concepts", lambda *_: []),
        "people mixed up": swap(extract, "assign_people", _everybody_is_self),
    }
    return [
        Mutant(name=name, area="reading", suites=FAST, apply=apply, reads=True)
        for name, apply in reading.items()
    ]


def deciding_mutants() -> list[Mutant]:
    """The patient's state, the levels and the latch, damaged one at a time."""
    deciding = {
        "second detector off": swap(decide, "second_look", lambda *_, **__: []),
        "doubts unspoken": swap(decide, "_with_doubt", lambda decision, *_: decision),
        "screening answers off": swap(thread, "answered", lambda *_: []),
        "combined prompt flags off": swap(decide, "_combined", lambda *_: []),
        "last turn only": swap(decide, "assess", _last_turn_only),
        "latch off": swap(decide, "_Latch", _forgetful_latch()),
        "taking back always accepted": swap(decide, "_Latch", _gullible_latch()),
        "emergencies are urgent": _levels({Level.EMERGENCY: Level.URGENT}),
        "urgent flags are prompt": _levels({Level.URGENT: Level.PROMPT}),
        "prompt flags are emergencies": _levels({Level.PROMPT: Level.EMERGENCY}),
        "never routes": _always(Level.NONE),
        "always a notice": _always(Level.NOTICE),
        "always an emergency": _always(Level.EMERGENCY),
        "rules cannot be loaded": swap(decide, "shipped_rulebook", _broken),
    }
    return [
        Mutant(name=name, area="deciding", suites=FAST, apply=apply)
        for name, apply in deciding.items()
    ]


class _NoRepair:
    """Stands in for the speller: every word stays as typed."""

    def __init__(self) -> None:
        self.known: frozenset[str] = rulebook.shipped_rulebook().speller.known  # type: ignore[assignment]

    def repair(self, word: str) -> list[str]:
        return [word]


def _book(**changes: Any) -> Patch:  # noqa: ANN401 - fields of the rulebook
    book = rulebook.shipped_rulebook()
    return swap(decide, "shipped_rulebook", lambda: replace(book, **changes))


def _everybody_is_self(words: Sequence[Any], *_: Any) -> Any:  # noqa: ANN401
    from assistant.guardrail.people import SELF, Casting

    return Casting(
        by_word=tuple(frozenset({SELF}) for _ in words), ages={}, children=frozenset()
    )  # fmt: skip


def _last_turn_only(turns: Sequence[Turn], **settings: Any) -> tuple[Decision, ...]:  # noqa: ANN401
    users = [turn for turn in turns if turn.role == "user"]
    return tuple(_REAL_ASSESS([turn], **settings)[-1] for turn in users)


_REAL_ASSESS = decide.assess


def _forgetful_latch() -> type:
    class Forgetful(decide._Latch):
        def decide(self, *arguments: Any) -> Decision:  # noqa: ANN401
            self._flags.clear()
            return super().decide([f for f in arguments[0] if f.turn == arguments[3]],
                                  *arguments[1:])  # fmt: skip

    return Forgetful


def _gullible_latch() -> type:
    class Gullible(decide._Latch):
        def decide(self, *arguments: Any) -> Decision:  # noqa: ANN401
            decision = super().decide(*arguments)
            if decision.latched:
                self._take_back(arguments[2])
            return decision

    return Gullible


def _levels(changes: dict[Level, Level]) -> Patch:
    book = rulebook.shipped_rulebook()
    rules = tuple(
        replace(rule, cases=tuple(replace(c, level=changes.get(c.level, c.level))
                                  for c in rule.cases))
        for rule in book.rules
    )  # fmt: skip
    return swap(decide, "shipped_rulebook", lambda: replace(book, rules=rules))


def _always(level: Level) -> Patch:
    def assess(turns: Sequence[Turn], **_settings: Any) -> tuple[Decision, ...]:  # noqa: ANN401
        return tuple(Decision(level=level) for turn in turns if turn.role == "user")

    return swap(decide, "assess", assess)


def _broken() -> None:
    raise OSError("the rules are gone")


@contextmanager
def reading_kept() -> Iterator[None]:
    """Messages are read once for all mutants that do not change how they are read.

    What the second detector makes of a text is kept for all mutants: none of them changes it.
    """
    real = extract.read_message
    known: dict[tuple[str, bool], Any] = {}

    def read(raw: str, book: Any, question: bool = False) -> Any:  # noqa: ANN401
        key = (raw, question)
        if key not in known:
            known[key] = real(raw, book, question)
        return known[key]

    with ExitStack() as stack:
        for module in (thread, answers, earlier):
            stack.enter_context(patch.object(module, "read_message", read))
        if trained := detector._detector():
            reader = trained._classifier
            stack.enter_context(patch.object(reader, "probabilities", cache(reader.read)))
        yield
