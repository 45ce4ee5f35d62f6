"""Thumbs under a reply. Drawn only where the practice names a file; written only with consent.

Everything here is a fragment of its own: a thumb on an older reply never stops a newer one that
is still being looked for.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Literal

import streamlit as st

from assistant.guardrail.types import Level, Turn
from assistant.reply import Reply
from assistant.settings import Settings
from assistant.ui import safety, session, words
from assistant.ui.cards import care_card
from assistant.ui.escaping import fill, markdown_safe
from assistant.ui.feedback_file import feedback_record, keep
from assistant.ui.noting import note_thumbs_down
from assistant.ui.practice import practice_name
from assistant.ui.session import Exchange, Feedback

_log = logging.getLogger(__name__)

MOST_CHARACTERS = 500
FALSE_ALARM = "false_alarm"
# The file's names for a reason, in the order in which they are offered.
REASONS = ("wrong", "incomplete", "off_topic", "no_answer", "should_see_doctor", FALSE_ALARM)
# What an article could mend; the others are about the warning.
_OF_THE_ARTICLES = frozenset({"wrong", "incomplete", "off_topic", "no_answer"})
_PRIVATE_CHANNELS = ("crisis", "safeguarding")


def reason_labels() -> dict[str, str]:
    """What each reason is called on the page."""
    labels = (
        words.REASON_WRONG,
        words.REASON_INCOMPLETE,
        words.REASON_OFF_TOPIC,
        words.REASON_NO_ANSWER,
        words.REASON_SEE_DOCTOR,
        words.REASON_FALSE_ALARM,
    )
    return dict(zip(REASONS, labels, strict=True))


def draw_feedback(history: list[Exchange], settings: Settings, *, name: str) -> None:
    """Ask what the person thinks of the last reply of ``history``, if that may be asked at all."""
    if settings.feedback_file is None:
        return
    with st.container():  # the place is kept on every run: what stands below does not move
        about = _about(history)
        if about is not None:
            _draw(about, history, settings, name)


def _about(history: Sequence[Exchange]) -> Literal["answer", "card"] | None:
    """What a thumb would be about. Nothing once a person has written about abuse or despair."""
    messages = [e.outcome.decision.message for e in history if e.outcome is not None]
    if any(m is not None and m.channel in _PRIVATE_CHANNELS for m in messages):
        return None
    reply = history[-1].outcome
    if not isinstance(reply, Reply) or reply.kind == "small_talk":
        return None
    return "card" if reply.kind == "care" or reply.decision.level >= Level.URGENT else "answer"


@st.fragment
def _draw(
    about: Literal["answer", "card"], history: list[Exchange], settings: Settings, name: str
) -> None:
    feedback = history[-1].feedback
    if feedback.kept:
        _draw_thanks(about, feedback)
    elif about == "answer":
        st.html(fill('<p class="pmr pmr-lead-in">{text}</p>', text=words.HELPED_ASK))
        _draw_thumbs(feedback, words.HELPED_YES, words.HELPED_NO, name)
        _draw_form(about, history, settings, name)
    else:
        # Folded away: nothing may stand between a person and what the card says.
        with st.expander(words.CARD_FEEDBACK, key=f"{name}-about"):
            st.html(fill('<p class="pmr">{text}</p>', text=words.CARD_FIRST))
            _draw_thumbs(feedback, words.CARD_HELPED, words.CARD_FALSE_ALARM, name)
            _draw_form(about, history, settings, name)


def _draw_thanks(about: str, feedback: Feedback) -> None:
    if feedback.care is not None:
        st.html(care_card(feedback.care))
        return
    text = f"{words.THANKS} {words.CARD_STANDS}" if about == "card" else words.THANKS
    st.html(fill('<p class="pmr" role="status">{text}</p>', text=text))


def _draw_thumbs(feedback: Feedback, yes: str, no: str, name: str) -> None:
    """Both stay while the form is open, so that the keyboard's focus has its place."""
    choices: tuple[tuple[Literal["up", "down"], str], ...] = (("up", yes), ("down", no))
    with st.container(horizontal=True, gap="xsmall", key=f"{name}-thumbs"):
        for thumb, label in choices:
            st.button(
                label,
                key=f"{name}-thumb-{thumb}",
                icon=":material/check:" if feedback.thumb == thumb else f":material/thumb_{thumb}:",
                on_click=_choose,
                args=(feedback, thumb),
            )


