"""A passage or a sentence read into words, clauses and sentences, denials and strength marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.guardrail.output.words import CLAUSE, COMMA, SENTENCE, Token
from assistant.verification.phrasing import NUMBER_WORDS, meant
from assistant.verification.words import Words, kinds_of, stem

# A new clause begins at one of these, at a comma or at any stronger break.
OPENS = frozenset(
    "but although though while whereas because since so if when unless until which who whose "
    "except whether".split()
)
_DENIES = frozenset("not no without".split())
_CONDITIONS = frozenset("if unless when provided whenever".split())
_OF_THE_BODY = frozenset("the your their his her my".split())
_OF_THE_BACK = frozenset(
    "sprain strain brace support belt surgery operation spasm spasms muscle muscles injury".split()
)
_NAMED = frozenset("DBSRHGF")
_FULL, _SLIGHT = 1.0, 0.4
_FIRST_SPAN = 3  # words between a denial and what it denies


@dataclass(slots=True)
class Item:
    """One word: ``weight`` is what it adds to the content, ``clause`` its clause's number."""

    text: str
    stem: str
    weight: float
    kinds: frozenset[str]
    at: int
    clause: int = 0


@dataclass(slots=True)
class Clause:
    """A stretch of words that says one thing. ``denied`` is odd when it is denied as a whole."""

    number: int
    items: list[Item]
    denied: int = 0
    focus: list[Item] = field(default_factory=list)
    condition: bool = False
    opener: str = ""
    gap: int = 0

    @property
    def content(self) -> list[Item]:
        """The words that carry something."""
        return [item for item in self.items if item.weight]


@dataclass(slots=True)
class Sentence:
    """A sentence's clauses."""

    clauses: list[Clause]

    @property
    def items(self) -> list[Item]:
        """All its words in order."""
        return [item for clause in self.clauses for item in clause.items]

    @property
    def content(self) -> list[Item]:
        """The words that carry something."""
        return [item for item in self.items if item.weight]


def read(text: str, words: Words) -> list[Sentence]:
    """The sentences of ``text``, fixed phrases read as what they mean."""
    tokens = meant(text, words)
    sentences: list[list[Token]] = []
    for token in tokens:
        if token.gap >= SENTENCE or not sentences:
            sentences.append([])
        sentences[-1].append(token)
    read_so_far, at = [], 0
    for group in sentences:
        sentence = _sentence(group, words, at)
        at += len(group)
        if sentence.clauses:
            read_so_far.append(sentence)
    return read_so_far


def _sentence(tokens: Sequence[Token], words: Words, at: int) -> Sentence:
    clauses: list[Clause] = []
    for place, token in enumerate(tokens):
        opens = token.text in OPENS and place
        opens = opens or _contrasts(tokens, place) or _starts_anew(tokens, place)
        if not clauses or token.gap >= COMMA or opens:
            clauses.append(Clause(len(clauses), [], opener=token.text, gap=token.gap))
        before = tokens[place - 1].text if place else ""
        after = tokens[place + 1].text if tokens[place + 1 : place + 2] else ""
        item = _item(token, (before, after), words, at + place, len(clauses) - 1)
        clauses[-1].items.append(item)
    for clause in clauses:
        clause.condition = any(item.text in _CONDITIONS for item in clause.items[:2])
    _deny(clauses)
    return Sentence(_joined(clauses))


def _contrasts(tokens: Sequence[Token], place: int) -> bool:
    """Whether a denial begins a contrast: "on the back, not the side", "walk and do not run"."""
    if not place or tokens[place].text not in ("not", "without"):
        return False
    after = tokens[place + 1].text if place + 1 < len(tokens) else ""
    return after not in ("anything", "any", "anyone", "ever") and _noun_before(tokens, place)


def _starts_anew(tokens: Sequence[Token], place: int) -> bool:
    """Whether "and" or "or" begins a clause of its own: "and can take longer", "and they"."""
    if tokens[place].text not in ("and", "or") or place + 1 >= len(tokens):
        return False
    return tokens[place + 1].text in _ANEW and not tokens[place + 1].gap


_ANEW = frozenset(
    "it they you he she we this that these those can may will should must is are was were has have "
    "does do often usually sometimes not no many most some there".split()
)


def _noun_before(tokens: Sequence[Token], place: int) -> bool:
    before = tokens[place - 1].text
    return before not in _CARRIES


_CARRIES = frozenset(
    "is are was were be been do does did can could may might will would should must shall have has "
    "had need often and or but also to it they you he she we that this there usually than if why "
    "when still probably s ought certainly simply just best as advise advises advised recommend "
    "recommends recommended".split()
)


