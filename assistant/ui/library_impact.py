"""Which answers a draft would change: asked for by a button, because it takes a while."""

from __future__ import annotations

import streamlit as st

from assistant.articles.desk import Desk
from assistant.articles.impact import Impact, Said, preview
from assistant.articles.known import known_questions
from assistant.ui import library_words as words
from assistant.ui.escaping import Html, fill, join
from assistant.ui.library_frame import explained, moving

_LONGEST = 400  # characters of an answer that are shown
_SHIFT = (
    '<details class="pmr-case"><summary><span class="pmr-tag">{effect}</span> {question}</summary>'
    '<dl class="pmr-case-facts"><dt>Now</dt><dd>{before}</dd><dt>Then</dt><dd>{after}</dd></dl>'
    "</details>"
)


def draw_impact(desk: Desk, draft_id: str) -> None:
    """A button, and below it the answers that would be other ones."""
    if not st.button(words.IMPACT, key=f"library-impact-{draft_id}"):
        return
    with explained():
        known = known_questions(desk.settings)
        with moving(desk, words.IMPACT_WAIT):
            impact = preview(
                desk, draft_id, known.questions, score=known.score, advance=desk.progress
            )
        st.html(_shifts(impact))


def _shifts(impact: Impact) -> Html:
    count, asked = len(impact.shifts), impact.asked
    if not count:
        return fill('<p class="pmr">{text}</p>', text=words.IMPACT_NONE.format(asked=asked))
    shown = [
        fill(
            _SHIFT,
            effect=words.EFFECT[shift.effect],
            question=shift.question,
            before=_text(shift.before),
            after=_text(shift.after),
        )
        for shift in impact.shifts
    ]
    head = words.IMPACT_SOME.format(count=count, asked=asked)
    return fill('<div class="pmr"><p>{head}</p>{shown}</div>', head=head, shown=join(shown))


def _text(said: Said) -> str:
    text = said.text if len(said.text) <= _LONGEST else f"{said.text[: _LONGEST - 1]}…"
    return f"{text} [{', '.join(said.articles)}]" if said.articles else text
