"""An answer on the page: sentences with their sources, and what comes with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import streamlit as st

from assistant.records import Article, Citation, ShownSentence, WrittenSentence
from assistant.reply import Reply, writing_lines
from assistant.text import words as plain_words
from assistant.ui import words
from assistant.ui.article_facts import original_link, review_facts
from assistant.ui.article_links import open_article_link
from assistant.ui.escaping import Html, fill, join
from assistant.ui.excerpts import source_excerpt


def draw_answer(reply: Reply, said: str, name: str) -> None:
    """Sentences in order, then their sources. ``name`` tells this answer from the others."""
    st.html(join([_understood(reply, said), answer_html(reply, name), _explained(reply)]))
    _draw_sources(reply, name)


def draw_words(reply: Reply, name: str) -> None:
    """A reply that quotes nothing: its fixed words, then the articles that come closest."""
    st.html(fill('<div class="pmr"><p>{text}</p></div>', text=reply.text or words.NOT_FOUND))
    if reply.sentences:  # "do I have it?" is declined, and what the condition is like is quoted
        st.html(answer_html(reply, name))
        _draw_sources(reply, name)
    if not reply.nearest:
        return
    with st.container(gap="xsmall"):
        st.html(fill('<p class="pmr pmr-lead-in">{text}</p>', text=words.NEAREST))
        for position, article_id in enumerate(reply.nearest):
            article = reply.article(article_id)
            open_article_link(article.title, article.id, key=f"{name}-near-{position}")


def answer_html(reply: Reply, name: str) -> Html:
    """The answer's sentences as paragraphs and lists, each with its citation."""
    blocks = []
    for kind, group in _grouped(reply.sentences):
        sentences = list(group)
        blocks += [_line("pmr-lead-in", sentences[0].label)] if sentences[0].label else []
        blocks.append(_block(reply, kind, sentences, name))
    blocks += [_line("pmr", reply.note)] if reply.note else []
    blocks += [_line("pmr-small", line) for line in writing_lines(reply)]
    return fill('<div class="pmr pmr-answer">{blocks}</div>', blocks=join(blocks))


def _line(style: str, text: str) -> Html:
    return fill('<p class="{style}">{text}</p>', style=style, text=text)


def _grouped(
    sentences: Sequence[ShownSentence],
) -> Iterator[tuple[str, Iterator[ShownSentence]]]:
    """Neighbours that belong together: items of one list, or sentences of one source."""
    part = 0

    def belongs(sentence: ShownSentence) -> tuple[int, str, tuple[int, ...]]:
        nonlocal part
        part += bool(sentence.label)  # a label begins something new
        if isinstance(sentence, WrittenSentence):
            return part, "written", ()
        return part, sentence.kind, () if sentence.kind == "item" else sentence.citations

    for (_, kind, _), group in groupby(sentences, key=belongs):
        yield kind, group


def _block(reply: Reply, kind: str, sentences: list[ShownSentence], name: str) -> Html:
    template = "<li>{words}&nbsp;{chips}</li>" if kind == "item" else "{words}&nbsp;{chips} "
    parts = [
        fill(
            template, words=reply.marked_words(s), chips=join([_chip(n, name) for n in s.citations])
        )
        for s in sentences
    ]
    return fill("<ul>{all}</ul>" if kind == "item" else "<p>{all}</p>", all=join(parts))


def _chip(number: int, name: str) -> Html:
    return fill(
        '<a class="pmr-chip" href="#{name}-{n}" aria-label="{label}">[{n}]</a>',
        name=name,
        n=str(number),
        label=words.SOURCE_CHIP.format(number=number),
    )


def _understood(reply: Reply, said: str) -> Html:
    """How a follow-up was read, when that differs from what was typed."""
    resolved = reply.resolved_question
    if not resolved or plain_words(resolved) == plain_words(said):
        return Html("")
    text = words.ANSWERING.format(question=resolved)
    return fill('<p class="pmr pmr-small">{text}</p>', text=text)


def _explained(reply: Reply) -> Html:
    """What hard words of the answer mean, for those who want to know."""
    if not reply.explained:
        return Html("")
    items = [fill("<li>{meaning}</li>", meaning=meaning) for _, meaning in reply.explained]
    label = words.EXPLAINED.format(terms=", ".join(term for term, _ in reply.explained))
    return fill(
        '<details class="pmr pmr-explained"><summary>{label}</summary><ul>{items}</ul></details>',
        label=label,
        items=join(items),
    )


def _draw_sources(reply: Reply, name: str) -> None:
    if not reply.citations:
        return
    with st.expander(words.SOURCES.format(count=len(reply.citations)), key=f"{name}-sources"):
        for citation in reply.citations:
            article = reply.article(citation.article)
            st.html(source_html(reply, citation, article, name))
            open_article_link(
                words.OPEN_ARTICLE,
                article.id,
                key=f"{name}-open-{citation.number}",
                quote=citation,
                start=_passage_start(reply, citation),
            )


def _passage_start(reply: Reply, citation: Citation) -> int:
    library = reply.library
    if library is None or citation.passage not in library:
        return citation.span.start
    return library.passage(citation.passage).span.start


def source_html(reply: Reply, citation: Citation, article: Article, name: str) -> Html:
    """One source: where it stands, who reviewed it, and the quoted words in their paragraph."""
    section = " › ".join(citation.section)
    return fill(
        '<div class="pmr pmr-source" id="{name}-{n}"><h2>[{n}] {title}</h2>'
        '{section}<p class="pmr-facts">{facts}</p>{excerpt}{original}</div>',
        name=name,
        n=str(citation.number),
        title=article.title,
        section=_section(section),
        facts=review_facts(article),
        excerpt=source_excerpt(reply, citation),
        original=original_link(article, reply.quoted_words(citation)),
    )


def _section(section: str) -> Html:
    if not section:
        return Html("")
    line = words.SOURCE_SECTION.format(section=section)
    return fill('<p class="pmr-facts">{line}</p>', line=line)
