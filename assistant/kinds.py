"""What a question asks for, and what a section answers: one vocabulary for both.

On the public MedQuAD questions, agreement between the two is the strongest single signal after
the topic itself, which is why it is a field of its own in ranking.
"""

from __future__ import annotations

import re
import tomllib
from enum import Enum
from functools import cache, lru_cache
from importlib import resources
from typing import Any


class Kind(Enum):
    """What is being asked, or what a section is about."""

    DEFINITION = "definition"
    CAUSES = "causes"
    SYMPTOMS = "symptoms"
    TREATMENT = "treatment"
    SELF_CARE = "self-care"
    MOVEMENT = "movement"
    SAFETY = "safety"
    TESTS = "tests"
    DURATION = "duration"
    PREVENTION = "prevention"
    WHO = "who"
    WHEN = "when"
    EMERGENCY = "emergency"
    ASK = "ask"
    DAILY_LIFE = "daily life"
    SUMMARY = "summary"
    COMMON = "how common"
    EFFECT = "effect"


# A section of one kind often answers a question of a neighbouring kind.
_NEIGHBOURS: dict[Kind, frozenset[Kind]] = {
    Kind.DEFINITION: frozenset({Kind.SUMMARY}),
    Kind.TREATMENT: frozenset({Kind.SELF_CARE, Kind.MOVEMENT}),
    Kind.SELF_CARE: frozenset({Kind.TREATMENT, Kind.MOVEMENT, Kind.DAILY_LIFE}),
    Kind.MOVEMENT: frozenset({Kind.SELF_CARE, Kind.DAILY_LIFE, Kind.PREVENTION}),
    Kind.DAILY_LIFE: frozenset({Kind.SELF_CARE, Kind.MOVEMENT, Kind.PREVENTION}),
    Kind.WHEN: frozenset({Kind.EMERGENCY, Kind.WHO}),
    Kind.EMERGENCY: frozenset({Kind.WHEN}),
    Kind.WHO: frozenset({Kind.WHEN, Kind.SUMMARY}),
    Kind.SAFETY: frozenset({Kind.SUMMARY}),
    Kind.PREVENTION: frozenset({Kind.SELF_CARE, Kind.MOVEMENT, Kind.DAILY_LIFE}),
    Kind.CAUSES: frozenset({Kind.SUMMARY}),
    Kind.DURATION: frozenset({Kind.SUMMARY}),
    Kind.EFFECT: frozenset({Kind.TREATMENT, Kind.SELF_CARE, Kind.SUMMARY}),
    Kind.COMMON: frozenset({Kind.DEFINITION, Kind.SUMMARY, Kind.CAUSES}),
}


_Rules = tuple[tuple[Kind, re.Pattern[str]], ...]


@cache
def _rules(table: str) -> _Rules:
    """The patterns of one table of ``data/kinds.toml``, in the order written there.

    A kind's Spanish wordings (``data/kinds_es.toml``) count as its English ones.
    """
    spanish = _data("kinds_es.toml")[table]
    return tuple(
        (
            Kind(row["kind"]),
            re.compile("|".join([*row["any"], *spanish.get(row["kind"], ())]), re.I),
        )
        for row in _data("kinds.toml")[table]
    )


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("assistant").joinpath(f"data/{name}").read_text("utf-8"))


def question_kinds(question: str) -> tuple[Kind, ...]:
    """The kinds ``question`` asks for, the main one first; empty when none is recognised."""
    return tuple(kind for kind, pattern in _rules("question") if pattern.search(question))


@lru_cache(maxsize=4096)
def heading_kinds(heading: str) -> frozenset[Kind]:
    """The kinds a section with this heading answers; empty when none is recognised."""
    return frozenset(kind for kind, pattern in _rules("heading") if pattern.search(heading))


def agreement(asked: tuple[Kind, ...], heading: str) -> float:
    """How well a section suits the question, from -1 (another kind) to 1 (the kind asked for)."""
    offered = heading_kinds(heading)
    if not asked or not offered:
        return 0.0
    if asked[0] in offered:
        return 1.0
    if offered & set(asked[1:]):
        return 0.6
    if offered & _NEIGHBOURS.get(asked[0], frozenset()):
        return 0.3
    return -0.5 if Kind.SUMMARY not in offered else 0.0


@lru_cache(maxsize=8192)
def sentence_kinds(sentence: str) -> frozenset[Kind]:
    """The kinds of question that a sentence of these words may answer."""
    return frozenset(kind for kind, pattern in _rules("sentence") if pattern.search(sentence))
