"""Adding: a file, pasted words or a page becomes a draft."""

from __future__ import annotations

import streamlit as st

from assistant.articles.desk import Desk
from assistant.articles.drafts import add_draft
from assistant.articles.listing import Row
from assistant.errors import InputInvalid
from assistant.sources import MAX_SOURCE_BYTES, SourceText, fetch_source, pasted, read_source
from assistant.ui import library_words as words
from assistant.ui.library_drafts import open_draft
from assistant.ui.library_frame import said

_TYPES = ["docx", "pdf", "html", "htm", "md", "txt"]


def draw_add(desk: Desk, rows: list[Row]) -> None:
    """The form, and what becomes of it."""
    titles = {row.id: row.title for row in rows if row.state == "published"}
    with st.form("library-add", border=False):
        file = st.file_uploader(
            words.FROM_FILE, type=_TYPES, max_upload_size=MAX_SOURCE_BYTES // 1_000_000
        )
        text = st.text_area(words.OR_PASTE, height=140, key="library-paste")
        address = ""
        if desk.settings.fetch_urls:
            address = st.text_input(words.OR_FETCH, key="library-address")
        title = st.text_input(words.TITLE, key="library-title")
        publisher = st.text_input(words.PUBLISHER, key="library-publisher")
        replaces = st.selectbox(
            words.REPLACES,
            ["", *sorted(titles)],
            format_func=lambda i: (
                words.NEW_VERSION.format(title=titles[i]) if i else words.NEW_ARTICLE
            ),
            key="library-replaces",
        )
        given = st.form_submit_button(words.ADD, type="primary")
    if not given:
        return
    source = _source(desk, file, text, address, title)
    fields = {"title": title.strip() or None, "publisher": publisher.strip() or None}
    draft = add_draft(desk, source, replaces=replaces or "", fields=fields)
    open_draft(draft)
    said(" ".join([words.ADDED, *source.notes]))
    st.rerun()


def _source(desk: Desk, file: object, text: str, address: str, title: str) -> SourceText:
    """What was given.

    Raises:
        InputInvalid: nothing was.
        SourceUnreadable: it cannot become an article; the message says what to do.
    """
    if file is not None:
        return read_source(file.getvalue(), file.name)  # type: ignore[attr-defined]
    if text.strip():
        return pasted(text, title.strip())
    if address.strip():
        return fetch_source(address.strip(), allowed=desk.settings.fetch_urls)
    raise InputInvalid(words.NOTHING_GIVEN, hint="")
