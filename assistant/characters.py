"""Characters that no reader sees or no encoding holds, taken out of a text."""

from __future__ import annotations

import re
import unicodedata

# Zero-width and bidirectional controls can hide words from a reader; soft hyphens split words.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_HALF_PAIR = re.compile("[\ud800-\udfff]")


def visible(text: str) -> str:
    """``text`` in one Unicode form, without control and invisible characters."""
    return _CONTROL.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))).strip()


def printable(text: str) -> str:
    """``text`` safe to print, its words untouched: Unicode forms turn 1½ into 11⁄2."""
    return _CONTROL.sub(" ", _INVISIBLE.sub("", text))


def well_formed(text: str) -> str:
    """``text`` with characters that no encoding can hold (half a surrogate pair) replaced."""
    return _HALF_PAIR.sub("\ufffd", text)
