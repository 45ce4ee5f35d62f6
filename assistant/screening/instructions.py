"""Telling orders to a machine from information for a patient.

``data/instructions.toml`` holds classes of words and the rules that combine them; an editor of
rules needs no Python. Everything here reads folded text (``disguises.folded``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from assistant.screening.disguises import encoded, folded, mirrored
from assistant.text import SMALL_WORDS

_NAME = re.compile(r"\{([a-z]+)\}")
_SHORTEST_FOREIGN = 4  # words: fewer do not tell a language
_FOREIGN_SHARE = 0.25  # of the words that only another language uses as its small words
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class _Rule:
    id: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class _Cue:
    group: str
    weight: float
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Language:
    id: str
    lift: re.Pattern[str]
    orders: re.Pattern[str]
    robot: re.Pattern[str]
    say: re.Pattern[str]
    spared: re.Pattern[str] | None


@cache
def _data() -> Mapping[str, Any]:
    source = resources.files("assistant").joinpath("data/instructions.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _compiled(pattern: str) -> re.Pattern[str]:
    """``pattern`` with the classes of words that it names."""
    words: dict[str, str] = _data()["words"]
    while _NAME.search(pattern):
        pattern = _NAME.sub(lambda m: words[m[1]], pattern)
    return re.compile(pattern)


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            id=row["id"],
            pattern=_compiled(row["pattern"]),
            unless=_compiled(row["unless"]) if "unless" in row else None,
        )
        for row in _data()["rule"]
    )


@cache
def _cues() -> tuple[_Cue, ...]:
    return tuple(
        _Cue(row.get("group", row["id"]), row["weight"], _compiled(row["pattern"]))
        for row in _data()["cue"]
    )


@cache
def _languages() -> tuple[_Language, ...]:
    def read(row: Mapping[str, str]) -> _Language:
        spared = re.compile(row["not"]) if "not" in row else None
        lift, orders, robot, say = (
            re.compile(row[name]) for name in ("lift", "orders", "robot", "say")
        )
        return _Language(row["id"], lift, orders, robot, say, spared)

    return tuple(read(row) for row in _data()["language"])


@lru_cache(maxsize=8192)  # a line of one sentence is read as a line and as a sentence
def instruction_in(text: str) -> str | None:
    """The id of the rule that finds an order to a machine in ``text``, or ``None``.

    ``text`` is one sentence, heading, list item, cell or attribute as it stands in the article.
    Words spelt backwards, turned by thirteen letters or encoded are read as well.
    """
    found = _order(folded(text))
    if found:
        return found
    readable = any(word in _ENGLISH for word in folded(text).split())
    if not readable and any(_order(folded(turned)) for turned in mirrored(text)):
        return "disguised"
    if any(_order(folded(words)) for words in encoded(text)):
        return "encoded"
    return None


def _order(sentence: str) -> str | None:
    for rule in _rules():
        if rule.pattern.search(sentence) and not (rule.unless and rule.unless.search(sentence)):
            return rule.id
    if _weight(sentence) >= _data()["cues"]["enough"]:
        return "several-cues"
    return next((f"in-{lang.id}" for lang in _languages() if _orders_in(lang, sentence)), None)


def _weight(sentence: str) -> float:
    """How strongly ``sentence`` reads as an order to a machine: the sum of its cues.

    Cues of one group say the same thing in different strength; the strongest of them counts.
    """
    found: dict[str, float] = {}
    for cue in _cues():
        if cue.weight > found.get(cue.group, 0.0) and cue.pattern.search(sentence):
            found[cue.group] = cue.weight
    return sum(found.values())


def _orders_in(language: _Language, sentence: str) -> bool:
    if language.spared and language.spared.search(sentence):
        return False
    lifts, orders = language.lift.search(sentence), language.orders.search(sentence)
    if lifts and orders:
        return True
    robot = language.robot.search(sentence)
    return bool(robot and (lifts or orders) and language.say.search(sentence)) or bool(
        robot and lifts
    )


@cache
def _function_words() -> Mapping[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in _data()["function_words"].items()}


def other_language(text: str, own: str) -> bool:
    """Whether ``text`` is plainly written in another language than ``own`` (a code such as "en").

    Names and Latin terms do not make another language; a sentence in another script does, and so
    do several of the small words of another language with no small word of one's own.
    """
    words = [w.lower() for w in _WORD.findall(text)]
    own = own.split("-")[0]
    letters = "".join(words)
    latin = sum(c < "\u0250" or "\u1e00" <= c <= "\u1eff" for c in letters)
    if own in _LATIN and len(letters) >= 4 and latin < len(letters) / 2:
        return True
    if own not in _LATIN or len(words) < _SHORTEST_FOREIGN:
        return False
    foreign = max(
        sum(w in known for w in words) for name, known in _function_words().items() if name != own
    )
    mine = sum(w in _small_words(own) for w in words)
    return foreign >= max(2, _FOREIGN_SHARE * len(words)) and foreign > 2 * mine


_ENGLISH = SMALL_WORDS["en"] | frozenset("to not no may".split())
_LATIN = frozenset("en es fr de pt it nl pl sv tr da no fi cs ro hu vi id".split())


def _small_words(language: str) -> frozenset[str]:
    if language == "en":
        return _ENGLISH
    return _function_words().get(language, frozenset()) | SMALL_WORDS.get(language, frozenset())
