"""Patients' words and the articles' words for the same thing, from ``glossary.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import CorpusError

if TYPE_CHECKING:
    from assistant.screening.article import Place
    from assistant.screening.findings import Finding

FILE_NAME = "glossary.toml"


_RUN = re.compile(r"[^\W_]+")


class GlossaryEntry(BaseModel):
    """One term of the articles, what else people call it, and what it means in one sentence.

    ``explain`` says that many readers do not know the term.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    term: str = Field(min_length=1)
    also: tuple[str, ...] = ()
    meaning: str = ""
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A question with the articles' words added.

    ``text`` keeps the person's words and adds terms in brackets, for the embedding model.
    ``words`` has the terms in place of the person's words, for matching words.
    """

    text: str
    words: str


class Glossary:
    """Finds lay words in a question. An empty glossary leaves every question as it is."""

    def __init__(self, entries: Iterable[GlossaryEntry] = ()) -> None:
        self.entries = tuple(entries)
        terms: dict[str, list[str]] = {}
        for entry in self.entries:
            for lay in entry.also:
                key = " ".join(lay.lower().split())
                if key:
                    terms.setdefault(key, []).append(entry.term)
        self._terms: Mapping[str, list[str]] = terms
        # Longest first, so that "slipped disc" is not read as "disc" alone.
        self._names = sorted(terms, key=len, reverse=True)
        self._beginnings = [_RUN.search(name) for name in self._names]

    def _pattern(self, question: str) -> re.Pattern[str] | None:
        """What finds the names in ``question``; ``None`` when there can be none.

        Only names that begin with one of its words are compiled: all of them take a quarter of a
        second. Beyond ASCII one letter may match another without case, so there all are tried.
        """
        names = self._names
        if question.isascii():
            found = set(_RUN.findall(question.lower()))
            begun = zip(names, self._beginnings, strict=True)
            names = [name for name, start in begun if start is None or start.group() in found]
        return _any_of(tuple(names)) if names else None

    def _named(self, words: str) -> Sequence[str]:
        """The terms for lay ``words``, also for more than one of what they name; or none."""
        key = " ".join(words.lower().split())
        return self._terms.get(key) or self._terms.get(key.removesuffix("s")) or ()

    def phrases(self, question: str) -> list[tuple[str, tuple[str, ...]]]:
        """``question`` in pieces: a lay phrase with its terms, or other words with none."""
        pattern = self._pattern(question)
        pieces: list[tuple[str, tuple[str, ...]]] = []
        cursor = 0
        for match in pattern.finditer(question) if pattern else ():
            terms = self._named(match.group())
            pieces += [(question[cursor : match.start()], ()), (match.group(), tuple(terms))]
            cursor = match.end()
        pieces.append((question[cursor:], ()))
        return [piece for piece in pieces if piece[0].strip()]

    def explain(self, text: str, known: str = "") -> list[GlossaryEntry]:
        """The terms of ``text`` to explain, in its order, but for those that ``known`` holds too.

        A term inside a longer one ("disc" in "herniated disc") is not explained for itself.
        """
        hard = [entry for entry in self.entries if entry.explain and entry.meaning]
        text = " ".join(text.split())
        lower = text.lower()
        near = [entry for entry in hard if entry.term.lower() in lower]
        taken: list[tuple[int, int]] = []
        found: list[tuple[int, GlossaryEntry]] = []
        for entry in sorted(near, key=lambda e: len(e.term), reverse=True):
            for match in _named(entry.term).finditer(text):
                if all(match.end() <= start or end <= match.start() for start, end in taken):
                    taken.append(match.span())
                    found.append((match.start(), entry))
        ordered = dict.fromkeys(entry for _, entry in sorted(found, key=lambda pair: pair[0]))
        return [entry for entry in ordered if not _named(entry.term).search(known)]

    def read(self, question: str) -> Reading:
        """``question`` in the articles' words too."""
        pattern = self._pattern(question)
        if pattern is None:
            return Reading(question, question)
        found: dict[str, None] = {}

        def replace(match: re.Match[str]) -> str:
            # "ı" matches "i" without case, but its lower case is itself: such words stay.
            terms = self._named(match.group())
            if not terms:
                return match.group()
            found.update(dict.fromkeys(terms))
            return ", ".join(terms)

        words = pattern.sub(replace, question)
        new = [term for term in found if term.lower() not in question.lower()]
        return Reading(f"{question} ({', '.join(new)})" if new else question, words)


@lru_cache(maxsize=64)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    joined = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in names)
    # A phrase may stand for more than one: "bulging discs" where only "bulging disc" is listed.
    return re.compile(rf"(?<![\w-])({joined})s?(?![\w-])", re.I)


@lru_cache(maxsize=512)
def _named(term: str) -> re.Pattern[str]:
    words = re.escape(term).replace(r"\ ", r"\s+")
    return re.compile(rf"(?<![\w-]){words}s?(?![\w-])", re.I)


def load_glossary(folder: Path) -> Glossary:
    """The glossary beside the articles in ``folder``; empty when there is none.

    Raises:
        CorpusError: the file is there but cannot be used; the message names the entry.
    """
    return read_glossary(folder)[0]


def read_glossary(folder: Path) -> tuple[Glossary, list[Finding]]:
    """The glossary without words that must not be shown, and what an editor should look at.

    Raises:
        CorpusError: the file is there but cannot be used; the message names the entry.
    """
    # Only here: whoever answers reads the glossary that was screened when the index was built.
    from assistant.screening.article import Place

    path = folder / FILE_NAME
    if not path.is_file():
        return Glossary(), []
    try:
        text = path.read_text(encoding="utf-8")
        rows = tomllib.loads(text).get("entry", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read ({error}).") from error
    if not isinstance(rows, list):
        raise CorpusError(f"{path}: write each entry below a line [[entry]].")
    place = Place(file=str(path), article="glossary")
    findings: list[Finding] = []
    entries = []
    for number, row in enumerate(rows, start=1):
        entry = _entry(path, number, row)
        also = tuple(w for w in entry.also if _may_be_used(w, text, place, findings))
        if _may_be_used(entry.term, text, place, findings):
            meaning = entry.meaning
            if meaning and not _may_be_used(meaning, text, place, findings):
                meaning = ""
            entries.append(entry.model_copy(update={"also": also, "meaning": meaning}))
    return Glossary(entries), findings


def _may_be_used(words: str, text: str, place: Place, findings: list[Finding]) -> bool:
    from assistant.screening.article import objection

    found = objection(words)
    if found is None or found.kind == "other_language":
        return True
    line = text[: max(0, text.find(words))].count("\n") + 1
    findings.append(place.finding(found.kind, line, words, f"{found.why}; not used"))
    return False


def _entry(path: Path, number: int, row: object) -> GlossaryEntry:
    try:
        return GlossaryEntry.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise CorpusError(f"{path}: entry {number}: {field}: {first['msg']}.") from error
