"""How far a denial reaches: "no fever, chills or weight loss, but ..."."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.guardrail.lexicon import Span
from assistant.guardrail.normalise import CLAUSE, COMMA, SENTENCE
from assistant.guardrail.text import Text

_SUBJECTS = frozenset(
    "i my his her it he she they this that these we now today am have has got having feel feeling "
    "there been started since lately can could cannot will the some bad severe both legs when "
    "what how is should which do also plus its me mi tengo se yo desde ahora estoy le "
    "las los".split()
)
_NEGATION_REACH = 12
_SHORT_REACH = 5


_BARE = frozenset("no none nil nope negative nada zero never".split())
_OPENERS = frozenset("i it this that he she they we you my mine".split())
_JOINING = frozenset("and but so or then cos because".split())
_SPANISH_NO = frozenset("no ni tampoco".split())
_TO_ME = frozenset("me le les nos".split())
_AILS = frozenset(
    "duele duelen dolio dolia falta arde arden molesta molestan despierta dan".split()
)
_AILS_BY_ITSELF = frozenset("duerme duermen sale salen escapa debilita debilitan dificulta".split())
_PERSONS = frozenset("i he she we they".split())
_ABLE = frozenset("can".split())
_STILL = frozenset("still also now always".split())
_DOINGS = frozenset(
    "go pee wee poo urinate pass walk stand move lift wiggle raise climb run bend swallow speak "
    "talk swim dance jump squat hop cycle hold".split()
)
_ALL_FELT = frozenset("everything all fine normally perfectly".split())
# "I feel everything", "I know when I need to", "I pass water like a carthorse": said without "can".
_NORMALLY = frozenset("fine normally normal like well freely easily ok okay grand".split())
_SHOWS_WELL = {
    "feel": _ALL_FELT,
    "know": frozenset({"when"}),
    **dict.fromkeys(("pass", "pee", "wee", "urinate"), _NORMALLY),
}
_LIMITS = frozenset(
    "only barely hardly just not no cannot but if unless until without little less nothing never "
    "numb dead tingly tingling weird odd strange different heavy weak going gone "
    "used though except when before because need must have".split()
)
_ENDS_LIST = frozenset(
    "but except though although however only apart i we he she now and yet still just until".split()
)
_BARE_REACH = 6
_LIST_REACH = 60
_QUESTION_REACH = 14
_AFTER_LIST = frozenset("and so but she he i we now thank thanks here apply applies just".split())


@dataclass(frozen=True, slots=True)
class Scope:
    """A negation cue and the content words ``start`` to ``end`` that it denies."""

    cue: Span
    start: int
    end: int
    whole: bool = False

    def covers(self, spans: Sequence[Span]) -> bool:
        """Say whether the cue denies one of ``spans``. A cue inside a match denies nothing.

        A match that reaches beyond a ``whole`` stretch stands: "I can go, but nothing comes".
        """
        if self.whole:
            return False
        if any(s.start < self.cue.end and self.cue.start < s.end for s in spans):
            return False
        return any(self.start <= s.start < self.end for s in spans)


def all_well(scopes: Sequence[Scope], spans: Sequence[Span]) -> bool:
    """Say whether each of ``spans`` lies in what the person says that they can do."""
    well = [scope for scope in scopes if scope.whole]
    return bool(well) and all(
        any(scope.start <= s.start and s.end <= scope.end for scope in well) for s in spans
    )


def negation_scopes(text: Text) -> list[Scope]:
    """Return every denial of the message with the stretch of words that it denies."""
    pseudo = text.spans.get("cue.pseudo_negation", ())
    inert = {i for span in pseudo for i in range(span.start, span.end)}
    scopes = []
    for name, lists in (("cue.negation", True), ("cue.not", False)):
        for cue in text.spans.get(name, ()):
            if cue.start not in inert and not _interjected(cue, text) and not _unwell(cue, text):
                scopes.append(Scope(cue, cue.end, _scope_end(cue, text, lists)))
    scopes += _spanish_denials(text)
    scopes += _abilities(text)
    return [*scopes, *_answers(text), *_worded_answers(text), *_list_denials(text)]


def _spanish_denials(text: Text) -> Iterator[Scope]:
    """Yield "no me duele", "ni se me duerme": though "no me responde" is a sign."""
    words = [word.text for word in text.content]
    for at, word in enumerate(words):
        by_itself = words[at + 1 : at + 2] == ["se"]
        said = words[at + 1 + by_itself : at + 3 + by_itself]
        if word not in _SPANISH_NO or len(said) < 2:
            continue
        ails = _AILS_BY_ITSELF if by_itself else _AILS
        if said[0] in _TO_ME and said[1] in ails:
            yield Scope(Span(at, at + 1), at + 1, _scope_end(Span(at, at + 1), text, True))


def _abilities(text: Text) -> Iterator[Scope]:
    """Yield "I can stand on my heels": what a person says that they can do is well.

    Not "I can only go a little", nor "I can feel a lump"; the stretch ends at the next comma.
    """
    words = [word.text for word in text.words]
    for at, here in enumerate(text.full):
        if words[max(0, here - 1)] not in _PERSONS:
            continue
        if words[here] not in _ABLE and words[here] not in _SHOWS_WELL:
            continue
        after = words[here + 1 : here + 3]
        verb = next((w for w in after if w not in _STILL), "")
        end = at + 1
        while end < len(text.content) and text.content[end].gap < COMMA:
            end += 1
        said = set(words[here : text.full[end - 1] + 1])
        able = verb in _DOINGS or (verb == "feel" and bool(said & _ALL_FELT))
        if words[here] in _SHOWS_WELL:
            able = bool(said & _SHOWS_WELL[words[here]])
        if able and not said & _LIMITS:
            yield Scope(Span(at, at + 1), at, end, whole=True)


def _interjected(cue: Span, text: Text) -> bool:
    """Whether a "no" only opens a sentence: "no this one is different", "no i feel sick"."""
    at = text.full[cue.start]
    after = text.words[at + 1 : at + 2]
    alone = cue.end - cue.start == 1 and text.words[at].text == "no"
    return alone and bool(after) and after[0].text in _OPENERS


def _unwell(cue: Span, text: Text) -> bool:
    """Whether the cue is part of "I don't feel well", which denies nothing."""
    at = text.full[cue.end - 1]
    return "well" in [word.text for word in text.words[at + 1 : at + 3]]


def _answers(text: Text) -> Iterator[Scope]:
    """Yield "chest pain none," and "Weak stream? No.": a bare denial of what stands before it."""
    words = text.content
    for at, word in enumerate(words):
        closed = at + 1 == len(words) or words[at + 1].gap >= COMMA
        if not at or word.text not in _BARE or not closed or word.asks:
            continue
        if words[at - 1].text in _JOINING:
            continue  # "... and no, I am not on a diet" denies what follows
        start = at
        if word.gap >= SENTENCE:
            if not words[at - 1].asks:
                continue
            first = text.sentence.index(text.sentence[at - 1])
            start = first if at - first <= _QUESTION_REACH else at
        else:
            while start and at - start < _BARE_REACH and (start == at or words[start].gap < COMMA):
                start -= 1
        yield Scope(Span(at, at + 1), start, at)


def _worded_answers(text: Text) -> Iterator[Scope]:
    """Yield "Wet the bed? Certainly not.": a short question and a denial in other words than no."""
    words = text.content
    for cue in text.spans.get("cue.denied_answer", ()):
        opens = cue.start and words[cue.start].gap >= SENTENCE and words[cue.start - 1].asks
        closed = cue.end == len(words) or words[cue.end].gap >= COMMA
        if not opens or not closed:
            continue
        first = text.sentence.index(text.sentence[cue.start - 1])
        if cue.start - first <= _QUESTION_REACH:
            yield Scope(cue, first, cue.start)


def _list_denials(text: Text) -> Iterator[Scope]:
    """Yield "... numb, leaking, both legs. None of it.": a denial of a whole list before it."""
    words = text.content
    for cue in text.spans.get("cue.denied_list", ()):
        after = words[cue.end] if cue.end < len(words) else None
        if after is not None and after.gap < COMMA and after.text not in _AFTER_LIST:
            continue  # "none of it helps" speaks of treatments
        first = text.sentence.index(text.sentence[cue.start])
        if cue.start - first <= 3 and first:
            first = text.sentence.index(text.sentence[first - 1])
        yield Scope(cue, max(first, cue.start - _LIST_REACH), cue.start)
        if after is not None and COMMA <= after.gap < SENTENCE:
            yield Scope(cue, cue.end, _listed_end(cue.end, text))


def _listed_end(at: int, text: Text) -> int:
    """Return where "no to all of it, the fall, the fever, the numb bits" stops being the list."""
    while at < len(text.content) and text.content[at].gap < SENTENCE:
        here = text.full[at]
        between = {word.text for word in text.words[text.full[at - 1] + 1 : here + 1]}
        if between & _ENDS_LIST:
            break
        at += 1
    return at


def _scope_end(cue: Span, text: Text, lists: bool) -> int:
    """A list negation runs on through commas and "or"; "not" stops at the first comma."""
    stops = {span.start for span in text.spans.get("cue.scope_end", ())}
    reach = _NEGATION_REACH if lists else _SHORT_REACH
    at = cue.end
    while at < len(text.content):
        word = text.content[at]
        if word.gap >= CLAUSE or at in stops:
            return at
        joined = word.text in ("or", "nor", "ni", "ou", "oder", "o")
        if word.gap >= COMMA and not joined and (not lists or _new_subject(text, at)):
            return at
        added = word.text in ("and", "y", "und", "et")
        if added and (not lists or _new_subject(text, at + 1)):
            return at
        if at - cue.end >= reach:
            return at
        if joined or (lists and word.gap >= COMMA):
            reach = at - cue.end + _NEGATION_REACH // 2 + 2
        at += 1
    return at


def _new_subject(text: Text, at: int) -> bool:
    if at >= len(text.content):
        return True
    first = text.full[at - 1] + 1 if at else 0
    return any(w.text in _SUBJECTS for w in text.words[first : text.full[at] + 1])
