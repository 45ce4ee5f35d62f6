"""Which segments a build is made of: a small addition is a small segment beside the old ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.index.manifest import KINDS, Kind, Segment
from assistant.index.texts import field_id, sentence_ids
from assistant.records import Library

# A query asks every segment, and a dead vector is found and thrown away.
MOST_SEGMENTS = 8
MOST_DEAD = 0.15  # share of a segment's vectors of a kind
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
class Held:
    """A segment that is there: how many vectors it has, and how many of them are ``alive``."""

    name: str
    counts: Mapping[Kind, int]
    alive: Mapping[Kind, int]

    def is_much_dead(self) -> bool:
        """Whether so much of it is gone that it is better written anew."""
        return any(self.counts[k] - self.alive[k] > MOST_DEAD * self.counts[k] for k in KINDS)


def kept_segments(
    new: Mapping[Kind, int], held: Sequence[Held], *, purge: bool = False
) -> list[Held]:
    """Which of ``held`` stay as they are; what is alive of the others is joined with the ``new``.

    When there would be too many, the smallest are joined, and those that are no larger than what
    was joined so far: each vector is copied as often as the library grew severalfold. With
    ``purge`` no kept segment holds anything that is gone.
    """
    kept = [
        each for each in held
        if any(each.alive.values()) and not each.is_much_dead()
        and not (purge and each.counts != each.alive)
    ]  # fmt: skip
    whole = _sum([new, *(each.alive for each in held)])
    small = sorted(kept, key=lambda each: each.alive["passages"])

    def joined() -> Mapping[Kind, int]:
        return _sum([new, *(each.alive for each in held if each not in kept)])

    if len(kept) + any(joined().values()) > MOST_SEGMENTS:
        while small and (
            len(kept) >= MOST_SEGMENTS // 2 or small[0].alive["passages"] <= joined()["passages"]
        ):
            kept.remove(small.pop(0))
    if any(joined()[kind] > LARGE_PART * whole[kind] for kind in KINDS):
        return []
    return kept


def _sum(counts: Iterable[Mapping[Kind, int]]) -> Mapping[Kind, int]:
    listed = list(counts)
    return {kind: sum(each[kind] for each in listed) for kind in KINDS}


def segment_of(name: str, contents: Contents, *, stored: bool = True) -> Segment:
    """How the manifest lists a new segment that holds ``contents``."""
    counts = contents.counts()
    return Segment(name=name, counts=counts, dead=dict.fromkeys(KINDS, 0), stored=stored)


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
