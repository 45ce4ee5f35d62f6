"""The form of a text in which phrases are compared."""

from __future__ import annotations

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "–": "-", "—": "-"})


def normal(text: str) -> str:
    """Lower case, straight quotes, one blank between words: the form that phrases match in."""
    return " ".join(text.translate(_QUOTES).lower().split())
