"""The chat as a web page; ``streamlit run app.py`` starts it."""

from __future__ import annotations

import streamlit as st

from assistant.ui import language, practice, quiet_log, words
from assistant.ui.articles import articles_page
from assistant.ui.chat import show_chat
from assistant.ui.foot import draw_foot
from assistant.ui.privacy import privacy_page
from assistant.ui.staff import staff_pages
from assistant.ui.visit import visit_page

quiet_log.keep_words_out()
language.read_address()
practice.read()
st.set_page_config(page_title=words.TITLE, layout="centered")
chat = st.Page(show_chat, title=words.ASK_PAGE, default=True)
privacy = privacy_page(chat)
patients = [chat]
patients += [articles_page(chat)] if practice.shows("articles") else []
patients += [visit_page(chat)] if practice.shows("visit") else []
patients += [privacy]
current = st.navigation([*patients, *staff_pages()], position="top")
current.run()
if current in patients:
    draw_foot(privacy)
