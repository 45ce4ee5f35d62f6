"""The reviewable data in use: lexicon, people, findings, rules. Once, on first use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from assistant.guardrail.asks import Ask
from assistant.guardrail.errors import RuleFileError
from assistant.guardrail.expressions import Expression, compile_expression
from assistant.guardrail.kept import kept_rules
from assistant.guardrail.languages import SPANISH, SmallWords
from assistant.guardrail.lexicon import Lexicon
from assistant.guardrail.patterns import Pattern, compile_pattern
from assistant.guardrail.people import Cast
from assistant.guardrail.plain import PlainWords
from assistant.guardrail.rulefiles import RuleFiles, missing, sources
from assistant.guardrail.spelling import Speller
from assistant.guardrail.types import Level

# The groups of findings in section 2 of the catalogue; prompt flags of two groups add up.
GROUPS = frozenset({"anchor", "nerve", "systemic", "vessel", "trigger", "risk", "crisis"})
Proven = frozenset[tuple[str, str]]
_FACTS = frozenset({"child", "small_child", "age_unknown"})


@dataclass(frozen=True)
class Finding:
    """Something a person can report, as wordings over concepts.

    Most messages touch a few findings of hundreds, so the patterns are compiled on first use.
    """

    id: str
    tags: tuple[str, ...]
    wordings: tuple[str, ...]
    excluding: tuple[str, ...]
    ignores: frozenset[str]
    topic: bool

    @cached_property
    def patterns(self) -> tuple[Pattern, ...]:
        """What reports the finding."""
        return tuple(map(compile_pattern, self.wordings))

    @cached_property
    def unless(self) -> tuple[Pattern, ...]:
        """What means something else when it stands beside."""
        return tuple(map(compile_pattern, self.excluding))


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
    by_concept: Mapping[str, Sequence[int]]
    rules: tuple[Rule, ...]
    asks: tuple[Ask, ...]
    questions: tuple[Question, ...]
    proven: Mapping[str, Proven]
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
    return Path(__file__).parent / "data"


@lru_cache(maxsize=1)
def shipped_rulebook() -> Rulebook:
    """Return the rulebook that ships with the package."""
    return _rulebook(kept_rules(sources(data_folder())))


def load_rulebook(folder: Path) -> Rulebook:
    """Load and check every data file; raises :class:`RuleFileError` that says what to fix."""
    from assistant.guardrail.reading import read_rules

    return _rulebook(read_rules(sources(folder)))


def _rulebook(read: RuleFiles) -> Rulebook:
    files, lexicon = _Files(read.values["files"]), read.lexicon
    people, spelling = files["people.toml"], files["spelling.toml"]
    findings = tuple(map(_finding, read.values["findings"]))
    rules = tuple(_rules(files, findings))
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
    known = {*read.values["vocabulary"], *kin} - set(spelling["never_repair_to"])
    return Rulebook(
        version=read.values["version"],
        lexicon=lexicon,
        speller=Speller(known, read.values["inflected"], lexicon.prefixes),
        aliases={k: tuple(v.split()) for k, v in spelling["aliases"].items()},
        cast=cast,
        findings=findings,
        by_concept=read.values["by_concept"],
        rules=rules,
        asks=tuple(_asks(files["asks.toml"], findings)),
        questions=tuple(_questions(files["questions.toml"])),
        proven=_proven(files["proven.toml"], rules),
        small_words=_small_words(files["languages.toml"]),
        plain=_plain(files["plain.toml"]),
        messages=files["messages.toml"],
        messages_es=files["messages_es.toml"],
        numbers=files["numbers.toml"],
    )


class _Files(dict[str, dict[str, Any]]):
    """What each data file says, by its path."""

    def __missing__(self, name: str) -> dict[str, Any]:
        return missing(name)


def _finding(entry: Mapping[str, Any]) -> Finding:
    return Finding(
        entry["id"], tuple(entry["tags"]), tuple(entry["patterns"]), tuple(entry["unless"]),
        frozenset(entry["ignores"]), entry["topic"],
    )  # fmt: skip


def _proven(said: Mapping[str, Any], rules: Iterable[Rule]) -> dict[str, Proven]:
    """The wordings, by rule, that stand alone: pairs of a finding and one of its patterns."""
    known = {rule.id for rule in rules}
    proven = {}
    for rule, findings in said.items():
        if rule not in known:
            raise RuleFileError("proven.toml", rule, "is no rule; run make detector again")
        pairs = {(name, wording) for name, wordings in findings.items() for wording in wordings}
        proven[rule] = frozenset(pairs)
    return proven


def _small_words(lists: Mapping[str, str]) -> SmallWords:
    try:
        words = {name: frozenset(lists[name].split()) for name in SmallWords.__slots__}
    except KeyError as error:
        fix = "is missing; it lists words"
        raise RuleFileError("languages.toml", str(error), fix) from error
    return SmallWords(**words)


def _plain(said: Mapping[str, Any]) -> tuple[PlainWords, ...]:
    """The plain words of each language, names, and English words with names and facts."""
    try:
        known = {
            name: PlainWords.of(table["words"].split(), table["phrases"], table["units"].split())
            for name, table in said.items()
        }
        facts = known.pop("facts")
        told = known["en"].with_facts(known["names"]).with_facts(facts)
    except KeyError as error:
        raise RuleFileError("plain.toml", str(error), "is missing") from error
    return (*known.values(), told)


def _names(findings: Iterable[Finding]) -> set[str]:
    held = list(findings)
    return {f.id for f in held} | {tag for f in held for tag in f.tags} | _FACTS


def _asks(said: Mapping[str, Any], findings: Iterable[Finding]) -> Iterable[Ask]:
    known = _names(findings)
    for entry in said.get("ask", []):
        name = entry.get("id", "an entry without id")
        try:
            when = compile_expression(entry["when"])
            question = str(entry["question"])
        except (KeyError, ValueError) as error:
            raise RuleFileError("asks.toml", name, f"ask cannot be read: {error}") from error
        if when.names - known:
            raise RuleFileError(
                "asks.toml", name, f"no finding called {sorted(when.names - known)}"
            )
        yield Ask(name, when, question)


def _questions(said: Mapping[str, Any]) -> Iterable[Question]:
    for number, entry in enumerate(said.get("question", []), 1):
        yes, no = str(entry.get("yes", "")), str(entry.get("no", ""))
        name = f"question {number}"
        try:
            asks = re.compile(entry["asks"], re.I)
        except (KeyError, re.error) as error:
            raise RuleFileError("questions.toml", name, f"cannot be read: {error}") from error
        if not yes and not no:
            raise RuleFileError("questions.toml", name, "needs 'yes' or 'no'")
        yield Question(asks, yes, no)


def _rules(files: Mapping[str, Mapping[str, Any]], findings: Iterable[Finding]) -> Iterable[Rule]:
    known = _names(findings)
    for path, said in files.items():
        folder, _, file = path.rpartition("/")
        for entry in said.get("rule", []) if folder == "rules" else ():
            name = entry.get("id", "an entry without id")
            for key in ("group", "plain", "sources", "case"):
                if key not in entry:
                    raise RuleFileError(file, name, f"needs {key!r}")
            if entry["group"] not in GROUPS:
                raise RuleFileError(file, name, f"group must be one of {sorted(GROUPS)}")
            cases = tuple(_case(file, name, case, known) for case in entry["case"])
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
