"""An answer on the page while a language model writes it."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from assistant.guardrail.types import Decision
from assistant.rephrasing import Step
from assistant.reply import Reply
from assistant.ui import words
from assistant.ui.answers import answer_html
from assistant.ui.cards import care_card
from assistant.ui.session import Exchange, Problem

_LISTEN_EVERY_S = 0.2  # how soon "Stop" is noticed; every call to Streamlit listens


def find_reply(steps: Generator[Step | Problem], exchange: Exchange, name: str) -> None:
    """Draw ``steps`` as they come; ``exchange`` always holds what is to be kept of them.

    So whatever interrupts this run ("Stop", a new message, a lost connection), the turn is there
    on the next one. Nothing drawn here stays: a finished turn is drawn from ``exchange``.
    """
    drawing: _Drawing | None = None
    with st.spinner(words.LOOKING), closing(steps):
        for step in steps:
            exchange.outcome = step if isinstance(step, Problem) else step.kept
            if isinstance(step, Problem) or step.finished:
                continue
            drawing = drawing or _Drawing(name)
            drawing.show(step.shown)
    if drawing is not None:
        drawing.clear()


class _Drawing:
    """The care card, the sentences so far, and a button to stop."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._shown: Reply | None = None
        self._listened = 0.0
        self._place: DeltaGenerator = st.empty()
        self._decision: Decision | None = None
        with self._place.container():
            self._card = st.empty()
            self._text = st.empty()
            st.button(words.STOP, key=f"{name}-stop")
            self._ear = st.empty()

    def show(self, reply: Reply) -> None:
        if reply.decision.message is not None and reply.decision is not self._decision:
            self._card.html(care_card(reply.decision))
            self._decision = reply.decision
        if reply.sentences and reply is not self._shown:
            self._text.html(answer_html(reply, self._name))
            self._shown = reply
        elif time.monotonic() - self._listened >= _LISTEN_EVERY_S:
            self._ear.empty()
            self._listened = time.monotonic()

    def clear(self) -> None:
        self._place.empty()
