"""Splitting articles along their headings into passages of quotable sentences.

Every passage keeps its heading path and exact character spans, so that an answer can point at
its words. What is embedded and matched is the title, the headings and the sentences; what is
marked not quotable (captions, booking links) or withheld by the screening is in neither.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.blocks import COVER, Lines, closing, covered, parser
from assistant.records import Article, Passage, Sentence, Span
from assistant.text import plain, sentence_spans

if TYPE_CHECKING:
    from markdown_it.token import Token

# Raise it when passages or embedded text change for equal articles: the index is then rebuilt.
CHUNKER_VERSION = "2"

# MiniLM reads 256 word pieces; 900 characters of English plus title and heading stay below.
MAX_PASSAGE_CHARS = 900
# A list item up to this length is quoted whole, because its sentences lean on each other.
MAX_ITEM_CHARS = 320
_RUN_IN_QUESTION = re.compile(r"^[^?.!\n]{3,60}\?$")


@dataclass(slots=True)
class _Draft:
    """A section being filled: its headings and the sentences found so far."""

    path: tuple[str, ...]
    sentences: list[Sentence] = field(default_factory=list)
    lead_in: int | None = None

    def add(self, span: Span, *, item: bool = False) -> None:
        lead_in = self.lead_in if item else None
        self.sentences.append(
            Sentence(span=span, kind="item" if item else "sentence", lead_in=lead_in)
        )


def embedded_text(article: Article, passage: Passage) -> str:
    """What represents ``passage`` to the embedding model: title, headings, sentences."""
    return "\n".join((article.title, *passage.heading_path, passage_text(article, passage)))


def passage_text(article: Article, passage: Passage) -> str:
    """The quotable words of ``passage``, without headings, as a reader sees them."""
    return " ".join(plain(s.span.cut(article.text)) for s in passage.sentences)


def sentence_text(article: Article, passage: Passage, position: int) -> str:
    """What represents one sentence in matching: a list item is read with its lead-in."""
    sentence = passage.sentences[position]
    own = plain(sentence.span.cut(article.text))
    if sentence.lead_in is None:
        return own
    return f"{plain(passage.sentences[sentence.lead_in].span.cut(article.text))} {own}"


def split_article(article: Article) -> list[Passage]:
    """The passages of ``article`` in reading order; together they hold every quotable sentence."""
    passages: list[Passage] = []
    seen: dict[str, int] = {}
    for draft in _sections(article):
        for group in _groups(draft):
            passage = _passage(article, draft.path, group)
            repeat = seen[passage.id] = seen.get(passage.id, 0) + 1
            if repeat > 1:  # the same words twice in one section still need ids of their own
                passage = _passage(article, draft.path, group, suffix=f"-{repeat}")
            passages.append(passage)
    return passages


def _passage(
    article: Article, path: tuple[str, ...], sentences: list[Sentence], suffix: str = ""
) -> Passage:
    span = Span(min(s.span.start for s in sentences), max(s.span.end for s in sentences))
    passage = Passage(
        id="", article=article.id, heading_path=path, span=span, sentences=tuple(sentences)
    )
    # The sentences are part of the id: a list turned into a paragraph keeps its words, but the
    # sentence vectors stored under the old id would no longer fit.
    units = [sentence_text(article, passage, n) for n in range(len(sentences))]
    words = "\n".join((article.id, embedded_text(article, passage), *units))
    digest = hashlib.sha256(words.encode()).hexdigest()
    return Passage(
        id=f"{digest[:16]}{suffix}",
        article=article.id,
        heading_path=path,
        span=span,
        sentences=tuple(sentences),
    )


def _sections(article: Article) -> list[_Draft]:
    """Sections in reading order. A section that ended up without sentences is left out."""
    reader = _SectionReader(article)
    tokens = parser().parse(reader.text)
    position = 0
    while position < len(tokens):
        position = reader.read(tokens, position)
    return [draft for draft in reader.drafts if draft.sentences]


class _SectionReader:
    """Walks the block tokens of one article and fills its sections."""

    def __init__(self, article: Article) -> None:
        self.text = covered(article.text, article.withheld)
        # Sentences are cut where withheld words are blanks: what stands beside them is kept.
        self.blanked = covered(article.text, article.withheld, " ")
        self.title = article.title
        self.lines = Lines(self.text)
        self.withheld = article.withheld
        self.banned = [s for words in article.not_quotable for s in _occurrences(words, self.text)]
        self.headings: list[tuple[int, str]] = []
        self.drafts = [_Draft(path=())]
        self.parent: _Draft | None = None  # set while inside a numbered sub-section

    @property
    def current(self) -> _Draft:
        return self.drafts[-1]

    def read(self, tokens: list[Token], position: int) -> int:
        """Handle the block that starts at ``position``; returns where the next one starts."""
        token = tokens[position]
        end = closing(tokens, position)
        if token.type == "heading_open":
            self._heading(int(token.tag[1:]), tokens[position + 1])
        elif token.type == "paragraph_open":
            self._paragraph(self.lines.inline_span(tokens[position + 1]))
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            inlines = [t for t in tokens[position:end] if t.type == "inline"]
            numbered = token.type == "ordered_list_open" and inlines
            if numbered and self._is_numbered_heading(tokens, position, end):
                self._numbered_heading(self.lines.inline_span(inlines[0]))
            else:
                self._list(inlines)
        elif token.type == "blockquote_open":
            return position + 1  # read the paragraphs inside like any other
        return end + 1

    def _heading(self, level: int, token: Token) -> None:
        self.parent = None
        text = "" if COVER in token.content else plain(token.content)
        while self.headings and self.headings[-1][0] >= level:
            self.headings.pop()
        if text and text != self.title:  # a body that repeats its title adds no section
            self.headings.append((level, text))
        self.drafts.append(_Draft(path=tuple(words for _, words in self.headings)))

    def _paragraph(self, span: Span) -> None:
        sentences = self._quotable(sentence_spans(self.blanked, span))
        if not sentences:
            self.current.lead_in = None
            return
        first = plain(sentences[0].cut(self.text))
        if len(sentences) > 1 and _RUN_IN_QUESTION.match(first):
            outer = self.parent or self.current
            self.parent = None
            self.drafts.append(_Draft(path=(*outer.path, first)))
            self._add(sentences[1:])
            self.drafts.append(_Draft(path=outer.path))
            return
        self._add(sentences)
        last = self.text[sentences[-1].start : sentences[-1].end]
        opens_list = last.rstrip("*_ ").endswith(":")
        self.current.lead_in = len(self.current.sentences) - 1 if opens_list else None

    def _list(self, inlines: list[Token]) -> None:
        for token in inlines:
            span = self.lines.inline_span(token)
            whole = span.end - span.start <= MAX_ITEM_CHARS and not self._has_withheld(span)
            for piece in self._quotable([span] if whole else sentence_spans(self.blanked, span)):
                self.current.add(piece, item=True)
        self.current.lead_in = None

    def _numbered_heading(self, span: Span) -> None:
        """A list item that titles the paragraphs below it is both: item above, heading below."""
        outer = self.parent or self.current
        for piece in self._quotable([span]):
            outer.add(piece, item=True)
        self.parent = outer
        heading = () if self._has_withheld(span) else (plain(span.cut(self.text)),)
        self.drafts.append(_Draft(path=(*outer.path, *heading)))

    def _is_numbered_heading(self, tokens: list[Token], start: int, end: int) -> bool:
        outer = self.parent or self.current
        items = sum(t.type == "list_item_open" for t in tokens[start:end])
        followed = end + 1 < len(tokens) and tokens[end + 1].type == "paragraph_open"
        return items == 1 and followed and outer.lead_in is not None

    def _add(self, spans: list[Span]) -> None:
        for span in spans:
            self.current.add(span)

    def _quotable(self, spans: list[Span]) -> list[Span]:
        return [
            s
            for s in spans
            if s.start < s.end
            and not any(s.overlaps(b) for b in self.banned)
            and not self._has_withheld(s)
        ]

    def _has_withheld(self, span: Span) -> bool:
        return any(span.overlaps(each) for each in self.withheld)


def _occurrences(words: str, text: str) -> Iterator[Span]:
    for match in re.finditer(re.escape(words), text):
        yield Span(match.start(), match.end())


def _groups(draft: _Draft) -> Iterator[list[Sentence]]:
    """Cut a section into groups of at most ``MAX_PASSAGE_CHARS``; a lead-in stays with its list."""
    group: list[Sentence] = []
    offset = 0  # position of the group's first sentence in the section
    for position, sentence in enumerate(draft.sentences):
        size = (
            sum(s.span.end - s.span.start for s in group) + sentence.span.end - sentence.span.start
        )
        splits_list = sentence.lead_in is not None and sentence.lead_in >= offset
        if group and size > MAX_PASSAGE_CHARS and not splits_list:
            yield group
            group, offset = [], position
        lead_in = sentence.lead_in - offset if sentence.lead_in is not None else None
        if lead_in is not None and lead_in < 0:
            lead_in = None
        group.append(Sentence(span=sentence.span, kind=sentence.kind, lead_in=lead_in))
    if group:
        yield group
