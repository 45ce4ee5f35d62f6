"""Fits the confidence that the articles cover a question (``assistant/answering/coverage.py``).

Run with ``python -m training.coverage``; it takes some minutes. Positive examples are the
answerable questions of the development parts. Negative ones are the questions that no article
answers, and every answerable question once more with the articles that answer it taken away: near
the articles' topics, in patients' own wording, and not covered. Those count less, because a part of
them is answered by what remains. Half of the newest parts is never fitted on; the last lines say
what it shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

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
KEPT_APART = (
    "answers_dev3", "answers_dev6", "answers_dev7", "follow_ups_dev2", "no_answer_dev2",
    "no_answer_dev3",
)  # fmt: skip
HITS, POOL, FEWEST = 12, 60, 3
TAKEN_AWAY, NOT_COVERED = 0.2, 1.5  # weights of the examples; an answerable question weighs 1
INVERSE_REGULARISATION = 0.3
REFUSED = 0.05  # of the answerable questions, by this model alone


@dataclass(frozen=True)
class Example:
    """One question with the signals of its passages."""

    values: dict[str, float]
    covered: bool
    weight: float
    apart: bool
    natural: bool  # not made by taking articles away


def cases() -> Iterator[tuple[AnswerCase | NoAnswerCase, bool]]:
    """Every development case, and whether it is kept apart."""
    for suite in SUITES:
        model = NoAnswerCase if suite == "no_answer" else AnswerCase
        for path in sorted((CASES / "answers").glob(f"{suite}_dev*.jsonl")):
            for line in path.read_text("utf-8").splitlines():
                case = model.model_validate_json(line)
                odd = int(hashlib.md5(case.id.encode()).hexdigest(), 16) % 2 == 1
                yield case, path.stem in KEPT_APART and odd


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
        yield Example(signals(index, query, hits[:HITS]), covered, weight, apart, True)
        left = without(case, index, hits) if isinstance(case, AnswerCase) and covered else []
        if len(left) >= FEWEST:
            yield Example(signals(index, query, left[:HITS]), False, TAKEN_AWAY, apart, False)


def without(case: AnswerCase, index: Index, hits: Sequence[Hit]) -> list[Hit]:
    """``hits`` without every article that answers ``case`` and every passage that holds a fact."""
    phrases = [p.lower() for fact in case.facts if isinstance(fact, list) for p in fact]

    def answers(hit: Hit) -> bool:
        article = index.library.articles[hit.passage.article]
        text = plain(hit.passage.span.cut(article.text)).lower()
        return article.id in case.relevant or any(p in text for p in phrases)

    return [hit for hit in hits if not answers(hit)]


def main() -> None:
    """Fit, save, and print what the part kept apart shows."""
    found = list(examples())
    names = sorted(found[0].values)
    table = np.array([[e.values[n] for n in names] for e in found])
    truth = np.array([e.covered for e in found])
    weight = np.array([e.weight for e in found])
    apart = np.array([e.apart for e in found])
    natural = np.array([e.natural for e in found])
    mean, spread = table[~apart].mean(0), table[~apart].std(0) + 1e-6
    scaled = (table - mean) / spread
    model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=5000)
    model.fit(scaled[~apart], truth[~apart], sample_weight=weight[~apart])
    chance = model.predict_proba(scaled)[:, 1]
    threshold = float(np.quantile(chance[~apart & truth], REFUSED))
    weights = model.coef_[0] / spread
    bias = float(model.intercept_[0] - weights @ mean)
    lines = [
        "# Made by training/coverage.py from the development cases; do not edit by hand.",
        f"threshold = {threshold:.3f}",
        f"bias = {bias:.4f}",
        "",
        "[weights]",
        *(f"{n} = {w:.4f}" for n, w in zip(names, weights, strict=True)),
    ]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for label, part in (("fitted on", ~apart), ("kept apart", apart)):
        for share in (0.02, 0.04, 0.06, 0.08):
            at = float(np.quantile(chance[part & truth], share))
            wrong = np.mean(chance[part & ~truth & natural] >= at)
            print(f"  {label}: refusing {share:.2f} (at {at:.3f}) passes {wrong:.3f} not covered")
        refused = np.mean(chance[part & truth] < threshold)
        answered = np.mean(chance[part & ~truth & natural] >= threshold)
        near = np.mean(chance[part & ~truth & ~natural] >= threshold)
        print(f"{label}: answerable refused {refused:.3f}, not covered but passed {answered:.3f}, "
              f"articles taken away but passed {near:.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
