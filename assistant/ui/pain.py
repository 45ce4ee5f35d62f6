"""The pain form on the chat page: it writes one message, which is then sent like a typed one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from assistant.guardrail.types import Level
from assistant.ui import language, session, words
from assistant.ui.cards import care_card
from assistant.ui.escaping import fill, markdown_safe
from assistant.ui.frame import scroll_to
from assistant.ui.practice import shows
from assistant.ui.session import Exchange
from assistant.ui.sketch import sketch
from assistant.visit.description import Answer, Description, Ticked
from assistant.visit.form import Choice, PainForm, pain_form

_MORE_CHARACTERS = 200
_QUESTION_CHARACTERS = 300
_LONGEST = 999
_LOOK, _MESSAGE = "pain-look", "pain-message"
_ANSWERS: tuple[Answer, ...] = ("yes", "no", "unsure")


def draw_pain_button(key: str) -> None:
    """The button that opens the form, where the practice shows it."""
    if not shows("pain"):
        return
    st.button(
        words.PAIN_OPEN,
        key=key,
        icon=":material/accessibility_new:",
        on_click=session.open_pain_form,
    )


def draw_pain_form(history: list[Exchange]) -> None:
    """The form, then the message it makes. A card that calls for care today stays above it."""
    _draw_standing_card(history)
    _head("h1", words.PAIN_TITLE, words.PAIN_INTRO)
    form = pain_form(language.drawn())
    described = _ask_all(form)
    with st.container(horizontal=True, gap="xsmall"):
        st.button(words.PAIN_LOOK, key=_LOOK, type="primary", on_click=_look)
        st.button(words.PAIN_CLOSE, key="pain-close", on_click=_close)
    place = st.container()
    if st.session_state.get(_MESSAGE):
        with place:
            _draw_message(described)


def _draw_standing_card(history: list[Exchange]) -> None:
    made = [exchange.outcome.decision for exchange in history if exchange.outcome is not None]
    urgent = [decision for decision in made if decision.level >= Level.URGENT]
    if urgent:
        st.html(care_card(urgent[-1], announce=False))


def _head(tag: Literal["h1", "h2"], title: str, text: str = "") -> None:
    body = fill("<p>{text}</p>", text=text) if text else fill("")
    template = f'<div class="pmr pmr-head"><{tag}>{{title}}</{tag}>{{body}}</div>'
    st.html(fill(template, title=title, body=body))


def _ask_all(form: PainForm) -> Description:
    """Every part of the form, in the order in which a doctor asks."""
    areas = _ask_where(form)
    count, unit = _ask_since(form)
    strength = _ask_strength(form)
    feels = _ask_choices("feels", words.PAIN_FEELS, form.feels)
    worse = _ask_choices("worse", words.PAIN_WORSE, form.worse)
    better = _ask_choices("better", words.PAIN_BETTER, form.better)
    tried = _ask_choices("tried", words.PAIN_TRIED, form.tried)
    signs = _ask_signs(form)
    _head("h2", words.PAIN_QUESTION)
    question = st.text_input(
        words.PAIN_QUESTION_HELP.format(question=markdown_safe(form.say["question"])),
        key="pain-question",
        max_chars=_QUESTION_CHARACTERS,
    )
    return Description(
        areas=areas,
        count=count,
        unit=unit,
        strength=strength,
        feels=feels,
        worse=worse,
        better=better,
        tried=tried,
        signs=signs,
        question=question,
        lang=language.drawn(),
    )


def _ask_where(form: PainForm) -> tuple[str, ...]:
    _head("h2", words.PAIN_WHERE)
    with st.container(key="pain-where", gap="small"):
        drawing = st.empty()
        ticked = _pills(words.PAIN_WHERE_HELP, form.areas, "pain-areas")
        drawing.html(sketch(ticked, form.areas))
    return ticked


def _pills(label: str, offered: Mapping[str, Choice], key: str) -> tuple[str, ...]:
    ticked = st.pills(
        label,
        list(offered),
        selection_mode="multi",
        format_func=lambda each: offered[each].label,
        key=key,
    )
    return tuple(ticked)


def _ask_since(form: PainForm) -> tuple[int | None, str]:
    _head("h2", words.PAIN_SINCE)
    with st.container(horizontal=True, gap="small"):
        count = st.number_input(
            words.PAIN_COUNT,
            min_value=1,
            max_value=_LONGEST,
            value=None,
            step=1,
            key="pain-count",
            width=140,
        )
        unit = st.radio(
            words.PAIN_UNIT,
            list(form.units),
            index=1,
            format_func=lambda each: form.units[each].label,
            horizontal=True,
            key="pain-unit",
        )
    return count, unit


def _ask_strength(form: PainForm) -> int | None:
    _head("h2", words.PAIN_STRONG)
    strength: int | None = st.radio(
        words.PAIN_STRONG,
        range(len(form.strengths)),
        index=None,
        horizontal=True,
        key="pain-strength",
        label_visibility="collapsed",
    )
    shown = [0, len(form.strengths) - 1] if strength is None else [strength]
    lines = [words.PAIN_STRONG_SAYS.format(number=n, words=form.strengths[n]) for n in shown]
    st.html(fill('<p class="pmr" role="status">{text}</p>', text=" · ".join(lines)))
    return strength


def _ask_choices(part: str, title: str, offered: Mapping[str, Choice]) -> Ticked:
    _head("h2", title)
    with st.container(gap="xsmall"):
        ticked = st.pills(
            title,
            list(offered),
            selection_mode="multi",
            format_func=lambda each: offered[each].label,
            key=f"pain-{part}",
            label_visibility="collapsed",
        )
        more = st.text_input(words.PAIN_MORE, key=f"pain-{part}-more", max_chars=_MORE_CHARACTERS)
    return Ticked(tuple(ticked), more)


def _ask_signs(form: PainForm) -> dict[str, Answer]:
    _head("h2", words.PAIN_SIGNS, words.PAIN_SIGNS_HELP)
    labels = dict(zip(_ANSWERS, (words.YES, words.NO, words.UNSURE), strict=True))
    given: dict[str, Answer] = {}
    with st.container(key="pain-signs", gap="small"):
        for sign in form.signs:
            answer = st.radio(
                f"**{markdown_safe(sign.ask)}** {markdown_safe(sign.means)}",
                _ANSWERS,
                index=None,
                format_func=labels.__getitem__,
                horizontal=True,
                key=f"pain-sign-{sign.id}",
            )
            if answer is not None:
                given[sign.id] = answer
    return given


def _look() -> None:
    st.session_state[_MESSAGE] = True


def _close() -> None:
    st.session_state[_MESSAGE] = False
    session.close_pain_form()


def _send(message: str, described: Description) -> None:
    _close()
    session.ask(message, described)


def _draw_message(described: Description) -> None:
    """What will be sent, word for word. Where nothing hurts, there is nothing to send."""
    if not described.areas:
        text = fill('<p class="pmr" role="alert"><b>{text}</b></p>', text=words.PAIN_NO_WHERE)
        st.html(text)
        return
    message = described.message()
    denied = f" {words.PAIN_READY_VISIT}" if shows("visit") else ""
    st.html(
        fill(
            '<div class="pmr pmr-source" id="pain-message"><h2>{title}</h2>'
            '<p class="pmr-said">{message}</p><p>{help}</p></div>',
            title=words.PAIN_READY,
            message=message,
            help=words.PAIN_READY_HELP + denied,
        )
    )
    st.button(
        words.PAIN_SEND, key="pain-send", type="primary", on_click=_send, args=(message, described)
    )
    scroll_to("pain-message")
