"""Sentences that promise too much or that sell something; neither should be quoted to a patient.

What the guardrail's checks refuse in an answer anyway (doses, promises of cure) is reported by the
screening as an unsafe claim; here is what they let pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.checking.page import Page
from assistant.screening.findings import Finding

# "Always" and "never" are claims beside what something does; "always ask first" is not one.
_DOES = (
    r"(?:works?|helps?|heals?|fails?|eases?|relieves?|fix(?:es)?|stops?|gets? better|goes? away|"
    r"comes? back|returns?|safe|effective|harmless|painless|successful|recovers?|improves?)"
)
_ABSOLUTE = re.compile(
    rf"\b(?:always|never|certain to|sure to)\s+(?:\w+\s+)?{_DOES}\b|"
    rf"\b(?:always|never)\s+(?:be|been|is|are)\b|\b(?:is|are|will be)\s+always\b|"
    r"\bcures?\b|\bcured\b|\bcuring\b|\bguarante\w+|"
    r"\b(?:100|a hundred|one hundred)\s?(?:%|per ?cent)(?:\s+(?:\w+ly\s+)?(?:safe|effective|cured|"
    r"success\w*|natural|sure|certain|recovery|relief|of (?:people|patients|cases))\b)|"
    r"\b(?:completely|totally|perfectly|entirely|absolutely) (?:safe|harmless|painless|risk[- ]free|"
    r"cured|pain[- ]free)\b|\brisk[- ]free\b|\bmirac\w+|"
    r"(?<!people have )\b(?:no|without(?: any)?|zero) (?:known )?(?:side[- ]effects?|risks?)\b|"
    r"\b(?:scientifically|clinically|medically) proven\b|\bproven to\b|"
    r"\bworks? for (?:everyone|everybody|every patient|all patients)\b|"
    r"\b(?:everyone|everybody|every patient|all patients) (?:gets?|will|recovers?|improves?)\b|"
    r"\bthe only (?:treatment|way|method|thing) that (?:works|helps)\b|"
    r"\b(?:instant|permanent|immediate) (?:relief|cure|results)\b",
    re.I,
)
# What takes such words back: a denial before them, or a doubt or a question around them.
_TAKEN_BACK = re.compile(
    r"\b(?:no|not|cannot|nothing|nobody|none|never|neither|nor|without|rarely|unlikely|avoid|beware|"
    r"wary|careful|doubt\w*|if|whether|claims?|claimed|promises?|promising|myth|seldom|few)\b|n['’]t\b",
    re.I,
)
_SELLS = re.compile(
    r"\b(?:book|schedule|request|make|reserve) (?:now|online|today|(?:an?|your|the) (?:free )?"
    r"(?:appointment|consultation|visit|session|assessment)(?: (?:with us|now|today|online|here))+|"
    r"(?:your|an?) (?:free )?(?:appointment|consultation) (?:by|at|through) (?:calling|clicking|our))|"
    r"\bcall (?:us|our (?:office|clinic|team|practice|experts))\b|"
    r"\b(?:contact|visit|reach out to|text|e-?mail) us\b|"
    r"\bclick (?:here|below|the (?:link|button))\b|\b(?:tap|press) (?:here|the button)\b|"
    r"\bour (?:award[- ]winning|leading|expert|renowned|experienced|world[- ]class|caring|friendly|"
    r"highly (?:skilled|trained|qualified))\b|\b(?:award[- ]winning|world[- ]class|"
    r"state[- ]of[- ]the[- ]art|cutting[- ]edge|best[- ]in[- ]class|industry[- ]leading)\b|"
    r"\b(?:read|learn|find out|discover) more (?:here|about our|at|on our)\b|"
    r"\b(?:sign up|subscribe|follow us|like us|share this|join (?:us|our|thousands))\b|"
    r"\b(?:free consultation|special offer|limited[- ]time offer|discount|money[- ]back|promo code|"
    r"walk-ins? welcome|accepting new patients|same[- ]day appointments? available)\b|"
    r"\bour (?:clinic|team|practice|specialists?|physicians?|doctors) (?:can|will|offers?|is|are)\b|"
    r"\bat our (?:clinic|practice|office|cent(?:er|re))\b",
    re.I,
)


def claim_findings(page: Page) -> Iterator[Finding]:
    """Absolute claims and advertising in what may be quoted of an English article."""
    for line in page.lines():
        claim = absolute_claim(line.text)
        if claim:
            why = f"{claim!r} promises more than can be known; say how often, or for whom"
            yield page.finding("absolute_claim", line.span.start, line.text, why)
        sold = _SELLS.search(line.text)
        if sold:
            why = f"{sold.group()!r} invites or advertises; mark the words `not_quotable` or cut them"
            yield page.finding("advertising", line.span.start, line.text, why)


def absolute_claim(sentence: str) -> str:
    """The words of ``sentence`` that promise without exception, or an empty string.

    Words that are taken back ("no treatment is completely safe") promise nothing.
    """
    if sentence.rstrip().endswith("?"):
        return ""
    for match in _ABSOLUTE.finditer(sentence):
        clause = re.split(r"[;:,]|\bbut\b", sentence[: match.start()])[-1]
        if not _TAKEN_BACK.search(clause):
            return match.group()
    return ""
