"""Screening one article's text: which places must not be shown, and what to tell the editor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from assistant.blocks import COVER, Block, Lines, blocks, covered
from assistant.guardrail import WRONG_NUMBER, violations
from assistant.guardrail.types import Level
from assistant.records import Span
from assistant.screening.disguises import (
    SPACED_LETTERS,
    encoded,
    mixes_scripts,
    spelt_in_entities,
)
from assistant.screening.findings import SEVERITY, Finding, FindingKind, excerpt
from assistant.screening.instructions import instruction_in, other_language
from assistant.screening.likeness import likeness
from assistant.screening.markup import marks, unseen_words
from assistant.text import plain, sentence_spans

LEFT_OUT = "left out of answers and of the article page"
_TABLE_RULE = re.compile(r"^[\s|:>-]+$")
_CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a text stands: its file, the article's id, and the file's line of its first line."""

    file: str
    article: str
    first_line: int = 1

    def finding(self, kind: FindingKind, line: int, found: str, why: str) -> Finding:
        """A finding at ``line`` of the text, counted from 1."""
        return Finding(
            kind=kind,
            severity=SEVERITY[kind],
            file=self.file,
            line=self.first_line + line - 1,
            article=self.article,
            found=excerpt(found),
            why=why,
        )


@dataclass(frozen=True, slots=True)
class Objection:
    """Why words must not be shown. With ``spreads``, what follows them carries their orders on."""

    kind: FindingKind
    why: str
    spreads: bool = False


def objection(
    words: str, *, lang: str = "en", spared: frozenset[str] = frozenset()
) -> Objection | None:
    """What stands against showing ``words``, a sentence or a label as it stands in the article.

    ``spared`` are output checks that do not count here.
    """
    return _disguised(words, lang) or _claim(plain(words), spared)


def _disguised(words: str, lang: str) -> Objection | None:
    """What stands against ``words`` whatever they claim: orders, disguises, another language."""
    order = instruction_in(words)
    if order is None:
        read = plain(words)
        order = instruction_in(read) if read != words else None
    if order:
        why = f"it gives orders to the assistant ({order})"
        return Objection("hidden_instruction", why, spreads=True)
    if lang.startswith("en") and likeness(plain(words)) > 0:
        return Objection("hidden_instruction", "it reads like an order to the assistant")
    disguise = _disguise(words)
    if disguise:
        return Objection("hidden_text", disguise)
    if other_language(plain(words), lang):
        return Objection(
            "other_language", f"not written in {lang!r}, so its meaning cannot be checked"
        )
    if "](" in plain(words):
        return Objection("unsafe_link", "a link that cannot be read")
    return None


def _claim(words: str, spared: frozenset[str] = frozenset()) -> Objection | None:
    """What stands against ``words`` as a sentence of an answer."""
    # Which numbers may be named depends on the settings: that is looked at when they are shown.
    spared |= {WRONG_NUMBER}
    broken = [r for r in violations(words, level=Level.NONE, quoted=True) if r not in spared]
    if not broken:
        return None
    return Objection("unsafe_claim", f"no answer may say this ({', '.join(broken)})")


def _disguise(words: str) -> str | None:
    if mixes_scripts(words):
        return "letters of two alphabets in one word"
    if spelt_in_entities(words):
        return "letters written as character references"
    if SPACED_LETTERS.search(words):
        return "letters that stand apart"
    if any(True for _ in encoded(re.sub(r"\S+://\S+", " ", words))):
        return "words in an encoding"
    return None


def screen_text(
    text: str, place: Place, *, lang: str = "en"
) -> tuple[tuple[Span, ...], list[Finding]]:
    """The places of ``text`` that must not be shown, in order and apart, and the findings.

    ``text`` is an article's Markdown. It is never changed: a place is a span, so every offset
    into the article stays true.
    """
    screening = _Screening(text, place, lang)
    screening.read_markup()
    screening.read_blocks()
    return screening.withheld(), screening.findings


