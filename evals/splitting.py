"""The splitter of a plain LangChain pipeline, for the peer measured beside the assistant.

``langchain-text-splitters`` is not among the project's packages. This follows the algorithm of
its RecursiveCharacterTextSplitter (separators, merging, overlap); a test holds the two against
each other when the package is there.
"""

from __future__ import annotations

from collections.abc import Sequence

SEPARATORS = ("\n\n", "\n", " ", "")


def recursive_split(text: str, size: int = 1000, overlap: int = 200) -> list[str]:
    """``text`` in chunks of at most ``size`` characters, sharing up to ``overlap``."""
    return _split(text, SEPARATORS, size, overlap)


def _split(text: str, separators: Sequence[str], size: int, overlap: int) -> list[str]:
    finer: tuple[str, ...] = ()
    separator = separators[-1]
    for number, candidate in enumerate(separators):
        if not candidate or candidate in text:
            separator, finer = candidate, tuple(separators[number + 1 :])
            break
    pieces = _cut(text, separator)
    chunks: list[str] = []
    small: list[str] = []
    for piece in pieces:
        if len(piece) < size:
            small.append(piece)
            continue
        chunks += _merge(small, size, overlap)
        small = []
        chunks += _split(piece, finer, size, overlap) if finer else [piece]
    return chunks + _merge(small, size, overlap)


def _cut(text: str, separator: str) -> list[str]:
    """Pieces with the separator kept at their start, as LangChain does."""
    if not separator:
        return list(text)
    first, *rest = text.split(separator)
    return [p for p in (first, *(separator + r for r in rest)) if p]


def _merge(pieces: Sequence[str], size: int, overlap: int) -> list[str]:
    chunks: list[str] = []
    held: list[str] = []
    total = 0
    for piece in pieces:
        if total + len(piece) > size and held:
            chunks.append("".join(held).strip())
            while total > overlap or (total + len(piece) > size and total > 0):
                total -= len(held[0])
                held = held[1:]
        held.append(piece)
        total += len(piece)
    if held:
        chunks.append("".join(held).strip())
    return [c for c in chunks if c]
