"""What a language model took for an answer: for staff only, below the answer it was asked about."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from assistant.records import Spent
from assistant.reply import Reply
from assistant.settings import Settings
from assistant.ui import staff_words as words
from assistant.ui.escaping import fill, join
from assistant.ui.staff import staff_access


def draw_spent(reply: Reply, settings: Settings, name: str) -> None:
    """Tokens, times and money of the calls behind ``reply``, if whoever looks may see them.

    Nothing is drawn for an answer that no model was asked about, and nothing for patients.
    """
    lines = list(spent_lines(reply))
    if not lines or staff_access(settings).state != "allowed":
        return
    with st.expander(words.SPENT, key=f"{name}-spent"):
        paragraphs = join([fill("<p>{line}</p>", line=line) for line in lines])
        st.html(fill('<div class="pmr pmr-small">{all}</div>', all=paragraphs))


def spent_lines(reply: Reply) -> Iterator[str]:
    """One line for each thing that a model was asked, the second look first."""
    look, writing = reply.second_look, reply.writing
    if look is not None:
        came = look.failed or look.level or words.SPENT_STOPPED
        yield _line(words.SPENT_LOOK, look.model, look.prompt, came, look.spent)
    if writing is not None:
        came = writing.fallback or words.SPENT_WRITTEN.format(removed=writing.removed)
        yield _line(words.SPENT_WRITING, writing.model, writing.prompt, came, writing.spent)


def _line(what: str, model: str, prompt: str, came: str, spent: Spent | None) -> str:
    asked = what.format(model=model, prompt=prompt, came=came)
    return f"{asked} {_took(spent) if spent else words.SPENT_NOTHING}"


def _took(spent: Spent) -> str:
    count = words.SPENT_ESTIMATED if spent.estimated else words.SPENT_COUNTED
    parts = [count.format(read=spent.tokens_in, written=spent.tokens_out)]
    if spent.first_ms is not None:
        parts.append(words.SPENT_FIRST.format(seconds=spent.first_ms / 1000))
    parts.append(words.SPENT_TIME.format(seconds=spent.total_ms / 1000))
    if spent.cost is not None:
        parts.append(words.SPENT_COST.format(cost=spent.cost))
    return " ".join(parts)
