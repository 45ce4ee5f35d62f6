"""Ways to damage the assistant, one at a time and in memory only.

Each mutant reaches into the parts it damages on purpose. When a part has moved, its patch raises
and the mutant is reported as broken: a mutant that damages nothing would prove nothing.
"""

from __future__ import annotations

from evals.mutants.answering import answer_mutants
from evals.mutants.damage import Mutant
from evals.mutants.guardrail import guardrail_mutants, reading_kept, rule_mutants
from evals.mutants.output import output_mutants
from evals.mutants.verification import verification_mutants


def all_mutants() -> list[Mutant]:
    """Every mutant, guardrail first."""
    return [
        *rule_mutants(),
        *guardrail_mutants(),
        *output_mutants(),
        *verification_mutants(),
        *answer_mutants(),
    ]


__all__ = ["Mutant", "all_mutants", "reading_kept"]
