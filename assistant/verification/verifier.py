"""The verdict on a sentence: supported, or unsupported with reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.verification.blending import blend_problems
from assistant.verification.comparing import comparison_problems
from assistant.verification.coverage import (
    condition_problems,
    coverage_problem,
    diagnosis_problem,
)
from assistant.verification.editing import edit_problems
from assistant.verification.exchanging import exchange_problems
from assistant.verification.figures import number_problems
from assistant.verification.findings import Problem
from assistant.verification.framing import frame_problems
from assistant.verification.matching import Alignment, Likeness
from assistant.verification.names import (
    name_problems,
    qualifier_problems,
    strong_problems,
    thing_problems,
)
from assistant.verification.opposites import opposite_problems
from assistant.verification.polarity import denial_problems
from assistant.verification.reading import Sentence, read
from assistant.verification.strength import strength_problems
from assistant.verification.words import shipped_words, with_synonyms

# In the order in which their reasons are told. The evals switch them off one by one.
CHECKS: tuple[Callable[[Alignment], Iterator[Problem]], ...] = (
    number_problems,
    denial_problems,
    opposite_problems,
    comparison_problems,
    exchange_problems,
    frame_problems,
    edit_problems,
    name_problems,
    blend_problems,
    strong_problems,
    thing_problems,
    qualifier_problems,
    strength_problems,
    condition_problems,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the sentence may be shown, and everything that speaks against it."""

    problems: tuple[Problem, ...]

    @property
    def supported(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.problems

    @property
    def why(self) -> str:
        """The first reason in plain words."""
        return self.problems[0].why if self.problems else "the passage says so"


class Verifier:
    """Checks sentences against passages. ``synonyms``: a term, then other words for it."""

    def __init__(self, synonyms: Iterable[Sequence[str]] = ()) -> None:
        self.words = with_synonyms(shipped_words(), synonyms)
        self.likeness = Likeness(self.words)

    def check(self, passages: Sequence[str], sentence: str) -> Verdict:
        """Whether ``passages`` together support ``sentence``."""
        given = [kept for kept in (read(text, self.words) for text in passages) if kept]
        problems: list[Problem] = []
        for said in read(sentence, self.words):
            if not given:
                problems.append(Problem("no-passage", "there is no passage"))
                break
            problems += self._problems(said, given)
        return Verdict(tuple(dict.fromkeys(problems)))

    def _problems(self, said: Sentence, given: Sequence[Sequence[Sentence]]) -> Iterator[Problem]:
        alignment = Alignment(said, given, self.likeness)
        for check in CHECKS:
            yield from check(alignment)
        for problem in (diagnosis_problem(said), coverage_problem(alignment)):
            if problem is not None:
                yield problem
