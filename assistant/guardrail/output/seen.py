"""A sentence as a reader sees it, whatever marks it was written with.

The guardrail imports nothing of the assistant, so it reads Markdown for itself; what the
assistant makes of the same marks cannot change a verdict.
"""

from __future__ import annotations

import html
import re
import unicodedata

_COMMENT = re.compile(r"<!--.*?-->", re.S)
_BREAK = re.compile(r"</?(?:br|hr|p|li|ul|ol|div|td|tr|h[1-6])\b[^<>]*>", re.I)
_TAG = re.compile(r"</?[a-z][^<>:]*>", re.I)  # not <https://…>
_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\[\]]*\])")
_ADDRESS = re.compile(r"<((?:https?|mailto):[^\s<>]*)>", re.I)
_EMPHASIS = re.compile(r"(?<![\w*])(\*\*|\*|__|_|`)(?=\S)(.+?)(?<=\S)\1(?![\w*])")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_HIDDEN = frozenset({"Cf", "Cn", "Co", "Cs"})  # categories of characters that nobody sees


def seen(text: str) -> str:
    """``text`` without marks and hidden characters, in one Unicode form, evenly spaced."""
    text = html.unescape(_COMMENT.sub("", text))
    text = "".join(_character(each) for each in unicodedata.normalize("NFKC", text))
    previous = None
    while previous != text:  # bold words in a link, a picture in bold words
        previous, text = text, _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", _ADDRESS.sub(r"\1", text)))
    text = _TAG.sub("", _BREAK.sub(" ", text))  # other tags stand inside words as well
    return " ".join(_ESCAPE.sub(r"\1", text).split())


def _character(character: str) -> str:
    category = unicodedata.category(character)
    if category in _HIDDEN:
        return ""
    return " " if category == "Cc" else character
