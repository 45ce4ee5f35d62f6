"""Making a follow-up stand alone with what the earlier messages were about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.answering import leaning
from assistant.answering.shapes import comparison_in
from assistant.answering.topics import Topics
from assistant.glossary import Glossary
from assistant.kinds import Kind, question_kinds
from assistant.records import DEFAULT_LANGUAGE
from assistant.text import stems

_SHORT_QUESTION = 4  # stems; a shorter question without a topic leans on the one before
_BARE_TOPIC = 3  # words; "and sciatica?" asks about it what was asked before
_ASKS_SOMETHING = re.compile(
    r"\b(what|why|how|who|which|when|where|can|could|should|is|are|do|does|did|will|would|may|"
    r"qu[eé]|c[oó]mo|cu[aá]l|cu[aá]nd?t?[oa]s?|qui[eé]n|d[oó]nde|puedo|debo|sirve)\b",
    re.I,
)
_TAKEN = re.compile(r"\b(tak(e|ing)|swallow(ing)?|buy(ing)?)\s+$", re.I)
_PART = re.compile(
    r"\b((upper|lower|low|mid|middle)\s+)?(back|neck|shoulder|hip|knee|elbow|wrist|hand|foot|ankle|"
    r"heel|leg|arm|tailbone|buttock|espalda( baja| alta)?|cuello|hombro|cadera|rodilla|codo|"
    r"mu[nñ]eca|pie|tobillo|pierna|brazo)s?\b",
    re.I,
)
# Says nothing without the whole question before it.
_WHICH = re.compile(r"^(what|which) (kinds?|sorts?|types?|ones?)( of (them|those|it))?\??$", re.I)
_LONGEST_THING = 8  # words of a list item that stand for it
_LONGEST_NAME = 4  # words; what is longer says more than a name
# "Is a heating pad good", asked about ice, is "is ice good".
_ARTICLE = re.compile(r"\b(an?|the|my|el|la|los|las|una?|mi)\s+$", re.I)
_ONE = re.compile(r"\s+ones?$", re.I)
_PEOPLE = re.compile(
    r"\b(kids?|child(ren)?|people|adults?|women|men|old(er)?|young(er)?|bab(y|ies)|teens?|teenagers?|"
    r"athletes?|pregnan\w+|niñ[oa]s|adultos|mayores|embaraz\w+)\b",
    re.I,
)
_HELPS = {"es": "¿ayuda {thing} para {context}?"}
_FOR = {"es": "para"}


class Resolved(NamedTuple):
    """A message that stands alone, and the kinds it takes over when it names none itself."""

    text: str
    kinds: tuple[Kind, ...] = ()


class FollowUp:
    """The earlier questions of a conversation, oldest first, each read with those before it.

    ``shown`` are the list items of the last answer, for "the second one".
    """

    def __init__(
        self,
        earlier: Sequence[str],
        topics: Topics,
        glossary: Glossary,
        shown: Sequence[str] = (),
        lang: str = DEFAULT_LANGUAGE,
    ) -> None:
        self._topics, self._glossary = topics, glossary
        self._for = _FOR.get(lang, "for")
        self._helps = _HELPS.get(lang, "does {thing} help {context}?")
        self._shown: Sequence[str] = ()
        self._turns: list[Resolved] = []
        self._named: list[tuple[str | None, str | None]] = []
        for message in earlier:
            turn = self._resolved(message)
            self._turns.append(turn)
            self._named.append((self._topic(turn.text, main=True), self._topic(turn.text)))
        self._shown = shown

    def resolve(self, question: str) -> tuple[str, tuple[Kind, ...]]:
        """The question in full, and the kinds it takes over when it names none itself."""
        return self._resolved(question)

    @property
    def _context(self) -> str | None:
        """What the conversation is about: the topic of an article, else any topic named."""
        for rank in (0, 1):
            for named in reversed(self._named):
                if named[rank]:
                    return named[rank]
        return None

    def _resolved(self, question: str) -> Resolved:
        if not self._turns:
            return Resolved(question)
        bare = leaning.without_opener(question)
        if new := leaning.new_thing(bare):
            return Resolved(new)
        last = self._last()
        if leaning.is_bare_why(bare):
            return Resolved(f"Why: {last.text}")
        corrected = leaning.meant(question) or leaning.meant(bare)
        thing = corrected or leaning.asked_about(bare)
        if thing:
            return self._instead(thing, last, corrected=bool(corrected))
        if self._is_bare_topic(bare, opened=bare != question):
            alone = self._alike(self._topic(bare, main=True), bare, self._context)
            return self._instead(bare.rstrip("?. "), last, corrected=alone)
        return Resolved(self._completed(bare, last.text, opened=bare != question))

    def _last(self) -> Resolved:
        asking = [turn for turn in self._turns if len(stems(turn.text)) >= 2]
        return asking[-1] if asking else self._turns[-1]

    def _is_bare_topic(self, bare: str, *, opened: bool) -> bool:
        """Whether the message only names another thing the articles are about."""
        short = len(bare.split()) <= _BARE_TOPIC and not _ASKS_SOMETHING.search(bare)
        own = self._topic(bare, main=True)
        return (
            short
            and own is not None
            and own != self._context
            and (opened or not question_kinds(bare))
        )

    def _instead(self, thing: str, last: Resolved, *, corrected: bool) -> Resolved:
        """The last question, asked about ``thing``."""
        if len(thing.split()) > _LONGEST_NAME and _ASKS_SOMETHING.search(thing):
            return Resolved(thing)  # "sorry, I meant how long does it take"
        kinds = question_kinds(last.text) or last.kinds
        own, context = self._topic(thing, main=True) or self._topic(thing), self._context
        alike = self._alike(own, thing, context)
        swapped = self._other_part(last.text, thing, corrected=corrected)
        if swapped is None and (alike or corrected) and not leaning.same_words(thing, last.text):
            swapped = self._swapped(last.text, thing, context)
        if swapped:
            return Resolved(swapped, kinds)
        if corrected or context is None or own == context:
            return Resolved(f"{thing}?", kinds)
        if own and not alike and self._topics.is_help(own) and not _PEOPLE.search(thing):
            return Resolved(self._helps.format(thing=thing, context=context))
        return Resolved(f"{thing}, {self._for} {context}?", kinds)

    def _alike(self, own: str | None, thing: str, context: str | None) -> bool:
        """Whether ``thing`` and what was talked about are both conditions, or neither is."""
        about_condition = context is not None and self._topics.is_condition(context)
        if own is None:
            short = len(thing.split()) < _BARE_TOPIC and not _PEOPLE.search(thing)
            return short and context is not None and not about_condition
        return self._topics.is_condition(own) == about_condition

    def _other_part(self, last: str, thing: str, *, corrected: bool) -> str | None:
        """``last`` about another part of the body, when ``thing`` is one."""
        own, before = _PART.search(thing), _PART.search(last)
        if own is None or before is None or not (corrected or own.group() == thing):
            return None
        return f"{last[: before.start()]}{own.group()}{last[before.end() :]}"

    def _swapped(self, last: str, thing: str, context: str | None) -> str | None:
        """``last`` with ``thing`` where it names the topic of the conversation."""
        pieces = self._glossary.phrases(last)
        for n, (words, names) in enumerate(pieces):
            if names and self._topic(words, main=True) == context:
                before, after = pieces[:n], pieces[n + 1 :]
                return _put("".join(w for w, _ in before), thing, "".join(w for w, _ in after))
        wanted = stems(context or "")
        spans = [m.span() for m in re.finditer(r"\S+", last)]
        for size in (len(wanted), len(wanted) + 1):
            for n in range(len(spans) - size + 1):
                start, end = spans[n][0], spans[n + size - 1][1]
                if wanted and stems(last[start:end]) == wanted and stems(last[slice(*spans[n])]):
                    return _put(last[:start], thing, last[end:])
        return None

    def _completed(self, bare: str, last: str, *, opened: bool) -> str:
        """``bare`` with what it points at, or with the topic behind it in brackets."""
        compared = comparison_in(last)
        things = (compared.first, compared.second) if compared else self._shown
        pointed = leaning.pointed_at(bare, things)
        if pointed:
            text, thing = pointed
            return self._about(text, " ".join(thing.split()[:_LONGEST_THING]).rstrip(".,;:"))
        named = leaning.named_as(bare)
        if named and self._topic(named, main=True) not in (None, self._context):
            return f"is {self._context or 'it'} {named}?"
        both = f"{compared.first} or {compared.second}" if compared else None
        pronoun = leaning.pronoun_in(bare)
        if both and pronoun and self._topic(bare, main=True) in (None, self._context):
            return self._about(bare, both)
        return self._with_context(bare, last, opened=opened)

    def _about(self, text: str, thing: str) -> str:
        """``text`` with ``thing`` in place of its pronoun, unless it names it."""
        pronoun = leaning.pronoun_in(text)
        if pronoun is None or leaning.same_words(thing, text):
            return text
        return f"{text[: pronoun.start()]}{thing}{text[pronoun.end() :]}"

    def _with_context(self, bare: str, last: str, *, opened: bool) -> str:
        own, context = self._topic(bare, main=True), self._context
        pronoun = leaning.pronoun_in(bare)
        if context is None:
            leans = leaning.POINTS_BACK.search(bare) and self._topic(bare) is None
            return _bracketed(bare, last) if leans else bare
        if own == context:
            return bare
        if pronoun and not (own and self._names_first(bare[: pronoun.start()])):
            if _TAKEN.search(bare[: pronoun.start()]) and self._topics.is_condition(context):
                return _bracketed(bare, last)
            return f"{bare[: pronoun.start()]}{context}{bare[pronoun.end() :]}"
        short = len(stems(bare)) <= _SHORT_QUESTION
        if _WHICH.match(bare):
            return _bracketed(bare, last)
        if own is None and (short or opened or leaning.POINTS_BACK.search(bare)):
            return _bracketed(bare, context)
        if own and short and self._belongs(own, context, bare):
            return _bracketed(bare, context)
        return bare

    def _names_first(self, before: str) -> bool:
        """Whether a pronoun stands for what its own sentence named first: "botox, how long…"."""
        if " and " in before:
            return True
        own = self._topic(before, main=True) if re.search(r"[,;:]\s", before) else None
        return own is not None and not self._topics.is_condition(own)

    def _belongs(self, own: str, context: str, bare: str) -> bool:
        """Whether a question about ``own`` rather asks about it for the condition before."""
        asks_what_it_is = Kind.DEFINITION in question_kinds(bare)
        conditions = self._topics.is_condition
        return not asks_what_it_is and conditions(context) and not conditions(own)

    def _topic(self, message: str, *, main: bool = False) -> str | None:
        return self._topics.find(self._glossary.read(message).words, main=main)


def _put(before: str, thing: str, after: str) -> str:
    """``thing`` between two pieces of a question, with its own article or none."""
    return f"{_ARTICLE.sub('', before)}{_ONE.sub('', thing)}{after}"


def _bracketed(bare: str, about: str) -> str:
    about = about.rstrip("?. )").replace(" (", ", ")
    return f"{bare.rstrip('?. ')} ({about})"
