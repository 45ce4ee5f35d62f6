"""The chat page behind its web server; ``pmr-assistant chat`` starts it with Streamlit."""

from __future__ import annotations

import streamlit as st

from assistant.settings import settings_and_practice
from assistant.ui.headers import safe_headers

practice = settings_and_practice()[1].practice
app = st.App("app.py", middleware=[safe_headers(practice.embed_origins)])
