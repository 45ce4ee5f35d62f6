"""The boolean language of the rule files: ``saddle & (leg | age>=65) & !known``.

Names are findings or tags; ``age`` compares the person's age (unknown age: false).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_TOKEN = re.compile(r"\s*([a-z_][a-z0-9_.\-]*|>=|<=|<|>|\d+|[&|!()])")


_BY_AGE = frozenset({"child", "small_child"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one person: finding or tag -> its event numbers, and age."""

    findings: Mapping[str, tuple[int, ...]]
    age: float | None

    def ageless(self) -> Facts:
        """The same facts about somebody whose age nobody told."""
        known = {name: held for name, held in self.findings.items() if name not in _BY_AGE}
        return Facts(known, None)


Support = tuple[int, ...] | None
Test = Callable[[Facts], Support]


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled condition. Calling it returns the supporting event numbers, or ``None``."""

    source: str
    names: frozenset[str]
    test: Test

    def __call__(self, facts: Facts) -> Support:
        """Return the events that make the condition true, or ``None`` if it is false."""
        return self.test(facts)


class _Parser:
    def __init__(self, source: str) -> None:
        self.tokens = _tokens(source)
        self.names: set[str] = set()
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""

    def either(self) -> Test:
        parts = [self.both()]
        while self.peek() == "|":
            self.take()
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else _either(parts)

    def both(self) -> Test:
        parts = [self.one()]
        while self.peek() == "&":
            self.take()
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else _both(parts)

    def one(self) -> Test:
        token = self.take()
        if token == "!":
            return _not(self.one())
        if token == "(":
            inner = self.either()
            if self.take() != ")":
                raise ValueError("a bracket is not closed")
            return inner
        if not token or not (token[0].isalpha() or token[0] == "_"):
            raise ValueError(f"expected a finding, found {token or 'the end'!r}")
        if token == "age":
            return _age(self.take(), self.take())
        self.names.add(token)
        return _leaf(token)


def _tokens(source: str) -> list[str]:
    tokens, at = [], 0
    while at < len(source.rstrip()):
        match = _TOKEN.match(source, at)
        if match is None:
            raise ValueError(f"cannot read {source[at:]!r}")
        tokens.append(match.group(1))
        at = match.end()
    return tokens


def _leaf(name: str) -> Test:
    return lambda facts: facts.findings.get(name)


def _not(inner: Test) -> Test:
    return lambda facts: () if inner(facts) is None else None


def _both(parts: list[Test]) -> Test:
    def test(facts: Facts) -> Support:
        events: list[int] = []
        for part in parts:
            support = part(facts)
            if support is None:
                return None
            events += support
        return tuple(events)

    return test


def _either(parts: list[Test]) -> Test:
    def test(facts: Facts) -> Support:
        held = [support for part in parts if (support := part(facts)) is not None]
        return tuple(event for support in held for event in support) if held else None

    return test


def _age(comparison: str, limit: str) -> Test:
    value = float(limit)

    def test(facts: Facts) -> Support:
        age = facts.age
        if age is None:
            return None
        true = {">=": age >= value, "<=": age <= value, "<": age < value, ">": age > value}
        return () if true[comparison] else None

    return test


def compile_expression(source: str) -> Expression:
    """Compile a condition; raises ``ValueError`` that says what cannot be read."""
    parser = _Parser(" ".join(source.split()))
    test = parser.either()
    if parser.at != len(parser.tokens):
        raise ValueError(f"did not expect {parser.peek()!r}")
    return Expression(source, frozenset(parser.names), test)
