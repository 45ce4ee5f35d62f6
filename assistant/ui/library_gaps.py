"""Questions that found no answer, and beginning an article on one of them."""

from __future__ import annotations

import streamlit as st

from assistant.articles.desk import Desk
from assistant.articles.drafts import add_draft
from assistant.embedding import open_embedder
from assistant.gaps.gaps import Gap, find_gaps
from assistant.gaps.keep import question_file
from assistant.gaps.outline import outline
from assistant.index.live import LiveIndex
from assistant.index.opening import open_store
from assistant.sources import read_source
from assistant.ui import library_words as words
from assistant.ui.escaping import fill, join
from assistant.ui.library_drafts import open_draft
from assistant.ui.library_frame import explained, said
from assistant.ui.staff_frame import draw_problem


def draw_gaps(desk: Desk) -> None:
    """The gaps, the most asked first, each with a button to begin an article."""
    file = question_file(desk.settings)
    if file is None:
        draw_problem(words.GAPS_OFF, words.GAPS_OFF_STEP)
        return
    reading = file.read()
    if not reading.questions:
        st.html(fill('<p class="pmr">{text}</p>', text=words.GAPS_NONE))
        return
    settings = desk.settings
    embedder = desk.embedder or open_embedder(settings.embedding_model, settings.data_dir)
    index = LiveIndex(settings.data_dir, open_store(settings), embedder).current()
    for number, gap in enumerate(find_gaps(reading.questions, embedder, index)):
        _draw_gap(desk, gap, number)


def _draw_gap(desk: Desk, gap: Gap, number: int) -> None:
    count = words.GAP_ONCE if gap.count == 1 else words.GAP_COUNT.format(count=gap.count)
    near = words.GAP_NEAREST.format(title=gap.nearest.title) if gap.nearest else ""
    others = [fill("<li>{text}</li>", text=text) for text in gap.examples if text != gap.question]
    st.html(
        fill(
            '<div class="pmr"><p><strong>{question}</strong><br>{count}. {near}</p>'
            "<ul>{others}</ul></div>",
            question=gap.question,
            count=count,
            near=near,
            others=join(others),
        )
    )
    if st.button(words.START_DRAFT, key=f"library-gap-{number}"):
        with explained():
            draft = add_draft(desk, read_source(outline(gap).encode(), "outline.md"))
            open_draft(draft)
            said(words.ADDED)
            st.rerun()
