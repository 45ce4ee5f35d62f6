"""Reading a message as a question: what it asks, about what, and what an earlier turn adds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.follow_up import FollowUp
from assistant.answering.shapes import parts_of
from assistant.answering.spelling import Speller
from assistant.answering.terms import Vocabulary
from assistant.answering.topics import Topics
from assistant.characters import visible
from assistant.glossary import Glossary
from assistant.index.lexis import Lexis
from assistant.kinds import Kind, question_kinds
from assistant.records import DEFAULT_LANGUAGE
from assistant.retrieval import Query

# Above this many words a message tells a story; the question in it is looked for first.
_LONG_MESSAGE_WORDS = 40
_CLAUSE_END = re.compile(r"(?<=[.?!;])\s+|\n+|,\s+|\s+-\s+")
_ASKS = re.compile(
    r"\?|^(\w+ ){0,2}(what|why|how|who|which|when|where|can|could|should|do|does|did|will|would)\b"
    r"|^(is|are|any|may)\b",
    re.I,
)
_LIKE = "What are the symptoms of {topic}?"
_WH = re.compile(
    r"\b(what|whats|which|who|whom|whose|when|where|why|how|list|explain|describe|tell me|"
    r"qu[eé]|cu[aá]l(es)?|qui[eé]n|cu[aá]nd?[ot]|d[oó]nde|c[oó]mo)\b",
    re.I,
)
_YES_NO = re.compile(
    r"(^|[,.;:?!]\s*|\b(so|and|but|or|then|hi|hello)\s+)"
    r"(is|are|was|do|does|did|can|could|should|would|will|may|might|must|am|has|have|any|need)\b"
    r"|(^|[¿,.;:!]\s*)(es|son|puedo|puede|debo|sirven?|ayudan?|funciona|necesito|hay que|"
    r"tengo que)\b"
    r"|\b(ok|okay|alright|all right|fine|safe|allowed|good|bad|worth it|or not|or no|or nah|"
    r"yes or no|yay or nay|possible|a thing|normal)\s*\??$",
    re.I,
)


def is_yes_no(question: str) -> bool:
    """Whether ``question`` asks for a yes or a no."""
    last = [c for c in re.split(r"(?<=[.?!])\s+", question) if c.strip()][-1:] or [question]
    return bool(_YES_NO.search(last[0])) and not _WH.search(last[0].split(",")[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A message read as a question. ``resolved`` stands alone, also for a follow-up."""

    typed: str
    resolved: str
    query: Query

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What is asked for, the main kind first."""
        return self.query.kinds


class QuestionReader:
    """Reads messages with the words of one library, all in one language, and its glossary."""

    def __init__(
        self,
        lexis: Lexis,
        glossary: Glossary,
        vocabulary: Vocabulary,
        lang: str = DEFAULT_LANGUAGE,
    ) -> None:
        self.lang = lang
        self._topics = Topics(lexis)
        self._glossary = glossary
        self._vocabulary = vocabulary
        self._speller = Speller(lexis, glossary)

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the library."""
        return self._vocabulary

    def read_parts(
        self, message: str, earlier: Sequence[str] = (), shown: Sequence[str] = ()
    ) -> tuple[Question, ...]:
        """Every question of ``message``, at most three; a later one may lean on the first."""
        parts = parts_of(visible(message))
        if len(parts) == 1 or len(message.split()) > _LONG_MESSAGE_WORDS:
            return (self.read(message, earlier, shown),)
        return tuple(self.read(p, [*earlier, *parts[:n]], shown) for n, p in enumerate(parts))

    def about_condition(self, question: Question) -> Question | None:
        """What is asked instead of "do I have it?": what the condition named is like."""
        topic = self._topics.find(self._glossary.read(question.resolved).words, main=True)
        return self.read(_LIKE.format(topic=topic)) if topic else None

    def read(
        self, message: str, earlier: Sequence[str] = (), shown: Sequence[str] = ()
    ) -> Question:
        """``message`` as a question that stands alone.

        ``earlier`` are the user's former questions, oldest first; ``shown`` the list items of
        the answer before, which "the second one" may point at.
        """
        typed = visible(message)
        former = [self._mended(visible(m)) for m in earlier]
        return self._read(typed, self._mended(typed), former, shown)

    def _mended(self, text: str) -> str:
        # Only English has a dictionary here: "cuesta" would become "cuenta", an article's word.
        return self._speller.mend(text) if self.lang == DEFAULT_LANGUAGE else text

    def _read(
        self, typed: str, message: str, earlier: Sequence[str], shown: Sequence[str]
    ) -> Question:
        follow_up = FollowUp(
            [focus(m, self._topics) for m in earlier],
            self._topics,
            self._glossary,
            shown,
            self.lang,
        )
        resolved, inherited = follow_up.resolve(focus(message, self._topics))
        reading = self._glossary.read(resolved)
        kinds = question_kinds(resolved) or inherited
        if not kinds and not _ASKS.search(resolved):
            kinds = (Kind.SELF_CARE,)  # "My lower back is stiff." asks what can be done about it
        query = Query.of(
            reading.text,
            kinds,
            words=reading.words,
            about=self._topics.articles(reading.words),
            elsewhere=self._topics.elsewhere(reading.text),
            terms=self._vocabulary.terms(resolved, self._glossary),
            yes_no=is_yes_no(resolved),
            lang=self.lang,
        )
        return Question(typed=typed, resolved=resolved, query=query)


def focus(message: str, topics: Topics) -> str:
    """What a long message asks: its asking clauses, each with the clause before it.

    People tell their story first. The whole story would pull the search towards its details.
    """
    if len(message.split()) <= _LONG_MESSAGE_WORDS:
        return message
    clauses = [c.strip() for c in _CLAUSE_END.split(message) if c.strip()]
    asking = [n for n, clause in enumerate(clauses) if _ASKS.search(clause)]
    if not asking:
        return message
    keep = sorted({n for a in asking[-2:] for n in (a - 1, a) if n >= 0})
    kept = ", ".join(clauses[n] for n in keep)
    about = topics.find(message)
    return kept if about is None or topics.find(kept) else f"{kept} ({about})"
