"""Ways to damage the assistant, one at a time and in memory only.

Each mutant reaches into the parts it damages on purpose. When a part has moved, ``patch`` raises
and the mutant is reported as broken: a mutant that damages nothing would prove nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from assistant import chat, retrieval
from assistant.answering import coverage as coverage_module
from assistant.answering import question as question_module
from assistant.guardrail import context, decide, extract, rulebook, state
from assistant.guardrail.types import Decision, Level, Turn
from assistant.records import Span
from assistant.retrieval import Weights

Patch = Callable[[], AbstractContextManager[Any]]
FAST = ("guardrail",)
ANSWERS = ("answers", "retrieval")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One thing switched off or damaged. ``reads`` says that messages are read differently."""

    name: str
    area: str
    suites: tuple[str, ...]
    apply: Patch
    reads: bool = False


def all_mutants() -> list[Mutant]:
    """Every mutant, guardrail first."""
    return [*rule_mutants(), *guardrail_mutants(), *output_mutants(), *answer_mutants()]


def _swap(target: Any, name: str, value: Any) -> Patch:  # noqa: ANN401 - anything can be swapped
    """``target.name`` replaced; fails when there is no such name."""

    @contextmanager
    def apply() -> Iterator[None]:
        getattr(target, name)
        with patch.object(target, name, value):
            yield

    return apply


# --- guardrail ---------------------------------------------------------------------------


def rule_mutants() -> list[Mutant]:
    """The rulebook without one rule, for each rule."""
    book = rulebook.shipped_rulebook()

    def without(rule_id: str) -> Patch:
        rules = tuple(rule for rule in book.rules if rule.id != rule_id)
        return _swap(decide, "shipped_rulebook", lambda: replace(book, rules=rules))

    return [
        Mutant(name=f"rule off: {rule.id}", area="rules", suites=FAST, apply=without(rule.id))
        for rule in book.rules
    ]


def guardrail_mutants() -> list[Mutant]:
    """The language reading, the patient state and the latch, damaged one at a time."""
    ctx = context.Context
    reading = {
        "negation off": _swap(ctx, "_negated", lambda *_: False),
        "answers after the symptom off": _swap(ctx, "_denied_after", lambda *_: False),
        "everything negated": _swap(ctx, "_negated", lambda *_: True),
        "general questions read as reports": _swap(
            ctx, "_hypothetical_or_general", lambda *_: False
        ),
        "reports read as general questions": _swap(
            ctx, "_hypothetical_or_general", lambda *_: True
        ),
        "hypotheticals off": _swap(ctx, "_hypothetical", lambda *_: False),
        "fiction off": _swap(ctx, "_fiction", lambda *_: False),
        "quotations off": _swap(ctx, "_quoted", lambda *_: False),
        "past reports count": _swap(ctx, "_over", lambda *_: False),
        "spelling repair off": _book(speller=_NoRepair()),
        "aliases off": _book(aliases={}),
        "numbers unread": _swap(extract, "number_concepts", lambda *_: []),
        "people mixed up": _swap(extract, "assign_people", _everybody_is_self),
    }
    deciding = {
        "screening answers off": _swap(decide, "answered", lambda *_: []),
        "combined prompt flags off": _swap(decide, "_combined", lambda *_: []),
        "last turn only": _swap(decide, "assess", _last_turn_only),
        "latch off": _swap(decide, "_Latch", _forgetful_latch()),
        "taking back always accepted": _swap(decide, "_Latch", _gullible_latch()),
        "emergencies are urgent": _levels({Level.EMERGENCY: Level.URGENT}),
        "urgent flags are prompt": _levels({Level.URGENT: Level.PROMPT}),
        "prompt flags are emergencies": _levels({Level.PROMPT: Level.EMERGENCY}),
        "never routes": _always(Level.NONE),
        "always a notice": _always(Level.NOTICE),
        "always an emergency": _always(Level.EMERGENCY),
        "rules cannot be loaded": _swap(decide, "shipped_rulebook", _broken),
    }
    return [
        *(
            Mutant(name=name, area="reading", suites=FAST, apply=apply, reads=True)
            for name, apply in reading.items()
        ),
        *(
            Mutant(name=name, area="deciding", suites=FAST, apply=apply)
            for name, apply in deciding.items()
        ),
    ]


