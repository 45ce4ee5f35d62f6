"""Is the last turn of a short conversation answered as well as the same question in full?"""

from __future__ import annotations

from evals.cases import AnswerCase
from evals.scores import Score
from evals.subject import Subject
from evals.suites import answers


def score(case: AnswerCase, subject: Subject) -> list[Score]:
    """The verdict on the reply to the last turn, the build's own replies standing in between."""
    return answers.score(case, subject)
