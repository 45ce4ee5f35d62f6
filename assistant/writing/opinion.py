"""What a model says about the safety of a conversation: read strictly, and held to its words."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.guardrail.types import Flag, Level
from assistant.writing.prompt import LOOK_VERSION

_KEYS = {"level", "about", "words"}
_FENCED = re.compile(r"```(?:json)?\s*(.*?)\s*```", re.S)
_WORD = re.compile(r"[^\W\d_]{3}")
# As with the learned detector: these have messages of their own, and speak of suicide is an
# emergency as soon as it is about somebody.
_IDS = {
    "illness": "model-warning-sign",
    "suicide": "suicidal-thoughts",
    "violence": "violence-abuse",
}


class Unreadable(Exception):
    """The model did not answer in the form it was asked for."""


class Opinion(NamedTuple):
    """What the model said: a level, what it is about, and the person's words that show it."""

    level: Level
    about: str
    words: str


def read_opinion(text: str) -> Opinion:
    """The opinion in a model's reply: one object with the three texts that were asked for.

    Raises:
        Unreadable: it is anything else.
    """
    fenced = _FENCED.fullmatch(text.strip())
    try:
        values = json.loads(fenced[1] if fenced else text)
    except ValueError:
        raise Unreadable from None
    if not isinstance(values, dict) or values.keys() != _KEYS:
        raise Unreadable
    levels = {level.label: level for level in Level}
    level, about, words = (values[name] for name in ("level", "about", "words"))
    known = isinstance(level, str) and level in levels and isinstance(about, str) and about in _IDS
    if not known or not isinstance(words, str):
        raise Unreadable
    return Opinion(levels[level], about, words)


def flag_of(opinion: Opinion, said: Sequence[str], model: str) -> Flag | None:
    """The flag that ``opinion`` of ``model`` about the messages ``said`` makes, if any.

    It counts only with words that stand in a message, the latest that holds them.
    """
    found = _place(opinion.words, said)
    if opinion.level is Level.NONE or found is None:
        return None
    turn, start, end = found
    own = opinion.about == "suicide" and opinion.level >= Level.PROMPT
    return Flag(
        id=_IDS[opinion.about],
        level=Level.EMERGENCY if own else opinion.level,
        evidence=said[turn][start:end],
        source=f"{model}, second look {LOOK_VERSION}; docs/writing.md",
        turn=turn,
        detector="model",
        spans=(found,),
    )


def _place(words: str, said: Sequence[str]) -> tuple[int, int, int] | None:
    """The turn, start and end of ``words``; letter case and white space may differ."""
    if not _WORD.search(words):
        return None
    pattern = re.compile(r"\s+".join(map(re.escape, words.split())), re.I)
    for turn in range(len(said) - 1, -1, -1):
        if found := pattern.search(said[turn]):
            return turn, found.start(), found.end()
    return None
