"""The passages that a model writes from: screened words only, each under an id of its content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.characters import printable
from assistant.records import Library, Passage
from assistant.text import plain

MOST_PASSAGES = 5
_SHORTEST_KEY = 4  # hexadecimal digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A passage as the model sees it.

    ``positions`` are the sentences of ``passage`` that may be shown; ``text`` holds their words
    and ``place`` the title and headings above them.
    """

    key: str
    passage: Passage
    positions: tuple[int, ...]
    place: str
    text: str


def shown_passages(
    library: Library, passages: Iterable[Passage], permitted: Callable[[str], bool]
) -> tuple[Shown, ...]:
    """At most five of ``passages``, each once, without the sentences that may not be shown."""
    unique = {passage.id: passage for passage in passages}
    held = [(p, fit) for p in unique.values() if (fit := _fit(library, p, permitted))]
    held = held[:MOST_PASSAGES]
    keys = _keys([passage.id for passage, _ in held])
    return tuple(
        Shown(
            key=key,
            passage=passage,
            positions=positions,
            place=_place(library, passage, permitted),
            text=words_at(library, passage, positions),
        )
        for key, (passage, positions) in zip(keys, held, strict=True)
    )


def words_at(library: Library, passage: Passage, positions: Sequence[int]) -> str:
    """The words at ``positions`` as running text, a list on one line behind its lead-in."""
    return " ".join(_lines(library, passage, positions))


def with_lead_ins(passage: Passage, positions: Iterable[int]) -> tuple[int, ...]:
    """``positions`` with the sentences that open their lists: an item alone says nothing."""
    wanted = set(positions)
    leads = {passage.sentences[p].lead_in for p in wanted}
    return tuple(sorted(wanted | {lead for lead in leads if lead is not None}))


def _lines(library: Library, passage: Passage, positions: Sequence[int]) -> Iterator[str]:
    items: list[str] = []
    lead: str | None = None
    for position in positions:
        words = _words(library, passage, position)
        if lead is not None and passage.sentences[position].lead_in is not None:
            items.append(words.rstrip(".;"))
            continue
        if lead is not None:
            yield _list(lead, items)
            lead, items = None, []
        if words.endswith(":"):
            lead = words
        else:
            yield words if words.endswith((".", "!", "?")) else f"{words}."
    if lead is not None:
        yield _list(lead, items)


def _list(lead: str, items: Sequence[str]) -> str:
    if any(". " in item for item in items):  # an item of several sentences is no item of a line
        return " ".join(f"{part.rstrip('.')}." for part in (lead.rstrip(":"), *items))
    return f"{lead} {'; '.join(items)}." if items else lead


def _fit(library: Library, passage: Passage, permitted: Callable[[str], bool]) -> tuple[int, ...]:
    """Positions that may be shown; an item goes with its lead-in."""
    fit: set[int] = set()
    for position, sentence in enumerate(passage.sentences):
        led = sentence.lead_in is None or sentence.lead_in in fit
        if led and permitted(_words(library, passage, position)):
            fit.add(position)
    return tuple(sorted(fit))


def _place(library: Library, passage: Passage, permitted: Callable[[str], bool]) -> str:
    names = (library.articles[passage.article].title, *passage.heading_path)
    return " > ".join(printable(plain(name)) for name in names if permitted(name))


def _words(library: Library, passage: Passage, position: int) -> str:
    span = passage.sentences[position].span
    return printable(plain(library.quote(passage.article, span)))


def _keys(ids: Sequence[str]) -> list[str]:
    """Short ids made from the passages' own, which are made from their words; all different."""
    digests = [hashlib.sha256(each.encode()).hexdigest() for each in ids]
    size = _SHORTEST_KEY
    while len({d[:size] for d in digests}) < len(digests):
        size += 1
    return [f"p{digest[:size]}" for digest in digests]
