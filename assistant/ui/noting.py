"""Keeping a question for the list of gaps, and telling the person who asked it.

A reply is always drawn first: nothing here can delay it or take it away.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from assistant.gaps.noting import QuestionNotes, may_be_kept
from assistant.guardrail.types import Decision
from assistant.reply import Reply
from assistant.settings import Settings
from assistant.ui import words
from assistant.ui.escaping import Html, fill
from assistant.ui.session import Exchange, Noted


def kept_questions_notice(settings: Settings) -> Html:
    """What the first screen says where questions are kept; nothing where they are not."""
    if not _notes(settings).on:
        return Html("")
    text = words.QUESTIONS_KEPT.format(days=settings.keep_questions_days)
    return fill('<p class="pmr-kept">{text}</p>', text=text)


def note_question(history: Sequence[Exchange], settings: Settings) -> None:
    """Keep the last question of ``history`` if it found no answer, once.

    When the guardrail has sent the person to care, what was kept of this conversation before is
    taken back.
    """
    noted, outcome = history[-1].noted, history[-1].outcome
    if noted.looked:
        return
    noted.looked = True
    if not may_be_kept(_decisions(history)):
        _take_back([exchange.noted for exchange in history], settings)
    elif isinstance(outcome, Reply) and outcome.kind == "no_answer":
        noted.id = _notes(settings).note(outcome, "no_answer", _decisions(history))


def note_thumbs_down(history: Sequence[Exchange], settings: Settings) -> None:
    """Keep the last question of ``history``, whose answer did not help, unless it is kept."""
    noted, outcome = history[-1].noted, history[-1].outcome
    if noted.id is None and not noted.said and isinstance(outcome, Reply):
        noted.id = _notes(settings).note(outcome, "thumbs_down", _decisions(history))


def draw_noted(noted: Noted, settings: Settings, *, name: str, last: bool) -> None:
    """Say under the last reply that its question is kept, with a button that deletes it."""
    if not _notes(settings).on:
        return
    place = st.empty()  # kept on every run: what stands below does not move
    if not last or (noted.id is None and not noted.said):
        return
    with place.container(gap="xsmall", key=f"{name}-noted"):
        if noted.said:
            st.html(fill('<p class="pmr" role="status">{text}</p>', text=noted.said))
        if noted.id is not None:
            text = words.NOTED.format(days=settings.keep_questions_days)
            st.html(fill('<p class="pmr">{text}</p>', text=text))
            st.button(
                words.NOTED_DELETE,
                key=f"{name}-noted-delete",
                on_click=_take_back,
                args=([noted], settings),
            )


def _take_back(noted: Sequence[Noted], settings: Settings) -> None:
    """Remove these questions from the file, as if they had never been kept."""
    there = {one.id: one for one in noted if one.id is not None}
    done = _notes(settings).take_back(list(there))
    for one in there.values():
        one.said = words.NOTED_GONE if done else words.NOTED_STAYS
        one.id = None if done else one.id


def _decisions(history: Sequence[Exchange]) -> list[Decision]:
    return [exchange.outcome.decision for exchange in history if exchange.outcome is not None]


def _notes(settings: Settings) -> QuestionNotes:
    return _shared_notes(settings.model_dump_json(), settings)


@st.cache_resource(show_spinner=False, max_entries=2)
def _shared_notes(key: str, _settings: Settings) -> QuestionNotes:  # noqa: ARG001 - the cache reads the key
    return QuestionNotes(_settings)
