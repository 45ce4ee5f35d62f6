"""Messages that are no question for the articles, and the fixed words that answer them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from assistant.answering.errand import errand
from assistant.embedding import Embedder, Vectors
from assistant.records import DEFAULT_LANGUAGE

FixedKind = Literal["small_talk", "declined"]

# Polite words that may follow a greeting or a thank-you without making it a question.
_POLITE = (
    r"( (there|everyone|all|bot|assistant|doc|doctor|again|then|so much|very much|a lot|you|"
    r"for (the|your|all|that) .{1,30}|how are you( (today|doing))?))*"
)
_MARKS = re.compile(r"[^\w\s']+")
_NEAR_ENOUGH = 0.50  # cosine
_NEARER_THAN_ARTICLES = 0.05
_LONGEST_COURTESY = 100  # characters
_PARTS = re.compile(r"[,.!?;\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedReply:
    """A reply whose words never change, and what belongs beside it.

    That is near articles, quotes about the condition, or how to reach the practice.
    """

    id: str
    kind: FixedKind
    text: str
    name_articles: bool = False
    quotes_condition: bool = False
    contact: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    reply: FixedReply
    lang: str
    examples: tuple[str, ...]
    whole: re.Pattern[str] | None
    anywhere: re.Pattern[str] | None
    needs: re.Pattern[str] | None  # what a message holds that is likened to this by its words


@cache
def _rules() -> tuple[_Rule, ...]:
    data = _data("replies.toml")
    medicine = f"({'|'.join(data['medicine'])})"
    rows = {row["id"]: row for row in data["reply"]}
    spanish = [
        {**rows[row["id"]], "examples": (), **row} for row in _data("replies_es.toml")["reply"]
    ]
    return (
        *(_rule(row, medicine, DEFAULT_LANGUAGE) for row in rows.values()),
        *(_rule(row, medicine, "es") for row in spanish),
    )


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("assistant").joinpath(f"data/{name}").read_text("utf-8"))


def _rule(row: dict[str, object], medicine: str, lang: str) -> _Rule:
    known = {k: v for k, v in row.items() if k not in ("short", "any", "examples", "needs")}
    short, anywhere = (_joined(row[k], medicine) for k in ("short", "any"))
    return _Rule(
        reply=FixedReply(**known),  # type: ignore[arg-type]
        lang=lang,
        examples=tuple(row.get("examples", ())),  # type: ignore[arg-type]
        whole=re.compile(f"^(?:(?:{short}){_POLITE}(?: |$)){{1,3}}$", re.I) if short else None,
        anywhere=re.compile(anywhere, re.I) if anywhere else None,
        needs=re.compile(str(row["needs"]), re.I) if "needs" in row else None,
    )


def _joined(patterns: object, medicine: str) -> str:
    assert isinstance(patterns, list)
    return "|".join(f"(?:{p.replace('{medicine}', medicine)})" for p in patterns)


def fixed_reply(message: str) -> FixedReply | None:
    """The fixed reply to a message that asks nothing of the articles, or ``None``."""
    if not any(c.isalpha() for c in message):
        return next(rule.reply for rule in _rules() if rule.reply.id == "no_words")
    polite = _polite(message)
    if polite:
        return polite
    folded = message.replace("’", "'")
    for rule in _rules():
        if rule.anywhere and rule.anywhere.search(folded):
            return rule.reply
    return None


def reply_to_errand(
    message: str, *, later: bool = False, lang: str = DEFAULT_LANGUAGE
) -> FixedReply | None:
    """The fixed reply that ``message`` asks for as far as learned from examples, or ``None``.

    It is in ``lang`` where there are words for it in that language, else in English.
    """
    wanted = errand(message, later=later)
    replies = [
        rule
        for rule in _rules()
        if rule.reply.id == wanted and (rule.needs is None or rule.needs.search(message))
    ]
    own = [rule for rule in replies if rule.lang == lang]
    return next((rule.reply for rule in own or replies), None)


def reply_examples() -> list[str]:
    """Messages that ask for a fixed reply, as examples of what else does."""
    return [text for rule in _rules() for text in rule.examples]


class NearestReply:
    """Fixed replies by meaning: the examples of ``replies.toml`` and their vectors.

    Similarity decides here only between fixed words and looking in the articles; it never makes
    a sentence of an answer true.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._replies = [rule.reply for rule in _rules() for _ in rule.examples]
        self._vectors = embedder.embed(reply_examples())

    def find(self, vector: Vectors, best_sentence: float) -> FixedReply | None:
        """The reply whose example is nearest to ``vector``, when it is nearer than the articles.

        ``best_sentence`` is the highest cosine of the message to a sentence of the articles.
        """
        cosines = self._vectors @ vector
        nearest = int(cosines.argmax())
        cosine = float(cosines[nearest])
        if cosine < _NEAR_ENOUGH or cosine < best_sentence + _NEARER_THAN_ARTICLES:
            return None
        return self._replies[nearest]


def _polite(message: str) -> FixedReply | None:
    """The reply when every part of ``message`` is a courtesy ("Great, that helps. Bye!")."""
    parts = [" ".join(_MARKS.sub(" ", part).split()) for part in _PARTS.split(message)]
    found = [_courtesy(part) for part in parts if part]
    whole = _courtesy(" ".join(part for part in parts if part))
    if whole:
        return whole
    return found[-1] if found and all(found) else None


def _courtesy(text: str) -> FixedReply | None:
    if len(text) > _LONGEST_COURTESY:
        return None
    folded = text.replace("’", "'")
    return next((r.reply for r in _rules() if r.whole and r.whole.match(folded)), None)
