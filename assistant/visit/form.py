"""What the pain form offers, read from ``data/pain_<language>.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from assistant.catalogue import LANGUAGES
from assistant.guardrail.types import Level
from assistant.records import DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tick: its ``label`` on the form and the ``words`` it becomes in the message."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of time: its ``label`` on the form, and its words for one and for several."""

    label: str
    one: str
    many: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A warning sign: the question, what it means, and the sentences of "yes" and "I don't know".

    A "yes" fires ``flag`` of the guardrail at ``level`` or above, whatever else the form says.
    """

    id: str
    flag: str
    level: Level
    ask: str
    means: str
    yes: str
    unsure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PainForm:
    """Everything that the form offers in one language, each part in the order of the file."""

    say: Mapping[str, str]
    areas: Mapping[str, Choice]
    units: Mapping[str, Unit]
    strengths: tuple[str, ...]
    feels: Mapping[str, Choice]
    worse: Mapping[str, Choice]
    better: Mapping[str, Choice]
    tried: Mapping[str, Choice]
    signs: tuple[Sign, ...]

    def sign(self, sign_id: str) -> Sign | None:
        """The sign with this id; ``None`` where the form in this language does not ask it."""
        return next((sign for sign in self.signs if sign.id == sign_id), None)


@cache
def pain_form(lang: str = DEFAULT_LANGUAGE) -> PainForm:
    """The form in ``lang``; in English for a language that has none."""
    name = lang if lang in LANGUAGES else DEFAULT_LANGUAGE
    file = resources.files("assistant.visit").joinpath(f"data/pain_{name}.toml")
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    return PainForm(
        say=data["say"],
        areas=_choices(data["areas"]),
        units={key: Unit(*words) for key, words in data["units"].items()},
        strengths=tuple(data["strengths"][str(number)] for number in range(11)),
        feels=_choices(data["feels"]),
        worse=_choices(data["worse"]),
        better=_choices(data["better"]),
        tried=_choices(data["tried"]),
        signs=tuple(_sign(each) for each in data["sign"]),
    )


def _choices(rows: Mapping[str, list[str]]) -> dict[str, Choice]:
    return {key: Choice(*words) for key, words in rows.items()}


def _sign(row: Mapping[str, Any]) -> Sign:
    return Sign(**{**row, "level": Level[str(row["level"]).upper()]})
