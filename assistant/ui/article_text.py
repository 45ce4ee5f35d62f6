"""An article's Markdown as safe HTML: headings, paragraphs, lists and tables, nothing else.

Raw HTML is shown as text, or not at all when it only dresses words. Links and pictures keep their
words only, so that no article can send a reader, or a reader's browser, to another machine. What
the screening withheld is left out; an ellipsis stands where words were visible in the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.records import Article, Span
from assistant.text import plain
from assistant.ui.escaping import Html

# Brackets that hardly any text uses; as punctuation they do not disturb emphasis around them.
_OPEN, _CLOSE = "\u2e28", "\u2e29"
QUOTED_ID = "quoted"
_LEFT_OUT = "[…]"
_UNSEEN = re.compile(r"<|\[[^\]\n]+\]:")  # a comment, a tag, a link's address further down


class Section(NamedTuple):
    """A heading of an article, and the id of the place on the page where it stands."""

    id: str
    heading: str


def section_id(heading: str) -> str:
    """The id under which the first section with this heading stands on an article's page."""
    words = re.findall(r"[^\W_]+", heading.casefold())
    return "-".join(["section", *words])


def sections(article: Article) -> list[Section]:
    """The main sections as they stand on the page, for a list of contents."""
    tokens = _tokens(article, ())
    return [
        Section(str(opening.attrs["id"]), plain(inner.content))
        for opening, inner in pairwise(tokens)
        if opening.type == "heading_open" and opening.tag == "h2"
    ]


def article_html(article: Article, quoted: Sequence[Span] = ()) -> Html:
    """The article's text with the ``quoted`` spans marked; the first mark has an id to jump to."""
    parser = _parser()
    body: str = parser.renderer.render(_tokens(article, quoted), parser.options, {})
    body = body.replace(_OPEN, f'<mark id="{QUOTED_ID}">', 1)
    body = body.replace(_OPEN, "<mark>").replace(_CLOSE, "</mark>")
    return Html(f'<div class="pmr pmr-article">{body}</div>')


def _tokens(article: Article, quoted: Sequence[Span]) -> list[Token]:
    text = article.text.replace(_OPEN, "(").replace(_CLOSE, ")")
    for span, words in sorted(_edits(article, text, quoted), reverse=True):
        text = text[: span.start] + words + text[span.end :]
    return _parser().parse(text)


def _edits(article: Article, text: str, quoted: Sequence[Span]) -> Iterator[tuple[Span, str]]:
    """Quoted words with their marks, and what stands in for withheld words."""
    for span in article.withheld:
        yield span, "" if _UNSEEN.match(text, span.start) else _LEFT_OUT
    for span in quoted:
        if not any(span.overlaps(each) for each in article.withheld):
            yield span, _OPEN + span.cut(text) + _CLOSE


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    parser.core.ruler.push("keep_to_text", lambda state: _keep_to_text(state.tokens))
    parser.core.ruler.push("name_sections", lambda state: _name_sections(state.tokens))
    return parser


def _keep_to_text(tokens: list[Token]) -> None:
    for position, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            # The page's own title is the only h1.
            token.tag = f"h{max(2, min(int(token.tag[1:]), 4))}"
        elif token.type in ("fence", "code_block"):
            token.info = ""
        elif token.type == "html_block":
            tokens[position] = _only_words(token)
        if token.children:
            token.children = [_only_words(c) for c in token.children if not _is_link(c)]


def _name_sections(tokens: list[Token]) -> None:
    used: set[str] = set()
    for opening, inner in pairwise(tokens):
        if opening.type == "heading_open":
            name = section_id(plain(inner.content))
            while name in used:
                name += "-again"
            used.add(name)
            opening.attrSet("id", name)


def _is_link(token: Token) -> bool:
    return token.type in ("link_open", "link_close")


def _only_words(token: Token) -> Token:
    if token.type in ("html_inline", "html_block"):
        return Token("text", "", 0, content=plain(token.content))
    if token.type != "image":
        return token
    return Token("text", "", 0, content=re.sub(r"\s+", " ", token.content))
