"""Whose head was hit: "she hit her head" is an accident, "he hit her head" is violence.

Patterns do not see "my", "his" and "her", so the difference is read here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assistant.guardrail.lexicon import Span
from assistant.guardrail.text import Text

OWN_BLOW = "own.blow"
_STRIKING = frozenset(
    "hit hits hitting banged bangs bumped bumps knocked knocks whacked beat".split()
)
_SUBJECT_REACH = 4  # words before the verb: "she must have hit her head"
_WOMEN = frozenset("mother wife daughter grandmother sister aunt".split())
_MEN = frozenset("father husband son grandfather brother".split())
_ANYBODY = frozenset("partner child grandchild friend patient inlaw".split())


def own_blows(text: Text, kin: Mapping[str, str]) -> Iterator[Span]:
    """Yield the stretches, verb to "head", in which somebody hit their own head."""
    for at in range(1, len(text.content)):
        verb = at - 1
        if text.content[at].text != "head" or text.content[verb].text not in _STRIKING:
            continue
        here = text.full[at]
        subject = _subject(text, text.full[verb], kin)
        if text.words[here - 1].text in _possessives(subject):
            yield Span(verb, at + 1)


def _subject(text: Text, verb: int, kin: Mapping[str, str]) -> str:
    for word in reversed(text.words[max(0, verb - _SUBJECT_REACH) : verb]):
        if word.text in ("i", "he", "she") or word.text in kin:
            return kin.get(word.text, word.text)
    return ""


def _possessives(subject: str) -> tuple[str, ...]:
    if subject == "i":
        return ("my",)
    if subject == "she" or subject in _WOMEN:
        return ("her",)
    if subject == "he" or subject in _MEN:
        return ("his",)
    return ("her", "his", "their") if subject in _ANYBODY else ()
