"""What the check knows of words: light ones, phrases, likeness, opposites, kinds, strength."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import Stemmer

DATA = Path(__file__).resolve().parent / "data"
STRENGTHS = {"absolute": 5, "most": 3, "half": 2.8, "many": 2.5, "some": 2, "few": 1}
# Endings of medicines' names (the stems that the WHO gives to generic names).
_MEDICINE = re.compile(
    r"(?:statin|pril|sartan|olol|profen|oxacin|cillin|mycin|cycline|azole|prazole|tidine|setron|"
    r"gliptin|gliflozin|glutide|triptan|azepam|zolam|barbital|oxetine|pramine|triptyline|codone|"
    r"morphone|fentanil|caine|sone|solone|nacort|dronate|dronic|mab|nib|vir|parin|xaban|gatran|"
    r"thiazide|semide|dipine|terol|lukast|oxicam|coxib|tidone|piprazole)s?$"
)


class Relations(NamedTuple):
    """What the thesaurus says of one stem."""

    kinds: frozenset[str] = frozenset()
    near: frozenset[str] = frozenset()
    wider: frozenset[str] = frozenset()
    opposite: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Words:
    """The word lists, by stem; ``strength`` by word as written.

    ``groups`` gives the numbers of the groups of like words that a word stands in, ``sides`` those
    of the pairs of opposites, ``n`` against ``-n``. ``phrases`` has, by its first stem, each fixed
    phrase and what it is read as.
    """

    light: frozenset[str]
    slight: frozenset[str]
    phrases: Mapping[str, Sequence[tuple[tuple[str, ...], tuple[str, ...]]]]
    groups: Mapping[str, frozenset[int]]
    sides: Mapping[str, frozenset[int]]
    strength: Mapping[str, float]
    kinds: Mapping[str, frozenset[str]]
    wider: Mapping[str, frozenset[str]]


# Words whose stem is that of another word: "sever" would be "several" too.
_APART = {"severe": "severe", "severely": "severe", "severity": "severe", "typing": "typing"}


@cache
def _stemmer() -> Stemmer.Stemmer:
    import Stemmer

    return Stemmer.Stemmer("english")


def stem(word: str) -> str:
    """The stem of a lower-case word; irregular forms get that of their base."""
    if word in _APART:
        return _APART[word]
    return str(_stemmer().stemWord(_forms().get(word, word)))


@cache
def _forms() -> Mapping[str, str]:
    pairs = [line.split() for line in _thesaurus_lines()[1]]
    own = [pair.split() for pair in _split(_toml()["forms"]["irregular"])]
    return dict((*pairs, *own))


@cache
def _toml() -> Mapping[str, Any]:
    return tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8"))


@cache
def _thesaurus_lines() -> tuple[Mapping[str, str], Sequence[str]]:
    """Lines of the thesaurus by stem, and its lines of irregular forms."""
    text = (DATA / "thesaurus.txt").read_text(encoding="utf-8")
    entries, _, forms = text.partition("\n# irregular forms\n")
    rows = (line.split("\t", 1) for line in entries.split("\n") if line[0] != "#")
    return {row[0]: row[1] for row in rows}, forms.splitlines()


@cache
def relations(word: str) -> Relations:
    """What the thesaurus says of the stem ``word``; empty for one it does not hold."""
    line = _thesaurus_lines()[0].get(word)
    if line is None:
        return Relations()
    kinds, near, wider, opposite = [*line.split("\t"), "", "", ""][:4]
    return Relations(
        frozenset(kinds), frozenset(near.split()), frozenset(wider.split()),
        frozenset(opposite.split()),
    )  # fmt: skip


@cache
def shipped_words() -> Words:
    """The word lists of ``data/words.toml``."""
    table = _toml()
    return Words(
        light=frozenset(map(stem, _split(table["light"]))) - {"hard", "new"},
        slight=frozenset(map(stem, _split(table["slight"]))),
        phrases=_phrases(pair.split("=") for pair in _split(table["rewrite"])),
        groups=_numbered([(n, line) for n, line in enumerate(_lines(table["same"]))]),
        sides=_numbered(_sides(table["opposite"])),
        strength={
            word: STRENGTHS[name]
            for name, listed in table["strength"].items()
            for word in _split(listed)
        },
        kinds=_kinds(table["kinds"]),
        wider=_wider(table["wider"]["wider"]),
    )


def with_synonyms(words: Words, synonyms: Iterable[Sequence[str]]) -> Words:
    """``words`` that read each of ``synonyms`` (a term, then other words for it) as one.

    Phrases of several words are read as one word made of the term.
    """
    pairs, groups = [], dict(words.groups)
    for number, (term, *others) in enumerate(synonyms):
        name = "".join(re.findall(r"[a-z0-9]+", term.lower()))
        if " " in term.strip() or "-" in term:
            pairs.append((term, name))
        for other in others:
            if re.search(r"[\s-]", other.strip()):
                pairs.append((other, name))
            else:
                key = stem(other.lower())
                groups[key] = groups.get(key, frozenset()) | {-1 - number}
        groups[stem(name)] = groups.get(stem(name), frozenset()) | {-1 - number}
    phrases = {key: list(rows) for key, rows in words.phrases.items()}
    for key, rows in _phrases(pairs).items():
        known = {row[0] for row in phrases.get(key, ())}
        phrases.setdefault(key, []).extend(row for row in rows if row[0] not in known)
        phrases[key].sort(key=lambda row: -len(row[0]))
    return Words(
        words.light, words.slight, phrases, groups, words.sides, words.strength, words.kinds,
        words.wider,
    )  # fmt: skip


def _split(text: str) -> list[str]:
    return [entry for entry in (" ".join(part.split()) for part in text.split(";")) if entry]


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _phrases(
    pairs: Iterable[Sequence[str]],
) -> dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]:
    """Phrases by their first stem, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = defaultdict(list)
    for phrase, meaning in pairs:
        written = re.findall(r"[a-z0-9%]+", phrase.lower())
        # A single word stands for itself ("hardly" has the stem of "hard"); with "~" for its forms.
        alone = len(written) == 1 and "~" not in phrase
        keys = tuple(written if alone else map(stem, written))
        if keys:
            marked = ("~", *keys) if "~" in phrase else keys
            found[keys[0]].append((marked, tuple(meaning.split())))
    for rows in found.values():
        rows.sort(key=lambda row: -len(row[0]))
    return dict(found)


