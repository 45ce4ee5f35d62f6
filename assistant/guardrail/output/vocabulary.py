"""The word classes of the output checks, read from ``data/output_words.toml`` and ``..._names``.

An entry is a phrase; ``(a|b)`` is a choice, ``stop~`` stands for all forms of the verb and
``tablet+`` for singular and plural.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from assistant.guardrail.errors import RuleFileError

DATA = Path(__file__).resolve().parent.parent / "data"
WORDS, NAMES = "output_words.toml", "output_names.toml"
# Forms of a verb: base, third person, -ing, past. "stop.vbg" is the class of "stopping".
FORMS = frozenset({"vb", "vbz", "vbg", "vbd"})
_CHOICE = re.compile(r"\(([^()]*)\)")
_DOUBLED = re.compile(r"[^aeiou][aeiou][bdgklmnprt]$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_FIGURE = re.compile(r"\.?\d[\d.,]*")
_LONGEST = 7  # words in the longest phrase
_SUFFIX_SIZES = range(3, 9)
_SUFFIX_WORD = 6  # letters of the shortest word that a suffix may name


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)


class Vocabulary:
    """All word classes; ``scan`` finds every phrase of every class.

    ``classes`` maps each class to the lengths, in words, of its phrases.
    """

    def __init__(self, words: Mapping[str, str], tables: Mapping[str, Any]) -> None:
        self._irregular: Mapping[str, str] = tables["irregular"]
        self._unions: dict[str, set[str]] = defaultdict(set)
        for union, members in tables["unions"].items():
            for member in members:
                self._unions[member].add(union)
        self._root = _Node()
        self._suffixes: dict[str, set[str]] = defaultdict(set)
        self._no_suffix: set[str] = set()
        self.classes: dict[str, set[int]] = defaultdict(set, {"num": {1}, "year": {1}})
        for name, entries in words.items():
            for entry in filter(None, (e.strip() for e in " ".join(entries.split()).split(";"))):
                self._add(name, entry)

    def _add(self, name: str, entry: str) -> None:
        tags = {name} | self._unions.get(name, set())
        if entry.startswith("-"):
            self._suffixes[entry[1:]] |= tags
            for tag in tags:
                self.classes[tag].add(1)
        elif name == "not_suffix":
            self._no_suffix.add(entry)
        else:
            for phrase, forms in self._expand(entry):
                formed = {f"{tag}.{form}" for tag in tags for form in forms}
                self._insert(phrase.split(), tags | formed | forms)

    def _insert(self, phrase: Sequence[str], tags: set[str]) -> None:
        if len(phrase) > _LONGEST:
            raise RuleFileError(WORDS, " ".join(phrase), f"is longer than {_LONGEST} words")
        node = self._root
        for word in phrase:
            node = node.children.setdefault(word, _Node())
        node.tags |= tags
        for tag in tags:
            self.classes[tag].add(len(phrase))

    def _expand(self, entry: str) -> Iterator[tuple[str, set[str]]]:
        choice = _CHOICE.search(entry)
        if choice:
            for option in choice.group(1).split("|"):
                head, tail = entry[: choice.start()], entry[choice.end() :]
                yield from self._expand(f"{head}{option}{tail}")
            return
        options = [list(self._forms(word)) for word in entry.split()]
        for pick in product(*options):
            yield " ".join(word for word, _ in pick), set().union(*(form for _, form in pick))

    def _forms(self, word: str) -> Iterator[tuple[str, set[str]]]:
        if word.endswith("+"):
            yield word[:-1], set()
            yield _plural(word[:-1]), set()
        elif word.endswith("~"):
            yield from self._conjugate(word[:-1])
        else:
            yield word, set()

    def _conjugate(self, base: str) -> Iterator[tuple[str, set[str]]]:
        stem = base[:-1] if base.endswith("e") and not base.endswith("ee") else base
        if _DOUBLED.search(base) and len(base) <= 5:
            stem = base + base[-1]
        past = f"{base[:-1]}ied" if re.search(r"[^aeiou]y$", base) else f"{stem}ed"
        yield base, {"vb"}
        yield _plural(base), {"vbz"}
        yield f"{stem}ing", {"vbg"}
        for form in self._irregular.get(base, past).split(", "):
            yield form, {"vbd"}

    def scan(self, words: Sequence[str], breaks: Sequence[bool]) -> list[dict[int, set[str]]]:
        """For each word, the classes of the phrases that begin there, by length in words.

        ``breaks`` says before which words punctuation stands: no phrase crosses it.
        """
        found = []
        for at, word in enumerate(words):
            here = {1: self._alone(word)}
            node: _Node | None = self._root
            for end in range(at, min(at + _LONGEST, len(words))):
                if end > at and breaks[end]:
                    break
                node = node.children.get(words[end]) if node else None
                if node is None:
                    break
                if node.tags:
                    here.setdefault(end - at + 1, set()).update(node.tags)
            found.append(here)
        return found

    def _alone(self, word: str) -> set[str]:
        if word[-1].isdigit() and _FIGURE.fullmatch(word):
            return {"year"} if _YEAR.fullmatch(word) else {"num"}
        if len(word) < _SUFFIX_WORD or word in self._no_suffix:
            return set()
        endings = (self._suffixes.get(word[-size:]) for size in _SUFFIX_SIZES)
        return set().union(*filter(None, endings))

    def is_given_name(self, word: str) -> bool:
        """Whether ``word`` is a person's given name."""
        node = self._root.children.get(word.lower())
        return node is not None and "given" in node.tags


def _plural(word: str) -> str:
    if re.search(r"[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    return f"{word}es" if re.search(r"(?:s|x|ch|sh|z|o)$", word) else f"{word}s"


def load(folder: Path = DATA) -> Vocabulary:
    """Read the vocabulary from ``folder``.

    Raises:
        RuleFileError: a file is missing or cannot be read; names the file and the fix.
    """
    words, names = read_toml(folder / WORDS), read_toml(folder / NAMES)
    try:
        merged = {**words["words"], **names["names"]}
        tables = {"unions": names["unions"], "irregular": words["irregular"]}
    except KeyError as error:
        raise RuleFileError(f"{WORDS} or {NAMES}", str(error), "add this table") from error
    for name, entries in merged.items():
        if not isinstance(entries, str):
            raise RuleFileError(WORDS, name, 'write "entry; entry; …" in quotes')
    return Vocabulary(merged, tables)


def read_toml(path: Path) -> dict[str, Any]:
    """The content of one data file; a :class:`RuleFileError` says what is wrong with it."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RuleFileError(path.name, "file", "cannot be read; restore it from git") from error
    except tomllib.TOMLDecodeError as error:
        raise RuleFileError(path.name, "TOML", f"{error}; fix the syntax there") from error


@cache
def shipped() -> Vocabulary:
    """The vocabulary of this package, read once."""
    return load()
