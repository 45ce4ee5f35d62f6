"""Words that a PDF divides at the end of a line, put together again."""

from __future__ import annotations

import re
from typing import NamedTuple

_DIVIDED = re.compile(r"([^\W\d_]+)[-\u2010\u00ad]$")
# A hyphen after one of these is the word's own: "long-term", "self-care".
_OWN_HYPHEN = frozenset(
    "self well long short low high full half part day step cross follow non anti x "
    "one two three four six first second third up weight load range evidence".split()
)


class Joined(NamedTuple):
    """A text of one line, and how many words were put together."""

    text: str
    mended: int


def joined(lines: list[str], every: str) -> Joined:
    """``lines`` as one; ``every`` is the whole document, which may show how a word is written."""
    parts: list[str] = []
    mended = 0
    for line in lines:
        divided = _DIVIDED.search(parts[-1]) if parts else None
        following = re.match(r"[^\W\d_]+", line)
        if not (divided and following and following[0][0].islower()):
            parts += [" ", line] if parts else [line]
            continue
        if not _keeps_hyphen(divided[1], following[0], every):
            parts[-1] = parts[-1][:-1]
            mended += 1
        parts.append(line)
    return Joined("".join(parts).replace("\u00ad", ""), mended)


def _keeps_hyphen(first: str, second: str, every: str) -> bool:
    if re.search(rf"\b{first}-{second}\b", every, re.I):
        return True
    if re.search(rf"\b{first}{second}\b", every, re.I):
        return False
    return first.lower() in _OWN_HYPHEN
