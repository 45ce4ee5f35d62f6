"""Are the articles or sections that answer a question found, and near the top?"""

from __future__ import annotations

import math
from collections.abc import Sequence

from evals.cases import RetrievalCase
from evals.scores import Score
from evals.subject import Subject

DEPTH = 10


def score(case: RetrievalCase, subject: Subject) -> list[Score]:
    """The verdict on one question: passes when a relevant one is among the first five."""
    found = subject.rank(case.question)
    by_section = any("#" in name for name in case.relevant)
    ranked = list(dict.fromkeys(f.section if by_section else f.article for f in found))[:DEPTH]
    values = ranking_values(ranked, case.relevant)
    if case.group:
        values |= {f"{name}/{case.group}": value for name, value in values.items()}
    rank = first_rank(ranked, case.relevant)
    return [
        Score(
            case_id=case.id,
            passed=values["hit@5"] == 1.0,
            got=", ".join(ranked[:5]),
            wanted=", ".join(case.relevant),
            why=f"first relevant at rank {rank}" if rank else "none among the first ten",
            values=values,
            question=case.question,
            tags=(case.group, *case.tags) if case.group else tuple(case.tags),
            details={"ranked": [list(f) for f in found[:DEPTH]]},
        )
    ]


def ranking_values(ranked: Sequence[str], relevant: Sequence[str]) -> dict[str, float]:
    """hit@1, hit@5, recall@5, reciprocal rank and nDCG of the first ten, relevance yes or no."""
    wanted = set(relevant)
    unique = list(dict.fromkeys(ranked))[:DEPTH]  # a repeated id must not count twice
    gains = [1.0 if name in wanted else 0.0 for name in unique]
    ideal = sum(1 / math.log2(n + 2) for n in range(min(len(wanted), DEPTH)))
    rank = first_rank(unique, relevant)
    return {
        "hit@1": float(rank == 1),
        "hit@5": float(rank is not None and rank <= 5),
        "recall@5": sum(gains[:5]) / len(wanted) if wanted else 0.0,
        "mrr@10": 1 / rank if rank else 0.0,
        "ndcg@10": sum(g / math.log2(n + 2) for n, g in enumerate(gains)) / ideal if ideal else 0.0,
    }


def first_rank(ranked: Sequence[str], relevant: Sequence[str]) -> int | None:
    """Rank of the first relevant one, from 1; ``None`` when it is not among the first ten."""
    wanted = set(relevant)
    return next((n for n, name in enumerate(ranked[:DEPTH], start=1) if name in wanted), None)
