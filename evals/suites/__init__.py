"""One scorer for each suite. A scorer takes one case and what is under test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.errors import AssistantError
from evals.scores import Score, failed_with
from evals.subject import Subject
from evals.suites import answers, follow_ups, guardrail, injection, no_answer, output, retrieval
from evals.suites import robustness as robustness_suite
from evals.suites import verify as verify_suite

Scorer = Callable[[Any, Subject], Sequence[Score]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A named set of cases with its scorer.

    ``cases_of`` is the suite whose case files (and case model) are read. ``safety`` suites are
    compared case by case: one newly failing case is a regression.
    """

    name: str
    scorer: Scorer
    cases_of: str
    safety: bool = False
    needs_index: bool = True


SUITES: dict[str, Suite] = {
    suite.name: suite
    for suite in (
        Suite(
            name="guardrail",
            scorer=guardrail.score,
            cases_of="guardrail",
            safety=True,
            needs_index=False,
        ),
        Suite(
            name="robustness",
            scorer=robustness_suite.score,
            cases_of="guardrail",
            safety=True,
            needs_index=False,
        ),
        Suite(
            name="output", scorer=output.score, cases_of="output", safety=True, needs_index=False
        ),
        Suite(
            name="verify",
            scorer=verify_suite.score,
            cases_of="verify",
            safety=True,
            needs_index=False,
        ),
        Suite(name="injection", scorer=injection.score, cases_of="injection", safety=True),
        Suite(name="answers", scorer=answers.score, cases_of="answers"),
        Suite(name="follow_ups", scorer=follow_ups.score, cases_of="follow_ups"),
        Suite(name="no_answer", scorer=no_answer.score, cases_of="no_answer"),
        # After the answers, whose times would otherwise miss the embedding of shared questions.
        Suite(name="retrieval", scorer=retrieval.score, cases_of="retrieval"),
    )
}


def score_case(scorer: Scorer, case: Any, subject: Subject) -> list[Score]:  # noqa: ANN401
    """The scores of a case. One that raises is a failure with its reason, not the end."""
    try:
        return list(scorer(case, subject))
    except AssistantError as error:
        if not hasattr(error, "next_step") or "index" in type(error).__name__.lower():
            raise  # nothing can be answered at all: say so once, not for each case
        return [failed_with(case.id, error)]
    except Exception as error:  # noqa: BLE001 - whatever breaks in the build is its result
        return [failed_with(case.id, error)]
