"""Trains the reader of messages that are no question (``assistant/answering/errand.py``).

Run with ``python -m training.errands``; it takes a few seconds. The examples are messages, one a
line, in ``training/errands``: a file for each fixed reply of ``assistant/data/replies.toml``, and
``questions.txt`` with what sounds like them but is for the articles. The headings of the articles
that end in a question mark are questions too. The last lines show the development cases, which
are never trained on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from assistant.answering import errand
from assistant.answering.errand import QUESTION, SIZE, message_features
from assistant.corpus import article_files
from training.hashed import as_matrix, in_bytes

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "training" / "errands"
CASES = ROOT / "evals" / "cases" / "answers"
OUT = ROOT / "assistant" / "data" / "errands.npz"
INVERSE_REGULARISATION = 30.0
# Refusing to look in the articles is the worse mistake: the chance of a question must be this low.
THRESHOLD = 0.1


def examples() -> Iterator[tuple[str, str]]:
    """Messages and the id of the reply they ask for, or ``question``."""
    for path in sorted(EXAMPLES.glob("*.txt")):
        name = QUESTION if path.stem == "questions" else path.stem
        for line in filter(None, path.read_text(encoding="utf-8").split("\n")):
            yield line, name
    headings = {
        line.removeprefix("## ").strip()
        for path in article_files(ROOT / "corpus")
        for line in path.read_text(encoding="utf-8").split("\n")
        if line.startswith("## ") and line.strip().endswith("?")
    }
    yield from ((heading, QUESTION) for heading in sorted(headings))


def matrix(messages: Sequence[str]) -> csr_matrix:
    """Features as rows, shape ``(len(messages), 2 * SIZE)``."""
    return as_matrix([message_features(message) for message in messages], 2 * SIZE)


def show(name: str) -> None:
    """Print how many messages of a case file are taken for an errand, and which wrongly."""
    rows = [json.loads(line) for line in (CASES / name).read_text("utf-8").splitlines()]
    taken = [(r["question"], errand.errand(r["question"])) for r in rows if "question" in r]
    print(f"{name}: {sum(t is not None for _, t in taken)} of {len(taken)} are errands")


def main() -> None:
    """Fit, save, and print what the development cases show."""
    messages, names = zip(*examples(), strict=True)
    model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=2000)
    model.fit(matrix(messages), names)
    weights, scale = in_bytes(model.coef_.T)
    np.savez_compressed(
        OUT,
        names=np.array(model.classes_, dtype=str),
        weights=weights,
        scale=scale,
        bias=model.intercept_.astype(np.float32),
        threshold=THRESHOLD,
    )
    for name in ("other_dev.jsonl", "other_dev2.jsonl", "other_dev3.jsonl", "answers_dev.jsonl",
                 "answers_dev2.jsonl", "answers_dev3.jsonl", "no_answer_dev.jsonl"):  # fmt: skip
        show(name)


if __name__ == "__main__":
    main()
