"""Loads and checks the reviewable data: lexicon, people, findings, rules. Once, on first use."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from assistant.guardrail.asks import Ask
from assistant.guardrail.blows import OWN_BLOW
from assistant.guardrail.errors import RuleFileError
from assistant.guardrail.expressions import Expression, compile_expression
from assistant.guardrail.languages import SPANISH, SmallWords
from assistant.guardrail.lexicon import Lexicon
from assistant.guardrail.patterns import Pattern, compile_pattern
from assistant.guardrail.people import Cast
from assistant.guardrail.plain import PlainWords
from assistant.guardrail.spelling import Speller
from assistant.guardrail.types import Level

_IGNORABLE = frozenset({"negation", "question", "remote", "chronic", "resolved", "animal"})
# The groups of findings in section 2 of the catalogue; prompt flags of two groups add up.
GROUPS = frozenset({"anchor", "nerve", "systemic", "vessel", "trigger", "risk", "crisis"})
_FACTS = frozenset({"child", "small_child", "age_unknown"})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person can report, as patterns over concepts."""

    id: str
    tags: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    ignores: frozenset[str]
    topic: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One way for a rule to fire: a condition and the level that it means."""

    level: Level
    when: Expression


@dataclass(frozen=True, slots=True)
class Rule:
    """One red flag of the catalogue."""

    id: str
    group: str
    core: bool
    plain: str
    sources: tuple[str, ...]
    cases: tuple[Case, ...]
    ask: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A way of asking about a sign, and what a yes or a no to it claims (``questions.toml``)."""

    asks: re.Pattern[str]
    yes: str = ""
    no: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Rulebook:
    """Everything the guardrail knows, compiled."""

    version: str
    lexicon: Lexicon
    speller: Speller
    aliases: Mapping[str, tuple[str, ...]]
    cast: Cast
    findings: tuple[Finding, ...]
    by_concept: Mapping[str, tuple[int, ...]]
    rules: tuple[Rule, ...]
    asks: tuple[Ask, ...]
    questions: tuple[Question, ...]
    proven: Mapping[str, frozenset[tuple[str, str]]]
    small_words: SmallWords
    plain: tuple[PlainWords, ...]
    messages: Mapping[str, Any]
    messages_es: Mapping[str, Any]
    numbers: Mapping[str, Any]

    def messages_in(self, lang: str) -> Mapping[str, Any]:
        """What people see, in ``lang`` where it has been written, else in English."""
        return self.messages_es if lang == SPANISH else self.messages


def data_folder() -> Path:
    """Return the folder of the shipped data files."""
    return Path(str(resources.files("assistant.guardrail") / "data"))


@lru_cache(maxsize=1)
def shipped_rulebook() -> Rulebook:
    """Return the rulebook that ships with the package."""
    return load_rulebook(data_folder())


