"""The chat as a web page; ``streamlit run app.py`` starts it."""

from __future__ import annotations

import streamlit as st

from assistant.ui import language, words
from assistant.ui.articles import articles_page
from assistant.ui.chat import show_chat
from assistant.ui.staff import staff_pages
from assistant.ui.visit import visit_page

language.read_address()
st.set_page_config(page_title=words.TITLE, layout="centered")
chat = st.Page(show_chat, title=words.ASK_PAGE, default=True)
pages = [chat, articles_page(chat), visit_page(chat), *staff_pages()]
st.navigation(pages, position="top").run()
