"""What stands beside an article's text: dates, review, reading level, and what it is based on."""

from __future__ import annotations

from urllib.parse import quote

from assistant.readability import reading_grade
from assistant.records import DEFAULT_LANGUAGE, Article, Library, SourceNote
from assistant.reply import review_line
from assistant.text import plain
from assistant.ui import words
from assistant.ui.escaping import Html, fill, join, web_address
from assistant.ui.frame import date_in_words

_FRAGMENT_WORDS = 8


def review_facts(article: Article) -> str:
    """Who reviewed it and when it was published, as sentences."""
    facts = [review_line(article)]
    if article.published:
        facts.append(words.PUBLISHED.format(date=date_in_words(article.published)))
    return ". ".join(facts) + "."


def reading_level(library: Library, article: Article) -> str:
    """The school grade it can be read at; empty where it cannot be told.

    The formula (:func:`assistant.readability.reading_grade`) is for English only.
    """
    if article.language != DEFAULT_LANGUAGE:
        return ""
    spans = [s.span for p in library.passages_of(article.id) for s in p.sentences]
    grade = reading_grade("\n".join(plain(span.cut(article.text)) for span in spans))
    return "" if grade is None else words.READING_LEVEL.format(grade=max(1, round(grade)))


def original_link(article: Article, quoted: str = "") -> Html:
    """A link to the page the article came from, if it has one, at the words ``quoted`` from it.

    A browser that does not know text fragments, or does not find the words, opens the page's top.
    """
    url = web_address(article.url)
    if url is None:
        return Html("")
    start = " ".join(quoted.split()[:_FRAGMENT_WORDS])
    if start and "#" not in url:
        # A hyphen would be read as a mark of the fragment's own, and quote() leaves it as it is.
        url += "#:~:text=" + quote(start, safe="").replace("-", "%2D")
    return fill("<p>{link}</p>", link=_outside_link(url, words.ORIGINAL))


def publications(sources: tuple[SourceNote, ...]) -> Html:
    """What the article is based on, as a list."""
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
