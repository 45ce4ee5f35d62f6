"""The shapes of a short reply: yes, no, all is well, not sure, since when, how old."""

from __future__ import annotations

import re
from collections.abc import Mapping

SHORT = 12  # content words; a longer reply is read for what it says, not as a bare yes
# The first clause of a reply, if it holds a yes or a no near its beginning.
_OPENING = re.compile(
    r"\W*(?:(?:well|um|er|oh|ah|ok|honestly|actually|hmm|toes?|legs?|fingers?|it|not?|"
    r"now you (?:say|mention) it),? )*"
    r"(?:yes|yeah|yep|yup|aye|s[ií]|a (?:bit|little|touch)|no|nope|nah|not|never|hardly|barely|"
    r"both)\b"
    r"[^.!?;,]*",
    re.I,
)
# Replies that name no sign and claim it all the same: how much, since when, how sure.
_ELLIPTIC = re.compile(
    r"\W*(?:well |um |er |hmm |pues |bueno )?(?:(?:only|just|solo|sólo) )?"
    r"(?:sometimes|now and (?:then|again)|on and off|off and on|occasionally|"
    r"(?:a )?(?:wee |little |tiny )?(?:bit|touch|little|smidge)\b(?! of\b)|slightly|somewhat|"
    r"mostly|kind of|kinda|sort of|sorta|maybe|perhaps|possibly|i think so|think so|"
    r"a veces|un poco|un poquito|creo que s[ií]|tal vez|quiz[aá]s?)",
    re.I,
)
_SINCE = re.compile(
    r"\W*(?:only |just |solo )?(?:since|from|desde|for (?:about )?(?:a|the|two|three|\d))\b", re.I
)
_ASKS_HOW_LONG = re.compile(r"how long|when did|cu[aá]nto tiempo|(?<!since )\bwhen was", re.I)
_DURATION = re.compile(
    r"\W*(?:(?:for|about|around|nearly|almost|over|maybe|roughly|well|oh|er|um|hace|desde hace|"
    r"unas|unos) )*((?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|"
    r"couple of|few|several|"
    r"dos|tres|cuatro|cinco|seis) (?:days?|weeks?|months?|years?|d[ií]as?|semanas?|mes(?:es)?|"
    r"a[ñn]os?))\b",
    re.I,
)
# What "a bit" may stand before without being a yes: no sign of the catalogue among these.
_BIT_OF = re.compile(
    r"\W*(?:just |only )?(?:a )?(?:wee |tiny )?(?:bit|little|touch|slightly|somewhat)\s+"
    r"(constipat\w+|bunged|stiff|sore|tired|achy|tight|bloated|tender|windy|gassy|slow|grumpy|bored|"
    r"estre[ñn]id[oa]|cansad[oa])\b",
    re.I,
)
_NOT_REALLY_YES = re.compile(r"\b(?:laugh|sneez|cough|years|always have|siempre)", re.I)
_ASKS_AGE = re.compile(
    r"\bhow old\b|\b(?:your|his|her|the|what) age\b|cu[aá]ntos a[ñn]os|edad", re.I
)
_AGE_FIRST = re.compile(
    r"\W*(?:i.?m |he.?s |she.?s |just |nearly |almost |tengo |tiene )?(\d{1,3})\b", re.I
)
_NOT_AGE = re.compile(r"\b(\d{1,3}),? not (\d{1,3})\b")
_OLDEST = 110
_PLAIN_YES = re.compile(
    r"\W*(?:ok,? |oh,? |well,? )?(?:yes|yeah|yep|yup|ya|aye|s[ií]|sometimes|a (?:bit|little))\b",
    re.I,
)
_WELL = re.compile(
    r"\b(?:fine|normal(?:ly)?|ok|okay|alright|all right|all good|"
    r"same as (?:ever|always|usual|before)|as usual|grand|"
    r"no change|unchanged|no different|no problems?|no trouble|perfect(?:ly)?|"
    r"bien|normales?|como siempre)\b",
    re.I,
)
_UNSURE = re.compile(
    r"^\W*(?:(?:um+|er+|hmm+|well|honestly|oh),? )*(?:i(?:['’]?m| am)? )?(?:really |honestly )?"
    r"(?:not (?:really |too |very |entirely |completely |100% )?(?:sure|certain)|unsure|"
    r"don['’]?t (?:really |actually )?know|dunno|(?:have )?no idea|couldn['’]?t (?:say|tell)|"
    r"can['’]?t (?:say|tell)|hard to (?:say|tell)|haven['’]?t (?:checked|looked)|hard one|"
    r"no s[eé]|no estoy segur[oa])",
    re.I,
)
_MENDED = re.compile(
    r"\b(\d{1,3})\b\W{0,3}(?:(?:oops|sorry|typo|i mean|i meant|meant|correction|no|wait|rather|"
    r"make that)\W{1,3}){1,3}(\d{1,3})\b",
    re.I,
)


