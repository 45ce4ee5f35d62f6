"""The reviewable data files, read: TOML into plain values, concepts into a lexicon.

What comes out holds no Python of ours but the lexicon's rows, so that it can be kept as it is
(``kept.py``). Findings are put together and their patterns checked here; rules, questions and
messages are checked where they are used (``rulebook.py``).
"""

from __future__ import annotations

import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from assistant.guardrail.blows import OWN_BLOW
from assistant.guardrail.errors import RuleFileError
from assistant.guardrail.patterns import Pattern, compile_pattern
from assistant.guardrail.phrases import Phrases
from assistant.guardrail.rulefiles import RuleFiles, Sources, missing

_IGNORABLE = frozenset({"negation", "question", "remote", "chronic", "resolved", "animal"})
_MADE = (  # concepts that are read out of numbers and sentences; no file need list phrases
    "num", "num.fever", "num.high_sugar", "num.high_bp", "num.several", "num.many", "num.year",
    OWN_BLOW,
)  # fmt: skip


def read_rules(files: Sources) -> RuleFiles:
    """Read and check ``files``; raises :class:`RuleFileError` that says what to fix."""
    parsed = {name: _toml(name, data) for name, data in files.items()}
    people = parsed.get("people.toml") or missing("people.toml")
    phrases = Phrases(_concepts(_under("lexicon", parsed)), people["fillers"])
    findings = [
        _checked(file, entry, phrases) for file, entry in _findings(_under("findings", parsed))
    ]
    rest = {
        name: said
        for name, said in parsed.items()
        if not name.startswith(("lexicon/", "findings/"))
    }
    values = {
        "version": _version(files),
        "files": rest,
        "findings": findings,
        "by_concept": _by_concept(findings),
        "vocabulary": sorted(phrases.words),
        "inflected": sorted(phrases.inflected),
    }
    return RuleFiles(values, phrases.lexicon())


def _toml(name: str, data: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleFileError(name, "TOML", f"{error}; fix the syntax there") from error


def _under(folder: str, parsed: Mapping[str, Any]) -> dict[str, Any]:
    start = f"{folder}/"
    return {
        name.removeprefix(start): said for name, said in parsed.items() if name.startswith(start)
    }


def _version(files: Sources) -> str:
    digest = hashlib.sha256()
    for name, data in files.items():
        digest.update(name.rpartition("/")[2].encode() + b"\0" + data)
    return digest.hexdigest()[:12]


def _concepts(files: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    concepts: dict[str, list[str]] = defaultdict(list)
    for file, said in files.items():
        for name, phrases in said.items():
            if not isinstance(phrases, list) or not all(isinstance(p, str) for p in phrases):
                raise RuleFileError(file, name, "must be a list of phrases")
            concepts[name] += phrases
    for name in _MADE:
        concepts.setdefault(name, [])
    return dict(concepts)


def _findings(files: Mapping[str, Mapping[str, Any]]) -> Iterable[tuple[str, dict[str, Any]]]:
    """Every ``[[finding]]``, by its file, with the lines that ``[[extend]]`` entries add to it."""
    entries: dict[str, tuple[str, dict[str, Any]]] = {}
    added: list[tuple[str, Mapping[str, Any]]] = []
    for file, said in files.items():
        for entry in said.get("finding", []):
            name = entry.get("id", "an entry without id")
            if name in entries:
                raise RuleFileError(file, name, "is defined twice; merge the two")
            entries[name] = (file, entry)
        added += [(file, entry) for entry in said.get("extend", [])]
    for file, more in added:
        name = more.get("id", "an entry without id")
        if name not in entries:
            raise RuleFileError(file, name, "extends a finding that no file defines")
        held = entries[name][1]
        for key in ("patterns", "unless", "ignores", "tags"):
            held[key] = [*held.get(key, []), *more.get(key, [])]
    return entries.values()


def _checked(file: str, entry: Mapping[str, Any], phrases: Phrases) -> dict[str, Any]:
    """One finding with every field; its words become concepts of ``phrases``."""
    name = entry.get("id", "an entry without id")
    if set(entry.get("ignores", [])) - _IGNORABLE:
        raise RuleFileError(file, name, f"ignores may only name {sorted(_IGNORABLE)}")
    if not entry.get("patterns"):
        raise RuleFileError(file, name, "needs at least one pattern")
    for source in (*entry["patterns"], *entry.get("unless", [])):
        try:
            _know(compile_pattern(source), phrases)
        except ValueError as error:
            raise RuleFileError(file, name, str(error)) from error
    return {
        "id": name,
        "tags": entry.get("tags", []),
        "patterns": entry["patterns"],
        "unless": entry.get("unless", []),
        "ignores": entry.get("ignores", []),
        "topic": bool(entry.get("topic", True)),
    }


def _know(pattern: Pattern, phrases: Phrases) -> None:
    for names in pattern.needs:
        for name in names:
            if name.startswith("="):
                phrases.literal(name)
            elif name not in phrases:
                raise ValueError(f"no concept <{name}> in data/lexicon")


def _by_concept(findings: Iterable[Mapping[str, Any]]) -> dict[str, list[int]]:
    """Map a concept to the numbers of the findings that may match when it is present."""
    index: dict[str, set[int]] = defaultdict(set)
    for number, finding in enumerate(findings):
        for source in finding["patterns"]:
            for name in compile_pattern(source).rarest():
                index[name].add(number)
    return {name: sorted(numbers) for name, numbers in sorted(index.items())}
