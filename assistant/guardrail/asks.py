"""One question to put back when the words leave a doubt: ``data/asks.toml``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.guardrail.expressions import Expression, Facts


@dataclass(frozen=True, slots=True)
class Ask:
    """A question and the condition under which it is put."""

    id: str
    when: Expression
    question: str


def question_for(asks: Sequence[Ask], facts: Iterable[Facts], said: Sequence[str]) -> str | None:
    """Return the first question whose condition holds and that was not put before."""
    known = list(facts)
    heard = " ".join(said)
    for ask in asks:
        if ask.question in heard:
            continue
        if any(ask.when(each) is not None for each in known):
            return ask.question
    return None