def load_rulebook(folder: Path) -> Rulebook:
    """Load and check every data file; raises :class:`RuleFileError` that says what to fix."""
    people = _toml(folder / "people.toml")
    spelling = _toml(folder / "spelling.toml")
    lexicon = Lexicon(_concepts(folder / "lexicon"), people["fillers"])
    findings = tuple(_findings(folder / "findings", lexicon))
    rules = tuple(_rules(folder / "rules", findings))
    aliases = {k: tuple(v.split()) for k, v in spelling["aliases"].items()}
    kin = {form: name for name, forms in people["kin"].items() for form in forms}
    cast = Cast(
        kin,
        frozenset(people["children"]),
        people["infants"],
        frozenset(people["animals"]),
        frozenset(people["belongings"]),
        frozenset(people["agent_verbs"]),
        frozenset(people["strangers"]),
        frozenset(people["crowds"]),
        frozenset(people["things"]),
    )
    vocabulary = (lexicon.words | set(kin)) - set(spelling["never_repair_to"])
    return Rulebook(
        version=_version(folder),
        lexicon=lexicon,
        speller=Speller(vocabulary, lexicon.inflected, lexicon.prefixes),
        aliases=aliases,
        cast=cast,
        findings=findings,
        by_concept=_index(findings),
        rules=rules,
        asks=tuple(_asks(folder / "asks.toml", findings)),
        questions=tuple(_questions(folder / "questions.toml")),
        proven=_proven(folder / "proven.toml", rules),
        small_words=_small_words(folder / "languages.toml"),
        plain=_plain(folder / "plain.toml"),
        messages=_toml(folder / "messages.toml"),
        messages_es=_toml(folder / "messages_es.toml"),
        numbers=_toml(folder / "numbers.toml"),
    )


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RuleFileError(str(path), "file", "is missing; restore it from git") from error
    except tomllib.TOMLDecodeError as error:
        raise RuleFileError(path.name, "TOML", f"{error}; fix the syntax there") from error


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.toml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _concepts(folder: Path) -> dict[str, list[str]]:
    concepts: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.glob("*.toml")):
        for name, phrases in _toml(path).items():
            if not isinstance(phrases, list) or not all(isinstance(p, str) for p in phrases):
                raise RuleFileError(path.name, name, "must be a list of phrases")
            concepts[name] += phrases
    for name in ("num", "num.fever", "num.high_sugar", "num.high_bp", "num.several", "num.many",
                 "num.year", OWN_BLOW):  # fmt: skip
        concepts.setdefault(name, [])
    return dict(concepts)


def _findings(folder: Path, lexicon: Lexicon) -> Iterable[Finding]:
    """Yield every ``[[finding]]`` with the lines that ``[[extend]]`` entries add to it."""
    entries: dict[str, tuple[str, dict[str, Any]]] = {}
    added: list[tuple[str, Mapping[str, Any]]] = []
    for path in sorted(folder.glob("*.toml")):
        data = _toml(path)
        for entry in data.get("finding", []):
            name = entry.get("id", "an entry without id")
            if name in entries:
                raise RuleFileError(path.name, name, "is defined twice; merge the two")
            entries[name] = (path.name, entry)
        added += [(path.name, entry) for entry in data.get("extend", [])]
    for file, more in added:
        name = more.get("id", "an entry without id")
        if name not in entries:
            raise RuleFileError(file, name, "extends a finding that no file defines")
        held = entries[name][1]
        for key in ("patterns", "unless", "ignores", "tags"):
            held[key] = [*held.get(key, []), *more.get(key, [])]
    for name, (file, entry) in entries.items():
        yield _finding(file, name, entry, lexicon)


def _finding(file: str, name: str, entry: Mapping[str, Any], lexicon: Lexicon) -> Finding:
    ignores = frozenset(entry.get("ignores", []))
    if ignores - _IGNORABLE:
        raise RuleFileError(file, name, f"ignores may only name {sorted(_IGNORABLE)}")
    if not entry.get("patterns"):
        raise RuleFileError(file, name, "needs at least one pattern")
    try:
        patterns = tuple(compile_pattern(p, lexicon) for p in entry["patterns"])
        unless = tuple(compile_pattern(p, lexicon) for p in entry.get("unless", []))
    except ValueError as error:
        raise RuleFileError(file, name, str(error)) from error
    tags = tuple(entry.get("tags", []))
    return Finding(name, tags, patterns, unless, ignores, bool(entry.get("topic", True)))


def _proven(path: Path, rules: Iterable[Rule]) -> dict[str, frozenset[tuple[str, str]]]:
    """The wordings, by rule, that stand alone: pairs of a finding and one of its patterns."""
    known = {rule.id for rule in rules}
    proven = {}
    for rule, findings in _toml(path).items():
        if rule not in known:
            raise RuleFileError(path.name, rule, "is no rule; run make detector again")
        pairs = {(name, wording) for name, wordings in findings.items() for wording in wordings}
        proven[rule] = frozenset(pairs)
    return proven


