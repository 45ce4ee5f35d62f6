"""Text from people and articles is data: the two ways it may enter the page.

Everything long is drawn as HTML from fixed templates (``fill``). Labels of buttons, links and
expanders are Markdown in Streamlit, so other people's words pass through ``markdown_safe``.
"""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

# An invisible character that joins words. Streamlit turns some plain text into links, emoji and
# arrows after the Markdown has been parsed, where a backslash no longer protects it.
JOINER = "\u2060"
_TURNED_INTO_SOMETHING = re.compile(
    r"(?<=www)(?=\.)"  # bare web addresses
    r"|(?<=material)(?=/)"  # icons, whose names Streamlit rewrites before anything else
    r"|(?=[:@])"  # https://, e-mail addresses, :emoji:, :material/icon:, :red[text]
    r"|(?<=[-<>~=])(?=[-<>=])",  # -> <- <-> -- <= >= ~= become symbols
    re.IGNORECASE,
)
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&=^\"@])")
_NUMBER = re.compile(r"\+?\d(?:[\d\s().-]*\d)?")


class Html(str):
    """A string that is safe to put into the page as it is."""

    __slots__ = ()


def fill(template: str, **values: str) -> Html:
    """``template`` with every value escaped, except values that are ``Html`` already."""
    safe = {
        name: value if isinstance(value, Html) else html.escape(value)
        for name, value in values.items()
    }
    return Html(template.format(**safe))


def join(parts: list[Html]) -> Html:
    """Several safe pieces as one."""
    return Html("".join(parts))


def markdown_safe(text: str) -> str:
    """``text`` so that Streamlit's Markdown shows exactly these words, on one line."""
    line = " ".join(text.split())
    return _SPECIAL.sub(r"\\\1", _TURNED_INTO_SOMETHING.sub(JOINER, line))


def web_address(url: str | None) -> str | None:
    """``url`` if it is a plain http or https address, else ``None``."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:  # such as an unfinished IPv6 address
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def telephone(number: str) -> str | None:
    """The first telephone number in ``number``, in the form a ``tel:`` link needs."""
    match = _NUMBER.search(number)
    digits = re.sub(r"[^\d+]", "", match.group()) if match else ""
    return digits if len(digits) >= 2 else None
