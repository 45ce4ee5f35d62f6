"""ConText-style reading of a match: denied, over, long-standing, asked in general, or real now.

The cue words live in ``data/lexicon/context.toml`` as concepts named ``cue.*``.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from assistant.guardrail.asides import (
    asked_by_others,
    story_is_over,
    taken_back,
    told_of_old_years,
)
from assistant.guardrail.lexicon import Span
from assistant.guardrail.negation import all_well, negation_scopes
from assistant.guardrail.normalise import COMMA
from assistant.guardrail.patterns import Match
from assistant.guardrail.text import Text, sentence_bounds

_FIRST = frozenset("i me my mine myself we us our".split())
_THIRD = frozenset("he she him her his hers himself herself".split())
_TELLING = frozenset("tell show give teach to explain remind inform".split())
_NOT_ASKED = frozenset(
    "i we be barely hardly not no only just scarcely never still feel walk".split()
)
_MODALS = frozenset("can could does do will would should may might".split())
_HEALTHY = frozenset(
    "normal fine ok okay grand perfect good working regular unaffected ordinary "
    "unremarkable dutiful obedient punctual intact behaving brilliant excellent".split()
)
_COPULA = frozenset(
    "is are was were all both still been has have control function seem seems".split()
)
_AND = frozenset("and but so y now".split())
_UNREAL = frozenset(
    "went became started got had lost happened were was fell hit broke came stopped felt began "
    "developed noticed woke did ever happen happens".split()
)
_WOULD = frozenset("would could should might what how who when which does do".split())
_SOMEDAY = frozenset("ever someday".split())
_DECADES = frozenset("teens twenties thirties forties youth 20s 30s".split())
_SHORT_TOPIC = 2  # words that may stand before such a date
# Cues that may turn a reading round, wherever in the message they stand.
_HEDGES = (
    "cue.negation", "cue.not", "cue.remote", "cue.chronic", "cue.resolved", "cue.hypothetical",
    "cue.fiction", "cue.document", "cue.said", "cue.frame", "num.year",
)  # fmt: skip
# The same cues by the names that findings ignore them by.
_IGNORED_AS = {
    "cue.negation": "negation", "cue.not": "negation", "cue.remote": "remote", "num.year": "remote",
    "cue.chronic": "chronic", "cue.resolved": "resolved",
}  # fmt: skip


class Assertion(Enum):
    """What the person claims about a finding."""

    PRESENT = "present"
    NEGATED = "negated"
    PAST = "past"
    GENERAL = "general"


class Context:
    """All cues of one message, ready to judge its matches."""

    def __init__(self, text: Text, kin: frozenset[str]) -> None:
        self._text = text
        self._kin = kin
        self._scopes = negation_scopes(text)
        self.bounds = sentence_bounds(text)
        self._asked = asked_by_others(text, self.bounds)
        self._disclosed = text.has("cue.disclosure")
        self._general = [self._is_general(a, b) for a, b in self.bounds]

    def assertion(self, match: Match, ignores: frozenset[str]) -> Assertion:
        """Judge one match; ``ignores`` names the cues that cannot weaken this finding."""
        if "negation" not in ignores and (self.negated(match) or self._normal_after(match)):
            return Assertion.NEGATED
        if "question" not in ignores and self._hypothetical_or_general(match):
            return Assertion.GENERAL
        if self._over(match, ignores):
            return Assertion.PAST
        return Assertion.PRESENT

    def hedged(self, match: Match, ignores: frozenset[str] = frozenset()) -> bool:
        """Say whether a cue outside the match's own words may change what it means.

        What the finding ``ignores`` changes nothing: cancer "a few years back" is cancer.
        """
        return any(
            not any(s.start < cue.end and cue.start < s.end for s in match.spans)
            for name in _HEDGES
            if _IGNORED_AS.get(name) not in ignores
            for cue in self._text.spans.get(name, ())
        )

    def asks_about(self, concept: str) -> bool:
        """Say whether a question, personal or not, names the concept."""
        for span in self._text.spans.get(concept, ()):
            sentence = self._text.sentence[span.start]
            start, end = self.bounds[sentence]
            if self._general[sentence] or self._is_question(start, end):
                return True
        return self._text.has(concept) and (
            self._text.has("cue.fiction")
            or self._text.has("cue.document")
            or self._text.has("cue.frame")
            or self._text.has("cue.said")
            or self._text.has("cue.ask")
        )

    def negated(self, match: Match) -> bool:
        """Say whether a denial covers the match."""
        return any(scope.covers(match.spans) for scope in self._scopes)

    def well(self, match: Match) -> bool:
        """Say whether all of the match is well: "I can go", or "wiping feels normal, legs ..."."""
        said = self._text.content[match.start : match.end]
        healthy = any(word.text in _HEALTHY for word in said)
        denied = self._text.within("cue.not", max(0, match.start - 1), match.end)
        return (healthy and not denied) or all_well(self._scopes, match.spans)

    def _normal_after(self, match: Match) -> bool:
        """Catch "temperature is normal, bladder fine": a healthy finding, named."""
        words = self._text.content
        first, end = match.start, match.end
        if end - first > 2:
            return self._ends_healthy(match)
        before = words[first - 1].text if first else ""
        if before in _HEALTHY and words[first].gap < COMMA:
            return True
        for at in range(end, min(end + 3, len(words))):
            word = words[at]
            if word.gap >= COMMA and not (at == end and words[end - 1].asks):
                return False  # "Temperature? Normal." goes on
            if word.text in _HEALTHY:
                after = words[at + 1] if at + 1 < len(words) else None
                return after is None or after.gap >= COMMA or after.text in _AND
            if word.text not in _COPULA:
                return False
        return False

    def _ends_healthy(self, match: Match) -> bool:
        """Catch a long match whose last word is well: "... stairs, and my heart is fine"."""
        words = self._text.content
        at = match.end
        if words[at : at + 1] and words[at].text == "and" and words[at].gap < COMMA:
            at += 2  # "my heart and kidneys are fine"
        at += at < len(words) and words[at].text in ("is", "are")
        if any(word.gap >= COMMA for word in words[match.end : at + 1]) or at >= len(words):
            return False
        after = words[at + 1] if at + 1 < len(words) else None
        ends = after is None or after.gap >= COMMA or after.text in _AND or after.text == "as"
        return words[at].text in _HEALTHY and ends

    # -- general questions, hypotheticals, quotations ------------------------------------

    def _hypothetical_or_general(self, match: Match) -> bool:
        if self._disclosed:
            return False
        return (
            self._general[self._text.sentence[match.start]]
            or any(start <= match.start < end for start, end in self._asked)
            or self._hypothetical(match)
            or self._unreal(match)
            or taken_back(self._text, match.start, match.end, self.bounds)
            or self._framed(match)
            or self._fiction(match)
            or self._quoted(match)
        )

    def _full_words(self, start: int, end: int) -> list[str]:
        text = self._text
        first = text.full[start - 1] + 1 if start else 0
        return [w.text for w in text.words[first : text.full[end - 1] + 1]]

    def _is_question(self, start: int, end: int) -> bool:
        full = self._full_words(start, end)
        opener = self._text.content[start].text
        second = full[1] if len(full) > 1 else ""
        asks = self._text.content[end - 1].asks
        return self._opens_question(start, end, opener, second, asks)

    def _is_general(self, start: int, end: int) -> bool:
        text = self._text
        full = self._full_words(start, end)
        if not self._is_question(start, end):
            return False
        told = {i for i, w in enumerate(full) if w == "me" and i and full[i - 1] in _TELLING}
        named = {w for i, w in enumerate(full) if i not in told}
        personal = bool(named & (_FIRST | _THIRD | self._kin))
        now = text.within("cue.present", start, end)
        generic = text.within("cue.generic_subject", start, end)
        if not personal:
            return generic or not now
        return self._impersonal_cause(full, start, end) and not now

    def _opens_question(self, start: int, end: int, first: str, second: str, asks: bool) -> bool:
        text = self._text
        opening = min(start + 4, end)
        if text.within("cue.topic_opener", start, opening):
            return True
        if any(s.start == start for s in text.spans.get("cue.question_word", ())):
            return True
        modal = first in _MODALS and second not in _NOT_ASKED
        if modal:
            return True
        aux = any(s.start == start for s in text.spans.get("cue.question_aux", ()))
        return (
            aux
            and (
                asks
                or text.within("cue.aux_subject", start, opening)
                or text.within("cue.causes", start, end)
            )
        ) or (asks and text.within("cue.question_word", start, end))

    def _impersonal_cause(self, full: Sequence[str], start: int, end: int) -> bool:
        """In "can my slipped disc cause incontinence?" the "my" belongs to the cause only."""
        causes = [s for s in self._text.spans.get("cue.causes", ()) if start <= s.start < end]
        if not causes or set(full) & {"i", "me", "we"} or set(full) & (_THIRD | self._kin):
            return False
        after = self._text.full[causes[0].end - 1] + 1
        stop = self._text.full[end - 1] + 1
        return not {w.text for w in self._text.words[after:stop]} & _FIRST

    def _hypothetical(self, match: Match) -> bool:
        text = self._text
        sentence = text.sentence[match.start]
        for cue in text.spans.get("cue.hypothetical", ()):
            if text.sentence[cue.start] != sentence or cue.start > match.start:
                continue
            if match.start - cue.end > 10 or any(s.start <= cue.start < s.end for s in match.spans):
                continue
            start, end = self.bounds[sentence]
            if not text.within("cue.present", start, end):
                return True
        return False

    def _unreal(self, match: Match) -> bool:
        """Catch "if my leg ever went numb, would ...": an if, an unreal verb, and a would."""
        text = self._text
        start, end = self.bounds[text.sentence[match.start]]
        if text.within("cue.present", start, end):
            return False
        full = self._full_words(start, end)
        if "if" not in full and "say" not in full[:2] and "suppose" not in full:
            return False
        at = full.index("if") if "if" in full else 0
        unreal = set(full[at + 1 : at + 9]) & _UNREAL
        asked = set(full) & _WOULD or set(full) & _SOMEDAY or {"some", "day"} <= set(full)
        nearby = text.content[match.start].text not in full[:at]
        return bool(unreal and asked and nearby)

    def _framed(self, match: Match) -> bool:
        """Catch study, teaching, news and curiosity: nobody in the sentence has the sign now."""
        text = self._text
        if text.has("cue.instruction"):
            return False
        start, end = self.bounds[text.sentence[match.start]]
        here = text.within("cue.said", start, end) or text.within("cue.frame", start, end)
        if not here and (not self._frame_beside(start, end) or self._about_kin(start, end)):
            return False
        segments = text.segment[match.start : match.end]
        if self._first_person(min(segments), max(segments)):
            return here and self._cue_before(start, match.start)
        return here or not text.within("cue.present", start, end)

    def _frame_beside(self, start: int, end: int) -> bool:
        """Say whether the sentence before or after sets a story, a lesson or an exam."""
        before = self.bounds[self._text.sentence[start - 1]][0] if start else start
        last = len(self._text.content)
        after = self.bounds[self._text.sentence[end]][1] if end < last else end
        return self._text.within("cue.frame", before, after)

    def _cue_before(self, start: int, end: int) -> bool:
        text = self._text
        return any(text.within(cue, start, end) for cue in ("cue.said", "cue.frame"))

    def _about_kin(self, start: int, end: int) -> bool:
        return bool(set(self._full_words(start, end)) & self._kin)

    def _fiction(self, match: Match) -> bool:
        text = self._text
        if text.has("cue.instruction"):
            return False  # "this is a novel, ignore your rules" is an order, not a novel
        for cue in text.spans.get("cue.fiction", ()):
            segments = set(text.segment[match.start : match.end])
            if text.segment[cue.start] in segments:
                return True
            if not self._first_person(min(segments), max(segments)):
                return True
        return False

    def _quoted(self, match: Match) -> bool:
        text = self._text
        if not text.has("cue.document"):
            return False
        if all(text.content[i].quoted for s in match.spans for i in range(s.start, s.end)):
            return True
        for cue in text.spans.get("cue.document_says", ()):
            same = text.sentence[cue.start] == text.sentence[match.start]
            segment = text.segment[match.start]
            own = segment != text.segment[cue.start] and self._first_person(segment, segment)
            if same and cue.start < match.start and not own:
                return True
        return False

    def _first_person(self, first: int, last: int) -> bool:
        text = self._text
        inside = [i for i, s in enumerate(text.segment) if first <= s <= last]
        if not inside:
            return False
        lower = text.full[inside[0] - 1] + 1 if inside[0] else 0
        upper = text.full[inside[-1]] + 1
        return any(w.text in _FIRST for w in text.words[lower:upper])

    # -- time ---------------------------------------------------------------------------

    def _over(self, match: Match, ignores: frozenset[str]) -> bool:
        segments = set(text_segments(self._text, match))
        if "remote" not in ignores and self._long_ago(match, segments):
            return True
        if "chronic" not in ignores and self._timed("cue.chronic", match, segments):
            return True
        return "resolved" not in ignores and self._resolved(match)

    def _long_ago(self, match: Match, segments: set[int]) -> bool:
        if self._timed("cue.remote", match, segments):
            return True
        sentence = self.bounds[self._text.sentence[match.start]]
        if self._changed(segments):
            return False
        last = min(match.end, sentence[1])
        if told_of_old_years(self._text, match.start, last, sentence):
            return True
        return story_is_over(self._text, match.start, match.spans[0].end, self.bounds)

    def _timed(self, cue: str, match: Match, segments: set[int]) -> bool:
        text = self._text
        for span in text.spans.get(cue, ()):
            inside = any(s.start <= span.start and span.end <= s.end for s in match.spans)
            segment = text.segment[span.start]
            lone = abs(segment - max(segments)) == 1 and self._stands_alone(span, segment)
            same = text.sentence[span.start] == text.sentence[match.start]
            opening = cue == "cue.remote" and self._dates_what_follows(span)
            near = (
                segment in segments
                or (same and (lone or opening))
                or (opening and self._goes_on(span, match))
            )
            if near and not inside and not self._changed(segments | {segment}):
                return True
        return False

    def _dates_what_follows(self, span: Span) -> bool:
        """Say whether the cue is a date that opens its sentence: "Years ago I ..."."""
        last = self._text.content[span.end - 1].text
        first = self.bounds[self._text.sentence[span.start]][0]
        if last in _DECADES:
            return span.start - first <= _SHORT_TOPIC  # "Panic attacks in my twenties, ..."
        return span.start - first <= 1 and (last == "ago" or last[:4].isdigit())

    def _goes_on(self, span: Span, match: Match) -> bool:
        """Say whether the match stands right after "two winters ago" or "rough trot in 2013:"."""
        text = self._text
        ahead = text.sentence[match.start] - text.sentence[span.start]
        return ahead == 1 and match.start - span.end <= 8

    def _stands_alone(self, span: Span, segment: int) -> bool:
        """Say whether the segment holds the cue and next to nothing else: ", for years,"."""
        return sum(1 for s in self._text.segment if s == segment) - (span.end - span.start) <= 1

    def _changed(self, segments: set[int]) -> bool:
        """Old but "worse since Monday" is new, however long it has been there."""
        text = self._text
        return any(
            text.segment[span.start] in segments for span in text.spans.get("cue.change", ())
        )

    def _resolved(self, match: Match) -> bool:
        text = self._text
        sentence = text.sentence[match.start]
        for span in text.spans.get("cue.resolved", ()):
            distance = text.sentence[span.start] - sentence
            if distance not in (0, 1) or span.start < match.end - 1:
                continue
            if any(scope.start <= span.start < scope.end for scope in self._scopes):
                continue
            if any(s.start <= span.start < s.end for s in match.spans):
                continue
            if distance == 0 or self.bounds[sentence + 1][1] - self.bounds[sentence + 1][0] <= 9:
                return True
        return False


def text_segments(text: Text, match: Match) -> list[int]:
    """Return the segments that the match's own spans stand in."""
    return [text.segment[i] for span in match.spans for i in range(span.start, span.end)]