def _numbered(lines: Iterable[tuple[int, str]]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for number, line in lines:
        for word in _split(line):
            for part in word.split():
                found[stem(part)].add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


def _sides(text: str) -> list[tuple[int, str]]:
    rows = []
    for number, line in enumerate(_lines(text), start=1):
        left, right = line.split("|")
        rows += [(number, left), (-number, right)]
    return rows


def _wider(text: str) -> dict[str, frozenset[str]]:
    """The wider words of each word."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in _lines(text):
        over, under = line.split(">")
        for word in _split(under):
            found[stem(word)].add(stem(over.strip()))
    return {word: frozenset(over) for word, over in found.items()}


def _kinds(table: Mapping[str, str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for kind, listed in table.items():
        for entry in _split(listed):
            if entry.startswith("="):  # only in this form: "running" is a sport, "run" may be not
                found[entry].add(kind)
            elif " " not in entry:
                found[stem(entry)].add(kind)
    return {word: frozenset(kinds) for word, kinds in found.items()}


def kinds_of(word: str, text: str, words: Words) -> frozenset[str]:
    """What kinds of things the word (its stem, and as written) names."""
    own = words.kinds.get(word) or words.kinds.get(f"={text}")
    if own:
        return own
    if len(text) > 6 and _MEDICINE.search(text):
        return frozenset("D")
    return relations(word).kinds
