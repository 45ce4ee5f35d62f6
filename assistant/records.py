"""The nouns of the assistant: spans, articles, passages, citations.

A citation stores *where* its words are, never the words themselves, so a quote that is not in
the article is a value that cannot be built. All offsets count characters in ``Article.text``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

SentenceKind = Literal["sentence", "item"]
DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open character range in an article's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def cut(self, text: str) -> str:
        """The characters of ``text`` inside this span."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share at least one character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNote:
    """A publication that an article rests on, as its front matter names it.

    ``sections`` are the headings whose statements rest on it.
    """

    title: str
    publisher: str | None = None
    year: int | None = None
    url: str | None = None
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One educational article: its text, word for word, and what is known about it.

    ``text`` is everything after the front matter, without surrounding blank space.
    ``version`` is a hash of text and front matter: a citation made from one version can be told
    from another. ``reviewed`` is ``None`` when no clinician has reviewed the article.
    ``withheld`` are the places that the screening found unfit to be shown, in order and apart:
    nothing in them is quoted, embedded, matched or drawn. ``explains`` names, for warning signs of
    the guardrail (flag ids), the heading under which the article explains them. ``as_is`` says that
    the text was taken over word for word, so that the rules for our own articles do not apply.
    ``owner`` is who keeps the article up to date, for staff only.
    ``translation_of`` is the id of the article that this one says again in another language.
    """

    id: str
    title: str
    text: str
    version: str
    source: str | None = None
    url: str | None = None
    author: str | None = None
    publisher: str | None = None
    published: date | None = None
    reviewed_by: str | None = None
    reviewed: date | None = None
    review_by: date | None = None
    licence: str | None = None
    topics: tuple[str, ...] = ()
    audience: str | None = None
    owner: str | None = None
    lang: str = DEFAULT_LANGUAGE
    translation_of: str | None = None
    sources: tuple[SourceNote, ...] = ()
    not_quotable: tuple[str, ...] = ()
    explains: tuple[tuple[str, str], ...] = ()
    as_is: bool = False
    withheld: tuple[Span, ...] = ()

    @property
    def language(self) -> str:
        """Its language without a region: "es" for "es-MX"."""
        return self.lang.partition("-")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A quotable unit of a passage: a sentence or a list item.

    ``lead_in`` is the position, within the same passage, of the sentence that opens the list
    this item belongs to ("Treatments may include:").
    """

    span: Span
    kind: SentenceKind = "sentence"
    lead_in: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of one section, the unit that is embedded and retrieved.

    ``heading_path`` runs from the outermost heading to the innermost, without the title.
    ``id`` is derived from the article's id and the embedded words: equal words, equal id.
    """

    id: str
    article: str
    heading_path: tuple[str, ...]
    span: Span
    sentences: tuple[Sentence, ...]

    @property
    def heading(self) -> str:
        """The innermost heading, or an empty string before the first heading."""
        return self.heading_path[-1] if self.heading_path else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where an answer's words come from. ``number`` is the ``[1]`` the reader sees."""

    number: int
    article: str
    article_version: str
    passage: str
    section: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSentence:
    """One sentence or list item of an answer: a place in an article, and its citations.

    ``label`` stands above it: which side of a comparison, or which of several questions, it and
    the sentences after it are about. It is empty in most answers.
    """

    article: str
    span: Span
    kind: SentenceKind
    citations: tuple[int, ...]
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSentence:
    """One sentence that a language model rephrased from the words it cites.

    It was checked against them before it became a part of an answer.
    """

    text: str
    citations: tuple[int, ...]
    label: str = ""

    @property
    def kind(self) -> SentenceKind:
        """A model writes no lists."""
        return "sentence"


ShownSentence = AnswerSentence | WrittenSentence
Fallback = Literal["timeout", "failed", "unsupported", "silent", "breaker", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one call of a language model took.

    Tokens are the provider's own count, or ``estimated`` from the characters. ``first_ms`` is the
    time until something could be shown, ``None`` when nothing was; ``cost`` is in the money of
    ``PMR_MODEL_PRICES``, ``None`` without it.
    """

    tokens_in: int
    tokens_out: int
    estimated: bool
    first_ms: float | None
    total_ms: float
    cost: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What came of asking a language model whether the conversation shows a warning sign.

    ``level`` is what it said, whether or not that raised anything; ``failed`` says why it said
    nothing. ``spent`` is ``None`` when no call was made.
    """

    model: str
    prompt: str
    level: str | None = None
    failed: Literal["timeout", "failed", "unreadable", "breaker"] | None = None
    spent: Spent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What came of asking a language model to write an answer.

    ``removed`` counts its sentences that our articles do not support or that may not be said;
    in the place of ``replaced`` of them a quoted sentence is shown. ``fallback`` says why the
    quoted answer is shown instead, ``stopped`` that the reader did not wait for the end.
    ``spent`` is ``None`` when no call was made, as for an answer that was kept.
    """

    model: str
    prompt: str
    removed: int = 0
    replaced: int = 0
    fallback: Fallback | None = None
    stopped: bool = False
    spent: Spent | None = None


@dataclass(frozen=True, slots=True)
class Library:
    """All articles and passages of one index build; the only place answers get words from."""

    articles: Mapping[str, Article]
    passages: Sequence[Passage]
    _by_id: Mapping[str, Passage] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {p.id: p for p in self.passages})

    def __iter__(self) -> Iterator[Article]:
        return iter(self.articles.values())

    def languages(self) -> tuple[str, ...]:
        """The languages that there are articles in, such as ``("en", "es")``."""
        return tuple(sorted({article.language for article in self}))

    def in_language(self, lang: str) -> Library:
        """The part of this library that is written in ``lang``."""
        own = {a.id: a for a in self if a.language == lang}
        return Library(own, tuple(p for p in self.passages if p.article in own))

    def passages_of(self, article_id: str) -> Sequence[Passage]:
        """The passages of one article, in reading order; empty when it is not there."""
        return tuple(p for p in self.passages if p.article == article_id)

    def passage(self, passage_id: str) -> Passage:
        """The passage with this id. Raises ``KeyError`` when there is none."""
        return self._by_id[passage_id]

    def __contains__(self, passage_id: object) -> bool:
        return passage_id in self._by_id

    def quote(self, article_id: str, span: Span) -> str:
        """The article's own characters at ``span``."""
        return span.cut(self.articles[article_id].text)
