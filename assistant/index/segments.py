"""Which segments a build is made of: a small addition is a small segment beside the old ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import IndexCorrupt
from assistant.files import write_whole
from assistant.index.manifest import KINDS, Kind, Segment
from assistant.index.texts import field_id, sentence_ids
from assistant.records import Library

# A query asks every segment, and a dead vector is found and thrown away.
MOST_SEGMENTS = 8
MOST_DEAD = 0.15  # share of a kind's vectors in all segments
LARGE_PART = 0.25  # share of the library's passages or fields from which all are written anew


@dataclass(frozen=True, slots=True)
class Contents:
    """What a segment holds: passages by id, each with the number of its sentences, and fields."""

    passages: Mapping[str, int]
    fields: frozenset[str]

    @classmethod
    def of(cls, passages: Mapping[str, int], fields: Iterable[str]) -> Contents:
        """Contents with any collection of field ids."""
        return cls(passages, frozenset(fields))

    def __bool__(self) -> bool:
        return bool(self.passages or self.fields)

    def counts(self) -> dict[Kind, int]:
        """How many vectors of each kind there are."""
        return {
            "passages": len(self.passages),
            "sentences": sum(self.passages.values()),
            "fields": len(self.fields),
        }

    def ids(self, kind: Kind) -> Iterator[str]:
        """Every id of ``kind``."""
        if kind == "passages":
            yield from self.passages
        elif kind == "fields":
            yield from sorted(self.fields)
        else:
            for passage, count in self.passages.items():
                yield from sentence_ids(passage, count)

    def within(self, other: Contents) -> Contents:
        """What ``other`` holds as well."""
        both = {p: n for p, n in self.passages.items() if p in other.passages}
        return Contents(both, self.fields & other.fields)

    def without(self, others: Sequence[Contents]) -> Contents:
        """What none of ``others`` holds."""
        left = {p: n for p, n in self.passages.items() if not any(p in o.passages for o in others)}
        return Contents(left, self.fields.difference(*(o.fields for o in others)))

    def fingerprint(self, *known: str) -> str:
        """A name that equal contents share; ``known`` is what else the vectors depend on."""
        parts = (*known, *sorted(self.passages), "", *sorted(self.fields))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def contents_of(library: Library) -> Contents:
    """Everything that ``library`` needs a vector of."""
    texts = {
        text
        for passage in library.passages
        for text in (library.articles[passage.article].title, passage.heading)
        if text
    }
    return Contents.of(
        {p.id: len(p.sentences) for p in library.passages}, (field_id(text) for text in texts)
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """``kept`` segments stay as they are; ``new`` is what has to be written beside them.

    Of each kept segment there is its name, what it holds and how much of that is wanted.
    """

    kept: tuple[tuple[str, Contents, Mapping[Kind, int]], ...]
    new: Contents


def plan(wanted: Contents, held: Sequence[tuple[str, Contents]], *, purge: bool = False) -> Plan:
    """How to come from the segments ``held``, in their order, to the library ``wanted``.

    With ``purge`` no kept segment holds anything that is not wanted.
    """
    used = []
    for name, contents in held:
        live = contents.within(wanted)
        if live:
            used.append((name, contents, contents.counts(), live, live.counts()))
    clean = [each for each in used if not purge or each[2] == each[4]]
    new = wanted.without([live for _, _, _, live, _ in clean])
    everything = Plan((), wanted)
    if not clean or _is_much(new, wanted) or len(clean) + bool(new) > MOST_SEGMENTS:
        return everything
    for kind in KINDS:
        stored = sum(counts[kind] for _, _, counts, _, _ in clean)
        if stored - sum(live[kind] for _, _, _, _, live in clean) > MOST_DEAD * stored:
            return everything
    return Plan(tuple((name, contents, live) for name, contents, _, _, live in clean), new)


def _is_much(new: Contents, wanted: Contents) -> bool:
    part, whole = new.counts(), wanted.counts()
    return any(part[kind] > LARGE_PART * whole[kind] for kind in KINDS)


def segment_of(name: str, contents: Contents, live: Mapping[Kind, int]) -> Segment:
    """How the manifest lists a segment that holds ``contents``, of which ``live`` is wanted."""
    counts = contents.counts()
    return Segment(name=name, counts=counts, dead={k: counts[k] - live[k] for k in KINDS})


def contents_path(data_dir: Path, name: str) -> Path:
    """Where the list of what segment ``name`` holds is kept."""
    return data_dir / "segments" / f"{name}.json"


def write_contents(data_dir: Path, name: str, contents: Contents) -> None:
    """Keep the list of what segment ``name`` holds."""
    path = contents_path(data_dir, name)
    path.parent.mkdir(exist_ok=True)
    values = {"passages": dict(contents.passages), "fields": sorted(contents.fields)}
    write_whole(path, json.dumps(values))


def read_contents(data_dir: Path, segment: Segment) -> Contents:
    """What ``segment`` holds.

    Raises:
        IndexCorrupt: the list is missing, damaged, or of another segment.
    """
    try:
        values = json.loads(contents_path(data_dir, segment.name).read_text(encoding="utf-8"))
        contents = Contents.of(values["passages"], values["fields"])
        fits = contents.counts() == segment.counts
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise IndexCorrupt("The lists of the index cannot be read.") from error
    if not fits:
        raise IndexCorrupt("The lists of the index do not match its manifest.")
    return contents


Nearest = Callable[[str, int], list[tuple[str, float]]]


def nearest_alive(
    segment: Segment, kind: Kind, count: int, ask: Nearest, holds: Callable[[str], bool]
) -> list[tuple[str, float]]:
    """The ``count`` nearest ids of ``segment`` that ``holds`` is true of, with their cosines.

    ``ask`` finds the nearest of a collection, dead ones included: where too few are left, it is
    asked again for more.
    """
    stored, dead = segment.counts[kind], segment.dead.get(kind, 0)
    enough = min(count, stored - dead)
    asked = min(stored, count + min(dead, count))
    while enough:
        found = [each for each in ask(segment.collection(kind), asked) if holds(each[0])]
        if len(found) >= enough or asked >= stored:
            return found[:count]
        asked = min(stored, 2 * asked)
    return []
