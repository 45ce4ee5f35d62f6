"""Whether a sentence speaks for something or against it, by the words of ``data/advice.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

from assistant.verification.reading import Clause, Item


def word_list(name: str) -> frozenset[str]:
    """One list of words."""
    return _lists()[name]


@cache
def pattern(name: str) -> re.Pattern[str]:
    """One pattern, matched without regard to case."""
    return re.compile(_data()["patterns"][name], re.I)


@cache
def _data() -> Mapping[str, Any]:
    source = resources.files("assistant").joinpath("data/advice.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    lists = {name: frozenset(words.split()) for name, words in _data()["words"].items()}
    return {**lists, "opinions": lists["for"] | lists["against"]}


def is_one_of(item: Item, name: str) -> bool:
    """Whether the word, as written or its stem, stands in the list ``name``."""
    return item.text in word_list(name) or item.stem in word_list(name)


def advice(clauses: Sequence[Clause]) -> int:
    """1 for what all clauses with an opinion call good, -1 for what they warn of, else 0."""
    told = [clause for clause in clauses if clause.opener not in word_list("reasons")]
    found = {side for clause in told if (side := _side(clause))}
    return found.pop() if len(found) == 1 else 0


def opens_with_order(text: str) -> bool:
    """Whether a sentence orders something: "Keep it dry", "Do not lift"."""
    first = text.lower().split(maxsplit=2)
    return bool(first) and (first[0] in word_list("orders") or first[:2] == ["do", "not"])


def _side(clause: Clause) -> int:
    opens = [item.text for item in clause.items if item.text not in ("please", "do", "and", "so")]
    forbids = opens[:1] == ["not"]
    orders = forbids or (bool(opens) and opens[0] in word_list("orders"))
    if orders and not forbids and "not" in opens:
        return 0  # "stay still and do not move", "use heat, not ice"
    against = sum(is_one_of(item, "against") for item in clause.items) + _ends(opens)
    if not orders and not against and not any(is_one_of(item, "for") for item in clause.items):
        return 0
    return -1 if (against + clause.denied) % 2 else 1


def _ends(opens: Sequence[str]) -> int:
    """How often the clause turns round what it names: "stop walking", "can make pain worse"."""
    ends = word_list("ends")
    stops = bool(opens) and opens[0] in ends
    stops = stops or any(a in ("should", "must") and b in ends for a, b in pairwise(opens))
    worsens = not word_list("makes").isdisjoint(opens) and not word_list("worse").isdisjoint(opens)
    return stops + worsens
