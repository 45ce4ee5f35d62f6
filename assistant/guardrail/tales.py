"""What befell other people, told beside a complaint of one's own: "a lad at work collapsed ...".

A message to the practice is about its writer or about somebody the writer looks after. Workmates,
neighbours and strangers come up as tales. Such a tale is a mention and no report of a sign now,
unless it is told in the present, is fresh, or asks for help.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.guardrail.asides import old_date, past_tense
from assistant.guardrail.patterns import Match
from assistant.guardrail.people import BYSTANDERS, MANY, SELF, UNCLEAR
from assistant.guardrail.text import Text

_COMPLAINT = ("spine", "pain", "joint", "hip", "upper_limb", "lower_limb")
_NEW = frozenset("new newly now again getting".split())
_OLD = ("cue.once", "cue.remote", "cue.chronic", "cue.past_weeks")


class Tales:
    """The people of one message, word by word, ready to say whose story a match belongs to."""

    def __init__(
        self, text: Text, people: Sequence[frozenset[str]], bounds: Sequence[tuple[int, int]]
    ) -> None:
        self._text = text
        self._people = people
        self._bounds = bounds

    def told_of_others(self, match: Match, persons: frozenset[str]) -> bool:
        """Whether the match is only a tale about bystanders, beside a complaint of the writer."""
        here = self._text.sentence[match.start]
        if not persons or not persons <= BYSTANDERS or not self._own_complaint(here):
            return False
        start, end = self._bounds[here]
        if self._text.within("cue.fresh", start, end) or self._text.has("cue.plea"):
            return False
        return persons == {MANY} or self._dated(start, end) or self._past(match)

    def long_over_for_kin(self, match: Match, persons: frozenset[str]) -> bool:
        """Whether the match is told in the past tense of a relative, with a date or an end to it.

        "My son broke his wrist in May", "my gran couldn't feel her legs by the end": of relatives
        the past tense alone closes nothing.
        """
        if not persons or persons & {SELF, UNCLEAR}:
            return False
        here = self._text.sentence[match.start]
        start, end = self._bounds[here]
        if self._text.within("cue.fresh", start, end) or self._changed(match):
            return False
        if not self._past(match):
            return False
        dated = self._text.within("cue.once", start, end) or old_date(self._text, start, end)
        return dated or self._text.within("cue.died", start, end)

    def settled(self, match: Match) -> bool:
        """Whether its sentence says that it dates from an old illness, and nothing new beside it.

        "He is paralysed on the left since his stroke, so I do the lifting."
        """
        start, end = self._bounds[self._text.sentence[match.start]]
        known = self._text.within("cue.known", start, end)
        fresh = any(self._text.within(cue, start, end) for cue in ("cue.fresh", "worse"))
        new = any(word.text in _NEW for word in self._text.content[start:end])
        return known and not fresh and not new

    def _own_complaint(self, here: int) -> bool:
        """Whether another sentence speaks of the writer's body."""
        text = self._text
        return any(
            text.sentence[at] != here and SELF in self._people[at]
            for name in _COMPLAINT
            for span in text.spans.get(name, ())
            for at in range(span.start, span.end)
        )

    def _dated(self, start: int, end: int) -> bool:
        return any(self._text.within(cue, start, end) for cue in _OLD) or old_date(
            self._text, start, end
        )

    def _changed(self, match: Match) -> bool:
        segments = {self._text.segment[at] for at in range(match.start, match.end)}
        changes = self._text.spans.get("cue.change", ())
        return any(self._text.segment[span.start] in segments for span in changes)

    def _past(self, match: Match) -> bool:
        return past_tense(self._text, match.start, match.end)
