"""The lines of the sheet that are quoted from articles, word for word, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.guardrail import violations
from assistant.guardrail.types import Level
from assistant.kinds import Kind, heading_kinds
from assistant.records import Article, Library, Passage, Span
from assistant.reply import Reply, review_line
from assistant.text import plain
from assistant.visit.sheet import ArticlePlace, Line, Origin

_MOST_QUESTIONS = 12  # one visit has no time for more


def what_was_said(replies: Sequence[Reply]) -> Iterator[Line]:
    """Every sentence that the replies quoted, once. A reply that only sends to care quotes none."""
    seen: set[tuple[str, str]] = set()
    for reply in replies:
        if reply.library is None or reply.decision.level >= Level.URGENT:
            continue
        cited = {citation.number: citation for citation in reply.citations}
        for sentence in reply.sentences:
            text = reply.words(sentence)
            if not sentence.citations or (sentence.article, text) in seen:
                continue
            seen.add((sentence.article, text))
            citation = cited[sentence.citations[0]]
            if citation.passage in reply.library:
                passage = reply.library.passage(citation.passage)
                yield _line("said", reply.article(sentence.article), passage, sentence.span, text)


def doctor_questions(replies: Sequence[Reply]) -> Iterator[Line]:
    """Questions from the "what can I ask my doctor" sections of the articles that were cited."""
    offered = 0
    for library, article in _cited(replies):
        for passage in library.passages:
            if passage.article != article.id or Kind.ASK not in heading_kinds(passage.heading):
                continue
            for sentence in passage.sentences:
                text = plain(sentence.span.cut(article.text))
                if not text.endswith("?") or violations(text, level=Level.NONE, quoted=True):
                    continue
                if offered == _MOST_QUESTIONS:
                    return
                offered += 1
                yield _line("ask", article, passage, sentence.span, text)


def _cited(replies: Sequence[Reply]) -> Iterator[tuple[Library, Article]]:
    seen: set[str] = set()
    for reply in replies:
        if reply.library is None or reply.decision.level >= Level.URGENT:
            continue
        for citation in reply.citations:
            if citation.article not in seen:
                seen.add(citation.article)
                yield reply.library, reply.article(citation.article)


def _line(part: str, article: Article, passage: Passage, span: Span, text: str) -> Line:
    return Line(
        id=f"{part}-{article.id}-{article.version[:8]}-{span.start}",
        text=text,
        origin=Origin(
            "article",
            place=ArticlePlace(
                article=article.id,
                title=article.title,
                version=article.version,
                section=passage.heading_path,
                passage=passage.id,
                passage_start=passage.span.start,
                span=span,
                review=review_line(article),
            ),
        ),
    )