def _item(token: Token, beside: tuple[str, str], words: Words, at: int, clause: int) -> Item:
    key = stem(token.text)
    light = key in words.light or token.text in words.light or token.text[0].isdigit()
    kinds = kinds_of(key, token.text, words)
    if token.text in NUMBER_WORDS:
        light, kinds = True, frozenset()
    if token.text == "back" and (beside[0] in _OF_THE_BODY or beside[1] in _OF_THE_BACK):
        light = False  # "on the back" names a part of the body, "come back" does not
    if token.text == "hands" or (token.text == "hand" and beside[0] in _OF_THE_BODY):
        light = False  # "give a hand" names no part of the body
    weight = 0.0 if light else _SLIGHT if key in words.slight else _FULL
    return Item(token.text, key, weight, kinds, at, clause)


def _deny(clauses: Sequence[Clause]) -> None:
    """Mark what each denial is about first, and how often each clause is denied.

    "Do not stop without asking" and "do not stop unless told" deny nothing: they set a condition.
    """
    cues = [
        (clause, place)
        for clause in clauses
        for place, item in enumerate(clause.items)
        if (item.text in _DENIES and not _inert(clause.items, place))
        or _keeps_from(clause.items, place)
    ]
    texts = [clause.items[place].text for clause, place in cues]
    texts += [item.text for clause in clauses for item in clause.items if item.text == "unless"]
    if len(texts) > 1 and texts[0] == "not" and texts[-1] in ("without", "unless"):
        if texts[-1] == "without":
            clause, place = cues.pop()
            clause.items[place].text = "after"  # asking comes first
        cues = cues[1:]
    for clause, place in cues:
        clause.denied += 1
        after = [
            item for item in clause.items[place + 1 :] if not {item.text, item.stem} & FUNCTION
        ]
        near = [item for item in after if item.at - clause.items[place].at <= _FIRST_SPAN]
        first = after[after.index(near[0]) :] if near else after
        # What "not shown to cause" denies is the cause as well.
        clause.focus += first[: 2 if first and first[0].stem in _REPORTS else 1]


def _keeps_from(items: Sequence[Item], place: int) -> bool:
    """As in "stops a bone from healing" or "leave sugar out"."""
    after = [item.text for item in items[place + 1 : place + 6]]
    if items[place].text in ("leave", "leaving"):
        return "out" in after[1:3]
    return items[place].stem in ("stop", "keep") and "from" in after


def _inert(items: Sequence[Item], place: int) -> bool:
    following = items[place + 1].text if place + 1 < len(items) else ""
    return following in ("matter", "doubt") or (following == "only" and place + 2 < len(items))


_REPORTS = frozenset(
    "often common many much show shown prove proven find found known think thought need likely "
    "expect abl help seem evid suggest advis recommend".split()
)
# A denial is about the first word that is none of these.
FUNCTION = frozenset(
    "a an the to be is are was were been being do does did have has had having of in on at "
    "for with by from it its they them you your their this that these those any anyone "
    "anything ever just very so as and or usually really also yet quite clearly necessarily "
    "always s get take type kind sort single use using used wear wearing worn taking make "
    "one who which between into than then can may will should put done doing against about "
    "most want wants wish during under over near around among toward through up out off".split()
)


def _joined(clauses: list[Clause]) -> list[Clause]:
    """Clauses without content go with the one after (or, at the end, before) them."""
    kept: list[Clause] = []
    waiting: Clause | None = None
    for clause in clauses:
        if waiting is not None:
            clause.items = [*waiting.items, *clause.items]
            clause.denied += waiting.denied
            clause.condition |= waiting.condition
            clause.focus = [*waiting.focus, *clause.focus]
            clause.opener, clause.gap = waiting.opener, max(waiting.gap, clause.gap)
            waiting = None
        if clause.content:
            kept.append(clause)
        else:
            waiting = clause
    if waiting is not None and kept:
        kept[-1].items += waiting.items
        if waiting.opener in ("and", "or", "not"):  # "too much and too little"
            kept[-1].denied += waiting.denied
            kept[-1].focus = [*kept[-1].focus, *waiting.focus]
    elif waiting is not None:
        kept.append(waiting)
    for place, clause in enumerate(kept):
        clause.number = place
        for item in clause.items:
            item.clause = place
    return kept


def together(sentence: Sentence, clause: Clause) -> list[Item]:
    """The clause with those that only a comma parts from it: "In some people, bones join"."""
    items: list[Item] = []
    for other in sentence.clauses:
        opens = other.gap >= CLAUSE or other.opener in OPENS
        opens = opens or other.opener in ("and", "or", "not", "without")
        if other.number > clause.number and opens:
            break
        if opens:
            items = []
        items += other.items
    return items


def named(item: Item) -> frozenset[str]:
    """The kinds of ``item`` that must stand in the passage: medicines, body parts, people."""
    return item.kinds & _NAMED


__all__ = ["Clause", "Item", "Sentence", "named", "read"]
