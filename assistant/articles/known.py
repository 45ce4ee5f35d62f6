"""The questions that a draft is tried on: the evals' development part, and what patients asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.articles.impact import Score
from assistant.errors import InputInvalid
from assistant.gaps.keep import question_file
from assistant.settings import Settings


@dataclass(frozen=True, slots=True)
class KnownQuestions:
    """Questions, and the share of its key facts that a reply to one of them holds, if known."""

    questions: Sequence[str]
    score: Score | None


def known_questions(settings: Settings) -> KnownQuestions:
    """What is there to try a draft on.

    Raises:
        InputInvalid: nothing is: the evals are not installed and no questions are kept.
    """
    kept = question_file(settings)
    asked = [question.text for question in kept.read().questions] if kept else []
    try:
        from evals.probes import probes
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("evals"):
            raise
        if not asked:
            raise InputInvalid(
                "There are no known questions to try the draft on.",
                hint="The evals' questions come with the project's folder: run this there.",
            ) from error
        return KnownQuestions(asked, None)
    questions, score = probes()
    return KnownQuestions([*asked, *questions], score)
