"""Which readings stand alone, and which leave a doubt until something else speaks for them.

"I cannot pee" means one thing. "Numb bum" may be a cheap seat. A wording that has found warning
signs in the training messages and hardly ever raised a false alarm there (``data/proven.toml``)
stands alone, unless a denial, a date or a story in the same message may turn it round. Any other
reading leaves a doubt: a notice, with one question. The doubt becomes the full level when the
person says yes, or when the second detector does not rule the message out; without that detector
every reading counts in full, because a missing check must not make the chat less careful.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.guardrail import second
from assistant.guardrail.replies import starts_no, starts_yes
from assistant.guardrail.rulebook import Rule, Rulebook
from assistant.guardrail.state import Seen
from assistant.guardrail.text import SENTENCE_END
from assistant.guardrail.types import Flag, Level

_NEAR = 8  # words on each side of the evidence that are read on their own
_LONG = 400  # characters; a longer message is read near the evidence only
_QUOTE_WORDS = 12
_MEASURED = "<num.fever>"  # a reading of a thermometer needs no proof


@dataclass(slots=True)
class Doubts:
    """What has been asked about doubtful words so far, and what the person answered."""

    book: Rulebook
    texts: list[str] = field(default_factory=list)
    confirmed: set[str] = field(default_factory=set)
    cleared: set[str] = field(default_factory=set)
    _asked: tuple[str, tuple[str, ...]] = ("", ())

    def hear(self, question: str, reply: str) -> None:
        """Take in one user message and, before it, what the assistant had said."""
        self.texts.append(reply)
        asked, ids = self._asked
        self._asked = ("", ())
        if not asked or asked not in question:
            return
        if starts_no(reply):
            self.cleared.update(ids)
        elif starts_yes(reply):
            self.confirmed.update(ids)

    def sure(self, rule: Rule, seen: Sequence[Seen], aged_at: int | None = None) -> bool:
        """Whether a rule that these events support counts in full.

        ``aged_at`` is the turn that told the person's age, where the rule asks for it.
        """
        if rule.id in self.confirmed or self._stands_alone(rule, seen, aged_at):
            return True
        return rule.id not in self.cleared and self._second_agrees(seen)

    def _stands_alone(self, rule: Rule, seen: Sequence[Seen], aged_at: int | None) -> bool:
        """Whether every finding of the rule is there in a proven wording. An answer is one.

        What several turns build up needs no proven wording: the detector sees no more than two of
        them, and not our questions, so it cannot rule it out; a "no" to our question
        can. A denial, a date or a story anywhere else in the message leaves the reading in doubt.
        """
        proven = self.book.proven.get(rule.id, frozenset())
        by_finding: dict[str, bool] = {}
        turns = {one.turn for one in seen} | ({aged_at} if aged_at is not None else set())
        joined = len(turns) > 1 and rule.id not in self.cleared
        for one in seen:
            event = one.event
            told = (event.finding, event.wording) in proven or event.wording == _MEASURED
            known = (told or joined) and not event.hedged
            stands = known or not event.wording
            by_finding[event.finding] = by_finding.get(event.finding, False) or stands
        return all(by_finding.values())

    def _second_agrees(self, seen: Sequence[Seen]) -> bool:
        turns = sorted({one.turn for one in seen})
        texts = [self.texts[turn] for turn in turns]
        joined = [" ".join(texts)] if len(texts) > 1 else []
        if any(len(text) > _LONG for text in texts):
            passages = [_passage(self.texts[s.turn], s.event.start, s.event.end) for s in seen]
            return second.agrees_in_story(list(dict.fromkeys(passages)))
        places = [(self.texts[s.turn], s.event.start, s.event.end) for s in seen]
        parts = [read(*place) for place in places for read in (_around, _sentences)]
        return second.agrees([*texts, *joined], list(dict.fromkeys(parts)))

    def question(self, doubtful: Sequence[Flag], said: Sequence[str]) -> str | None:
        """The question about doubtful words, once; remembered, so that a reply can settle it."""
        quotes = [f.evidence for f in doubtful if f.evidence and f.id not in self.cleared]
        if not quotes:
            return None
        words = " ".join(quotes[0].split()[:_QUOTE_WORDS])
        text = str(self.book.messages["doubt"]["question"]).format(words=words)
        if text in " ".join(said):
            return None
        self._asked = (text, tuple(f.id for f in doubtful))
        return text


def as_notice(doubtful: Sequence[Flag], cleared: set[str]) -> list[Flag]:
    """The doubts that are still open, as flags at the level of a notice."""
    return [replace(flag, level=Level.NOTICE) for flag in doubtful if flag.id not in cleared]


def _passage(text: str, start: int, end: int) -> str:
    """The sentences of characters ``start`` to ``end`` with one on each side.

    In a long letter only these speak of the doubt; what else it tells has doubts of its own.
    """
    return text if len(text) <= _LONG else _sentences(text, start, end, beside=1)


def _sentences(text: str, start: int, end: int, beside: int = 0) -> str:
    """The sentences of characters ``start`` to ``end``, with ``beside`` more on each side."""
    breaks = [0, *(found.end() for found in SENTENCE_END.finditer(text)), len(text)]
    first = max(place for place, at in enumerate(breaks) if at <= start)
    last = min(place for place, at in enumerate(breaks) if at >= end)
    return text[
        breaks[max(0, first - beside)] : breaks[min(last + beside, len(breaks) - 1)]
    ].strip()


def _around(text: str, start: int, end: int) -> str:
    before, after = text[:start].split(), text[end:].split()
    return " ".join([*before[-_NEAR:], text[start:end], *after[:_NEAR]])
