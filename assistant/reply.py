"""What the assistant says back: the record every face (page, terminal, JSON) renders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from assistant.guardrail.types import Decision, Level
from assistant.phrases import phrase
from assistant.records import AnswerSentence, Article, Citation, Library
from assistant.text import plain

ReplyKind = Literal["answer", "no_answer", "care", "small_talk", "declined"]
EXTRACTIVE = "extractive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One finished turn of the assistant.

    ``kind`` is ``care`` when only the care message may be shown; with any other kind a
    ``decision`` above ``NONE`` is shown first and the rest below it. ``text`` holds the fixed
    words of a reply that quotes nothing, ``note`` fixed words below the quotes. ``nearest`` are
    ids of the articles closest to a question that the articles do not answer. ``library`` is the
    build the quotes point into, so
    a reply stays readable after the index has changed.
    """

    kind: ReplyKind
    decision: Decision
    care_by_turn: tuple[Level, ...]
    text: str = ""
    note: str = ""
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    resolved_question: str | None = None
    writer: str = EXTRACTIVE
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    library: Library | None = None

    def words(self, sentence: AnswerSentence) -> str:
        """The sentence as a reader sees it, cut from the article it stands in."""
        return plain(self._library.quote(sentence.article, sentence.span))

    def quote(self, citation: Citation) -> str:
        """The cited words exactly as they stand in the article's text, markup and all."""
        return self._library.quote(citation.article, citation.span)

    def quoted_words(self, citation: Citation) -> str:
        """The cited words as a reader sees them: the sentences that this citation carries."""
        cited = [s for s in self.sentences if citation.number in s.citations]
        return " ".join(self.words(s) for s in cited) or plain(self.quote(citation))

    def article(self, article_id: str) -> Article:
        """An article of the build this reply quotes."""
        return self._library.articles[article_id]

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
            for s in reply.sentences
        ],
        "sources": [_source(reply, c) for c in reply.citations],
        "nearest": [{"article": a, "title": reply.article(a).title} for a in reply.nearest],
        "suggestions": list(reply.suggestions),
        "resolved_question": reply.resolved_question,
        "writer": reply.writer,
        "timings_ms": {stage: round(ms, 2) for stage, ms in reply.timings_ms.items()},
    }
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
