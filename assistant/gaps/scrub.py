"""Taking out of a question whatever could say who asked it.

It would rather take out a word too many: what is left must tell what was asked, not who asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from assistant.characters import visible
from assistant.gaps.names import NAME, without_names
from assistant.guardrail.output.private import without_identifiers
from assistant.text import stems

NUMBER = "#"
MOST_CHARACTERS = 200

_MOST_READ = 2_000  # characters; what stands behind them would be cut away anyway
_WEB = re.compile(
    r"(?:\w+://|www\.)\S+|(?<![\w.])@\w[\w.]+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|edu|gov|io|co|"
    r"uk|ie|us|ca|au|nz|eu|es|mx|info|health|me)\b(?:/\S*)?",
    re.I,
)
_SPOKEN_EMAIL = re.compile(r"\S+\s*[(\[]?\bat\b[)\]]?\s*\S+\s*[(\[]?\bdot\b[)\]]?\s*\w+", re.I)
_SPELLED = (
    r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|double|triple|"
    r"cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)"
)
_SPELLED_NUMBER = re.compile(rf"\b{_SPELLED}(?:[\s,.-]+{_SPELLED}){{2,}}\b", re.I)


def scrub(text: str, known: Collection[str]) -> str:
    """``text`` without names, numbers, dates and addresses, at most 200 characters.

    ``known`` is what :func:`assistant.gaps.names.known_words` says. Empty when nothing of a
    question would be left, or when the script is one in which names cannot be told from words.
    """
    text = " ".join(visible(text)[:_MOST_READ].split())
    if not all(_is_latin(char) for char in text):
        return ""
    text = without_identifiers(text, NUMBER)
    for pattern in (_SPOKEN_EMAIL, _WEB, _SPELLED_NUMBER):
        text = pattern.sub(NUMBER, text)
    text = " ".join(_without_digits(chunk) for chunk in text.split())
    text = without_names(text, known)
    text = re.sub(r"#(?:[\s,./()-]*#)+", NUMBER, text)
    text = re.sub(r"\[name\](?:(?:['’]s?)?[\s,.-]*\[name\])+", NAME, text)
    if not stems(text.replace(NAME, " ").replace(NUMBER, " ")):
        return ""
    return _cut(text)


def _is_latin(char: str) -> bool:
    return not char.isalpha() or unicodedata.name(char, "").startswith("LATIN")


def _without_digits(chunk: str) -> str:
    """A token with any figure in it says nothing but that; its last mark of punctuation stays."""
    if not any(char.isnumeric() for char in chunk):
        return chunk
    return NUMBER + (chunk[-1] if chunk[-1] in ".,?!;:" else "")


def _cut(text: str) -> str:
    if len(text) <= MOST_CHARACTERS:
        return text
    return text[: MOST_CHARACTERS - 1].rpartition(" ")[0].rstrip() + "…"
