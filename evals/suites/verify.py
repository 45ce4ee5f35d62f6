"""Does the check of rephrased sentences catch corruptions and let faithful rephrasings pass?"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache

from assistant.verification import Verifier
from evals.cases import VerifyCase
from evals.scores import Score
from evals.subject import Subject


@cache
def _verifier() -> Verifier:
    """One verifier for all cases, as in the assistant; its word lists are read once."""
    return Verifier()


def score(case: VerifyCase, _subject: Subject) -> Sequence[Score]:
    """The verdict on one pair, with the milliseconds it took."""
    start = time.perf_counter()
    verdict = _verifier().check(case.given, case.sentence)
    took = (time.perf_counter() - start) * 1000
    due = case.expect == "supported"
    if due:
        values = {"faithful_removed": float(not verdict.supported)}
        values[f"faithful_removed/{case.category}"] = float(not verdict.supported)
    else:
        values = {"corruptions_caught": float(not verdict.supported)}
        values[f"corruptions_caught/{case.category}"] = float(not verdict.supported)
    return [
        Score(
            case_id=case.id,
            passed=verdict.supported == due,
            got="supported" if verdict.supported else "unsupported",
            wanted=case.expect,
            why="; ".join(f"{p.why} ({p.code})" for p in verdict.problems) or verdict.why,
            values={**values, "check_ms": took},
            question="",
            answer=case.sentence,
            tags=(case.category, *case.tags),
            sensitive=case.sensitive,
        )
    ]
