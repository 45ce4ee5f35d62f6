"""Numbering citations: one number for each unbroken stretch of an article that is quoted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answering.compose import Pick
from assistant.records import AnswerSentence, Citation, Library, Span


def cite(
    library: Library,
    picks: Sequence[Pick],
    permitted: Callable[[str], bool] = lambda _text: True,
) -> tuple[tuple[AnswerSentence, ...], tuple[Citation, ...]]:
    """The sentences of an answer with their citations, numbered from 1 in reading order.

    Neighbouring sentences of one passage share a citation whose span covers both, so that a
    reader opens one source, not one per sentence. A heading that ``permitted`` refuses is not
    named.
    """
    citations: list[Citation] = []
    sentences: list[AnswerSentence] = []
    for previous, pick in zip((None, *picks), picks, strict=False):
        article = library.articles[pick.passage.article]
        if previous is not None and _adjoins(previous, pick):
            last = citations[-1]
            citations[-1] = replace(last, span=Span(last.span.start, pick.span.end))
        else:
            citations.append(
                Citation(
                    number=len(citations) + 1,
                    article=article.id,
                    article_version=article.version,
                    passage=pick.passage.id,
                    section=tuple(filter(permitted, pick.passage.heading_path)),
                    span=pick.span,
                )
            )
        sentences.append(
            AnswerSentence(
                article=article.id,
                span=pick.span,
                kind=pick.passage.sentences[pick.position].kind,
                citations=(citations[-1].number,),
                label=pick.label,
            )
        )
    return tuple(sentences), tuple(citations)


def _adjoins(previous: Pick, pick: Pick) -> bool:
    """Whether ``pick`` is the very next sentence of the same passage.

    Numbered headings stand apart in the text, so closeness in the article is asked for too.
    """
    return (
        previous.passage.id == pick.passage.id
        and pick.position == previous.position + 1
        and 0 <= pick.span.start - previous.span.end <= 8
    )
