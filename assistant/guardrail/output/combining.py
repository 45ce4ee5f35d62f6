"""Is the reader told that two medicines, or a medicine and alcohol, go together?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import NamedTuple

from assistant.guardrail.output.force import Force, force, reversals
from assistant.guardrail.output.reading import Clause

# In a clause that opens so, a second agent is taken at the same time as the first.
_MEANWHILE = frozenset({"while", "whilst", "when", "after", "once", "even_if", "as_long_as"})
_SHORT = 6  # words
_SPECIFIC = frozenset({"named", "alcohol", "cannabis", "grapefruit"})


class _Agent(NamedTuple):
    """A medicine or drink, with its place: from word ``start`` to before ``end``."""

    clause: Clause
    start: int
    end: int
    tags: AbstractSet[str]

    @property
    def specific(self) -> bool:
        return bool(self.tags & _SPECIFIC)

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.clause.words[self.start : self.end])


def combines(clauses: Sequence[Clause], topic: frozenset[str]) -> bool:
    """Say whether the clauses allow or advise taking two things together."""
    read = [clause for clause in clauses if not clause.asks and _counts(clause)]
    meanwhile = any(clause.open for clause in read)
    allowed = any(_allows(c) for c in read if meanwhile or _names_one(c, topic))
    return allowed and _pair(read, topic)


def _names_one(clause: Clause, topic: frozenset[str]) -> bool:
    """Whether the clause is about a medicine, or short enough to answer one: "No issue at all."."""
    named = bool(clause.tags & {"agent", "drugpro", "same"}) or "drug" in topic
    return named or len(clause.words) <= _SHORT


def _counts(clause: Clause) -> bool:
    return not clause.open or clause.units[0].text in _MEANWHILE


def _pair(clauses: Sequence[Clause], topic: frozenset[str]) -> bool:
    tags = frozenset().union(*(clause.tags for clause in clauses))
    agents = [agent for clause in clauses for agent in _agents(clause)]
    pronoun = "drugpro" in tags or "drug" in topic
    if "same" in tags and pronoun and tags & {"mix", "mixonly", "mixok"}:
        return True
    if len(agents) == 1:
        return _alone(agents[0], tags, topic)
    return any(_joined(one, other, tags) for one, other in pairwise(agents))


def _agents(clause: Clause) -> Iterator[_Agent]:
    at = 0
    while at < len(clause.words):
        sizes = [size for size, tags in clause.words[at].found.items() if "agent" in tags]
        if not sizes:
            at += 1
            continue
        end = at + max(sizes)
        if not any(unit.tags & {"avoid", "neg"} for unit in clause.before(at)[-3:]):
            yield _Agent(clause, at, end, clause.words[at].found[max(sizes)])
        at = end


def _alone(agent: _Agent, tags: frozenset[str], topic: frozenset[str]) -> bool:
    """As in "the two tablets together"; "one glass is fine" where the question named a medicine."""
    if "same" in tags and "drug" in agent.tags:
        return bool(tags & {"num", "mixonly", "=both", "=medicines", "=these"})
    return bool(agent.tags & {"alcohol", "cannabis", "grapefruit"}) and "drug" in topic


def _joined(one: _Agent, other: _Agent, tags: frozenset[str]) -> bool:
    if one.text == other.text or not (one.specific or other.specific):
        return "same" in tags and "num" in tags
    if tags & {"same", "mixonly"}:
        return True
    if other.clause is not one.clause:
        return one.clause.open or other.clause.open
    between = one.clause.words[one.end : other.start]
    if any("join" in word.tags for word in between):
        return True
    both = one.specific and other.specific
    return both and any(word.text in ("and", "or") for word in between)


def _allows(clause: Clause) -> bool:
    """Whether the clause calls it fine, denies a risk, or tells the reader to do it."""
    fine = "mixok" in clause.tags
    if "maymight" in clause.tags and not fine:
        return False
    for at, word in enumerate(clause.words):
        denied = reversals(clause.before(at)) % 2 == 1
        if "mixok" in word.tags and not denied:
            return True
        if denied and not fine and "risky" in word.tags:
            return True
        if denied and "worry" in word.tags and "mixonly" in clause.tags:
            return True
        if "mix" in word.tags and "risky" not in clause.tags and force(clause, at) is Force.TOLD:
            return True
    return False
