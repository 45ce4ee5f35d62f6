"""What only a certain kind of sentence answers: a price, a number, an outlook."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources


@lru_cache(maxsize=256)
def demands(question: str) -> tuple[re.Pattern[str], ...]:
    """What an answer to ``question`` must hold; empty for most questions."""
    return tuple(needed for asked, needed in _demands() if asked.search(question))


def meets_demands(question: str, answer: str) -> bool:
    """Whether ``answer`` holds the kind of words that ``question`` demands (a price, a number)."""
    return all(needed.search(answer) for needed in demands(question))


@cache
def _demands() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    text = resources.files("assistant").joinpath("data/demands.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["demand"]
    return tuple(
        (re.compile("|".join(row["asked"]), re.I), re.compile("|".join(row["needed"]), re.I))
        for row in rows
    )
