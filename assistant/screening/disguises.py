"""Undoing disguises: characters nobody sees, letters that only look right, encoded words."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from assistant.characters import printable, visible

_TAGS = re.compile("[\U000e0000-\U000e007f]+")
# Object replacement character: the blocks use it as a cover, so an article may not bring it.
_CANDIDATE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufffc\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_JOINERS = "\u200c\u200d"
_EMOJI_STYLE = "\ufe0e\ufe0f"
# Scripts that need joiners between letters: Arabic to Sinhala, Myanmar, Khmer.
_JOINED_SCRIPTS = re.compile("[\u0600-\u0dff\u1000-\u109f\u1780-\u17ff]")
# Soft hyphens and byte order marks come with copied text and hide nothing.
_HARMLESS = "\u00ad\ufeff"

_LOOK_ALIKE = str.maketrans(
    "аеорсухіјѕԁһӏкмтвнгпАЕОРСУХІЈЅКМТВНοαρνικτυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhlkmtbhrnAEOPCYXIJSKMTBHoapviktuABEZHIKMNOPTYX",
)
_LEET = str.maketrans("0134578@$", "oieastbas")
_LEET_WORD = re.compile(r"(?<![\w@$])(?=[\w@$]*[a-z][\w@$]*[0134578@$][\w@$]*[a-z])[\w@$]{4,}")
# Eight letters or more that stand apart: no word is written so.
SPACED_LETTERS = re.compile(r"(?<!\w)(?:[^\W\d_][ .·_-]){7,}[^\W\d_](?!\w)")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z]")
_MIXED_WORD = re.compile(r"[^\W\d_]+")
_INNER_MARKS = re.compile(r"(?<=\w)[*`~]+(?=\w)")
_GAPS = re.compile(r"[ .·_-]")
_DRAWN_LINE = re.compile(r"[#=|~*-]{3,}")
_QUOTES = re.compile(r"[*`~“”\"«»]+")
_ENTITIES = re.compile(r"(?:&#(?:x[0-9a-f]+|\d+);){3,}", re.I)

_BASE64 = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{20,}={0,2}(?![\w+/=])")
_HEX = re.compile(r"(?<![0-9a-f])(?:(?:0x|\\x)?[0-9a-f]{2}[ ,]?){10,}(?![0-9a-f])", re.I)
_PERCENT = re.compile(r"(?:[\w.]*%[0-9a-f]{2}){3,}[\w%.]*", re.I)
_ESCAPES = re.compile(r"(?:\\u[0-9a-f]{4}){4,}", re.I)
_BINARY = re.compile(r"(?<!\d)(?:[01]{8}[ ,]?){6,}(?!\d)")


class Removed(NamedTuple):
    """Invisible characters that were taken out of one line. ``meaning`` is what they spelt."""

    line: int
    characters: int
    meaning: str


def without_invisible(text: str) -> tuple[str, list[Removed]]:
    """``text`` without characters that nobody sees, and where there were any, by line.

    Line breaks stay. Emoji keep their joiners, and so do scripts that are written with them.
    Soft hyphens and byte order marks are removed without a word: they hide nothing.
    """
    lines, removed = [], []
    for number, line in enumerate(text.split("\n"), start=1):
        if not _CANDIDATE.search(line) and not _CONTROL.search(line):
            lines.append(line)
            continue
        kept = "".join(c for n, c in enumerate(line) if not _is_invisible(line, n))
        gone = [c for n, c in enumerate(line) if _is_invisible(line, n) and c not in _HARMLESS]
        odd = len(gone) + len(_CONTROL.findall(kept))
        if odd:
            spelt = "".join(chr(ord(c) - 0xE0000) for run in _TAGS.findall(line) for c in run)
            removed.append(Removed(number, odd, printable(spelt).strip()))
        lines.append(_CONTROL.sub(" ", kept))
    return "\n".join(lines), removed


def _is_invisible(line: str, position: int) -> bool:
    char = line[position]
    if not _CANDIDATE.match(char):
        return False
    before = line[position - 1] if position else ""
    if char in _EMOJI_STYLE:
        return not before or unicodedata.category(before) not in ("So", "Sm", "Nd", "Po", "Sk")
    if char in _JOINERS and before:
        emoji = unicodedata.category(before) in ("So", "Sk") or before in _EMOJI_STYLE
        return not (emoji or _JOINED_SCRIPTS.match(before))
    return True


def folded(text: str) -> str:
    """``text`` in the form that the instruction rules read: lower case, disguises undone."""
    text = visible(html.unescape(text)).replace("’", "'").replace("‘", "'")
    text = _INNER_MARKS.sub("", text)
    text = SPACED_LETTERS.sub(lambda m: _GAPS.sub("", m.group()), text)
    if _CYRILLIC.search(text):
        text = _MIXED_WORD.sub(_latin, text)
    text = _LEET_WORD.sub(lambda m: m.group().translate(_LEET), text.lower())
    text = _DRAWN_LINE.sub(" . ", text)  # a drawn line ends what stands before it
    return " ".join(_QUOTES.sub(" ", text).split())


def _latin(match: re.Match[str]) -> str:
    """A word of mixed scripts in Latin letters; words of one script stay."""
    word = match.group()
    return word.translate(_LOOK_ALIKE) if mixes_scripts(word) else word


def mixes_scripts(text: str) -> bool:
    """Whether a word of ``text`` holds both Latin and Cyrillic letters, which no word does."""
    if not _CYRILLIC.search(text):
        return False
    words = (match.group() for match in _MIXED_WORD.finditer(text))
    return any(_LATIN.search(word) and _CYRILLIC.search(word) for word in words)


def spelt_in_entities(text: str) -> bool:
    """Whether letters are written as a run of character references."""
    return bool(_ENTITIES.search(text))


def encoded(text: str) -> Iterator[str]:
    """Readable words that stand in ``text`` in an encoding."""
    for pattern, decode in (
        (_BASE64, _base64),
        (_HEX, _hex),
        (_BINARY, _binary),
        (_PERCENT, unquote),
        (_ESCAPES, _unescaped),
    ):
        for match in pattern.finditer(text):
            words = decode(match.group())
            if words and words != match.group() and _is_readable(words):
                yield words


def mirrored(text: str) -> Iterator[str]:
    """``text`` read backwards and with its letters turned by thirteen."""
    yield text[::-1]
    yield codecs.encode(text, "rot13")


def _base64(blob: str) -> str:
    plain = blob.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""


def _hex(blob: str) -> str:
    digits = re.sub(r"0x|\\x|[ ,]", "", blob, flags=re.I)
    try:
        return bytes.fromhex(digits).decode("utf-8")
    except ValueError:
        return ""


def _binary(blob: str) -> str:
    return "".join(chr(int(byte, 2)) for byte in re.findall(r"[01]{8}", blob))


def _unescaped(blob: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), blob, flags=re.I)


def _is_readable(words: str) -> bool:
    letters = sum(c.isalpha() or c.isspace() for c in words)
    return words.isprintable() and len(words) >= 8 and letters >= 0.8 * len(words)
