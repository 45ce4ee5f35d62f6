"""Fits the confidence that the articles cover a question (``assistant/answering/coverage.py``).

Run with ``python -m training.coverage``; it takes some minutes. Positive examples are the
answerable questions of the development parts. Negative ones are the questions that no article
answers, and every answerable question once more with the articles that answer it taken away: near
the articles' topics, in patients' own wording, and not covered. Those count little, because a part
of them is answered by what remains. The threshold is chosen on questions of folds by topic that the
weights had not seen: on what they were fitted on, every share of refusals looks smaller than it is.
The first half of the newest parts, written before any failure was read, is never fitted on; the
last lines say what it shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.answering.coverage import signals
from assistant.index.live import Index
from assistant.retrieval import Hit
from assistant.settings import Settings
from assistant.text import plain
from evals.cases import AnswerCase, NoAnswerCase
from evals.loading import CASES
from evals.subject import Subject

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "assistant" / "data" / "coverage.toml"
SUITES = ("answers", "follow_ups", "no_answer")
KEPT_APART = {"answers_dev10": 30, "no_answer_dev6": 75}  # the first cases of these files
HITS, POOL, FEWEST = 12, 60, 3
TAKEN_AWAY, NOT_COVERED = 0.1, 1.5  # weights of the examples; an answerable question weighs 1
INVERSE_REGULARISATION = 0.3
FOLDS = 5
# Of the answerable questions that it was not fitted on, by this model alone; what the answer leaves
# unsaid refuses some more.
REFUSED = 0.04

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Example:
    """One question with the signals of its passages."""

    values: dict[str, float]
    covered: bool
    weight: float
    apart: bool
    natural: bool  # not made by taking articles away
    fold: int


@dataclass(frozen=True)
class Table:
    """Examples as rows; ``weight`` is how much each counts."""

    values: Numbers
    covered: Flags
    weight: Numbers
    apart: Flags
    natural: Flags
    fold: NDArray[np.int_]


def cases() -> Iterator[tuple[AnswerCase | NoAnswerCase, bool]]:
    """Every development case, and whether it is kept apart."""
    for suite in SUITES:
        model = NoAnswerCase if suite == "no_answer" else AnswerCase
        for path in sorted((CASES / "answers").glob(f"{suite}_dev*.jsonl")):
            for number, line in enumerate(path.read_text("utf-8").splitlines()):
                yield model.model_validate_json(line), number < KEPT_APART.get(path.stem, 0)


def examples() -> Iterator[Example]:
    """Positive and negative examples from the library of this folder."""
    subject = Subject(Settings())
    index = subject.index()
    for case, apart in cases():
        if case.expect not in ("answer", "no_answer"):
            continue
        turns = [t.text for t in case.conversation()]
        query, hits = subject.search(turns[-1], turns[:-1], count=POOL)
        covered = case.expect == "answer"
        weight = 1.0 if covered else NOT_COVERED
        topic = case.relevant[0] if isinstance(case, AnswerCase) and case.relevant else case.id
        fold = int(hashlib.md5(topic.encode()).hexdigest(), 16) % FOLDS
        found = signals(index, query, hits[:HITS])
        yield Example(found, covered, weight, apart, True, fold)
        left = without(case, index, hits) if isinstance(case, AnswerCase) and covered else []
        if len(left) >= FEWEST:
            found = signals(index, query, left[:HITS])
            yield Example(found, False, TAKEN_AWAY, apart, False, fold)


def without(case: AnswerCase, index: Index, hits: Sequence[Hit]) -> list[Hit]:
    """``hits`` without every article that answers ``case`` and every passage that holds a fact."""
    phrases = [p.lower() for fact in case.facts if isinstance(fact, list) for p in fact]

    def answers(hit: Hit) -> bool:
        article = index.library.articles[hit.passage.article]
        text = plain(hit.passage.span.cut(article.text)).lower()
        return article.id in case.relevant or any(p in text for p in phrases)

    return [hit for hit in hits if not answers(hit)]


def fit(table: Table, rows: Flags) -> tuple[Numbers, float]:
    """Weights of the signals and the bias, from the examples in ``rows``."""
    values = table.values[rows]
    mean, spread = values.mean(0), values.std(0) + 1e-6
    model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=5000)
    model.fit((values - mean) / spread, table.covered[rows], sample_weight=table.weight[rows])
    weights = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ mean)


def chances(table: Table, weights: Numbers, bias: float) -> Numbers:
    """How surely each example is covered, between 0 and 1."""
    found: Numbers = 1.0 / (1.0 + np.exp(-(table.values @ weights + bias)))
    return found


def by_folds(table: Table) -> Numbers:
    """The chance of each example by weights that saw nothing of its fold, nor what is apart."""
    found = np.zeros(len(table.fold))
    for fold in range(FOLDS):
        own = table.fold == fold
        found[own] = chances(table, *fit(table, ~own & ~table.apart))[own]
    return found


def told(table: Table, found: Numbers, rows: Flags, threshold: float) -> str:
    """What a threshold does to the questions in ``rows``."""
    asked, taken = rows & table.natural, rows & ~table.natural
    covered, not_covered = asked & table.covered, asked & ~table.covered
    auroc = roc_auc_score(table.covered[asked], found[asked])
    return (
        f"AUROC {auroc:.3f}, refused {np.mean(found[covered] < threshold):.3f} "
        f"(n={covered.sum()}), not covered but passed "
        f"{np.mean(found[not_covered] >= threshold):.3f} (n={not_covered.sum()}), "
        f"articles taken away but passed {np.mean(found[taken] >= threshold):.3f} (n={taken.sum()})"
    )


def main() -> None:
    """Fit, save, and print what folds and the part kept apart show."""
    found = list(examples())
    names = sorted(found[0].values)
    table = Table(
        np.array([[e.values[n] for n in names] for e in found]),
        np.array([e.covered for e in found]),
        np.array([e.weight for e in found]),
        np.array([e.apart for e in found]),
        np.array([e.natural for e in found]),
        np.array([e.fold for e in found]),
    )
    unseen = by_folds(table)
    answerable = ~table.apart & table.covered
    threshold = float(np.quantile(unseen[answerable], REFUSED))
    weights, bias = fit(table, ~table.apart)
    lines = [
        "# Made by training/coverage.py from the development cases; do not edit by hand.",
        f"threshold = {threshold:.3f}",
        f"bias = {bias:.4f}",
        "",
        "[weights]",
        *(f"{n} = {w:.4f}" for n, w in zip(names, weights, strict=True)),
    ]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for share in (0.03, 0.05, 0.07, 0.09):
        at = float(np.quantile(unseen[answerable], share))
        print(f"folds, threshold {at:.3f}: {told(table, unseen, ~table.apart, at)}")
    print(f"kept apart: {told(table, chances(table, weights, bias), table.apart, threshold)}")


if __name__ == "__main__":
    main()
