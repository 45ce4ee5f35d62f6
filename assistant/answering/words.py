"""Telling the words that a question is about from those it is only made with."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from assistant.text import STOP_WORDS, words


def carries_topic(word: str) -> bool:
    """Whether ``word`` (lower case) can be what a question is about."""
    return len(word) > 1 and word not in STOP_WORDS and word.replace("'", "") not in _chatter()


# How it came about, or when it hurts, up to the end of the clause.
_CIRCUMSTANCE = re.compile(
    r"\b(?:after|since|when|while|whenever|following|because|cuz|cos|despues de|después de|desde)\b"
    r"[^,.;?!]*",
    re.I,
)
_CLAUSES = re.compile(r"(?<=[.;?!])\s+")
_ASKS = re.compile(
    r"\?|^(\w+ ){0,2}(what|why|how|who|which|when|where|can|could|should|do|does|did|will|would)\b"
    r"|^(is|are|any|may)\b",
    re.I,
)


def beside_the_point(question: str) -> frozenset[str]:
    """The words that stand only in the circumstances of ``question`` or beside what it asks.

    "My back is killing me after gardening" and "is slouching bad? my aunt swears it is".
    """
    clauses = _CLAUSES.split(question)
    asking = [c for c in clauses if _ASKS.search(c)] or clauses
    point = _CIRCUMSTANCE.sub(" ", " ".join(asking))
    return frozenset(words(question)) - frozenset(words(point))


@cache
def subject_words() -> frozenset[str]:
    """The subjects of ``data/subjects.toml``: they name what a question is about."""
    return frozenset(w for row in _tables()["subjects"].values() for w in words(row))


@cache
def turning_words() -> frozenset[str]:
    """Activities and weather (``data/subjects.toml``): some questions turn on one of them."""
    return frozenset(w for row in _tables()["turned_on"].values() for w in words(row))


@cache
def _tables() -> Mapping[str, Mapping[str, str]]:
    text = resources.files("assistant").joinpath("data/subjects.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _chatter() -> frozenset[str]:
    text = resources.files("assistant").joinpath("data/chatter.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["chatter"]
    return frozenset(w.replace("'", "") for row in rows.values() for w in words(row)) | STOP_WORDS
