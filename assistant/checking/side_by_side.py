"""Two texts beside each other, sentence by sentence, with the words that differ."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

RowKind = Literal["same", "changed", "left", "right"]
ALIKE = 0.5  # share of the words of both that a sentence and its changed form have in common
_LARGEST = 100_000  # pairs of sentences of one changed stretch that are compared
# A sentence or a line with the blanks behind it; nothing of a text is left out.
_UNIT = re.compile(r"[^\n]*?(?:[.!?][\"'”’)\]]*(?=\s)|\n|\Z)\s*")
_WORD = re.compile(r"\S+\s*|\s+")


class Piece(NamedTuple):
    """Words of a changed sentence: ``same`` in both, or only ``left`` or only ``right``."""

    kind: Literal["same", "left", "right"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One sentence on each side, with the blanks behind it; empty where a side has none.

    ``same`` sentences differ in blanks at most. ``pieces`` are the words of a ``changed`` one.
    """

    kind: RowKind
    left: str = ""
    right: str = ""
    pieces: tuple[Piece, ...] = ()


def side_by_side(left: str, right: str) -> list[Row]:
    """The sentences of two texts in reading order, equal and changed ones in one row.

    Joined, the left sides are ``left`` again and the right sides ``right``.
    """
    a, b = _units(left), _units(right)
    matcher = difflib.SequenceMatcher(None, [_bare(u) for u in a], [_bare(u) for u in b])
    rows: list[Row] = []
    for tag, a0, a1, b0, b1 in matcher.get_opcodes():
        if tag == "equal":
            pairs = zip(a[a0:a1], b[b0:b1], strict=True)
            rows += [Row(kind="same", left=one, right=other) for one, other in pairs]
        else:
            rows += _changed(a[a0:a1], b[b0:b1])
    return rows


def _units(text: str) -> list[str]:
    return [unit for unit in _UNIT.findall(text) if unit]


def _bare(unit: str) -> str:
    return " ".join(unit.split())


def _changed(a: Sequence[str], b: Sequence[str]) -> Iterator[Row]:
    """Rows of a stretch that differs; sentences that are alike stand in one row."""
    at = bt = 0
    for i, j in _partners(a, b):
        yield from _alone(a[at:i], b[bt:j])
        pieces = tuple(_pieces(a[i], b[j]))
        yield Row(kind="changed", left=a[i], right=b[j], pieces=pieces)
        at, bt = i + 1, j + 1
    yield from _alone(a[at:], b[bt:])


def _alone(a: Sequence[str], b: Sequence[str]) -> Iterator[Row]:
    for unit in a:
        yield Row(kind="left", left=unit)
    for unit in b:
        yield Row(kind="right", right=unit)


def _partners(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Places of sentences that are alike, in the order of both, found from the likest on."""
    if len(a) * len(b) > _LARGEST:
        return []
    mine, theirs = ([set(unit.lower().split()) for unit in side] for side in (a, b))
    scored = [
        (share, i, j)
        for i, one in enumerate(mine)
        for j, other in enumerate(theirs)
        if one and other and (share := len(one & other) / len(one | other)) >= ALIKE
    ]
    kept: list[tuple[int, int]] = []
    for _share, i, j in sorted(scored, key=lambda s: (-s[0], s[1], s[2])):
        if all((i < k and j < m) or (i > k and j > m) for k, m in kept):
            kept.append((i, j))
    return sorted(kept)


def _pieces(left: str, right: str) -> Iterator[Piece]:
    a, b = _WORD.findall(left), _WORD.findall(right)
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    for tag, a0, a1, b0, b1 in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(b[b0:b1]))
            continue
        if a1 > a0:
            yield Piece("left", "".join(a[a0:a1]))
        if b1 > b0:
            yield Piece("right", "".join(b[b0:b1]))
