"""My visit: what the person takes from this chat to the doctor, to change, print and save.

The page is made anew from the visit's exchanges on every run; nothing of it is kept anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

import streamlit as st

from assistant.reply import Reply
from assistant.settings import Settings
from assistant.ui import language, session, words
from assistant.ui.article_links import open_place_link
from assistant.ui.cards import care_card
from assistant.ui.escaping import fill, markdown_safe
from assistant.ui.frame import date_in_words, open_side_page
from assistant.ui.practice import practice_name, shows
from assistant.ui.session import Edits, Exchange
from assistant.ui.visit_save import draw_save
from assistant.visit.gather import Step, gather
from assistant.visit.layout import layout
from assistant.visit.sheet import PARTS, Line, PartName, Sheet

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_MORE = "visit-more"
_MOST_CHARACTERS = 1000


def visit_page(chat: StreamlitPage | None = None) -> StreamlitPage:
    """The page for ``st.navigation``; ``chat`` is the way back."""

    def show() -> None:
        show_visit(chat)

    return st.Page(show, title=words.VISIT_PAGE, url_path="visit")


def open_visit_link() -> None:
    """A link to the page, where it is shown; on a phone the menu is folded away."""
    if shows("visit"):
        st.page_link(visit_page(), label=words.VISIT_PAGE, icon=":material/assignment:")


def show_visit(chat: StreamlitPage | None = None) -> None:
    """Draw the page. A card that calls for care today stands before everything else."""
    settings = open_side_page(chat)
    if settings is None:
        return
    history = session.exchanges()
    sheet = gather([_step(exchange) for exchange in history], language.drawn())
    if sheet.care is not None:
        st.html(care_card(sheet.care))
    if sheet.private:
        _draw_private()
        return
    _draw_head(bool(history))
    edits = session.edits()
    for part in PARTS:
        _draw_part(part, sheet.parts[part], edits)
    draw_save(list(layout(_edited(sheet, edits), **_made(settings))), settings)


def _step(exchange: Exchange) -> Step:
    outcome = exchange.outcome
    return Step(
        said=exchange.said,
        decision=outcome.decision if outcome is not None else None,
        reply=outcome if isinstance(outcome, Reply) else None,
        described=exchange.described,
    )


def _edited(sheet: Sheet, edits: Edits) -> Sheet:
    added = {f"added-{n}": line for n, line in enumerate(edits.added.splitlines())}
    return sheet.edited(edits.texts, edits.left_out, added)


def _made(settings: Settings) -> dict[str, str]:
    today = datetime.now().astimezone().date()
    return {"practice": practice_name(settings), "day": date_in_words(today)}


def _draw_private() -> None:
    """Nothing to print or save: another person could find it."""
    st.html(fill('<p class="pmr">{text}</p>', text=words.VISIT_PRIVATE))
    st.button(words.CLEAR, key="visit-clear", on_click=session.start_over)


def _draw_head(anything: bool) -> None:
    st.html(
        fill(
            '<div class="pmr pmr-head"><h1>{title}</h1><p>{intro}</p>{empty}</div>',
            title=words.VISIT_TITLE,
            intro=words.VISIT_INTRO,
            empty=fill("") if anything else fill("<p>{text}</p>", text=words.VISIT_EMPTY),
        )
    )


def _draw_part(part: PartName, lines: tuple[Line, ...], edits: Edits) -> None:
    titles = {
        "questions": (words.VISIT_QUESTIONS, "", ""),
        "said": (words.VISIT_SAID, words.VISIT_KEEP, words.VISIT_NOTHING),
        "signs": (words.VISIT_SIGNS, words.VISIT_SIGNS_HELP, words.VISIT_NO_SIGNS),
        "tell": (words.VISIT_TELL, "", ""),
        "ask": (words.VISIT_ASK, words.VISIT_KEEP, words.VISIT_NO_ASK),
    }
    title, note, nothing = titles[part]
    st.html(
        fill(
            '<div class="pmr pmr-head"><h2>{title}</h2><p>{text}</p></div>',
            title=title,
            text=note if lines else nothing,
        )
    )
    with st.container(key=f"visit-{part}", gap="xsmall"):
        for _, group in groupby(lines, key=lambda line: line.origin.words(language.drawn())):
            same = list(group)
            _draw_lines(part, same, edits)
            _draw_origin(same)
        if part == "questions":
            st.text_area(
                words.VISIT_NEW_QUESTION,
                edits.added,
                key=_MORE,
                height=80,
                max_chars=_MOST_CHARACTERS,
                on_change=_keep_added,
                args=(edits,),
            )


def _draw_lines(part: PartName, lines: Iterable[Line], edits: Edits) -> None:
    for number, line in enumerate(lines, start=1):
        key = f"visit-line-{line.id}"
        if part in ("questions", "tell"):
            st.text_area(
                line.label or words.VISIT_MY_QUESTION,
                edits.texts.get(line.id, line.text),
                key=key,
                height="content",
                max_chars=max(_MOST_CHARACTERS, len(line.text)),
                on_change=_keep_text,
                args=(edits, line.id, key),
                label_visibility="visible" if line.label or number == 1 else "collapsed",
            )
        else:
            label = markdown_safe(line.text)
            st.checkbox(
                f"{markdown_safe(line.label)} **{label}**" if line.label else label,
                line.id not in edits.left_out,
                key=key,
                on_change=_keep_tick,
                args=(edits, line.id, key),
            )


def _draw_origin(lines: list[Line]) -> None:
    """Where the lines above come from; an article can be opened at the first of them."""
    origin = lines[0].origin
    if not any(line.text for line in lines):
        return
    text = origin.words(language.drawn())
    st.html(fill('<p class="pmr pmr-facts pmr-origin">{text}</p>', text=text))
    if origin.place is not None:
        open_place_link(words.OPEN_ARTICLE, origin.place, key=f"visit-open-{lines[0].id}")


def _keep_text(edits: Edits, line_id: str, key: str) -> None:
    edits.texts[line_id] = str(st.session_state[key])


def _keep_tick(edits: Edits, line_id: str, key: str) -> None:
    if st.session_state[key]:
        edits.left_out.discard(line_id)
    else:
        edits.left_out.add(line_id)


def _keep_added(edits: Edits) -> None:
    edits.added = str(st.session_state[_MORE])