@dataclass(slots=True)
class _Screening:
    text: str
    place: Place
    lang: str
    spans: list[Span] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    # Everything below a heading that gives orders belongs to them, down to the next such heading.
    closed_level: int = 0
    opened_list: bool = False  # the last paragraph gives orders, and a list or box continues them
    lead_in: str = ""

    def withheld(self) -> tuple[Span, ...]:
        """The withheld spans, merged where they touch."""
        merged: list[Span] = []
        for span in sorted(self._whole_code()):
            if merged and not self.text[merged[-1].end : span.start].strip(" "):
                merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
            else:
                merged.append(span)
        return tuple(merged)

    def _whole_code(self) -> Iterator[Span]:
        """The spans, each code block they cut into whole: without its fence all below is code."""
        if not self.spans:
            return
        code = [block.span for block in blocks(self.text) if block.kind == "code"]
        for span in self.spans:
            cut = [block for block in code if span.overlaps(block)]
            yield Span(
                min([span.start, *(block.start for block in cut)]),
                max([span.end, *(block.end for block in cut)]),
            )

    def read_markup(self) -> None:
        """Withhold what markup hides, and markup whose unseen words give orders."""
        for mark in marks(self.text):
            if any(span.start <= mark.span.start < span.end for span in self.spans):
                continue
            order = instruction_in(mark.words)
            if order:
                why = f"{mark.why}, and it gives orders to the assistant ({order})"
                self._withhold(mark.span, Objection("hidden_instruction", why))
            else:
                self._withhold(mark.span, Objection(mark.kind, mark.why))
        for span, words in unseen_words(self.text):
            if words and not self._is_withheld(span):
                order = instruction_in(words)
                if order:
                    why = f"unseen words of a link or tag give orders to the assistant ({order})"
                    self._withhold(span, Objection("hidden_instruction", why))

    def read_blocks(self) -> None:
        """Withhold what the words themselves give away, and name what can never be quoted."""
        hidden, blanked = covered(self.text, self.spans), covered(self.text, self.spans, " ")
        for block in list(blocks(hidden)):
            if self._continues_orders(block):
                self._withhold(
                    block.span,
                    Objection("hidden_instruction", "it belongs to the orders above it"),
                )
            elif block.kind == "heading":
                self._read_heading(block)
            elif block.kind in ("paragraph", "item"):
                self._read_sentences(block, hidden, blanked)
            else:
                self._read_box(block)

    def _continues_orders(self, block: Block) -> bool:
        if block.kind == "heading" and block.level <= self.closed_level:
            self.closed_level = 0
        if block.kind in ("heading", "paragraph"):
            self.opened_list = False
        return bool(self.closed_level) or self.opened_list

    def _read_heading(self, block: Block) -> None:
        self.lead_in = ""
        found = objection(block.span.cut(self.text), lang=self.lang)
        if found:
            self._withhold(block.span, found)
            if found.spreads:
                self.closed_level = block.level

    def _read_sentences(self, block: Block, hidden: str, blanked: str) -> None:
        sentences = sentence_spans(blanked, block.span)
        lead_in = self.lead_in if block.kind == "item" else ""
        if block.kind == "paragraph":
            self.lead_in = ""
        ordered_lines = list(self._lines_with_orders(block))
        for sentence in sentences:
            words = sentence.cut(blanked)
            found = self._in_its_list(words, lead_in)
            if found is None and COVER in sentence.cut(hidden):
                # The article page shows what stands around hidden markup as one word.
                found = objection(sentence.cut(hidden).replace(COVER, ""), lang=self.lang)
            if found is None and any(sentence.overlaps(line) for line in ordered_lines):
                why = "it gives orders to the assistant"
                found = Objection("hidden_instruction", why, spreads=True)
            if found and found.spreads:
                # What follows in the block carries the orders on, whatever it says.
                self._withhold(Span(sentence.start, block.span.end), found)
                self.opened_list = block.span.cut(self.text).rstrip("*_ ").endswith(":")
                return
            if found:
                self._withhold(sentence, found)
        if block.kind == "paragraph" and sentences:
            last = plain(sentences[-1].cut(blanked))
            self.lead_in = last if last.endswith(":") else ""

    def _in_its_list(self, words: str, lead_in: str) -> Objection | None:
        """What stands against a sentence, or against a list item read with its opening words.

        Answers and pages never show an item without them: "your medicines" alone would claim
        something, "Tell the doctor about: your medicines" does not. A question to ask somebody
        claims nothing with them.
        """
        found = _disguised(words, self.lang)
        if found:
            return found
        if not lead_in or plain(words).endswith("?"):
            return _claim(plain(words))
        return _claim(f"{lead_in.rstrip(':')} {plain(words)}")

    def _lines_with_orders(self, block: Block) -> Iterator[Span]:
        """Lines that give orders when read alone: a label may open any line of a paragraph."""
        start = block.span.start
        lines = block.span.cut(self.text).split("\n")
        for line in lines:
            if len(lines) > 1 and instruction_in(line.strip(" >\t")):
                yield Span(start, start + len(line))
            start += len(line) + 1

    def _read_box(self, block: Block) -> None:
        """A table, code or raw HTML: shown on the article page, never quoted."""
        start = block.span.start
        lines = block.span.cut(self.text).split("\n")
        if block.kind != "table" and not plain(block.span.cut(self.text)):
            return
        for number, line in enumerate(lines):
            span = Span(start, start + len(line))
            start = span.end + 1
            found = self._box_objection(line, block.kind)
            if found is None or self._is_withheld(span):
                continue
            if found.kind == "unsafe_claim" and block.kind == "table" and number > 1:
                self._withhold(span, found)
            else:
                self._withhold(Span(span.start, block.span.end) if number else block.span, found)
                return
        names = {"table": "a table", "code": "a code block", "html": "raw HTML"}
        why = f"{names[block.kind]} is shown on the article page but never quoted in an answer"
        self.findings.append(
            self.place.finding(
                "not_quotable", self._line(block.span), block.span.cut(self.text), why
            )
        )

    def _box_objection(self, line: str, kind: str) -> Objection | None:
        if _TABLE_RULE.match(line):
            return None
        parts = _CELL.split(line) if kind == "table" else [line]
        found = (objection(part, lang=self.lang) for part in (line, *parts) if part.strip())
        return next((each for each in found if each), None)

    def _is_withheld(self, span: Span) -> bool:
        return any(span.overlaps(each) for each in self.spans)

    def _line(self, span: Span) -> int:
        return Lines(self.text).number(span.start)

    def _withhold(self, span: Span, found: Objection) -> None:
        if span.start == span.end:
            return
        self.spans.append(span)
        self.findings.append(
            self.place.finding(
                found.kind, self._line(span), span.cut(self.text), f"{found.why}; {LEFT_OUT}"
            )
        )