def _small_words(path: Path) -> SmallWords:
    lists = _toml(path)
    try:
        words = {name: frozenset(lists[name].split()) for name in SmallWords.__slots__}
    except KeyError as error:
        raise RuleFileError(path.name, str(error), "is missing; it lists words") from error
    return SmallWords(**words)


def _plain(path: Path) -> tuple[PlainWords, ...]:
    """The plain words of each language, names, and English words with names and facts."""
    try:
        known = {
            name: PlainWords.of(table["words"].split(), table["phrases"], table["units"].split())
            for name, table in _toml(path).items()
        }
        facts = known.pop("facts")
        told = known["en"].with_facts(known["names"]).with_facts(facts)
    except KeyError as error:
        raise RuleFileError(path.name, str(error), "is missing") from error
    return (*known.values(), told)


def _index(findings: Sequence[Finding]) -> dict[str, tuple[int, ...]]:
    """Map a concept to the findings that may match when it is present."""
    index: dict[str, set[int]] = defaultdict(set)
    for number, finding in enumerate(findings):
        for pattern in finding.patterns:
            for name in pattern.rarest():
                index[name].add(number)
    return {name: tuple(numbers) for name, numbers in index.items()}


def _names(findings: Iterable[Finding]) -> set[str]:
    held = list(findings)
    return {f.id for f in held} | {tag for f in held for tag in f.tags} | _FACTS


def _asks(path: Path, findings: Iterable[Finding]) -> Iterable[Ask]:
    known = _names(findings)
    for entry in _toml(path).get("ask", []):
        name = entry.get("id", "an entry without id")
        try:
            when = compile_expression(entry["when"])
            question = str(entry["question"])
        except (KeyError, ValueError) as error:
            raise RuleFileError(path.name, name, f"ask cannot be read: {error}") from error
        if when.names - known:
            raise RuleFileError(path.name, name, f"no finding called {sorted(when.names - known)}")
        yield Ask(name, when, question)


def _questions(path: Path) -> Iterable[Question]:
    for number, entry in enumerate(_toml(path).get("question", []), 1):
        yes, no = str(entry.get("yes", "")), str(entry.get("no", ""))
        try:
            asks = re.compile(entry["asks"], re.I)
        except (KeyError, re.error) as error:
            raise RuleFileError(
                path.name, f"question {number}", f"cannot be read: {error}"
            ) from error
        if not yes and not no:
            raise RuleFileError(path.name, f"question {number}", "needs 'yes' or 'no'")
        yield Question(asks, yes, no)


def _rules(folder: Path, findings: Iterable[Finding]) -> Iterable[Rule]:
    known = _names(findings)
    for path in sorted(folder.glob("*.toml")):
        for entry in _toml(path).get("rule", []):
            name = entry.get("id", "an entry without id")
            for key in ("group", "plain", "sources", "case"):
                if key not in entry:
                    raise RuleFileError(path.name, name, f"needs {key!r}")
            if entry["group"] not in GROUPS:
                raise RuleFileError(path.name, name, f"group must be one of {sorted(GROUPS)}")
            cases = tuple(_case(path.name, name, case, known) for case in entry["case"])
            yield Rule(
                name, entry["group"], bool(entry.get("core")), entry["plain"],
                tuple(entry["sources"]), cases, entry.get("ask"),
            )  # fmt: skip


def _case(file: str, rule: str, case: Mapping[str, Any], known: set[str]) -> Case:
    try:
        level = Level[str(case["level"]).upper()]
        when = compile_expression(case["when"])
    except (KeyError, ValueError) as error:
        raise RuleFileError(file, rule, f"case cannot be read: {error}") from error
    unknown = when.names - known
    if unknown:
        raise RuleFileError(file, rule, f"no finding or tag called {sorted(unknown)}")
    return Case(level, when)
