"""Tables in a file that is mapped into memory: opening reads a few lines, a look-up a few pages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexCorrupt

Tables = dict[str, NDArray[Any]]

_ALIGNED = 64  # bytes: a table begins where the processor reads it best
_LENGTH = 8  # bytes that hold the length of the list of tables


def write_tables(path: Path, tables: Mapping[str, NDArray[Any]]) -> None:
    """Write tables of one dimension into the one file ``path``, a list of them first."""
    listed, end = {}, 0
    for name, table in tables.items():
        listed[name] = [table.dtype.str, len(table), end]
        end += _padded(table.nbytes)
    head = json.dumps({"tables": listed, "end": end}).encode()
    head = head.ljust(_padded(_LENGTH + len(head)) - _LENGTH)
    with path.open("wb") as file:
        file.write(len(head).to_bytes(_LENGTH, "little") + head)
        for table in tables.values():
            file.write(np.ascontiguousarray(table).data)
            file.write(bytes(_padded(table.nbytes) - table.nbytes))


def read_tables(path: Path) -> Tables:
    """The tables in ``path``, each part of them read where and when it is used.

    Raises:
        IndexCorrupt: the file is missing, damaged or not complete.
    """
    try:
        # A plain view: each element of a memmap would be wrapped once more.
        raw = np.asarray(np.memmap(path, dtype=np.uint8, mode="r"))
        length = int.from_bytes(raw[:_LENGTH].tobytes(), "little")
        values = json.loads(raw[_LENGTH : _LENGTH + length].tobytes())
        held = raw[_LENGTH + length :]
        if len(held) != values["end"]:
            raise ValueError("the file is not complete")
        return {name: _view(held, *place) for name, place in values["tables"].items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise IndexCorrupt(f"A table of the index ({path.name}) cannot be read.") from error


def _view(held: NDArray[np.uint8], kind: str, count: int, start: int) -> NDArray[Any]:
    size = np.dtype(kind).itemsize
    return held[start : start + count * size].view(kind)


def _padded(size: int) -> int:
    return -(-size // _ALIGNED) * _ALIGNED


_PARTS = ("text", "starts", "places")


class Strings(Sequence[str]):
    """Strings in their order, each found by its words.

    ``places`` lists them in the order of their bytes; ``starts`` has one entry more than there
    are strings.
    """

    def __init__(
        self, text: NDArray[np.uint8], starts: NDArray[np.int64], places: NDArray[np.int32]
    ) -> None:
        self._text, self._starts, self._places = text, starts, places

    @classmethod
    def of(cls, strings: Sequence[str]) -> Strings:
        """A table of ``strings``."""
        encoded = [each.encode() for each in strings]
        starts = np.concatenate([[0], np.cumsum([len(each) for each in encoded])])
        places = sorted(range(len(encoded)), key=encoded.__getitem__)
        return cls(
            np.frombuffer(b"".join(encoded), dtype=np.uint8),
            starts.astype(np.int64),
            np.array(places, dtype=np.int32),
        )

    @classmethod
    def within(cls, tables: Tables, name: str) -> Strings:
        """The strings that ``tables`` hold under ``name``.

        Raises:
            IndexCorrupt: they are not there or not complete.
        """
        text, starts, places = (tables.get(f"{name}.{part}") for part in _PARTS)
        if text is None or starts is None or places is None:
            raise IndexCorrupt("A table of words of the index is missing.")
        if len(starts) != len(places) + 1 or starts[-1] != len(text):
            raise IndexCorrupt("A table of words of the index is not complete.")
        return cls(text, starts, places)

    def tables(self, name: str) -> Tables:
        """The tables that hold these strings, to be written under ``name``."""
        parts: tuple[NDArray[Any], ...] = (self._text, self._starts, self._places)
        return {f"{name}.{part}": table for part, table in zip(_PARTS, parts, strict=True)}

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, place: Any) -> Any:  # noqa: ANN401 - as of any sequence
        if isinstance(place, slice):
            return [self[n] for n in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return self._bytes(int(place) % len(self)).decode()

    def __iter__(self) -> Iterator[str]:
        return (self._bytes(n).decode() for n in range(len(self)))

    def find(self, wanted: str) -> int | None:
        """Where ``wanted`` stands; ``None`` when it is not there."""
        key = wanted.encode(errors="replace")
        low = self._first_from(key)
        if low == len(self):
            return None
        place = int(self._places[low])
        return place if self._bytes(place) == key else None

    def beginning(self, start: str) -> list[str]:
        """The strings that begin with ``start``, in the order of their bytes."""
        key, found = start.encode(errors="replace"), list[str]()
        for n in range(self._first_from(key), len(self)):
            each = self._bytes(int(self._places[n]))
            if not each.startswith(key):
                break
            found.append(each.decode())
        return found

    def _first_from(self, key: bytes) -> int:
        """How many strings come before ``key``."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._bytes(int(self._places[middle])) < key:
                low = middle + 1
            else:
                high = middle
        return low

    def __contains__(self, wanted: object) -> bool:
        return isinstance(wanted, str) and self.find(wanted) is not None

    def _bytes(self, place: int) -> bytes:
        return self._text[self._starts[place] : self._starts[place + 1]].tobytes()
