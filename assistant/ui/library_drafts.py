"""A draft: its text, what was found in it, what answers may quote, and publishing it."""

from __future__ import annotations

import hashlib

import streamlit as st

from assistant.articles.desk import Desk, Published
from assistant.articles.drafts import (
    DraftView,
    add_draft,
    discard,
    save_draft,
    send_for_review,
    view_draft,
)
from assistant.articles.front import body_of
from assistant.articles.listing import Row
from assistant.articles.publishing import finding_key, publish, undecided
from assistant.checking.duplicates import Near
from assistant.checking.side_by_side import side_by_side
from assistant.corpus import read_file
from assistant.sources import pasted
from assistant.ui import library_words as words
from assistant.ui.escaping import fill, markdown_safe
from assistant.ui.library_beside import beside_table
from assistant.ui.library_check import draw_check
from assistant.ui.library_frame import explained, moving, said
from assistant.ui.library_impact import draw_impact
from assistant.ui.staff_frame import draw_problem

_CHOSEN = "library-draft"
_NEXT = "library-draft-next"
_VIEWS = "library-views"


def open_draft(draft_id: str) -> None:
    """Show this draft first on the page's next run."""
    st.session_state[_NEXT] = draft_id


def draw_drafts(desk: Desk, drafts: list[Row], published: Published) -> None:
    """The draft that is chosen, to be edited, checked and published."""
    if not drafts:
        st.html(fill('<p class="pmr">{text}</p>', text=words.NO_DRAFTS))
        return
    titles = {row.id: row.title or row.id for row in drafts}
    wanted = st.session_state.pop(_NEXT, None)
    if wanted in titles:
        st.session_state[_CHOSEN] = wanted
    if st.session_state.get(_CHOSEN) not in titles:
        st.session_state[_CHOSEN] = next(iter(titles))
    chosen = st.selectbox(words.DRAFT, list(titles), format_func=titles.__getitem__, key=_CHOSEN)
    view = _view(desk, str(chosen), published)
    _draw_state(view)
    _draw_editor(desk, view)
    if view.article is not None and view.check is not None:
        draw_check(view.article, view.check)
        _draw_duplicates(desk, view, titles[view.id])
        draw_impact(desk, view.id)
    _draw_publish(desk, view, titles[view.id])


def _view(desk: Desk, draft_id: str, published: Published) -> DraftView:
    """The check of a draft, kept until the draft or the published articles change."""
    raw = desk.shelf.draft(draft_id).read_bytes()
    versions = "".join(article.version for article in published.articles.values())
    key = hashlib.sha256(raw + versions.encode()).hexdigest()
    kept: dict[str, DraftView] = st.session_state.setdefault(_VIEWS, {})
    # The state is read anew: sending for review changes neither text nor articles.
    if key not in kept:
        st.session_state[_VIEWS] = kept = {key: view_draft(desk, draft_id, published)}
    return kept[key]


def _draw_state(view: DraftView) -> None:
    state = words.IS_IN_REVIEW if view.state == "in review" else words.IS_DRAFT
    revision = words.IS_REVISION if view.replaces else ""
    st.html(
        fill('<p class="pmr">{id}: {state}. {what}</p>', id=view.id, state=state, what=revision)
    )
    if view.stale:
        draw_problem(words.STALE, "")
    for problem in view.problems:
        draw_problem(f"{words.PROBLEM}: {problem}", "")


def _draw_editor(desk: Desk, view: DraftView) -> None:
    name = f"{view.id}-{hashlib.sha256(view.raw.encode()).hexdigest()[:8]}"
    with st.form(f"library-edit-{view.id}", border=False):
        raw = st.text_area(words.EDITOR, view.raw, height=320, key=f"library-text-{name}")
        saved = st.form_submit_button(words.SAVE)
    if saved and raw != view.raw:
        save_draft(desk, view.id, raw)
        st.rerun()
    left, right = st.columns(2)
    if left.button(words.SEND, key="library-send", disabled=view.state == "in review"):
        send_for_review(desk, view.id)
        st.session_state.pop(_VIEWS, None)
        st.rerun()
    if right.button(words.DISCARD, key="library-discard"):
        discard(desk, view.id)
        said(words.DISCARDED)
        st.rerun()


def _draw_duplicates(desk: Desk, view: DraftView, title: str) -> None:
    if view.check is None:
        return
    for near in view.check.duplicates:
        if near.exact:
            draw_problem(words.SAME_TEXT, near.title)
        if near.article == view.id:
            continue
        _draw_beside(desk, view, near)
        if view.replaces:
            continue
        label = words.MAKE_VERSION.format(title=near.title)
        if st.button(label, key=f"library-replace-{near.article}"):
            text = pasted(body_of(view.raw), title)
            draft = add_draft(desk, text, replaces=near.article)
            discard(desk, view.id)
            open_draft(draft)
            st.rerun()


def _draw_beside(desk: Desk, view: DraftView, near: Near) -> None:
    label = words.LIKE.format(title=near.title, share=max(near.jaccard, near.contained))
    with st.expander(markdown_safe(label)):
        other = body_of(read_file(desk.published_file(near.article)))
        rows = side_by_side(other, body_of(view.raw))
        st.html(beside_table(rows, label, (near.title, words.THIS_DRAFT)))


def _draw_publish(desk: Desk, view: DraftView, title: str) -> None:
    if view.problems or view.stale or (view.check is not None and view.check.blocked):
        return
    with st.form(f"library-publish-{view.id}", border=False):
        reasons = {}
        for number, finding in enumerate(undecided(view, {})):
            st.html(fill('<p class="pmr"><strong>{found}</strong>: {why}</p>',
                         found=finding.found, why=finding.why))  # fmt: skip
            reasons[finding_key(finding)] = st.text_input(
                words.DECIDE, key=f"library-reason-{view.id}-{number}"
            )
        going = st.form_submit_button(words.PUBLISH, type="primary")
    if not going:
        return
    with explained():
        with moving(desk, words.PUBLISHING):
            done = publish(desk, view.id, reasons=reasons)
        said(words.PUBLISHED.format(title=title), done)
        st.rerun()
