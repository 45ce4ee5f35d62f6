"""Messages that are no question for the articles, and the fixed words that answer them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

FixedKind = Literal["small_talk", "declined"]

# Polite words that may follow a greeting or a thank-you without making it a question.
_POLITE = (
    r"( (there|everyone|all|bot|assistant|doc|doctor|again|then|so much|very much|a lot|you|"
    r"for (the|your|all|that) .{1,30}|how are you( (today|doing))?))*"
)
_MARKS = re.compile(r"[^\w\s']+")


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedReply:
    """A reply whose words never change, and whether near articles are worth naming."""

    id: str
    kind: FixedKind
    text: str
    name_articles: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    reply: FixedReply
    whole: re.Pattern[str] | None
    anywhere: re.Pattern[str] | None


@cache
def _rules() -> tuple[_Rule, ...]:
    text = resources.files("assistant").joinpath("data/replies.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    medicine = f"({'|'.join(data['medicine'])})"
    return tuple(_rule(row, medicine) for row in data["reply"])


def _rule(row: dict[str, object], medicine: str) -> _Rule:
    known = {k: v for k, v in row.items() if k not in ("short", "any")}
    short, anywhere = (_joined(row[k], medicine) for k in ("short", "any"))
    return _Rule(
        reply=FixedReply(**known),  # type: ignore[arg-type]
        whole=re.compile(f"^({short}){_POLITE}$", re.I) if short else None,
        anywhere=re.compile(anywhere, re.I) if anywhere else None,
    )


def _joined(patterns: object, medicine: str) -> str:
    assert isinstance(patterns, list)
    return "|".join(f"(?:{p.replace('{medicine}', medicine)})" for p in patterns)


def fixed_reply(message: str) -> FixedReply | None:
    """The fixed reply to a message that asks nothing of the articles, or ``None``."""
    bare = " ".join(_MARKS.sub(" ", message).split())
    if not any(c.isalpha() for c in bare):
        return next(rule.reply for rule in _rules() if rule.reply.id == "no_words")
    for rule in _rules():
        if rule.whole and rule.whole.match(bare):
            return rule.reply
        if rule.anywhere and rule.anywhere.search(message):
            return rule.reply
    return None
