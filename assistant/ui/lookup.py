"""Finding the reply to the last message: never a traceback, never without the guardrail."""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING

import streamlit as st

from assistant.errors import AssistantError, InputInvalid, StoreUnavailable
from assistant.guardrail.types import Decision, Turn
from assistant.rephrasing import Step
from assistant.settings import Settings
from assistant.ui import safety, session, words
from assistant.ui.session import Answers, Problem

if TYPE_CHECKING:
    from assistant.answering.finding import FoundArticle

_log = logging.getLogger(__name__)
_LOOK_EVERY_S = 0.3


def find_steps(
    turns: Sequence[Turn], settings: Settings, *, may_wait: bool = True, fuller: bool = False
) -> Generator[Step | Problem]:
    """The steps of the reply to the last of ``turns``, or what keeps us from answering.

    While the articles are still being opened, and when they cannot be, warning signs are read
    all the same: a care card waits for nothing. Without ``may_wait`` a question that was asked
    before a newer one does not hold that one up: it is given back to ask again.
    """
    opening = session.opening(settings)
    future = opening.future(retry=True)
    if not future.done():
        if care := safety.care_at_once(turns, settings):
            yield Step(care, care)
            return
        if not may_wait:
            yield _problem(turns, settings, words.NOT_ANSWERED, words.NOT_ANSWERED_STEP, ours=False)
            return
    try:
        yield from _assistant(future).reply_stream(turns, fuller=fuller)
    except AssistantError as error:
        ours = not isinstance(error, InputInvalid)
        away = isinstance(error, StoreUnavailable)
        yield _problem(turns, settings, str(error), error.next_step, ours=ours, away=away)
    except Exception as error:  # noqa: BLE001 - the edge: a patient must never see a traceback
        # The kind of error only: its message could repeat what the patient wrote.
        _log.error("no reply: %s", type(error).__name__)
        yield _problem(turns, settings, words.UNEXPECTED, words.UNEXPECTED_STEP)


def find_articles(
    text: str, decision: Decision, settings: Settings
) -> list[FoundArticle] | Problem:
    """The articles nearest to ``text``, on which the guardrail decided, or why there are none."""
    try:
        assistant = _assistant(session.opening(settings).future(retry=True))
        return assistant.find_articles(text, decision.level)
    except AssistantError as error:
        away = isinstance(error, StoreUnavailable)
        return Problem(
            message=str(error), next_step=error.next_step, decision=decision,
            ours=not isinstance(error, InputInvalid), away=away,
        )  # fmt: skip
    except Exception as error:  # noqa: BLE001 - the edge: a patient must never see a traceback
        _log.error("no search: %s", type(error).__name__)
        return Problem(message=words.UNEXPECTED, next_step=words.UNEXPECTED_STEP, decision=decision)


def _problem(
    turns: Sequence[Turn],
    settings: Settings,
    message: str,
    next_step: str,
    *,
    ours: bool = True,
    away: bool = False,
) -> Step | Problem:
    care = safety.care_at_once(turns, settings)
    if care is not None:
        return Step(care, care)
    decision = safety.decisions(turns, settings)[-1]
    return Problem(message=message, next_step=next_step, decision=decision, ours=ours, away=away)


def _assistant(future: Future[Answers]) -> Answers:
    """The opened assistant. Waiting can be interrupted by "Start over" or another message."""
    if not future.done():
        with st.spinner(words.GETTING_READY):
            heartbeat = st.empty()
            while not future.done():
                wait([future], timeout=_LOOK_EVERY_S)
                heartbeat.empty()  # lets Streamlit act on what the person did meanwhile
    return future.result()
