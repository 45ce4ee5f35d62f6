"""Makes the word relations of the verifier (``assistant/verification/data/thesaurus.txt``).

Run with ``python -m training.thesaurus DICT``, where DICT is the folder of WordNet 3.0's database
files (``data.noun``, ``index.noun``, ``noun.exc`` and the like). For each stem it keeps which
kinds of things its nouns name, which stems mean nearly the same, which are wider and which are
opposite. Only the usual senses of a word count: rare ones would make everything alike.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import Stemmer

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "assistant" / "verification" / "data" / "thesaurus.txt"
COMMON = ROOT / "assistant" / "guardrail" / "data" / "english.txt"
SENSES = {"n": 2, "v": 3, "a": 3, "r": 2}  # senses of a word that count without an example
TAGGED_SENSES = 5  # senses that count when the tagged texts have them
NAMES = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
# Kinds of things, each with the synsets that head it or the lexicographer file that holds it.
HEADS = {
    "D": ("drug", "medicine", "vitamin", "antibiotic", "hormone", "analgesic"),
    "S": ("illness", "disorder", "symptom", "injury", "disease", "pathology", "infection"),
    "R": ("medical_procedure", "therapy", "surgery", "exercise", "sport", "diagnostic_procedure"),
    "H": ("health_professional", "specialist", "therapist"),
}
FILES = {8: "B", 13: "F", 5: "A", 20: "A", 27: "U", 18: "P", 6: "T", 15: "L", 28: "Z"}
# "N" is any word that is mostly a noun.
TOO_WIDE = 5  # a noun this near to the root names everything
# Forms that are mostly words of their own.
OWN_WORDS = frozenset(
    "left wound ground bore rose bound lay better best worse worst less lesser more most further "
    "shot cut set bit lit rent spat stove cleft does axes bases".split()
)
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*$")

Key = tuple[str, int]  # part of speech and place in its data file


@dataclass(slots=True)
class Synset:
    """One meaning: its words, its lexicographer file and what it points to."""

    file: int
    words: list[str]
    links: list[tuple[str, Key, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Entry:
    """What is kept of one stem."""

    kinds: set[str] = field(default_factory=set)
    near: set[str] = field(default_factory=set)
    wider: set[str] = field(default_factory=set)
    opposite: set[str] = field(default_factory=set)


def read_synsets(folder: Path) -> dict[Key, Synset]:
    """Every synset of the database; satellites of adjectives count as adjectives."""
    found: dict[Key, Synset] = {}
    for pos, name in NAMES.items():
        for line in (folder / f"data.{name}").read_text(encoding="ascii").splitlines():
            if line.startswith("  "):
                continue
            parts = line.split("|")[0].split()
            size = int(parts[3], 16)
            words = [w.split("(")[0].lower() for w in parts[4 : 4 + 2 * size : 2]]
            synset = Synset(int(parts[1]), words)
            at = 5 + 2 * size
            for _ in range(int(parts[4 + 2 * size])):
                kind, place, part, ends = parts[at : at + 4]
                target = ("a" if part == "s" else part, int(place))
                synset.links.append((kind, target, int(ends[:2], 16), int(ends[2:], 16)))
                at += 4
            found[pos, int(parts[0])] = synset
    return found


def read_senses(folder: Path) -> dict[str, dict[str, list[Key]]]:
    """The usual senses of each lemma by part of speech, the most usual first."""
    found: dict[str, dict[str, list[Key]]] = defaultdict(dict)
    for pos, name in NAMES.items():
        for line in (folder / f"index.{name}").read_text(encoding="ascii").splitlines():
            if line.startswith("  "):
                continue
            parts = line.split()
            pointers = int(parts[3])
            tagged = int(parts[5 + pointers])
            places = [(pos, int(place)) for place in parts[6 + pointers :]]
            kept = max(SENSES[pos], min(tagged, TAGGED_SENSES))
            found[parts[0].lower()][pos] = places[:kept]
    return found


def tagged_words(folder: Path) -> dict[tuple[str, str], int]:
    """How often the tagged texts hold a lemma as a part of speech."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    parts = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
    for line in (folder / "cntlist.rev").read_text(encoding="ascii").splitlines():
        key, _sense, count = line.split()
        lemma, rest = key.split("%")
        counts[lemma.lower(), parts[rest[0]]] += int(count)
    return counts