class _NoRepair:
    """Stands in for the speller: every word stays as typed."""

    def __init__(self) -> None:
        self.known: frozenset[str] = rulebook.shipped_rulebook().speller.known  # type: ignore[assignment]

    def repair(self, word: str) -> list[str]:
        return [word]


def _book(**changes: Any) -> Patch:  # noqa: ANN401 - fields of the rulebook
    book = rulebook.shipped_rulebook()
    return _swap(decide, "shipped_rulebook", lambda: replace(book, **changes))


def _everybody_is_self(words: Sequence[Any], *_: Any) -> Any:  # noqa: ANN401
    from assistant.guardrail.people import SELF, Casting

    return Casting(
        by_word=tuple(frozenset({SELF}) for _ in words), ages={}, children=frozenset()
    )  # fmt: skip


def _last_turn_only(turns: Sequence[Turn], **settings: Any) -> tuple[Decision, ...]:  # noqa: ANN401
    users = [turn for turn in turns if turn.role == "user"]
    return tuple(_REAL_ASSESS([turn], **settings)[-1] for turn in users)


_REAL_ASSESS = decide.assess


def _forgetful_latch() -> type:
    class Forgetful(decide._Latch):
        def decide(self, *arguments: Any) -> Decision:  # noqa: ANN401
            self._flags.clear()
            return super().decide([f for f in arguments[0] if f.turn == arguments[3]],
                                  *arguments[1:])  # fmt: skip

    return Forgetful


def _gullible_latch() -> type:
    class Gullible(decide._Latch):
        def decide(self, *arguments: Any) -> Decision:  # noqa: ANN401
            decision = super().decide(*arguments)
            if decision.latched:
                self._take_back(arguments[2])
            return decision

    return Gullible


def _levels(changes: dict[Level, Level]) -> Patch:
    book = rulebook.shipped_rulebook()
    rules = tuple(
        replace(rule, cases=tuple(replace(c, level=changes.get(c.level, c.level))
                                  for c in rule.cases))
        for rule in book.rules
    )  # fmt: skip
    return _swap(decide, "shipped_rulebook", lambda: replace(book, rules=rules))


def _always(level: Level) -> Patch:
    def assess(turns: Sequence[Turn], **_settings: Any) -> tuple[Decision, ...]:  # noqa: ANN401
        return tuple(Decision(level=level) for turn in turns if turn.role == "user")

    return _swap(decide, "assess", assess)


def _broken() -> None:
    raise OSError("the rules are gone")


def output_mutants() -> list[Mutant]:
    """The output check off, refusing all, and without one of its kinds."""
    import assistant.guardrail as guardrail
    from assistant.guardrail import output

    checks = sorted({name for name, *_ in output._ALWAYS})

    def without(name: str) -> Patch:
        kept = tuple(check for check in output._ALWAYS if check[0] != name)
        return _swap(output, "_ALWAYS", kept)

    never = re.compile(r"(?!)")
    found = {
        "output check off": _swap(guardrail, "violations", lambda *_, **__: []),
        "output check refuses all": _swap(guardrail, "violations", lambda *_, **__: ["all"]),
        "negation ignored in drafts": _swap(output, "_FORBIDS", never),
        "self-care allowed under a flag": _swap(output, "_SELF_CARE", never),
        **{f"output check without {name}": without(name) for name in checks},
    }
    return [
        Mutant(name=name, area="output", suites=("output",), apply=apply)
        for name, apply in found.items()
    ]


# --- answering ---------------------------------------------------------------------------


