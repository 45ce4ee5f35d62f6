"""The checks of ``data/output_checks.toml`` and ``output_drafts.toml``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from assistant.guardrail.errors import RuleFileError
from assistant.guardrail.output.force import Force, force, reversals
from assistant.guardrail.output.patterns import Pattern, compile_pattern
from assistant.guardrail.output.reading import Clause
from assistant.guardrail.output.vocabulary import DATA, Vocabulary, read_toml, shipped
from assistant.guardrail.types import Level

CHECKS, DRAFTS = "output_checks.toml", "output_drafts.toml"
_FORCES: Mapping[str, Callable[[Force], bool]] = {
    "any": lambda _: True,
    "told": lambda found: found is Force.TOLD,
    "forbidden": lambda found: found is Force.FORBIDDEN,
    "unforbidden": lambda found: found is not Force.FORBIDDEN,
}
_POLARITIES: Mapping[str, Callable[[int], bool]] = {
    "any": lambda _: True,
    "said": lambda count: count % 2 == 0,
    "denied": lambda count: count % 2 == 1,
}
_READER = frozenset({"you", "your", "deictic"})
_KEYS = frozenset(
    "rule plain patterns force polarity level open deferrable with without outside unless "
    "reader whole asked unasked".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One way of saying something that an answer may not say. The fields are the file's."""

    rule: str
    patterns: tuple[Pattern, ...]
    force: str
    polarity: str
    level: Level
    open: bool
    deferrable: bool
    reader: bool
    whole: bool
    needed: frozenset[str]
    without: frozenset[str]
    outside: frozenset[str]
    asked: frozenset[str]
    unasked: frozenset[str]
    unless: tuple[Pattern, ...]

    def applies(
        self, present: AbstractSet[str], level: Level, topic: AbstractSet[str] = frozenset()
    ) -> bool:
        """Whether the check concerns a sentence with these classes at this level.

        ``topic`` are the classes of the reader's question.
        """
        return (
            level >= self.level
            and (not self.asked or not self.asked.isdisjoint(topic))
            and self.unasked.isdisjoint(topic)
            and (not self.needed or not self.needed.isdisjoint(present))
            and self.without.isdisjoint(present)
            and (not self.reader or not _READER.isdisjoint(present))
        )

    def excuses(self, clause: Clause) -> bool:
        """Whether the clause holds what lets it pass."""
        return not self.outside.isdisjoint(clause.tags) or any(
            each.possible(clause.tags) and each.regex.search(clause.code) for each in self.unless
        )

    def says(self, pattern: Pattern, clause: Clause, rest: str) -> bool:
        """Whether the clause says, with this pattern, what the check forbids.

        ``rest`` is the code of the clauses after it, where the whole sentence counts.
        """
        return any(
            self._counts(match, clause)
            for match in pattern.regex.finditer(clause.code + rest)
            if match.start() < len(clause.code)
        )

    def _counts(self, match: re.Match[str], clause: Clause) -> bool:
        marked = "event" in match.re.groupindex
        start = min(match.start("event" if marked else 0), len(clause.code) - 1)
        if self.force != "any":
            return _FORCES[self.force](force(clause, clause.code.count(" ", 0, start)))
        end = clause.code.count(" ", 0, start if marked else match.end())
        said = self.open or clause.asserted
        return said and _POLARITIES[self.polarity](reversals(clause.before(end)))


