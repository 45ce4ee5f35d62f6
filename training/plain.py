"""Plain statements of pain, with and without signs that are denied, for the second detector.

Most people open a chat with a few plain words: a place, a pain, since when. No writer makes
hundreds of those by hand, so they are put together from the parts in ``plain.toml``.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

PARTS = Path(__file__).with_name("plain.toml")
COUNT = 700
WITH_DENIALS, ONLY_DENIALS = 0.4, 0.08  # shares of the statements
MOST_DENIALS = 5


def plain_statements(seed: int = 1) -> Iterator[str]:
    """``COUNT`` statements, the same ones for the same ``seed``."""
    parts: Mapping[str, list[str]] = tomllib.loads(PARTS.read_text(encoding="utf-8"))
    source = random.Random(seed)
    for _ in range(COUNT):
        if source.random() < ONLY_DENIALS:
            denied = [source.choice(parts["denied_all"])]
            denied += _denials(parts, source, 2) if source.random() < 0.5 else []
            yield _written(", ".join(denied), source)
            continue
        fields = {name: source.choice(words) for name, words in parts.items()}
        said = source.choice(parts["forms"]).format(part2=source.choice(parts["part"]), **fields)
        if source.random() < WITH_DENIALS:
            denied = _denials(parts, source, source.randint(1, MOST_DENIALS))
            said += source.choice((", ", ". ", " but ", " - ")) + _joined(denied, source)
        ask = source.choice(parts["asks"])
        yield _written(f"{said}{source.choice((', ', '. ', ' '))}{ask}" if ask else said, source)


def _denials(parts: Mapping[str, list[str]], source: random.Random, count: int) -> list[str]:
    return source.sample(parts["denied"], count)


def _joined(words: list[str], source: random.Random) -> str:
    last = source.choice((" and ", ", ", " or ")) if words[-1].startswith("no ") else ", "
    return ", ".join(words[:-1]) + (last if len(words) > 1 else "") + words[-1]


def _written(text: str, source: random.Random) -> str:
    text = text[:1].upper() + text[1:] if source.random() < 0.5 else text
    return text if text.endswith("?") or source.random() < 0.6 else f"{text}."