def claims(question: str, reply: str) -> bool:
    """Whether a reply without a yes takes the asked sign for granted: "since Tuesday"."""
    if _NOT_REALLY_YES.search(reply) or reply.rstrip().endswith("?"):
        return False
    since = _SINCE.match(reply) and not _ASKS_HOW_LONG.search(question)
    return bool(since or _ELLIPTIC.match(reply))


def told_ages(question: str, reply: str, known: Mapping[str, float | None]) -> dict[str, float]:
    """Ages that only the question or an earlier turn explains: "4 in March", "sorry, 84 not 24".

    ``known`` are the people whom the reply may speak of, with their ages so far.
    """
    mended = _NOT_AGE.search(reply)
    if mended:
        new, old = (float(number) for number in mended.groups())
        return {name: new for name, age in known.items() if age == old}
    typo = _MENDED.search(reply)
    if typo and all(float(number) <= _OLDEST for number in typo.groups()):
        return {name: float(typo[2]) for name, age in known.items() if age == float(typo[1])}
    first = _AGE_FIRST.match(reply)
    if first and _ASKS_AGE.search(question) and float(first[1]) <= _OLDEST:
        return dict.fromkeys(known, float(first[1]))
    return {}


def questions_of(text: str) -> str:
    """The sentences of ``text`` that end in a question mark."""
    sentences = re.split(r"(?<=[.!?])\s+", text)
    return " ".join(part for part in sentences if part.rstrip().endswith("?"))


def starts_yes(reply: str) -> bool:
    """Whether a reply opens with a yes."""
    return bool(
        re.match(
            r"\W*(yes|yeah|yep|yup|ya|aye|si|sí|correct|true|i do|it is|both|"
            r"all of)\b",
            reply.strip().lower(),
        )
    )


def describes(reply: str) -> str | None:
    """The harmless word that "a bit" stands before, so that it is no yes: "a bit constipated"."""
    found = _BIT_OF.match(reply)
    return found[1] if found else None


def is_well(reply: str) -> bool:
    """Whether a reply says that all is as it should be: "both fine", "all working as normal"."""
    return bool(_WELL.search(reply)) and not _PLAIN_YES.match(reply)


def denies(reply: str, length: int) -> bool:
    """Whether a reply of ``length`` content words is a no and little else.

    What follows a no in a longer one may be the sign.
    """
    return starts_no(reply) and length <= SHORT


def starts_no(reply: str) -> bool:
    """Whether a reply opens with a no."""
    return bool(re.match(r"\W*(no|nope|nah|none|neither|not|never)\b", reply.strip().lower()))


def unsure(reply: str) -> bool:
    """Whether a reply opens with "not sure", "no idea"."""
    return bool(_UNSURE.match(reply))


def first_words(reply: str) -> str | None:
    """The clause that a long reply opens with, if it holds a yes or a no."""
    found = _OPENING.match(reply)
    return found[0] if found else None


def lasted(question: str, reply: str) -> str | None:
    """The time that a reply to "how long?" opens with: "7 weeks"."""
    found = _DURATION.match(reply) if _ASKS_HOW_LONG.search(question) else None
    return found[1] if found else None
