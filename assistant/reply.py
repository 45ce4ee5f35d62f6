"""What the assistant says back: the record every face (page, terminal, JSON) renders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from assistant.guardrail.types import Decision, Level
from assistant.phrases import phrase
from assistant.records import (
    Article,
    Citation,
    Library,
    Looked,
    ShownSentence,
    Span,
    Writing,
    WrittenSentence,
)
from assistant.text import plain

ReplyKind = Literal["answer", "no_answer", "care", "small_talk", "declined"]
EXTRACTIVE = "extractive"
MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One finished turn of the assistant.

    ``kind`` is ``care`` when only the care message may be shown; with any other kind a
    ``decision`` above ``NONE`` is shown first and the rest below it. ``text`` holds the fixed
    words of a reply that quotes nothing, ``note`` fixed words below the quotes. ``nearest`` are
    ids of the articles closest to a question that the articles do not answer. ``library`` is the
    build the quotes point into, so
    a reply stays readable after the index has changed. ``writer`` tells who chose the words;
    ``writing`` is what came of asking a language model to write it and ``second_look`` of asking
    it for warning signs, each ``None`` when it was not asked. ``contact`` says that how to reach
    the practice belongs beside the words. ``explained`` are terms of the answer that readers may
    not know, each with its meaning, word for word from the practice's glossary.
    """

    kind: ReplyKind
    decision: Decision
    care_by_turn: tuple[Level, ...]
    text: str = ""
    note: str = ""
    contact: bool = False
    sentences: tuple[ShownSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    explained: tuple[tuple[str, str], ...] = ()
    resolved_question: str | None = None
    writer: str = EXTRACTIVE
    writing: Writing | None = None
    second_look: Looked | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    library: Library | None = None

    def words(self, sentence: ShownSentence) -> str:
        """The sentence as a reader sees it, cut from the article it stands in, or rephrased."""
        if isinstance(sentence, WrittenSentence):
            return sentence.text
        return plain(self._library.quote(sentence.article, sentence.span))

    def marked_words(self, sentence: ShownSentence) -> str:
        """The same, in quotation marks where it is quoted among rephrased sentences."""
        quoted = self.is_rephrased and not isinstance(sentence, WrittenSentence)
        return f"“{self.words(sentence)}”" if quoted else self.words(sentence)

    def quote(self, citation: Citation) -> str:
        """The cited words exactly as they stand in the article's text, markup and all."""
        return self._library.quote(citation.article, citation.span)

    def quoted_words(self, citation: Citation) -> str:
        """The cited words as a reader sees them: the sentences that this citation carries."""
        article = citation.article
        spans = self.quoted_spans(citation)
        return " ".join(plain(self._library.quote(article, span)) for span in spans)

    def quoted_spans(self, citation: Citation) -> tuple[Span, ...]:
        """Where the sentences stand that this citation carries, in the order they are shown.

        What a rephrased sentence rests on stands in the whole of the citation's span.
        """
        cited = [s for s in self.sentences if citation.number in s.citations]
        own = tuple(s.span for s in cited if not isinstance(s, WrittenSentence))
        if len(own) == len(cited) and own:
            return own
        return self._sentences_in(citation)

    def article(self, article_id: str) -> Article:
        """An article of the build this reply quotes."""
        return self._library.articles[article_id]

    @property
    def is_rephrased(self) -> bool:
        """Whether a sentence of it was written by a language model."""
        return any(isinstance(s, WrittenSentence) for s in self.sentences)

    def _sentences_in(self, citation: Citation) -> tuple[Span, ...]:
        """The article's sentences inside ``citation``, without the marks between list items."""
        library = self._library
        if citation.passage not in library:
            return (citation.span,)
        passage = library.passage(citation.passage)
        inside = (s.span for s in passage.sentences if s.span.overlaps(citation.span))
        return tuple(inside) or (citation.span,)

    @property
    def _library(self) -> Library:
        if self.library is None:
            raise ValueError("this reply quotes nothing")
        return self.library


def reply_to_json(
    reply: Reply, *, case_id: str | None = None, turns: bool = False
) -> dict[str, Any]:
    """The public JSON form of ``reply``; docs/json.md describes it. Fields are only ever added."""
    decision = reply.decision
    values: dict[str, Any] = {"id": case_id} if case_id is not None else {}
    values |= {
        "kind": reply.kind,
        "care": {
            "level": decision.level.label,
            "flags": [
                {"id": f.id, "evidence": f.evidence, "source": f.source, "level": f.level.label}
                for f in decision.flags
            ],
            "message": decision.message.text if decision.message else "",
            "latched": decision.latched,
            "ask": decision.ask,
            "rules_version": decision.rules_version,
        },
        "text": reply.text,
        "note": reply.note,
        "sentences": [
            {"text": reply.words(s), "citations": list(s.citations), "label": s.label}
            | ({"rephrased": True} if isinstance(s, WrittenSentence) else {})
            for s in reply.sentences
        ],
        "sources": [_source(reply, c) for c in reply.citations],
        "nearest": [{"article": a, "title": reply.article(a).title} for a in reply.nearest],
        "suggestions": list(reply.suggestions),
        "explained": [{"term": term, "meaning": text} for term, text in reply.explained],
        "resolved_question": reply.resolved_question,
        "writer": reply.writer,
        "timings_ms": {stage: round(ms, 2) for stage, ms in reply.timings_ms.items()},
    }
    if reply.writing is not None:
        values["writing"] = asdict(reply.writing)
    if reply.second_look is not None:
        values["second_look"] = asdict(reply.second_look)
    if turns:
        values["care_by_turn"] = [level.label for level in reply.care_by_turn]
    return values


def _source(reply: Reply, citation: Citation) -> dict[str, Any]:
    article = reply.article(citation.article)
    return {
        "number": citation.number,
        "article": article.id,
        "title": article.title,
        "section": " > ".join(citation.section),
        "quote": reply.quoted_words(citation),
        "start": citation.span.start,
        "end": citation.span.end,
        "url": article.url,
        "version": citation.article_version,
        "published": article.published.isoformat() if article.published else None,
        "reviewed": article.reviewed.isoformat() if article.reviewed else None,
        "review": review_line(article),
    }


def writing_lines(reply: Reply) -> tuple[str, ...]:
    """How a language model took part, in words for the reader; empty when none was asked."""
    writing = reply.writing
    if writing is None:
        return ()
    if writing.fallback is not None:
        return (phrase(f"writing_{writing.fallback}"),)
    written = [isinstance(s, WrittenSentence) for s in reply.sentences]
    lines = [phrase("rephrased" if all(written) else "rephrased_partly")] if any(written) else []
    if writing.removed:
        one = "removed_one" if writing.removed == 1 else "removed"
        lines.append(phrase(one, count=str(writing.removed)))
    if writing.stopped:
        lines.append(phrase("stopped"))
    return tuple(lines)


def review_line(article: Article, today: date | None = None) -> str:
    """Who stands behind the article's medicine, and whether its next review is overdue, in words.

    ``today`` is the day to judge by; the real one when it is left out.
    """
    lang = article.language
    line = phrase("not_reviewed_translation" if article.translation_of else "not_reviewed", lang)
    if article.reviewed is not None:
        by = article.reviewed_by
        line = phrase(
            "reviewed_by" if by else "reviewed", lang, day=article.reviewed, name=by or ""
        )
    if article.review_by is None or article.review_by >= (
        today or datetime.now().astimezone().date()
    ):
        return line
    return phrase("overdue", lang, line=line, day=article.review_by)