def _choose(feedback: Feedback, thumb: Literal["up", "down"] | None) -> None:
    feedback.thumb, feedback.problem = thumb, ""


def _draw_form(about: str, history: list[Exchange], settings: Settings, name: str) -> None:
    feedback = history[-1].feedback
    if feedback.thumb is None:
        return
    with st.form(f"{name}-feedback", enter_to_submit=False):
        if about == "answer":
            _draw_questions(history[-1], name)
        keeps = words.KEEPS.format(practice=practice_name(settings))
        st.html(fill('<p class="pmr">{text}</p>', text=keeps))
        agree = words.CONSENT.format(practice=markdown_safe(practice_name(settings)))
        st.checkbox(agree, key=f"{name}-consent")
        if feedback.problem:
            st.html(fill('<p class="pmr" role="alert"><b>{p}</b></p>', p=feedback.problem))
        with st.container(horizontal=True, gap="xsmall"):
            st.form_submit_button(
                words.SEND,
                key=f"{name}-send",
                on_click=_send,
                args=(about, history, settings, name),
            )
            st.form_submit_button(
                words.DO_NOT_SEND, key=f"{name}-close", on_click=_choose, args=(feedback, None)
            )


def _draw_questions(exchange: Exchange, name: str) -> None:
    if exchange.feedback.thumb == "down":
        offered = reason_labels()
        if exchange.outcome is None or exchange.outcome.decision.level < Level.PROMPT:
            del offered[FALSE_ALARM]  # nobody was told to see a doctor
        st.radio(
            words.REASON_ASK,
            list(offered),
            format_func=reason_labels().__getitem__,
            index=None,
            key=f"{name}-reason",
        )
    st.text_area(words.COMMENT, max_chars=MOST_CHARACTERS, key=f"{name}-comment")


def _send(about: str, history: list[Exchange], settings: Settings, name: str) -> None:
    """Keep the feedback, or say what is missing. Runs before the page is drawn again."""
    feedback = history[-1].feedback
    reason = _reason(about, feedback, name)
    comment = str(st.session_state.get(f"{name}-comment") or "")[:MOST_CHARACTERS].strip()
    if reason is None:
        feedback.problem = words.PICK_REASON
    elif not st.session_state.get(f"{name}-consent"):
        feedback.problem = words.TICK_FIRST
    else:
        _keep(history, settings, reason, comment)


def _reason(about: str, feedback: Feedback, name: str) -> str | None:
    """The file's name for the reason; ``None`` when one is due and none was picked."""
    if feedback.thumb == "up":
        return ""
    if about == "card":
        return FALSE_ALARM
    picked = st.session_state.get(f"{name}-reason")
    return picked if picked in REASONS else None


def _keep(history: list[Exchange], settings: Settings, reason: str, comment: str) -> None:
    exchange = history[-1]
    feedback, reply = exchange.feedback, exchange.outcome
    if settings.feedback_file is None or not isinstance(reply, Reply) or feedback.thumb is None:
        return
    # Someone may write here what they would not write above: it is read for warning signs too.
    care = safety.care_at_once([Turn("user", comment)], settings) if comment else None
    feedback.care = care.decision if care else None
    message = feedback.care.message if feedback.care else None
    if message is not None and message.channel in _PRIVATE_CHANNELS:
        feedback.kept = True
        return
    turns = [
        *session.as_turns(history[:-1], exchange.said),
        Turn("assistant", session.spoken(reply)),
    ]
    record = feedback_record(feedback.thumb, turns, reply, reason=reason, comment=comment)
    try:
        keep(record, settings.feedback_file)
    except (OSError, NotImplementedError) as error:  # the second: no locks on this file system
        _log.error("feedback was not kept in %s: %s", settings.feedback_file, error)
        feedback.problem = words.NOT_KEPT
    else:
        feedback.kept = True
        if reason in _OF_THE_ARTICLES and feedback.care is None:
            note_thumbs_down(history, settings)
