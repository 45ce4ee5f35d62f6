"""The words by which a message leans on the ones before it, in English and Spanish.

Plain reading of one message: what it says of itself, not what the conversation was about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.text import stems

_OPENER = re.compile(
    r"^[¿¡\s]*(ok(ay)?|so|and|but|also|then|well|yes|yeah|no|right|thanks|thank you|great|um+|hm+|"
    r"i see|y|pero|entonces|bueno|vale|gracias|muchas gracias)[\s,.!-]+",
    re.I,
)
# Said before something new: what follows stands alone.
_NEW_THING = re.compile(
    r"^[¿¡\s]*((a )?(different|another|new|other|separate) (thing|question|topic|subject)|"
    r"(on|in) (a|an)(other)? (different )?(note|topic|subject)|something else|"
    r"changing (the )?(topic|subject)|otra (cosa|pregunta)|cambiando de tema)[\s,.:;-]+",
    re.I,
)
_WHAT_ABOUT = re.compile(
    r"^[¿\s]*((what|how) about|qu[eé] (tal|hay de|pasa con))\s+(?P<thing>.+?)\s*\??$", re.I
)
_BARE_SPANISH = re.compile(r"^(?P<thing>(el|la|los|las)\s+\S+(\s+(de\s+)?\S+)?)\s*\?$", re.I)
_MEANT = re.compile(
    r"^(no[,. ]+)?((i|sorry[, ]+i|not .{1,30}[,.] ?i) (meant|mean)|"
    r"(perd[oó]n[, ]+)?(quise|quer[ií]a) decir|me refer[ií]a a)\s+(?P<thing>.+?)\??$",
    re.I,
)
_NOT_BUT = re.compile(
    r"^(no[,. ]+)?not (?P<wrong>[^,.]{1,30})[,.]\s*(?P<thing>the .+?|my .+?)\??$", re.I
)
_BARE_WHY = re.compile(
    r"^[¿\s]*(why|how come|why not|why is that|why so|(y )?por ?qu[eé]( no)?)\s*\??$", re.I
)
POINTS_BACK = re.compile(
    r"\b(it|its|that|this|these|those|they|them|their|the same|the (first|second|third|last|other) "
    r"one|one of (them|those)|one|eso|esto|as[ií]|él|ella|ellos|lo mismo)\b",
    re.I,
)
# "It" that stands for what was talked about; not "they" who treat it.
_PRONOUN = re.compile(
    r"\b(it|that|this|these|those|they|them|eso|esto)\b"
    r"(?!\s+(pain|back|muscle|article|chat|is it))",
    re.I,
)
_PEOPLE = re.compile(
    r"\b(do|does|did|will|would|can|could|should|how|why|what)\s+they\s+(do|know|find|tell|test|treat|"
    r"check|look|ask|say|fix|use|give|put|see|want|make|diagnose|decide|work it|operate)\b",
    re.I,
)
_NAMES_IT = re.compile(
    r"^(it'?s|that'?s|is (it|that|this)) (?P<thing>(an?|the) [^?]{3,40})\??$", re.I
)
_NUMBERS = {
    "first": 0, "former": 0, "second": 1, "latter": 1, "other": 1, "third": 2, "fourth": 3,
    "last": -1, "primero": 0, "primera": 0, "segundo": 1, "segunda": 1, "otro": 1, "otra": 1,
    "tercero": 2, "tercera": 2, "último": -1, "última": -1, "ultimo": -1, "ultima": -1,
}  # fmt: skip
_ONE_OF = re.compile(
    r"\b(?:the|el|la) (?P<which>first|second|third|fourth|former|latter|other|last|primer[oa]|"
    r"segund[oa]|tercer[oa]|otr[oa]|[uú]ltim[oa])\b(?: one| of them)?(?=[\s.,;?!]|$)",
    re.I,
)
_NOT_A_THING = re.compile(
    r"^(time|day|week|month|session|visit|year|few|place|hours?|side|leg)\b", re.I
)
_ITEM_MARKS = re.compile(r"^[-*\u2022]\s+|(\s*\[\d+\])+$")


def without_opener(message: str) -> str:
    """``message`` without "ok", "and", "y" and the like in front."""
    bare = message
    while (shorter := _OPENER.sub("", bare, count=1)) != bare and shorter:
        bare = shorter
    return bare.lstrip("¿¡ ") or message


def new_thing(message: str) -> str | None:
    """What follows "different thing, …"; ``None`` when nothing new is announced."""
    rest = _NEW_THING.sub("", message, count=1)
    return rest if rest and rest != message else None


def is_bare_why(message: str) -> bool:
    """Whether ``message`` only asks why."""
    return bool(_BARE_WHY.match(message))


def meant(message: str) -> str | None:
    """What "no, I meant X" puts right."""
    found = _MEANT.match(message) or _NOT_BUT.match(message)
    return found["thing"] if found else None


def asked_about(message: str) -> str | None:
    """What "what about X?" asks the last question of."""
    found = _WHAT_ABOUT.match(message) or _BARE_SPANISH.match(message)
    return found["thing"] if found else None


def named_as(message: str) -> str | None:
    """A X of "so that's a X?", which asks whether what was talked about is X."""
    found = _NAMES_IT.match(message)
    return found["thing"].strip() if found else None


def pronoun_in(message: str) -> re.Match[str] | None:
    """The first word that stands for what was talked about."""
    people = [m.span() for m in _PEOPLE.finditer(message)]
    for found in _PRONOUN.finditer(message):
        if not any(start <= found.start() < end for start, end in people):
            return found
    return None


def pointed_at(message: str, things: Sequence[str]) -> tuple[str, str] | None:
    """``message`` with "the second one" replaced by that one of ``things``, and the thing.

    "The second one. How long does it take?" loses its first sentence instead.
    """
    found = _ONE_OF.search(message)
    if found is None or _NOT_A_THING.match(message[found.end() :].lstrip()):
        return None
    number = _NUMBERS[found["which"].lower()]
    if not -len(things) <= number < len(things):
        return None
    thing, rest = things[number], message[found.end() :].lstrip()
    if found.start() == 0 and rest[:1] in (".", ",", ";"):
        return rest.lstrip(".,; "), thing
    return f"{message[: found.start()]}{thing} {rest}".rstrip(), thing


def listed_in(answer: str) -> tuple[str, ...]:
    """The items of the lists in an ``answer`` that was shown as plain text, in their order."""
    items: list[str] = []
    in_list = False
    for line in answer.split("\n"):
        text = _ITEM_MARKS.sub("", _ITEM_MARKS.sub("", line.strip()))
        if text.endswith(":"):
            in_list = True
        elif not text or text.endswith((".", "!", "?")):
            in_list = False
        elif in_list and not text.startswith("["):  # not a source
            items.append(text)
    return tuple(items)


def same_words(one: str, other: str) -> bool:
    """Whether ``one`` says nothing that ``other`` does not."""
    return set(stems(one)) <= set(stems(other))
