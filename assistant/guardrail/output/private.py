"""Personal details and phone numbers that an answer must not repeat."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from assistant.guardrail.output.vocabulary import Vocabulary

_EMAIL = re.compile(r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)*\.\w{2,}")
_LONG_NUMBER = re.compile(r"(?<![\w.,/=-])(?:\+|\()?\d[\d ().\-]{5,}\d(?![\w%])")
_YEARS = re.compile(r"(?:19|20)\d\d\s?[-–]\s?(?:19|20)\d\d")
_RECORD = re.compile(
    r"\b(?:patient|record|member|policy|mrn|case|file|nhs|account|chart|medicare|insurance|ssn|"
    r"social security|passport|licen[cs]e)\s*(?:number|no\.?|id|#)?\s*(?:is|:|was)?\s*"
    r"(?:[a-z]{0,3}-?\d[\d -]{2,}|\d\w{2,3}-\w{2,4})",
    re.I,
)
_BORN = re.compile(
    r"\b(?:born on|birthday|date of birth|dob)\b[^.]{0,20}\d|\byou\b[^.]{0,30}\bborn in \d{4}",
    re.I,
)
_STREET = re.compile(
    r"\b\d{1,5}[a-z]?\s+(?:[A-Z][\w'’]+\s+){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|"
    r"Court|Ct|Boulevard|Blvd|Way|Close|Crescent|Place|Pl|Terrace|Square|Gardens|Grove|Hill|Row|"
    r"Park|Mews|Highway|Parkway)\b"
    r"|\b(?:Apt|Apartment|Flat|Suite)\.? \d+\b|\bP\.? ?O\.? Box \d+",
)
_STREET_ANY_CASE = re.compile(
    r"\b\d{1,5}[a-z]?\s+(?:[a-z]+\s+){1,2}(?:street|avenue|lane|boulevard|crescent|terrace)\b", re.I
)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b[A-Z]{2} \d{5}(?:-\d{4})?\b")
_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Master|Sir|Madam)\b\.?\s+[A-Z][a-z]+")
_HONORIFIC = re.compile(r"\b(?:Mr|Mrs|Ms|Mx)\.?$")
_NAME = re.compile(r"(?<![\w-])[A-Z][a-z]+(?![\w-])")
_GREETING = re.compile(
    r"\b(?:hi|hello|dear|hey|thanks|thank you|sorry|welcome|good (?:morning|afternoon|evening)),? "
    r"(?-i:([A-Z][a-z]+))",
    re.I,
)
_ORGANISATION = frozenset(
    "Alliance Hospital University Clinic Institute Foundation Medical College Health School Test "
    "Sign Disease Syndrome Society Center Centre Press Commonwealth Hopkins Library Method Trial "
    "Street Scale Index Score Association Research Study Technique Position".split()
)
_SAYS_WHO = re.compile(
    r"\b(?:my name is|my name's|i am|i'm|im|this is|call me|name:|"
    r"my (?:wife|husband|son|daughter|mother|father|mom|mum|dad|partner|sister|brother|friend|"
    r"boss|doctor|neighbou?r)(?:'s name)?(?: is|,)?)\s+((?-i:[A-Z][a-z]+(?:[ -][A-Z][a-z]+)*))",
    re.I,
)
_DIGITS = re.compile(r"\D")


def personal_details(text: str, question: str, vocabulary: Vocabulary) -> bool:
    """Say whether ``text`` holds a name, an address or an identifier of a person."""
    patterns = (_EMAIL, _RECORD, _BORN, _STREET, _STREET_ANY_CASE, _POSTCODE, _TITLE)
    if any(pattern.search(text) for pattern in patterns) or _HONORIFIC.search(text):
        return True
    return _names_somebody(text, vocabulary) or _repeats(text, question)


def without_identifiers(text: str, mark: str) -> str:
    """``text`` with ``mark`` for every address, e-mail, birthday, record or long number."""
    for pattern in (_EMAIL, _BORN, _RECORD, _STREET, _STREET_ANY_CASE, _POSTCODE, _LONG_NUMBER):
        text = pattern.sub(mark, text)
    return text


def other_phone(text: str, known: Iterable[str]) -> bool:
    """Say whether ``text`` holds a long number that is none of the ``known`` phone numbers."""
    allowed = {_digits(number) for number in known}
    return any(
        7 <= len(_digits(match.group())) <= 15
        and not _YEARS.fullmatch(match.group().strip())
        and not _ends_like(_digits(match.group()), allowed)
        for match in _LONG_NUMBER.finditer(text)
    )


def _ends_like(digits: str, allowed: Collection[str]) -> bool:
    """A number may be written with or without its country code."""
    return any(len(own) >= 6 and digits.endswith(own[-9:]) for own in allowed)


def _digits(number: str) -> str:
    return _DIGITS.sub("", number)


def _names_somebody(text: str, vocabulary: Vocabulary) -> bool:
    greeted = _GREETING.search(text)
    if greeted and vocabulary.is_given_name(greeted.group(1)):
        return True
    if _HISTORY.search(text):
        return False
    return any(
        vocabulary.is_given_name(match.group()) and _stands_for_a_person(text, match)
        for match in _NAME.finditer(text)
    )


# People of the past may be named: who described, invented or founded something.
_HISTORY = re.compile(
    r"\b(?:described|created|invented|developed|founded|named after|discovered|pioneered|wrote)\b",
    re.I,
)
_RELATIVE = re.compile(
    r"\b(?:daughter|son|wife|husband|mother|father|mom|mum|dad|partner|sister|brother|friend|"
    r"name is|named|called)$"
)


def _stands_for_a_person(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()].rstrip(" \"'(•*–"), text[match.end() :]
    if before.endswith(("St.", "St", "Saint")):
        return False
    if _RELATIVE.search(before):
        return True
    called = (not before or before.endswith((",", ".", "!", "?", ";"))) and re.match(
        r"\s*[,!]\s+\w|\s*[.!?]?$", after
    )
    if called and (before or after.strip(" .!?")):
        return True
    surname = _NAME.match(after.lstrip()) if after.startswith(" ") else None
    return surname is not None and surname.group() not in _ORGANISATION


def _repeats(text: str, question: str) -> bool:
    """Whether a name or number that the reader gave comes back."""
    names = {part for match in _SAYS_WHO.finditer(question) for part in re.split(r"[ -]", match[1])}
    written = set(_NAME.findall(text))
    if any(name in written for name in names if len(name) > 2):
        return True
    return any(number in text for number in re.findall(r"\b\d{4,}\b", question))
