"""The Articles page: the list, and one article with its dates, review line and publications."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import streamlit as st

from assistant.errors import AssistantError
from assistant.records import Article, Citation, Library, SourceNote, Span
from assistant.reply import review_line
from assistant.ui import language, session, words
from assistant.ui.article_text import QUOTED_ID, article_html
from assistant.ui.cards import broken_card, practice_phone
from assistant.ui.escaping import Html, fill, join, markdown_safe, web_address
from assistant.ui.frame import date_in_words, open_side_page, scroll_to
from assistant.ui.practice import practice_name, shows
from assistant.visit.sheet import ArticlePlace

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_ARTICLE, _PASSAGE, _WORDS = "article", "passage", "words"
_HEAD_ID, _LIST_ID = "article-head", "articles-head"
_RANGE = re.compile(r"(\d{1,7})-(\d{1,7})")


def articles_page(chat: StreamlitPage | None = None) -> StreamlitPage:
    """The page for ``st.navigation`` and for links to it; ``chat`` is the way back."""

    def show() -> None:
        show_articles(chat)

    return st.Page(show, title=words.ARTICLES_PAGE, url_path="articles")


def open_article_link(
    label: str, article_id: str, *, key: str, quote: Citation | None = None, start: int = 0
) -> None:
    """A link to an article, or to words quoted from it. The chat is kept meanwhile.

    ``start`` is where the quote's passage begins: the link counts from there, so it stays right
    when words before the passage change. A practice may hide the page: an article's title is then
    plain text, and a quote, whose words stand beside the link, has none.
    """
    if not shows("articles"):
        if quote is None:
            st.html(fill('<p class="pmr">{title}</p>', title=label))
        return
    params = {_ARTICLE: article_id}
    if quote is not None:
        params |= _words_quoted(quote.passage, quote.span, start)
    _link(label, params, key)


def open_place_link(label: str, place: ArticlePlace, *, key: str) -> None:
    """A link to the words of an article that stand on the page for the visit."""
    if not shows("articles"):
        return
    quoted = _words_quoted(place.passage, place.span, place.passage_start)
    _link(label, {_ARTICLE: place.article, **quoted}, key)


def _words_quoted(passage: str, span: Span, start: int) -> dict[str, str]:
    return {_PASSAGE: passage, _WORDS: f"{span.start - start}-{span.end - start}"}


def _link(label: str, params: dict[str, str], key: str) -> None:
    with st.container(key=key):
        st.page_link(
            articles_page(),
            label=markdown_safe(label),
            icon=":material/article:",
            query_params=params,
        )


def show_articles(chat: StreamlitPage | None = None) -> None:
    """Draw the list of articles, or the one that the address names."""
    settings = open_side_page(chat)
    if settings is None:
        return
    try:
        library = session.open_library(settings)
    except AssistantError as error:
        phone = practice_phone(practice_name(settings), settings.practice_phone)
        st.html(broken_card(str(error), error.next_step, phone))
        return
    wanted = st.query_params.get(_ARTICLE)
    if wanted is None:
        _draw_list(library)
    elif wanted in library.articles:
        _draw_article(library, library.articles[wanted])
    else:
        st.html(fill('<p class="pmr">{text}</p>', text=words.NO_SUCH_ARTICLE))
        _draw_list(library)


def _draw_list(library: Library) -> None:
    st.html(
        fill(
            '<div class="pmr pmr-head" id="{id}"><h1>{title}</h1><p>{intro}</p></div>',
            id=_LIST_ID,
            title=words.ARTICLES_TITLE,
            intro=words.ARTICLES_INTRO,
        )
    )
    own = language.drawn()
    for article in sorted(library, key=lambda a: (a.language != own, a.title.casefold())):
        open_article_link(article.title, article.id, key=f"list-{article.id}")
    scroll_to(_LIST_ID)  # list and article are one page, which stays where it was scrolled to


def _draw_article(library: Library, article: Article) -> None:
    st.page_link(articles_page(), label=words.ALL_ARTICLES, icon=":material/arrow_back:")
    quoted = _quoted(library, article)
    st.html(_article_head(article, jump=bool(quoted)))
    st.html(article_html(article, quoted))
    st.html(_publications(article.sources))
    scroll_to(QUOTED_ID if quoted else _HEAD_ID)


def _quoted(library: Library, article: Article) -> list[Span]:
    """The sentences that the address names, if their passage is part of this article."""
    passage_id = st.query_params.get(_PASSAGE, "")
    if passage_id not in library or library.passage(passage_id).article != article.id:
        return []
    passage = library.passage(passage_id)
    spans = [s.span for s in passage.sentences]
    named = _RANGE.fullmatch(st.query_params.get(_WORDS, ""))
    if named is None or int(named[1]) > int(named[2]):
        return spans
    start = passage.span.start
    words_span = Span(start + int(named[1]), start + int(named[2]))
    return [span for span in spans if span.overlaps(words_span)]


def _article_head(article: Article, *, jump: bool) -> Html:
    facts = [review_line(article)]
    if article.published:
        facts.append(words.PUBLISHED.format(date=written_date(article)))
    author = article.author or article.publisher or article.source or ""
    link = Html(f'<p><a href="#{QUOTED_ID}">{words.QUOTED_HERE}</a></p>') if jump else Html("")
    return fill(
        '<div class="pmr pmr-head" id="{id}"><h1>{title}</h1><p>{facts}</p>{author}{link}'
        "{original}</div>",
        id=_HEAD_ID,
        title=article.title,
        facts=". ".join(facts) + ".",
        author=fill("<p>{author}</p>", author=author) if author else Html(""),
        link=link,
        original=original_link(article),
    )


def written_date(article: Article) -> str:
    """The day of publication in words, or an empty string."""
    return date_in_words(article.published) if article.published else ""


def original_link(article: Article) -> Html:
    """A link to the page the article came from, if it has one."""
    url = web_address(article.url)
    if url is None:
        return Html("")
    return fill("<p>{link}</p>", link=_outside_link(url, words.ORIGINAL))


def _publications(sources: tuple[SourceNote, ...]) -> Html:
    if not sources:
        return Html("")
    items = join([_publication(source) for source in sources])
    return fill(
        '<div class="pmr pmr-article"><h2>{heading}</h2><ul>{items}</ul></div>',
        heading=words.PUBLICATIONS,
        items=items,
    )


def _publication(source: SourceNote) -> Html:
    url = web_address(source.url)
    title = _outside_link(url, source.title) if url else fill("{title}", title=source.title)
    rest = [str(part) for part in (source.publisher, source.year) if part]
    return fill("<li>{title}{rest}</li>", title=title, rest="".join(f". {part}" for part in rest))


def _outside_link(url: str, text: str) -> Html:
    return fill(
        '<a href="{url}" target="_blank">{text}<span class="pmr-hidden"> {tab}</span></a>',
        url=url,
        text=text,
        tab=words.NEW_TAB,
    )
