"""The fixed words of the page, by name, in the language that the page is drawn in.

``words.TITLE`` looks ``TITLE`` up in ``assistant/catalogue`` each time it is read, so no module
may keep a word from its import.
"""

from __future__ import annotations

from assistant.catalogue import page_words
from assistant.ui import language


def __getattr__(name: str) -> str:
    try:
        return page_words(language.drawn())[name]
    except KeyError:
        raise AttributeError(f"the catalogue has no {name}") from None
