"""Telling the words that a question is about from those it is only made with."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from assistant.text import STOP_WORDS, words


def carries_topic(word: str) -> bool:
    """Whether ``word`` (lower case) can be what a question is about."""
    return len(word) > 1 and word not in STOP_WORDS and word.replace("'", "") not in _chatter()


@cache
def subject_words() -> frozenset[str]:
    """The words of ``data/subjects.toml``: they name what a question is about."""
    text = resources.files("assistant").joinpath("data/subjects.toml").read_text(encoding="utf-8")
    return frozenset(w for row in tomllib.loads(text)["subjects"].values() for w in words(row))


@cache
def _chatter() -> frozenset[str]:
    text = resources.files("assistant").joinpath("data/chatter.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["chatter"]
    return frozenset(w.replace("'", "") for row in rows.values() for w in words(row)) | STOP_WORDS
