"""What is kept: the page that says it, made from the settings each time it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from assistant.privacy import Fact, PageFacts, privacy_facts
from assistant.settings import Settings
from assistant.ui import practice, words
from assistant.ui.escaping import Html, fill, join
from assistant.ui.frame import open_side_page

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


def privacy_page(chat: StreamlitPage | None = None) -> StreamlitPage:
    """The page for ``st.navigation``: not in the menu, but always there and linked in the foot."""

    def show() -> None:
        settings = open_side_page(chat)
        if settings is not None:
            st.html(privacy_html(settings))

    return st.Page(show, title=words.PRIVACY_PAGE, url_path="privacy", visibility="hidden")


def privacy_html(settings: Settings) -> Html:
    """The page's words: a heading, and the facts under each smaller one."""
    page = PageFacts(
        statistics=bool(st.get_option("browser.gatherUsageStats")), visit=practice.shows("visit")
    )
    parts = [
        fill(
            '<div class="pmr pmr-head"><h1>{title}</h1><p>{intro}</p></div>',
            title=words.PRIVACY_TITLE,
            intro=words.PRIVACY_INTRO,
        )
    ]
    for heading, facts in privacy_facts(settings, page).items():
        said = join([_paragraph(fact, settings) for fact in facts])
        parts.append(
            fill(
                '<div class="pmr pmr-article"><h2>{heading}</h2>{said}</div>',
                heading=getattr(words, heading),
                said=said,
            )
        )
    return join(parts)


def _paragraph(fact: Fact, settings: Settings) -> Html:
    fields = {**fact.fields, "practice": practice.practice_name(settings)}
    return fill("<p>{text}</p>", text=getattr(words, fact.words).format(**fields))
