"""Trains the second reader for orders hidden in articles (``assistant/screening/likeness.py``).

Run with ``python -m training.orders``; it takes a minute. The result is the same on every run. The
examples are sentences, one a line: ``orders`` are meant for a machine, ``advice`` is what a patient
may well be told and looks most like it, ``facts`` and the project's own articles are plain
information. The held-out files are never trained on; the last lines say what they show.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression

from assistant.corpus import article_files
from assistant.screening.instructions import instruction_in
from assistant.screening.likeness import BUCKETS, features
from training.hashed import as_matrix, in_bytes

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "training" / "orders"
OUT = ROOT / "assistant" / "data" / "orders.npz"
INVERSE_REGULARISATION = 10.0  # flat from 10 to 100 on the held-out sentences
ORDER_WEIGHT = 2.0
# A false finding takes an honest sentence out of an article. At this height 1 in 1,000 sentences
# of MedQuAD's PM&R documents is taken for an order.
THRESHOLD = 0.7


def lines(name: str) -> list[str]:
    """The sentences of an example file."""
    text = (EXAMPLES / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line]


def article_lines() -> list[str]:
    """The lines of the project's own articles, which give no orders."""
    bodies = [
        path.read_text(encoding="utf-8").split("---", 2)[2]
        for path in article_files(ROOT / "corpus")
    ]
    found = (line.strip("# -") for body in bodies for line in body.split("\n"))
    return [line for line in found if len(line) > 15]


def matrix(sentences: Sequence[str]) -> csr_matrix:
    """Features as rows, shape ``(len(sentences), 2 * BUCKETS)``."""
    return as_matrix([features(sentence) for sentence in sentences], 2 * BUCKETS)


def main() -> None:
    """Fit, save, and print what the held-out sentences show."""
    orders, others = lines("orders"), [*lines("advice"), *lines("facts"), *article_lines()]
    truth = np.array([1] * len(orders) + [0] * len(others))
    model = LogisticRegression(
        C=INVERSE_REGULARISATION, class_weight={1: ORDER_WEIGHT, 0: 1.0}, max_iter=2000
    ).fit(vstack([matrix(orders), matrix(others)]), truth)
    weights, scale = in_bytes(model.coef_[0])
    np.savez_compressed(
        OUT,
        weights=weights,
        scale=scale,
        bias=np.float32(model.intercept_[0]),
        threshold=np.float32(THRESHOLD),
    )
    for name in ("held_out_orders", "held_out_advice"):
        held_out = lines(name)
        likely = model.decision_function(matrix(held_out)) > THRESHOLD
        ruled = np.array([instruction_in(sentence) is not None for sentence in held_out])
        print(f"{name}: {len(held_out)} sentences, likeness {likely.mean():.2f}, "
              f"rules {ruled.mean():.2f}, either {(likely | ruled).mean():.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
