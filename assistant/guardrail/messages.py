"""Assembles the fixed care texts from ``data/messages.toml`` and ``data/numbers.toml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.guardrail.errors import RuleFileError
from assistant.guardrail.languages import ENGLISH
from assistant.guardrail.rulebook import Rulebook, shipped_rulebook
from assistant.guardrail.types import CareMessage, Flag, Level

_CRISIS = frozenset({"suicidal-plan-or-attempt", "suicidal-thoughts"})
_ABUSE = frozenset({"violence-abuse"})
_POISON = frozenset({"overdose-any", "over-sedation-opioid-relaxant"})
_QUOTE_WORDS = 14
_HELP_LAST_RESORT = (
    "Call your local emergency number (911 in the US and Canada, 112 in the EU, 999 in the UK, "
    "000 in Australia) now if you can't pee, lost control of bladder or bowels, are numb between "
    "the legs, weak in the legs, have chest pain, or can't breathe."
)
_FAILURE_LAST_RESORT = (
    "Our safety check is not working. We can't answer now. Call your doctor's office. "
    + _HELP_LAST_RESORT
)
_COUNTRIES = {"UK": "GB", "USA": "US", "AUS": "AU", "CAN": "CA", "NZL": "NZ", "IRL": "IE"}
_EU = frozenset(
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IT LV LT LU MT NL PL PT RO SK SI ES SE".split()
)


def care_message(
    level: Level,
    flags: Sequence[Flag],
    book: Rulebook,
    *,
    country: str = "US",
    practice_phone: str | None = None,
    lang: str = ENGLISH,
) -> CareMessage:
    """Return the message for ``level``: the most urgent flag gives the reason and first aid.

    When that flag is about somebody else, the words are for whoever cares for them.

    ``lang`` is the language of the words; one that there are no messages in gets English.
    """
    local, texts = _numbers(country, book.numbers), book.messages_in(lang)
    written = ENGLISH if texts is book.messages else lang
    ids = {flag.id for flag in flags}
    channel = _channel(flags)
    if level is Level.NOTICE and channel == "medical":
        return replace(_notice("notice", local, texts, practice_phone), lang=written)
    part = texts[channel if channel != "medical" else level.label]
    if channel == "medical" and flags and flags[0].about_other:
        part = {**part, **texts["caregiver"][level.label]}
    words = _fillers(local, practice_phone, texts)
    who = _who(channel, part, local)
    first_aid = tuple(
        dict.fromkeys(text for flag, text in texts["first_aid"].items() if flag in ids)
    )[:2]
    message = _assemble(
        channel=channel,
        headline=part["headline"],
        who=who.format(**words),
        how_soon=part["how_soon"].format(**words),
        why=_why(flags, texts, channel),
        do_not=tuple(part["do_not"]),
        tell_them=part["tell_them"],
        first_aid=first_aid,
        numbers=_shown(channel, ids, local, practice_phone, texts),
        limits=texts["limits"],
    )
    return replace(message, lang=written)


def language_message(book: Rulebook, country: str, practice_phone: str | None) -> CareMessage:
    """Return the number box for a message in a language that the guardrail does not read."""
    return _notice("language", _numbers(country, book.numbers), book.messages, practice_phone)


def failure_message(country: str, practice_phone: str | None) -> CareMessage:
    """Return the message for a broken guardrail, even when the data files cannot be read."""
    try:
        book = shipped_rulebook()
        local = _numbers(country, book.numbers)
        words = _fillers(local, practice_phone, book.messages)
        part = book.messages["failure"]
        return _assemble(
            channel="failure", headline=part["headline"], who=part["who"].format(**words),
            how_soon=part["how_soon"].format(**words), why=part["why"], do_not=(),
            tell_them="", first_aid=(),
            numbers=_shown("failure", set(), local, practice_phone, book.messages),
            limits=book.messages["limits"],
        )  # fmt: skip
    except Exception:  # noqa: BLE001  (nothing may stop this message)
        phone = (("Our office", practice_phone),) if practice_phone else ()
        return CareMessage(
            channel="failure", headline="Our safety check is not working.", who="", how_soon="",
            why="", do_not=(), tell_them="", first_aid=(), numbers=phone, limits="",
            text=_FAILURE_LAST_RESORT,
        )  # fmt: skip


def help_box(country: str, lang: str = ENGLISH) -> str:
    """Return the fixed "get help now if" box for pain answers, even when no file can be read.

    ``lang`` is the language of the words; one that there are no messages in gets English.
    """
    try:
        book = shipped_rulebook()
    except RuleFileError:
        return _HELP_LAST_RESORT
    texts = book.messages_in(lang)
    words = _fillers(_numbers(country, book.numbers), None, texts)
    text: str = texts["help_box"]["text"]
    return text.format(**words)


def emergency_number(country: str) -> str:
    """Return the emergency number of ``country``, or the words for an unknown one."""
    book = shipped_rulebook()
    local = _numbers(country, book.numbers)
    return str(
        local.get("emergency_words") or local.get("emergency") or book.numbers["generic_short"]
    )


def rules_version() -> str:
    """Return the version of the rules, words and messages that are in force."""
    try:
        return shipped_rulebook().version
    except RuleFileError:
        return "unavailable"


def _channel(flags: Sequence[Flag]) -> str:
    ids = {flag.id for flag in flags}
    if ids & _CRISIS:
        return "crisis"
    if flags and flags[0].id in _ABUSE:
        return "safeguarding"
    return "safeguarding" if ids and ids <= _ABUSE else "medical"


def _numbers(country: str, numbers: Mapping[str, Any]) -> Mapping[str, Any]:
    code = _COUNTRIES.get(country.strip().upper(), country.strip().upper())
    if code not in numbers and code in _EU:
        code = "EU"
    local = numbers.get(code) if code.isupper() else None
    if isinstance(local, Mapping):
        return local
    return {"generic": numbers["generic_emergency"]}


def _label(texts: Mapping[str, Any], english: str) -> str:
    """The words for ``english``, a label or what a number is, in the language of ``texts``."""
    return str(texts.get("labels", {}).get(english, english))


def _fillers(
    local: Mapping[str, Any], practice_phone: str | None, texts: Mapping[str, Any]
) -> dict[str, str]:
    office = _label(texts, "your doctor's office")
    if practice_phone:
        office = _label(texts, "our office at {phone}").format(phone=practice_phone)
    emergency = local.get("emergency_words") or local.get("emergency") or local["generic"]
    return {
        "emergency": _label(texts, str(emergency)),
        "office": office,
        "crisis": str(local.get("crisis", "")),
        "abuse": str(local.get("abuse", "")),
    }


def _who(channel: str, part: Mapping[str, Any], local: Mapping[str, Any]) -> str:
    if channel == "crisis" and "crisis" not in local:
        return str(part["who_no_line"])
    if channel == "safeguarding" and "abuse" in local:
        return str(part["who_line"])
    return str(part["who"])


def _why(flags: Sequence[Flag], messages: Mapping[str, Any], channel: str) -> str:
    if not flags:
        return str(messages["quote_more"])
    reason = str(messages["why"].get(flags[0].id, messages["quote_more"]))
    if channel != "medical" or not flags[0].evidence:
        return reason  # a discreet message does not repeat what was done to the person
    words = flags[0].evidence.split()
    shown = " ".join(words[:_QUOTE_WORDS]) + (" …" if len(words) > _QUOTE_WORDS else "")
    return f"{messages['quote'].replace('{words}', shown)} {reason}"


def _shown(
    channel: str,
    ids: set[str],
    local: Mapping[str, Any],
    practice_phone: str | None,
    texts: Mapping[str, Any],
) -> tuple[tuple[str, str], ...]:
    """Return the two or three numbers that fit, never all of them."""
    rows: list[tuple[str, str]] = []
    if "emergency" in local:
        rows.append(("Emergency", str(local["emergency"])))
    if channel == "crisis" and "crisis" in local:
        rows.insert(0, (str(local["crisis_label"]), str(local["crisis"])))
    if channel == "safeguarding" and "abuse" in local:
        rows.append((str(local["abuse_label"]), str(local["abuse"])))
    if ids & _POISON and "poison" in local:
        rows.append(("Poison line", str(local["poison"])))
    if channel in ("medical", "failure"):
        if practice_phone:
            rows.append(("Our office", practice_phone))
        elif "advice" in local:
            rows.append((str(local["advice_label"]), str(local["advice"])))
    return tuple((_label(texts, label), number) for label, number in rows[:3])


def _notice(
    part: str, local: Mapping[str, Any], texts: Mapping[str, Any], practice_phone: str | None
) -> CareMessage:
    words = _fillers(local, practice_phone, texts)
    return _assemble(
        channel="medical",
        headline=texts[part]["headline"],
        who=texts["help_box"]["text"].format(**words),
        how_soon="", why="", do_not=(), tell_them="", first_aid=(),
        numbers=_shown("medical", set(), local, practice_phone, texts),
        limits=texts["limits"],
    )  # fmt: skip


def _assemble(
    *,
    channel: str,
    headline: str,
    who: str,
    how_soon: str,
    why: str,
    do_not: tuple[str, ...],
    tell_them: str,
    first_aid: tuple[str, ...],
    numbers: tuple[tuple[str, str], ...],
    limits: str,
) -> CareMessage:
    lines = [headline, who, how_soon, why, " ".join(first_aid), " ".join(do_not), tell_them]
    lines += [f"{label}: {number}" for label, number in numbers]
    text = "\n".join(line for line in (*lines, limits) if line)
    return CareMessage(
        channel=channel, headline=headline, who=who, how_soon=how_soon, why=why, do_not=do_not,
        tell_them=tell_them, first_aid=first_aid, numbers=numbers, limits=limits, text=text,
    )  # fmt: skip
