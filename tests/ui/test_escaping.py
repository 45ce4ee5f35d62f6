from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.records import Span
from assistant.ui.article_text import article_html
from assistant.ui.escaping import JOINER, fill, markdown_safe, telephone, web_address

from .fakes import SPASMS

NASTY = st.text(st.sampled_from(list("ab1 .:@/<>-=~$*_`[](){}#+!|\\&\"^'\nw")), max_size=40)


def shown(markdown: str) -> str:
    """The plain text a CommonMark reader shows; fails on anything that is not text."""
    (inline,) = [t for t in MarkdownIt("commonmark").parse("x" + markdown) if t.type == "inline"]
    assert all(t.type in ("text", "text_special") for t in inline.children or [])
    return "".join(t.content for t in inline.children or [])[1:]


@given(NASTY | st.text(max_size=60))
def test_markdown_shows_exactly_the_words(text: str) -> None:
    safe = markdown_safe(text)
    assert shown(safe).replace(JOINER, "") == " ".join(text.split()).replace(
        "\x00", "\ufffd"
    ).replace(JOINER, "")


@given(NASTY)
def test_nothing_is_left_that_streamlit_turns_into_something(text: str) -> None:
    read = shown(markdown_safe(text))
    # Streamlit looks for these in the text that is left after parsing.
    assert not re.search(r":[\w+-]+:|https?://|www\.|[-.\w+]+@[\w-]|->|<-|--|>=|<=|~=", read)
    assert not re.search(r"(?<!\\)[$]|(?<!\\):", markdown_safe(text))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(max_size=60), st.text(max_size=60))
def test_filled_values_never_become_markup(inside: str, attribute: str) -> None:
    reader = _Tags()
    reader.feed(fill('<p title="{b}">{a}</p>', a=inside, b=attribute))
    reader.close()
    assert reader.tags == ["p"]


@given(NASTY | st.text(max_size=80), st.integers(0, 80), st.integers(0, 80))
def test_an_article_can_only_bring_structure(text: str, a: int, b: int) -> None:
    article = replace(SPASMS, text=f"Words. {text}")
    start, end = sorted((min(a, len(article.text)), min(b, len(article.text))))
    reader = _Tags()
    reader.feed(article_html(article, [Span(start, end)]))
    allowed = (
        "div p h2 h3 h4 ul ol li em strong mark code pre blockquote hr br "
        "table thead tbody tr th td"
    )
    assert set(reader.tags) <= set(allowed.split())


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[tap](javascript:alert(1))",
        "![pic](https://evil.example/x.png)",
        "<https://evil.example>",
        "[a]: https://evil.example\n\n[a]",
    ],
)
def test_articles_bring_no_links_pictures_or_scripts(text: str) -> None:
    html = article_html(replace(SPASMS, text=text))
    assert not re.search(r"<(script|img|a)\b|href|src=.?https", html.replace("&lt;", ""))


def test_quoted_words_are_marked_in_the_article() -> None:
    start = SPASMS.text.index("Rest a little.")
    html = article_html(SPASMS, [Span(start, start + len("Rest a little."))])
    assert '<mark id="quoted">Rest a little.</mark> Then move again.' in html


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/x", True),
        ("http://a.example", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//a.example", False),
        ("https://[", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(url: str | None, kept: bool) -> None:
    assert (web_address(url) is not None) is kept


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        ("911", "911"),
        ("1-800-222-1222", "18002221222"),
        ("+44 (0)20 7946 0000", "+4402079460000"),
        ("988 (call or text)", "988"),
        ("your local emergency number", None),
    ],
)
def test_telephone_numbers(number: str, digits: str | None) -> None:
    assert telephone(number) == digits
