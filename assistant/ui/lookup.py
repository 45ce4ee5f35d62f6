"""Finding the reply to the last message: never a traceback, never without the guardrail."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import Future, wait

import streamlit as st

from assistant.errors import AssistantError, InputInvalid
from assistant.guardrail.types import Turn
from assistant.reply import Reply
from assistant.settings import Settings
from assistant.ui import safety, session, words
from assistant.ui.session import Answers, Problem

_log = logging.getLogger(__name__)
_LOOK_EVERY_S = 0.3


def find_outcome(
    turns: Sequence[Turn], settings: Settings, *, may_wait: bool = True
) -> Reply | Problem:
    """The reply to the last of ``turns``, or what keeps us from answering.

    While the articles are still being opened, and when they cannot be, warning signs are read
    all the same: a care card waits for nothing. Without ``may_wait`` a question that was asked
    before a newer one does not hold that one up: it is given back to ask again.
    """
    opening = session.opening(settings)
    future = opening.future(retry=True)
    if not future.done():
        if care := safety.care_at_once(turns, settings):
            return care
        if not may_wait:
            return _problem(
                turns, settings, words.NOT_ANSWERED, words.NOT_ANSWERED_STEP, ours=False
            )
    try:
        return _assistant(future).reply(turns)
    except AssistantError as error:
        ours = not isinstance(error, InputInvalid)
        return _problem(turns, settings, str(error), error.next_step, ours=ours)
    except Exception as error:  # noqa: BLE001 - the edge: a patient must never see a traceback
        # The kind of error only: its message could repeat what the patient wrote.
        _log.error("no reply: %s", type(error).__name__)
        return _problem(turns, settings, words.UNEXPECTED, words.UNEXPECTED_STEP)


def _problem(
    turns: Sequence[Turn], settings: Settings, message: str, next_step: str, *, ours: bool = True
) -> Reply | Problem:
    care = safety.care_at_once(turns, settings)
    if care is not None:
        return care
    decision = safety.decisions(turns, settings)[-1]
    return Problem(message=message, next_step=next_step, decision=decision, ours=ours)


def _assistant(future: Future[Answers]) -> Answers:
    """The opened assistant. Waiting can be interrupted by "Start over" or another message."""
    if not future.done():
        with st.spinner(words.GETTING_READY):
            heartbeat = st.empty()
            while not future.done():
                wait([future], timeout=_LOOK_EVERY_S)
                heartbeat.empty()  # lets Streamlit act on what the person did meanwhile
    return future.result()
