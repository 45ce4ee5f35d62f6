"""Quoted words inside the paragraph or list they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

from assistant.guardrail import violations
from assistant.guardrail.types import Level
from assistant.records import Article, Citation, Passage, Sentence, Span
from assistant.reply import Reply
from assistant.text import plain
from assistant.ui.escaping import Html, fill, join

_REMEMBERED = 10_000  # sentences of articles, each at a level


def source_excerpt(reply: Reply, citation: Citation) -> Html:
    """The cited words, marked, with the paragraph or list around them."""
    article = reply.article(citation.article)
    quoted = reply.quoted_spans(citation)
    library = reply.library
    if library is None or citation.passage not in library:
        return fill("<p><mark>{words}</mark></p>", words=plain(reply.quote(citation)))
    passage = library.passage(citation.passage)
    # What stands around the quote must be as fit to be shown as the quote.
    level = reply.decision.level
    fit = [s for s in passage.sentences if is_fit(s.span.cut(article.text), level)]
    return passage_excerpt(article, passage, fit, quoted)


@lru_cache(maxsize=_REMEMBERED)  # every run of the page draws every source again
def is_fit(words: str, level: Level) -> bool:
    """Whether words of an article may be shown while ``level`` is in force."""
    return not violations(plain(words), level=level, quoted=True)


def passage_excerpt(
    article: Article, passage: Passage, shown: Sequence[Sentence], quoted: Sequence[Span]
) -> Html:
    """The paragraphs and lists of ``shown`` that hold quoted words, those words marked.

    ``shown`` are sentences of ``passage``, in its order.
    """
    blocks = _blocks(article, shown)
    holding = [b for b in blocks if any(_is_quoted(s, quoted) for s in b)]
    lead_ins = {s.lead_in for block in holding for s in block if s.lead_in is not None}
    lead_in_spans = {passage.sentences[n].span for n in lead_ins}
    kept = [b for b in blocks if b in holding or any(s.span in lead_in_spans for s in b)]
    return join([_draw(article, block, quoted) for block in kept])


def _blocks(article: Article, sentences: Sequence[Sentence]) -> list[list[Sentence]]:
    """Sentences that stand in one paragraph, or items of one list."""
    numbers: list[int] = []
    for position, sentence in enumerate(sentences):
        previous = sentences[position - 1] if position else None
        starts = previous is None or previous.kind != sentence.kind
        if previous is not None and sentence.kind == "sentence":
            gap = article.text[previous.span.end : max(previous.span.end, sentence.span.start)]
            starts = starts or "\n\n" in gap
        numbers.append(numbers[-1] + starts if numbers else 0)
    pairs = zip(numbers, sentences, strict=True)
    return [[s for _, s in group] for _, group in groupby(pairs, key=lambda pair: pair[0])]


def _is_quoted(sentence: Sentence, quoted: Sequence[Span]) -> bool:
    return any(sentence.span.overlaps(span) for span in quoted)


def _draw(article: Article, block: Sequence[Sentence], quoted: Sequence[Span]) -> Html:
    is_list = block[0].kind == "item"
    template = "<li>{words}</li>" if is_list else "{words} "
    parts = []
    for sentence in block:
        text = fill("{text}", text=plain(sentence.span.cut(article.text)))
        if _is_quoted(sentence, quoted):
            text = fill("<mark>{text}</mark>", text=text)
        parts.append(fill(template, words=text))
    return fill("<ul>{all}</ul>" if is_list else "<p>{all}</p>", all=join(parts))
