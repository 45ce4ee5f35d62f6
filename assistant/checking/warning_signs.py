"""Warning signs that a draft names and the guardrail does not know.

A sign that an article calls an emergency must stop the chat when a patient reports it. So each is
said as a patient would say it and put to the guardrail; what fires nothing is shown to a clinician.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.checking.page import Line, Page
from assistant.guardrail import Turn, assess
from assistant.screening.findings import Finding

_URGENT = re.compile(
    r"\b(?:911|999|112|000|emergency|emergencies|ER|A&E|ambulance|right away|straight away|at once|"
    r"immediate(?:ly)?|urgent(?:ly)?|same day|without delay|red flags?)\b"
)
# "Call 911 if …", "Get help at once for …"; a sentence may also begin with its condition.
_ORDERED_IF = re.compile(r"\b(?:if|when)\s+", re.I)
_ORDERED_FOR = re.compile(r"\b(?:for|in case of)\s+", re.I)
_IF_FIRST = re.compile(r"^(?:if|when)\s+", re.I)
_NEEDS = re.compile(
    r"^(?P<sign>.+?)(?<!not)(?<!n't)\s+(?:(?:needs?|requires?|calls? for) (?:\w+ )?(?:emergency|"
    r"urgent|immediate|medical|care|help|attention)|(?:is|are|can be|may be) (?:an? )?"
    r"(?:signs? of an? |medical )*emergenc)",
    re.I,
)
_ORDERS = re.compile(
    r"^(?:please )?(?:call|go|get|seek|see|contact|dial|ring|phone|visit)\b",
    re.I,
)
_ENDS = re.compile(r"(?:[;:,]?\s+(?:or|and))?[\s.;:,]*$")
_NOTES = re.compile(r"\s*\([^)]*\)")
_MINE = (
    (re.compile(r"\byou are\b|\byou['’]re\b", re.I), "I am"),
    (re.compile(r"\byou have\b|\byou['’]ve\b", re.I), "I have"),
    (re.compile(r"\byou were\b", re.I), "I was"),
    (re.compile(r"\byourself\b", re.I), "myself"),
    (re.compile(r"\byours?\b", re.I), "my"),
    (re.compile(r"\byou\b", re.I), "I"),
)
# How a sign begins that needs no "I have" before it.
_SAYS_ITSELF = re.compile(r"^(?:I|my|the|it|back pain|pain (?:that|is)|there|someone)\b.*", re.I)
_ACTS = re.compile(
    r"^(?:have|had|feel|felt|are|am|were|was|cannot|can['’]t|can|could|lose|lost|develop|notice|"
    r"get|got|become|became|fell|fall|vomit|faint|take|took|use|keep|start)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Sign:
    """A warning sign as an article names it (``words``) and as a patient would say it."""

    line: Line
    words: str
    message: str


def warning_sign_findings(page: Page) -> Iterator[Finding]:
    """The signs of an English article that fire no rule of the guardrail."""
    told: set[str] = set()
    for sign in signs(page):
        if sign.message in told or is_known(sign):
            continue
        told.add(sign.message)
        why = (
            f"the guardrail lets {sign.message!r} pass; a clinician should say whether it is a "
            "warning sign, and then a rule is needed"
        )
        yield page.finding("unknown_warning_sign", sign.line.span.start, sign.words, why)


def signs(page: Page) -> Iterator[Sign]:
    """Every sign that the article tells patients to get care for at once."""
    for section in page.sections:
        heading_urgent = bool(_URGENT.search(section.heading))
        lead_urgent, told = False, False
        for line in section.lines:
            if line.text.endswith("?"):
                continue
            if line.item:
                # Under an urgent heading a list may be of something else: "what to bring".
                if lead_urgent if told else heading_urgent:
                    yield _sign(line, line.text)
                continue
            told = line.text.endswith(":")
            lead_urgent = told and _asks_for_care(line.text, heading_urgent)
            if not told and _URGENT.search(line.text):
                yield from _in_sentence(line)


def _asks_for_care(lead_in: str, heading_urgent: bool) -> bool:
    if _URGENT.search(lead_in):
        return True
    return heading_urgent and bool(re.search(r"\b(?:signs?|symptoms?|any of)\b", lead_in, re.I))


def _in_sentence(line: Line) -> Iterator[Sign]:
    """The sign of "Call 911 if you …", "If you …, call 911" and "… needs care at once"."""
    words, clause = "", False
    if _IF_FIRST.match(line.text):
        words, clause = _condition(_IF_FIRST.sub("", line.text)), True
    elif _ORDERS.match(line.text):
        condition = _ORDERED_IF.search(line.text)
        match, clause = condition or _ORDERED_FOR.search(line.text), condition is not None
        words = line.text[match.end() :] if match else ""
    elif needs := _NEEDS.match(line.text):
        words = needs["sign"]
    if words and not _URGENT.search(words):
        yield _sign(line, words, clause=clause)


def _condition(text: str) -> str:
    """What stands before the order: "you faint" of "you faint, call 911"; empty without one."""
    parts = text.split(", ")
    order = next((n for n, part in enumerate(parts) if _ORDERS.match(part)), 0)
    return ", ".join(parts[:order])


def _sign(line: Line, words: str, *, clause: bool = False) -> Sign:
    words = _ENDS.sub("", _NOTES.sub("", words)).strip()
    return Sign(line, words, as_said(words, clause=clause))


def as_said(words: str, *, clause: bool = False) -> str:
    """A sign in the words of a patient: "a foot that you cannot lift" as "I have a foot …".

    A ``clause`` ("your foot drags") is said as it stands.
    """
    for pattern, mine in _MINE:
        words = pattern.sub(mine, words)
    if not clause and not _SAYS_ITSELF.match(words):
        first, _blank, rest = words.partition(" ")
        if first.istitle():
            words = f"{first.lower()} {rest}"
        words = f"I {words}" if _ACTS.match(words) else f"I have {words}"
    return f"{words[:1].upper()}{words[1:]}."


def is_known(sign: Sign) -> bool:
    """Whether the guardrail reacts to the sign alone or beside back pain."""
    return any(
        decision.flags or decision.ask
        for message in (sign.message, f"I have back pain. {sign.message}")
        for decision in assess([Turn("user", message)])
    )
