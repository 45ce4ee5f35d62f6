"""Stretches that claim no sign: questions somebody else asked, tales of old years, what was not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assistant.guardrail.lexicon import Span
from assistant.guardrail.normalise import COMMA, SENTENCE
from assistant.guardrail.text import Text

_ASKERS_SELF = frozenset("i am we im just".split())
_PASSIVE = frozenset("was were been got getting being get".split())
_YES = frozenset("yes yeah yep yup aye indeed sadly unfortunately true afraid affirmative".split())
_ABLE = frozenset("can could".split())
_EXCEPT = frozenset("but except apart though although however only".split())
_TURNS = frozenset("and but said".split())
_OWN_VERBS = frozenset("am do have was did has is".split())
_PRESENT = frozenset(
    "is are am has have cannot wont doesnt dont isnt arent keeps keep gets get getting now still "
    "feels feel goes go hurts comes hurting today".split()
)
_PAST = frozenset(
    "was were had went got did came felt lost gave broke fell couldnt woke took ended kept wet "
    "began grew shrank slept wasnt werent didnt hadnt hit put left meant turned".split()
)
_OPENS_CLAUSE = frozenset("i my he his she her it its the they their we our and but".split())
_THEN = frozenset("couldnt didnt".split())
_UNSURE = frozenset("think thought maybe perhaps might sure wonder wondering reckon".split())
_SAYING = frozenset("says say reckons thinks tells".split())
_SINCE = frozenset("since from".split())
_CLOSED_WITHIN = 3  # sentences
_REACH = 36  # content words after "she asked was I ..."


def asked_by_others(text: Text, bounds: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the stretches that report a question: "she kept asking was I leaking, was I ...".

    A question that the person then answers with a yes is a report, and is left out.
    """
    found = []
    for cue in text.spans.get("cue.reported_question", ()):
        if _own_question(cue, text):
            continue
        number = text.sentence[cue.start]
        end = _until_exception(text, cue.end, min(bounds[number][1], cue.end + _REACH))
        answer = bounds[number + 1][1] if number + 1 < len(bounds) else end
        if not _affirmed(text, cue.end, answer):
            found.append((cue.end, end))
    return found


def _until_exception(text: Text, start: int, end: int) -> int:
    """Return where "no to everything, apart from ..." stops being about the list."""
    found = (at for at in range(start, end) if text.content[at].text in _EXCEPT)
    return next(found, end)


def _own_question(cue: Span, text: Text) -> bool:
    """Whether the person asks: "I'm asking if", but not "I was asked if"."""
    at = text.full[cue.start]
    if text.content[cue.start].gap >= SENTENCE:
        return True  # "Asking about my husband: ..."
    before = [w.text for w in text.words[max(0, at - 3) : at]]
    if before[-1:] and before[-1] in _PASSIVE:
        return False
    return bool(_ASKERS_SELF & set(before))


def _affirmed(text: Text, start: int, end: int) -> bool:
    """Whether a yes follows; "yes I can feel my feet" is a yes to what is well."""
    first, last = text.full[start - 1] + 1, text.full[end - 1] + 1
    words = [w.text for w in text.words[first:last]]
    for at, word in enumerate(words):
        after = words[at + 1 : at + 3]
        if word in _YES and not _ABLE & set(after):
            return True
        if word in _TURNS and after[:1] == ["i"] and _OWN_VERBS & set(after[1:]):
            return True  # "asked was I numb, and I am"
    return False


def taken_back(text: Text, first: int, last: int, bounds: Sequence[tuple[int, int]]) -> bool:
    """Whether the words of content words ``first`` to ``last`` did not happen, by their sentence.

    "I could have passed out" of the heat ("I think I could have" is a report), and "when I say we
    blacked out, I mean the lights".
    """
    start, end = bounds[text.sentence[first]]
    here = text.full[first]
    before = [w.text for w in text.words[max(0, here - 3) : here]]
    could = any(a in ("could", "would") and b in ("have", "of") for a, b in pairwise(before))
    said = {w.text for w in text.words[text.full[start] : text.full[end - 1] + 1]}
    if could and not said & _UNSURE:
        return True
    return text.within("cue.say", start, first) and text.within("cue.mean", last, end)


def told_of_old_years(text: Text, first: int, last: int, bounds: tuple[int, int]) -> bool:
    """Whether content words ``first`` to ``last`` tell in the past tense of a year long gone.

    ``bounds`` is their sentence. The year may stand anywhere in it: "my sciatica was murder in
    2017, leg went weak and all"; a verb in the present ("my foot drags") is never of that year.
    """
    told = not text.has("cue.untold")  # "never told anyone": still to be looked at
    return told and old_date(text, *bounds) and past_tense(text, first, last)


def story_is_over(text: Text, first: int, last: int, bounds: Sequence[tuple[int, int]]) -> bool:
    """Whether content words ``first`` to ``last`` open a tale whose good end is told as well.

    "Passed out at a 10k two summers back. All normal, cleared to race.": told in the past, dated
    in its sentence or a neighbour, and closed within three sentences. ``bounds`` are all sentences.
    """
    here = text.sentence[first]
    dated = any(
        text.within("cue.once", *each) or old_date(text, *each)
        for each in bounds[max(0, here - 1) : here + 2]
    )
    ahead = bounds[min(here + _CLOSED_WITHIN, len(bounds) - 1)][1]
    after = bounds[min(here + 1, len(bounds) - 1)][1]
    lately = text.within("cue.fresh", bounds[here][0], after) or text.has("cue.untold")
    closed = dated and text.within("cue.over", last, ahead) and not lately
    return closed and past_tense(text, first, last)


def past_tense(text: Text, first: int, last: int) -> bool:
    """Whether the segments of these content words hold a past tense and no present."""
    start, end = _clause(text, first, last)
    words = _forms(text, start, end)
    opens = text.words[text.full[start - 1] + 1 if start else 0].text
    verbless = not words & (_PAST | _PRESENT | _SAYING) and opens not in _OPENS_CLAUSE
    if verbless and COMMA <= text.content[start].gap < SENTENCE:
        while start and text.content[start].gap < SENTENCE:
            start -= 1  # "I had a stone, agony, the lot": no verb of its own
        words = _forms(text, start, end)
    past = words & _PAST or any(len(w) > 4 and w.endswith("ed") for w in words)
    return bool(past) and not words & _PRESENT


def _forms(text: Text, start: int, end: int) -> set[str]:
    """The words of content words ``start`` to ``end``, without the "feel" of "couldn't feel"."""
    words = [w.text for w in text.words[text.full[start] : text.full[end - 1] + 1]]
    return {w for at, w in enumerate(words) if not at or words[at - 1] not in _THEN}


def old_date(text: Text, start: int, end: int) -> bool:
    """Whether content words ``start`` to ``end`` name a year, or say that it was long ago."""
    for span in text.spans.get("num.year", ()):
        if start <= span.start < end:
            at = text.full[span.start]
            if not {w.text for w in text.words[max(0, at - 2) : at]} & _SINCE:
                return True
    return text.within("cue.remote", start, end)


def _clause(text: Text, first: int, last: int) -> tuple[int, int]:
    """Return the whole segments that content words ``first`` to ``last`` stand in."""
    start, end = first, last
    while start and text.segment[start - 1] == text.segment[first]:
        start -= 1
    while end < len(text.content) and text.segment[end] == text.segment[last - 1]:
        end += 1
    return start, end