class Thesaurus:
    """Collects the entries."""

    def __init__(self, folder: Path) -> None:
        self.synsets = read_synsets(folder)
        self.senses = read_senses(folder)
        self.counts = tagged_words(folder)
        self.stem = Stemmer.Stemmer("english").stemWord
        self.depths: dict[Key, int] = {}
        self.entries: dict[str, Entry] = defaultdict(Entry)
        common = set(COMMON.read_text(encoding="utf-8").split())
        self.common = {
            lemma
            for lemma in self.senses
            if _WORD.match(lemma) and (lemma in common or self._tagged(lemma))
        }
        self.most_used: dict[str, int] = {}
        for lemma in self.common:
            stem = self.stem(lemma)
            self.most_used[stem] = max(self.most_used.get(stem, 0), self.uses(lemma))
        self.heads = {kind: self._heads(names) for kind, names in HEADS.items()}

    def _tagged(self, lemma: str) -> bool:
        return any((lemma, pos) in self.counts for pos in NAMES)

    def uses(self, lemma: str) -> int:
        """How often the tagged texts hold ``lemma``."""
        return sum(self.counts.get((lemma, pos), 0) for pos in NAMES)

    def _heads(self, names: Iterable[str]) -> set[Key]:
        return {self.senses[name]["n"][0] for name in names}

    def above(self, key: Key) -> Iterator[Key]:
        """Every wider synset, nearest first."""
        queue, seen = [key], {key}
        while queue:
            for kind, target, _, _ in self.synsets[queue.pop(0)].links:
                if kind in ("@", "@i") and target not in seen:
                    seen.add(target)
                    queue.append(target)
                    yield target

    def depth(self, key: Key) -> int:
        """How many wider synsets stand above."""
        if key not in self.depths:
            self.depths[key] = sum(1 for _ in self.above(key))
        return self.depths[key]

    def kinds(self, lemma: str) -> set[str]:
        """What the noun ``lemma`` names in its usual sense; nothing for a word mostly no noun."""
        senses = self.senses[lemma]
        if "n" not in senses:
            return set()
        noun = self.counts.get((lemma, "n"), 0)
        if any(self.counts.get((lemma, pos), 0) > 2 * noun for pos in "var" if pos in senses):
            return set()
        rest = [self.counts.get((lemma, pos), 0) for pos in "var" if pos in senses]
        found = {"N"} if noun >= max(rest, default=0) else set()
        for at, key in enumerate(senses["n"][:2]):
            over = {key, *self.above(key)}
            found |= {kind for kind, heads in self.heads.items() if over & heads}
            if at == 0 and self.synsets[key].file in FILES:
                found.add(FILES[self.synsets[key].file])
        return found

    def add(self, lemma: str) -> None:
        """Put everything that is known of ``lemma`` into the entry of its stem."""
        entry = self.entries[self.stem(lemma)]
        if self.uses(lemma) >= self.most_used.get(self.stem(lemma), 0):
            entry.kinds |= self.kinds(lemma)
        for pos, keys in self.senses[lemma].items():
            for key in keys:
                synset = self.synsets[key]
                self._near(entry, lemma, key, synset)
                if pos in "nv":
                    self._wider(entry, key, 2 if pos == "n" else 1)

    def _near(self, entry: Entry, lemma: str, key: Key, synset: Synset) -> None:
        entry.near |= self._usual(key)
        own = synset.words.index(lemma) + 1 if lemma in synset.words else 0
        for kind, target, source, _ in synset.links:
            mine = source in (0, own)
            if ((kind == "&" or (kind in ("+", "\\", "<") and mine)) and key[0] != "n") or (
                kind == "+" and mine
            ):
                entry.near |= self._usual(target)
            elif kind == "!" and mine:
                entry.opposite |= self._usual(target)
            if kind == "&":
                entry.opposite |= self._opposites(target)

    def _opposites(self, head: Key) -> set[str]:
        targets = [target for kind, target, _, _ in self.synsets[head].links if kind == "!"]
        return set().union(*(self._usual(target) for target in targets)) if targets else set()

    def _wider(self, entry: Entry, key: Key, levels: int) -> None:
        for over in list(self.above(key))[:levels]:
            if key[0] == "v" or self.depth(over) >= TOO_WIDE:
                entry.wider |= self._usual(over)

    def _usual(self, key: Key) -> set[str]:
        """Stems of the words that usually mean ``key``."""
        pos = key[0]
        return {
            self.stem(word)
            for word in self.synsets[key].words
            if word in self.common and key in self.senses[word].get(pos, ())
        }

    def lines(self) -> Iterator[str]:
        """The file's lines, one stem each, in the order of the alphabet."""
        named = {"D", "S", "B"}
        for lemma in self.senses:
            if not _WORD.match(lemma):
                continue
            if lemma in self.common:
                self.add(lemma)
            elif self.stem(lemma) not in self.most_used and (kinds := self.kinds(lemma) & named):
                self.entries[self.stem(lemma)].kinds |= kinds
        for stem, entry in sorted(self.entries.items()):
            near = entry.near - {stem}
            rest = (entry.wider - near - {stem}, entry.opposite - near - {stem})
            fields = ["".join(sorted(entry.kinds)), *(" ".join(sorted(f)) for f in (near, *rest))]
            if any(fields):
                yield "\t".join([stem, *fields]).rstrip("\t")


def irregular(folder: Path, thesaurus: Thesaurus) -> Iterator[str]:
    """Irregular forms whose stem is not that of their base: ``feet foot``."""
    for name in ("noun", "verb", "adj"):
        for line in (folder / f"{name}.exc").read_text(encoding="ascii").splitlines():
            form, base = line.split()[:2]
            if not _WORD.match(form) or base not in thesaurus.common or form in OWN_WORDS:
                continue
            rarer = thesaurus.uses(form) < thesaurus.uses(base)
            if rarer and thesaurus.stem(form) != thesaurus.stem(base):
                yield f"{form} {base}"


def main(folder: Path) -> None:
    """Write the file."""
    thesaurus = Thesaurus(folder)
    notice = [
        "# stem, kinds, near, wider, opposite; made by training/thesaurus.py from WordNet 3.0.",
        "# WordNet 3.0 Copyright 2006 by Princeton University. All rights reserved.",
        "# Used under the WordNet licence, which is in NOTICE.txt beside this file.",
    ]
    forms = sorted(set(irregular(folder, thesaurus)))
    text = "\n".join([*notice, *thesaurus.lines(), "# irregular forms", *forms])
    OUT.write_text(text + "\n", encoding="utf-8")
    print(f"{OUT}: {len(text)} characters")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
