"""The lines of the sheet that are quoted from articles, word for word, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.guardrail import violations
from assistant.guardrail.types import Level
from assistant.kinds import Kind, heading_kinds
from assistant.records import Article, Citation, Library, Passage, Span, WrittenSentence
from assistant.reply import Reply, review_line
from assistant.text import plain
from assistant.visit.sheet import ArticlePlace, Line, Origin

_MOST_QUESTIONS = 12  # one visit has no time for more


def what_was_said(replies: Sequence[Reply]) -> Iterator[Line]:
    """Every sentence that the replies rest on, once. A reply that only sends to care quotes none.

    Where a language model rephrased, the sheet holds the articles' own words all the same.
    """
    seen: set[tuple[str, str]] = set()
    for reply in replies:
        if reply.library is None or reply.decision.level >= Level.URGENT:
            continue
        for citation, span in _quoted(reply):
            article = reply.article(citation.article)
            text = plain(span.cut(article.text))
            if (article.id, text) in seen or citation.passage not in reply.library:
                continue
            seen.add((article.id, text))
            yield _line("said", article, reply.library.passage(citation.passage), span, text)


def _quoted(reply: Reply) -> Iterator[tuple[Citation, Span]]:
    """The places that the reply's sentences stand on, in the order of the sentences."""
    cited = {citation.number: citation for citation in reply.citations}
    for sentence in reply.sentences:
        if isinstance(sentence, WrittenSentence):
            for number in sentence.citations:
                for span in reply.quoted_spans(cited[number]):
                    yield cited[number], span
        elif sentence.citations:
            yield cited[sentence.citations[0]], sentence.span


def doctor_questions(replies: Sequence[Reply]) -> Iterator[Line]:
    """Questions from the "what can I ask my doctor" sections of the articles that were cited."""
    offered = 0
    for library, article in _cited(replies):
        for passage in library.passages_of(article.id):
            if Kind.ASK not in heading_kinds(passage.heading):
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
