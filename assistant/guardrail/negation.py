"""How far a denial reaches: "no fever, chills or weight loss, but ..."."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.guardrail.lexicon import Span
from assistant.guardrail.normalise import CLAUSE, COMMA
from assistant.guardrail.text import Text

_SUBJECTS = frozenset(
    "i my his her it he she they this that these we now today am have has got having feel feeling "
    "there been started since lately can could cannot will the some bad severe both legs when "
    "what how is should which do also plus its me mi tengo se yo desde ahora estoy le "
    "las los".split()
)
_NEGATION_REACH = 12
_SHORT_REACH = 5


@dataclass(frozen=True, slots=True)
class Scope:
    """A negation cue and the content words that it denies."""

    cue: Span
    end: int


def negation_scopes(text: Text) -> list[Scope]:
    """Return every denial of the message with the stretch of words that it denies."""
    pseudo = text.spans.get("cue.pseudo_negation", ())
    inert = {i for span in pseudo for i in range(span.start, span.end)}
    scopes = []
    for name, lists in (("cue.negation", True), ("cue.not", False)):
        for cue in text.spans.get(name, ()):
            if cue.start not in inert:
                scopes.append(Scope(cue, _scope_end(cue, text, lists)))
    return scopes


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
