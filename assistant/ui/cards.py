"""Care cards, the emergency line and the card for a broken chat, as fixed HTML templates."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.catalogue import page_words
from assistant.guardrail.types import CareMessage, Decision, Level
from assistant.ui import words
from assistant.ui.escaping import Html, fill, join, telephone

_CHANNELS = ("crisis", "safeguarding")  # they have a colour and a badge of their own
_ICONS = {Level.EMERGENCY: "!", Level.URGENT: "!", Level.PROMPT: "i", Level.NOTICE: "i"}


def care_card(decision: Decision, *, announce: bool = True) -> Html:
    """The care message of ``decision``: what to do, whom to call, then why and how.

    Urgent cards are alerts, so a screen reader says them at once; the others wait their turn.
    Without ``announce`` none is: the card is shown to staff, not said to a patient.
    """
    message = decision.message
    if message is None:
        return Html("")
    style = message.channel if message.channel in _CHANNELS else decision.level.label
    if decision.latched and decision.level < Level.URGENT and _is_medical(message):
        return _reminder(decision, message)
    return fill(
        '<section class="pmr pmr-card pmr-{style}"{role}>'
        '<p class="pmr-badge"><span class="pmr-icon" aria-hidden="true">{icon}</span>{badge}</p>'
        "{headline}{body}</section>",
        style=Html(style),
        role=Html(' role="alert"') if announce and decision.level >= Level.URGENT else Html(""),
        icon=_ICONS.get(decision.level, "i"),
        badge=_badge(decision, message),
        headline=fill("<h2>{h}</h2>", h=message.headline) if message.headline else Html(""),
        body=_body(decision, message),
    )


def _badge(decision: Decision, message: CareMessage) -> str:
    own = page_words(message.lang)
    return {
        "crisis": own["BADGE_CRISIS"],
        "safeguarding": own["BADGE_SAFEGUARDING"],
    }.get(message.channel) or {
        Level.EMERGENCY: own["BADGE_EMERGENCY"],
        Level.URGENT: own["BADGE_URGENT"],
        Level.PROMPT: own["BADGE_PROMPT"],
        Level.NOTICE: own["BADGE_NOTICE"],
    }.get(decision.level, "")


def _reminder(decision: Decision, message: CareMessage) -> Html:
    """A message said before and still in force: its headline, and the rest on demand.

    The same long card on every answer would teach people to skip it.
    """
    return fill(
        '<section class="pmr pmr-card pmr-{style}"><details><summary>{headline}</summary>'
        "{body}</details></section>",
        style=Html(decision.level.label),
        headline=message.headline,
        body=_body(decision, message),
    )


def _body(decision: Decision, message: CareMessage) -> Html:
    """What the card says; its small headings are in the language of its words, not of the page."""
    own = page_words(message.lang)
    return join(
        [
            _paragraph(message.who),
            _paragraph(message.how_soon),
            call_buttons(message.numbers, message.lang),
            _paragraph(message.why),
            _quotes(decision, message),
            _list(own["DO_NOT"], message.do_not),
            _section(own["TELL_THEM"], message.tell_them),
            _list(own["FIRST_AID"], message.first_aid),
            _paragraph(message.limits),
            _paragraph(own["MISREAD"] if decision.flags and _is_medical(message) else ""),
        ]
    )


def call_buttons(numbers: Sequence[tuple[str, str]], lang: str = "") -> Html:
    """Telephone numbers to tap. What is no number, such as a text line, stays plain text.

    ``lang`` is the language of the buttons, that of the page when it is empty.
    """
    if not numbers:
        return Html("")
    return fill(
        '<ul class="pmr-calls">{items}</ul>', items=join([_call(*n, lang) for n in numbers])
    )


def _call(label: str, number: str, lang: str) -> Html:
    digits = telephone(number)
    template = page_words(lang)["CALL"] if lang else words.CALL
    text = template.format(label=label, number=number)
    if digits is None:
        return fill("<li>{label}: {number}</li>", label=label, number=number)
    return fill(
        '<li><a class="pmr-call" href="tel:{digits}">{text}</a></li>', digits=digits, text=text
    )


def _quotes(decision: Decision, message: CareMessage) -> Html:
    """The matched words, unless the message quotes some itself or the subject forbids it."""
    seen = [e for e in dict.fromkeys(" ".join(f.evidence.split()) for f in decision.flags) if e]
    if not seen or not _is_medical(message) or any(e in message.why for e in seen):
        return Html("")
    quotes = join([fill("“<bdi>{words}</bdi>”, ", words=e) for e in seen[:3]])
    return fill(
        "<p>" + page_words(message.lang)["YOU_WROTE"] + "</p>",
        quotes=Html(quotes.removesuffix(", ")),
    )


def _is_medical(message: CareMessage) -> bool:
    return message.channel == "medical"


def _paragraph(text: str) -> Html:
    return fill("<p>{text}</p>", text=text) if text else Html("")


def _section(heading: str, text: str) -> Html:
    return fill("<h3>{heading}</h3><p>{text}</p>", heading=heading, text=text) if text else Html("")


def _list(heading: str, lines: Sequence[str]) -> Html:
    if not lines:
        return Html("")
    items = join([fill("<li>{line}</li>", line=line) for line in lines])
    return fill("<h3>{heading}</h3><ul>{items}</ul>", heading=heading, items=items)


def emergency_line(text: str) -> Html:
    """The line above the input: every number in ``text`` can be tapped."""
    parts: list[Html] = []
    end = 0
    for match in re.finditer(r"\+?\d[\d\s().-]*\d", text):
        parts.append(fill("{text}", text=text[end : match.start()]))
        parts.append(
            fill(
                '<a href="tel:{digits}">{number}</a>',
                digits=telephone(match.group()) or "",
                number=match.group(),
            )
        )
        end = match.end()
    parts.append(fill("{text}", text=text[end:]))
    return fill('<p class="pmr pmr-emergency-line">{parts}</p>', parts=join(parts))


def broken_card(message: str, next_step: str, phone: Html, *, away: bool = False) -> Html:
    """What a patient reads when nothing can be answered, and what the practice has to do.

    ``away``: only the articles cannot be reached, for a while.
    """
    return fill(
        '<section class="pmr pmr-card pmr-notice" role="status">'
        '<p class="pmr-badge"><span class="pmr-icon" aria-hidden="true">i</span>{title}</p>'
        "<p>{text}</p>{phone}<h3>{staff}</h3><p>{message}</p><p>{next_step}</p></section>",
        title=words.AWAY_TITLE if away else words.BROKEN_TITLE,
        text=words.BROKEN_TEXT,
        phone=phone,
        staff=words.BROKEN_STAFF,
        message=message,
        next_step=next_step,
    )


def practice_phone(practice: str, phone: str | None) -> Html:
    """The practice's own number, if it has given one."""
    if not phone:
        return Html("")
    digits = telephone(phone)
    number = fill('<a href="tel:{d}">{n}</a>', d=digits, n=phone) if digits else phone
    lead = words.PRACTICE_PHONE.format(practice=practice)
    return fill("<p>{lead} {number}</p>", lead=lead, number=number)