def answer_mutants() -> list[Mutant]:
    """Retrieval, coverage gate, composing and citing, damaged one at a time."""
    reader, cover = question_module.QuestionReader, coverage_module.Coverage
    answering = {
        "coverage gate always open": (
            _swap(cover, "enough", property(lambda _: True)), ("no_answer",)),
        "coverage gate always closed": (
            _swap(cover, "enough", property(lambda _: False)), ("answers",)),
        "unknown subjects allowed": (
            _swap(coverage_module, "_subjects", frozenset), ("no_answer",)),
        "demands of the question ignored": (
            _swap(chat, "meets_demands", lambda *_: True), ("no_answer",)),
        "citation numbers shuffled": (_citing(_shuffled), ("answers",)),
        "citation spans shifted": (_citing(_shifted), ("answers",)),
        "citations to another article": (_citing(_elsewhere), ("answers",)),
        "citations dropped": (_citing(_uncited), ("answers",)),
        "one sentence an answer": (_limited(1), ("answers",)),
        "fixed replies off": (_swap(chat, "fixed_reply", lambda _: None), ("answers",)),
        "earlier turns ignored": (_forgetting(reader), ("follow_ups",)),
        "kinds of question off": (
            _swap(question_module, "question_kinds", lambda _: ()), ANSWERS),
        "top passage only": (_top(1), ANSWERS),
        "passages in reverse": (_reversed(), ANSWERS),
    }  # fmt: skip
    weights = {
        "headings off": {"heading": 0.0, "title": 0.0, "fields": 0.0, "topic": 0.0},
        "BM25 off": {"body": 0.0, "fields": 0.0},
        "dense search off": {"passage": 0.0, "sentence": 0.0, "title": 0.0, "heading": 0.0},
        "best sentence off": {"sentence": 0.0},
        "topic off": {"topic": 0.0},
        "section kinds off": {"kind": 0.0},
    }
    return [
        *(
            Mutant(name=name, area="answering", suites=suites, apply=apply)
            for name, (apply, suites) in answering.items()
        ),
        *(
            Mutant(name=name, area="ranking", suites=ANSWERS, apply=_weighted(change))
            for name, change in weights.items()
        ),
    ]


def _weighted(change: dict[str, float]) -> Patch:
    weights = replace(Weights(), **change)
    return _swap(retrieval, "Weights", lambda: weights)


def _top(count: int) -> Patch:
    real = retrieval.Retriever.search

    def search(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        return real(self, *args, **kwargs)[:count]

    return _swap(retrieval.Retriever, "search", search)


def _reversed() -> Patch:
    real = retrieval.Retriever.search

    def search(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        return real(self, *args, **kwargs)[::-1]

    return _swap(retrieval.Retriever, "search", search)


def _limited(count: int) -> Patch:
    real = chat.compose  # type: ignore[attr-defined]

    def compose(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        return real(*args, **{**kwargs, "limit": count})

    return _swap(chat, "compose", compose)


def _forgetting(reader: type) -> Patch:
    real = reader.read  # type: ignore[attr-defined]

    def read(self: Any, message: str, earlier: Sequence[str] = ()) -> Any:  # noqa: ANN401, ARG001
        return real(self, message, ())

    return _swap(reader, "read", read)


def _citing(damage: Callable[[Any, Any, Any], Any]) -> Patch:
    real = chat.cite  # type: ignore[attr-defined]

    def cite(library: Any, picks: Any) -> Any:  # noqa: ANN401
        return damage(library, *real(library, picks))

    return _swap(chat, "cite", cite)


def _shuffled(_library: Any, sentences: Any, citations: Any) -> Any:  # noqa: ANN401
    """Every number points at the next citation."""
    count = len(citations)
    return sentences, tuple(replace(c, number=c.number % count + 1) for c in citations)


def _shifted(_library: Any, sentences: Any, citations: Any) -> Any:  # noqa: ANN401
    """Every span starts some words late."""
    return sentences, tuple(
        replace(c, span=Span(min(c.span.start + 12, c.span.end), c.span.end)) for c in citations
    )


def _elsewhere(library: Any, sentences: Any, citations: Any) -> Any:  # noqa: ANN401
    """Every citation names another article."""
    names = list(library.articles)
    return sentences, tuple(
        replace(c, article=names[(names.index(c.article) + 1) % len(names)]) for c in citations
    )


def _uncited(_library: Any, sentences: Any, citations: Any) -> Any:  # noqa: ANN401
    """Sentences lose their numbers."""
    return tuple(replace(s, citations=()) for s in sentences), citations


@contextmanager
def reading_kept() -> Iterator[None]:
    """Messages are read once for all mutants that do not change how they are read."""
    real = extract.read_message
    known: dict[tuple[str, bool], Any] = {}

    def read(raw: str, book: Any, question: bool = False) -> Any:  # noqa: ANN401
        key = (raw, question)
        if key not in known:
            known[key] = real(raw, book, question)
        return known[key]

    with ExitStack() as stack:
        for module in (decide, state):
            stack.enter_context(patch.object(module, "read_message", read))
        yield
