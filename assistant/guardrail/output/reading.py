"""Words -> clauses, with what is asserted and what is not.

A clause that opens with "if", "whether", "before", "how" or the like asserts nothing. Neither
does a question. Everything else is read as said to the reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple

from assistant.guardrail.output.vocabulary import FORMS, Vocabulary
from assistant.guardrail.output.words import CLAUSE, COMMA, SENTENCE, Word, split_tokens, tag_words

# Classes whose phrases are read as one unit; all other phrases are seen by patterns only.
_STRUCTURE = frozenset(
    "you your people speaker clinician neg avoid flip noneed soft modal maymight advice okay risky "
    "asks ifwords open coord det prep be have hedge question deictic perday often ownway "
    "span num takenow brk".split()
)
_ALWAYS = FORMS | {"brk"}
_LEAD = 3  # words that may stand before the first one that matters: "so, what …"
_SUBJECTS = frozenset({"you", "it", "there", "this", "that", "they", "we", "i", "these", "those"})
# A question that opens so asks, negated or not: "why do doctors not …".
_OPEN_QUESTIONS = frozenset("how what when where which who whose why".split())
# These open a clause only before a subject or an -ing form: "before surgery" is no clause.
_PREPOSITIONS = frozenset({"before", "after", "until", "till", "since", "once", "because", "where"})
_RESETS = frozenset({"but", "so", "then", "however", "yet", "and_then", "otherwise"})
_REPORTS = frozenset(
    "think feel know say sure believe hope find mean whether that notice learn hear".split()
)


class Unit(NamedTuple):
    """A word, or a phrase that is read as one. ``at`` is its first word in the clause."""

    text: str
    tags: AbstractSet[str]
    gap: int
    at: int


@dataclass(frozen=True, slots=True)
class Clause:
    """A run of words. ``open`` clauses are conditions and embedded questions."""

    words: tuple[Word, ...]
    units: tuple[Unit, ...]
    open: bool
    asks: bool
    code: str = field(init=False)
    tags: AbstractSet[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", "".join(word.code for word in self.words))
        found = {f"={word.text}" for word in self.words}
        object.__setattr__(self, "tags", found.union(*(word.tags for word in self.words)))

    @property
    def asserted(self) -> bool:
        """Whether the clause says that something is so."""
        return not (self.open or self.asks)

    def before(self, at: int) -> tuple[Unit, ...]:
        """The units that begin before word ``at``."""
        return tuple(unit for unit in self.units if unit.at < at)


def read(text: str, vocabulary: Vocabulary, *, topic: frozenset[str] = frozenset()) -> list[Clause]:
    """The clauses of ``text``. ``topic`` are classes that the question was about."""
    words = tag_words(split_tokens(text), vocabulary, medicine="drug" in topic)
    sentences = list(_sentences(words))
    clauses: list[Clause] = []
    for at, (sentence, asks) in enumerate(sentences):
        answer = sentences[at + 1][0][0] if at + 1 < len(sentences) else None
        affirmed = answer is not None and "affirm" in answer.tags
        clauses += _clauses(sentence, _units(sentence), asks and not affirmed)
    return clauses


def _sentences(words: Sequence[Word]) -> Iterator[tuple[list[Word], bool]]:
    held: list[Word] = []
    for word in words:
        if word.text == "?":
            if held:
                yield _asked(held)
            held = []
            continue
        if word.gap >= SENTENCE and held:
            yield held, False
            held = []
        held.append(word)
    if held:
        yield held, False


def _asked(words: list[Word]) -> tuple[list[Word], bool]:
    """The words of a question, and whether it asks; a hint in its form says something.

    "Could you not skip it?" says "you could skip it"; "Do you not think it is X?" says "it is X".
    """
    if "nudge" in words[0].tags or "question" not in words[0].tags:
        return words, False
    at = next((i for i, word in enumerate(words[:3]) if i and word.text == "not"), None)
    if at is None or words[0].text in _OPEN_QUESTIONS:
        return words, True
    said = words[:at] + words[at + 1 :]
    if [word.text for word in said[:3]] == ["do", "you", "think"] and len(said) > 3:
        return said[3:], False
    if len(said) > 1 and said[1].text in _SUBJECTS:
        verb, subject = said[:2]
        said[:2] = subject._replace(gap=verb.gap), verb._replace(gap=subject.gap)
    return said, False


def _units(words: Sequence[Word]) -> list[Unit]:
    """Group words into the longest phrases that structure a sentence."""
    units: list[Unit] = []
    at = 0
    while at < len(words):
        word = words[at]
        sizes = [
            size
            for size, tags in word.found.items()
            if tags & _STRUCTURE or any("ifwords" in w.tags for w in words[at + 1 : at + size])
        ]
        size = max(sizes, default=1)
        tags = word.found[size] | (word.tags & _ALWAYS)
        text = "_".join(each.text for each in words[at : at + size])
        units.append(Unit(text, tags, word.gap, at))
        at += size
    return units


def _clauses(words: Sequence[Word], units: Sequence[Unit], asks: bool) -> Iterator[Clause]:
    first, opened = 0, False
    for at, unit in enumerate(units):
        opener = _opens(units, at)
        if at > first and (
            unit.gap >= CLAUSE or opener or _breaks(units, at, first=first, opened=opened)
        ):
            yield _clause(words, units, (first, at), opened, asks)
            joined = unit.text in ("and", "or") and unit.gap < CLAUSE
            first, opened = at, opened and joined and not opener
        if opener and at == first:
            opened = "open" in unit.tags and not (unit.text == "what" and _first(units, at))
    if units:
        yield _clause(words, units, (first, len(units)), opened, asks)


def _clause(
    words: Sequence[Word], units: Sequence[Unit], span: tuple[int, int], opened: bool, asks: bool
) -> Clause:
    start = units[span[0]].at
    end = units[span[1]].at if span[1] < len(units) else len(words)
    own = tuple(u._replace(at=u.at - start) for u in units[span[0] : span[1]])
    return Clause(tuple(words[start:end]), own, opened, asks)


def _opens(units: Sequence[Unit], at: int) -> bool:
    unit = units[at]
    if "ifwords" not in unit.tags:
        return False
    if unit.text not in _PREPOSITIONS:
        return True
    following = units[at + 1] if at + 1 < len(units) else None
    if following is None:
        return False
    if following.text in _SUBJECTS or following.tags & {"people", "clinician", "vbg"}:
        return True
    return _finite_ahead(units, at + 2)


def _first(units: Sequence[Unit], at: int) -> bool:
    """As in "So what you have is …": nothing but an opening word stands before."""
    if units[at].gap >= CLAUSE:
        return True
    return at < _LEAD and all("soft" in unit.tags for unit in units[:at])


def _finite_ahead(units: Sequence[Unit], at: int) -> bool:
    """Whether a verb follows soon: "after the pain settles", not "after a glass of wine"."""
    for unit in units[at : at + 4]:
        if unit.gap:
            return False
        if unit.tags & {"be", "modal", "vbz", "vbd"}:
            return True
    return False


def _breaks(units: Sequence[Unit], at: int, *, first: int, opened: bool) -> bool:
    unit = units[at]
    if unit.gap == COMMA:
        return not _in_list(units, at) and (opened or _starts_clause(units, at))
    if unit.text in ("and", "or") or unit.text in _RESETS:
        return _joins_clauses(units, at)
    return opened and at - first > 2 and _second_subject(units, at)


def _in_list(units: Sequence[Unit], at: int) -> bool:
    """Say whether the comma before ``at`` separates the items of a list."""
    for unit in units[at : at + 4]:
        if unit.gap >= CLAUSE:
            return False
        if unit.text in ("or", "nor"):
            return True
    return False


def _starts_clause(units: Sequence[Unit], at: int) -> bool:
    unit = units[at]
    if unit.tags & {"soft", "ifwords", "coord", "neg", "you", "speaker", "vb", "advice", "noneed"}:
        return True
    return unit.text in _SUBJECTS or bool(unit.tags & {"people", "clinician"})


def _joins_clauses(units: Sequence[Unit], at: int) -> bool:
    following = units[at + 1] if at + 1 < len(units) else None
    if following is None:
        return False
    if units[at].text in _RESETS:
        return _starts_clause(units, at + 1) or "det" in following.tags
    verb = units[at + 2].tags if at + 2 < len(units) else frozenset()
    if following.text in _SUBJECTS:
        return bool(verb & {"be", "modal", "have", "vb", "vbz", "vbd", "hedge", "neg"})
    return "soft" in following.tags and "vb" in verb


def _second_subject(units: Sequence[Unit], at: int) -> bool:
    """In "if you feel well you can skip it" the second "you" begins what is said."""
    unit, before = units[at], units[at - 1]
    following = units[at + 1] if at + 1 < len(units) else None
    if (
        following is None
        or before.text in _REPORTS
        or before.tags & {"coord", "det", "prep", "asks"}
    ):
        return False
    if unit.text in ("you", "it", "there"):
        return bool(following.tags & {"modal", "be"}) and not unit.gap
    return unit.text in ("just", "simply", "please") and "vb" in following.tags
