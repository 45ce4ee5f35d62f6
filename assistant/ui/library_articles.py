"""The list of articles in every state, and one of them: history, versions, review, withdrawal."""

from __future__ import annotations

from datetime import date

import streamlit as st

from assistant.articles.desk import Desk
from assistant.articles.drafts import revise
from assistant.articles.history import Event, read_history, versions
from assistant.articles.listing import Row
from assistant.articles.publishing import edit_metadata, restore, withdraw
from assistant.checking.side_by_side import side_by_side
from assistant.corpus import read_file
from assistant.errors import InputInvalid
from assistant.ui import library_words as words
from assistant.ui.escaping import Html, fill, join
from assistant.ui.library_beside import TABLE, beside_table
from assistant.ui.library_drafts import open_draft
from assistant.ui.library_frame import explained, moving, said


def draw_articles(desk: Desk, rows: list[Row]) -> None:
    """The list, then the article that is chosen from it."""
    labels = {row.id: row.title or row.id for row in reversed(rows)}
    chosen = st.selectbox(
        words.CHOOSE, sorted(labels), format_func=labels.__getitem__, index=None,
        key="library-article",
    )  # fmt: skip
    if chosen is None:
        st.html(_list(rows))
        return
    states = {row.state: row for row in rows if row.id == chosen}
    st.html(_list([row for row in rows if row.id == chosen]))
    if "published" in states:
        _draw_published(desk, chosen, labels[chosen])
    _draw_versions(desk, chosen, labels[chosen])
    _draw_history(read_history(desk.shelf, chosen))


def _draw_published(desk: Desk, article_id: str, title: str) -> None:
    if st.button(words.REVISE, key="library-revise"):
        with explained():
            if not desk.shelf.draft(article_id).is_file():
                revise(desk, article_id)
            open_draft(article_id)
            st.rerun()
    with st.expander(words.REVIEW_HEAD), st.form("library-review", border=False):
        reviewer = st.text_input(words.REVIEWER, key="library-reviewer")
        on = st.date_input(words.REVIEWED_ON, desk.today, key="library-reviewed")
        until = st.date_input(words.REVIEW_UNTIL, None, key="library-until")
        if st.form_submit_button(words.SAVE_REVIEW):
            with explained():
                _save_review(desk, article_id, title, reviewer.strip(), on, until)
    with st.expander(words.WITHDRAW), st.form("library-withdraw", border=False):
        reason = st.text_input(words.WITHDRAW_WHY, key="library-why")
        if st.form_submit_button(words.WITHDRAW):
            with explained():
                with moving(desk, words.WITHDRAW):
                    done = withdraw(desk, article_id, reason=reason)
                said(words.WITHDRAWN.format(title=title), done)
                st.rerun()


def _save_review(
    desk: Desk, article_id: str, title: str, reviewer: str, on: object, until: object
) -> None:
    if not reviewer or not isinstance(on, date) or not isinstance(until, date):
        raise InputInvalid(words.NEED_REVIEWER, hint="")
    fields = {"reviewed_by": reviewer, "reviewed": str(on), "review_by": str(until)}
    done = edit_metadata(desk, article_id, fields)
    said(words.REVIEW_SAVED.format(title=title), done)
    st.rerun()


def _draw_versions(desk: Desk, article_id: str, title: str) -> None:
    kept = versions(desk.shelf, article_id)
    if not kept:
        return
    version = st.selectbox(words.VERSION, list(reversed(kept)), key=f"library-version-{article_id}")
    position = kept.index(str(version))
    if position:
        texts = [read_file(desk.shelf.version(article_id, v)) for v in kept[position - 1 :][:2]]
        with st.expander(words.DIFF):
            st.html(beside_table(side_by_side(*texts), words.DIFF))
    if st.button(words.RESTORE, key="library-restore"):
        with explained():
            done = restore(desk, article_id, version=str(version))
            said(words.RESTORED.format(title=title), done)
            st.rerun()


def _draw_history(events: list[Event]) -> None:
    lines = [
        fill(
            "<li>{at}: {action} by {by}{version}{reason}</li>",
            at=event.at,
            action=event.action,
            by=event.by,
            version=f", version {event.version}" if event.version else "",
            reason=f" ({event.reason})" if event.reason else "",
        )
        for event in reversed(events)
    ]
    with st.expander(words.HISTORY):
        body = join(lines) or fill("<li>{text}</li>", text=words.NO_HISTORY)
        st.html(fill('<ul class="pmr">{body}</ul>', body=body))


def _list(rows: list[Row]) -> Html:
    head = join([fill("<th>{name}</th>", name=name) for name in words.LIST_HEAD])
    lines = [
        fill(
            "<tr><td>{title}<br><span class='pmr-small'>{id}</span></td><td>{state}</td>"
            "<td>{review}</td><td>{owner}</td><td>{version}</td></tr>",
            title=row.title,
            id=row.id,
            state=row.state,
            review=_review(row),
            owner=row.owner or "",
            version=row.version or "",
        )
        for row in rows
    ]
    table = fill("<thead><tr>{head}</tr></thead>", head=head)
    return fill(TABLE, label=words.TAB_ARTICLES, head=table, rows=join(lines))


def _review(row: Row) -> Html:
    if row.broken:
        return fill("{text}", text=words.UNREADABLE)
    if row.overdue:
        text = (words.SILENT if row.silent else words.OVERDUE).format(day=row.review_by)
        return fill('<span class="pmr-mark pmr-bad">{text}</span>', text=text)
    text = words.REVIEWED.format(day=row.reviewed) if row.reviewed else words.NOT_REVIEWED
    return fill("{text}", text=text)
