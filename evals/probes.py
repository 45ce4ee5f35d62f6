"""Questions with known key facts, for editors who want to see what an article would change.

Only the development part: what an editor looks at must not be what measures us.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.reply import Reply, reply_to_json
from evals.cases import AnswerCase
from evals.loading import case_files, load_cases
from evals.suites.answers import missing_facts


def probes() -> tuple[list[str], Callable[[str, Reply], float | None]]:
    """The questions, and a function that gives the share of a question's key facts in a reply.

    The share is ``None`` for questions whose facts are not known.
    """
    cases = [
        case
        for suite in ("answers", "no_answer")
        for case in load_cases(case_files(suite, "dev"), AnswerCase)
        if len(case.conversation()) == 1
    ]
    by_question = {case.conversation()[0].text: case for case in cases}

    def score(question: str, reply: Reply) -> float | None:
        case = by_question.get(question)
        if case is None or not case.facts:
            return None
        texts = {a.id: a.text for a in reply.library} if reply.library else {}
        missing = missing_facts(case, reply_to_json(reply), texts)
        return 1 - len(missing) / len(case.facts)

    return list(by_question), score