class Checks:
    """All checks, and the patterns that leave a decision to a clinician."""

    def __init__(self, checks: Sequence[Check], deferral: Sequence[Pattern]) -> None:
        self.checks = tuple(checks)
        self.deferral = tuple(deferral)
        # Which patterns to try where a class is present: (check, pattern) by number.
        self._index: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, check in enumerate(self.checks):
            for place, pattern in enumerate(check.patterns):
                for name in pattern.rarest():
                    self._index[name].append((number, place))

    def broken(
        self, clauses: Sequence[Clause], level: Level, topic: AbstractSet[str] = frozenset()
    ) -> list[str]:
        """The rules that the clauses of one sentence break, each once, in the file's order.

        ``topic`` are the classes of the question that the sentence answers.
        """
        present: AbstractSet[str] = set().union(*(clause.tags for clause in clauses))
        found = {
            number
            for at, clause in enumerate(clauses)
            for number in self._breaks(clause, clauses[at + 1 :], present)
            if self.checks[number].applies(present, level, topic)
        }
        if any(self.checks[number].deferrable for number in found) and self._deferred(clauses):
            found = {number for number in found if not self.checks[number].deferrable}
        return list(dict.fromkeys(self.checks[number].rule for number in sorted(found)))

    def _breaks(
        self,
        clause: Clause,
        following: Sequence[Clause],
        present: AbstractSet[str],
    ) -> Iterator[int]:
        """The numbers of the checks that the clause breaks, where they apply."""
        tried = {each for name in present & self._index.keys() for each in self._index[name]}
        settled: set[int] = set()
        for number, place in sorted(tried):
            check = self.checks[number]
            pattern = check.patterns[place]
            if number in settled or not pattern.possible(present if check.whole else clause.tags):
                continue
            rest = "".join(each.code for each in following) if check.whole else ""
            if not check.says(pattern, clause, rest):
                continue
            settled.add(number)
            if not check.excuses(clause):
                yield number

    def _deferred(self, clauses: Sequence[Clause]) -> bool:
        code = "".join(clause.code for clause in clauses)
        present = set().union(*(clause.tags for clause in clauses))
        return any(each.possible(present) and each.regex.search(code) for each in self.deferral)


def load(vocabulary: Vocabulary, folder: Path = DATA, file: str = CHECKS) -> Checks:
    """Read the checks of one ``file`` in ``folder``: those for all words, or ``DRAFTS``.

    Raises:
        RuleFileError: an entry is wrong; names it and says what to change.
    """
    try:
        patterns = read_toml(folder / CHECKS).get("deferral", [])
        deferral = tuple(compile_pattern(p, vocabulary.classes) for p in patterns)
    except ValueError as error:
        raise RuleFileError(CHECKS, "deferral", str(error)) from error
    entries = read_toml(folder / file).get("check", [])
    return Checks([_check(entry, vocabulary, file) for entry in entries], deferral)


def _check(entry: Mapping[str, Any], vocabulary: Vocabulary, file: str) -> Check:
    name = f"{entry.get('rule', 'a check without rule')} ({entry.get('plain', 'no plain words')})"
    classes = vocabulary.classes
    try:
        if set(entry) - _KEYS:
            raise ValueError(f"knows no {', '.join(sorted(set(entry) - _KEYS))}")
        if (
            entry.get("force", "any") not in _FORCES
            or entry.get("polarity", "any") not in _POLARITIES
        ):
            raise ValueError("force or polarity is none of those listed at the top of the file")
        return Check(
            rule=entry["rule"],
            patterns=tuple(compile_pattern(p, classes) for p in entry["patterns"]),
            force=entry.get("force", "any"),
            polarity=entry.get("polarity", "any"),
            level=Level[str(entry.get("level", "none")).upper()],
            open=bool(entry.get("open")),
            deferrable=bool(entry.get("deferrable")),
            reader=bool(entry.get("reader")),
            whole=bool(entry.get("whole")),
            needed=_classes(entry, "with", classes),
            without=_classes(entry, "without", classes),
            outside=_classes(entry, "outside", classes),
            asked=_classes(entry, "asked", classes),
            unasked=_classes(entry, "unasked", classes),
            unless=tuple(compile_pattern(p, classes) for p in entry.get("unless", [])),
        )
    except (KeyError, ValueError) as error:
        raise RuleFileError(file, name, f"cannot be read: {error}") from error


def _classes(entry: Mapping[str, Any], key: str, known: Collection[str]) -> frozenset[str]:
    names = frozenset(str(entry[key]).split("|")) if key in entry else frozenset()
    if names - set(known):
        raise ValueError(f"{key} names no class {', '.join(sorted(names - set(known)))}")
    return names


@cache
def shipped_checks(file: str = CHECKS) -> Checks:
    """The checks of one file of this package, read once; see :func:`load`."""
    return load(shipped(), file=file)
