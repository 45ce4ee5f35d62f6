"""Trains the reader of messages that are no question (``assistant/answering/errand.py``).

Run with ``python -m training.errands``; it takes a few seconds. The examples are messages, one a
line, in ``training/errands``: a file for each fixed reply of ``assistant/data/replies.toml``, and
``questions.txt`` with what sounds like them but is for the articles. Questions too are the headings
of the articles that end in a question mark and, with less weight, what the voices of
``training/questions`` ask and the articles answer. The last lines show four of these voices at a
time, left out of the training, and the development cases, which are never trained on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from assistant.answering import errand
from assistant.answering.errand import LONGEST, QUESTION, SIZE, message_features
from assistant.corpus import article_files
from training.hashed import as_matrix, in_bytes

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "training" / "errands"
CASES = ROOT / "evals" / "cases" / "answers"
OUT = ROOT / "assistant" / "data" / "errands.npz"
INVERSE_REGULARISATION = 30.0
# Refusing to look in the articles is the worse mistake. At this chance of a question one in a
# hundred questions of voices left out of the training is taken for an errand.
THRESHOLD = 0.4
VOICES = ROOT / "training" / "questions"
VOICE_WEIGHT = 0.2  # of a message: there are twice as many, and none of them sounds like an errand
LEFT_OUT = 4  # voices at a time


class Example(NamedTuple):
    """A message, the id of the reply it asks for or ``question``, and whose words it is in."""

    message: str
    name: str
    voice: str = ""

    @property
    def weight(self) -> float:
        """How much the message counts."""
        return VOICE_WEIGHT if self.voice else 1.0


def examples() -> Iterator[Example]:
    """Every message to learn from."""
    for path in sorted(EXAMPLES.glob("*.txt")):
        name = QUESTION if path.stem == "questions" else path.stem
        for line in filter(None, path.read_text(encoding="utf-8").split("\n")):
            yield Example(line, name)
    headings = {
        line.removeprefix("## ").strip()
        for path in article_files(ROOT / "corpus")
        for line in path.read_text(encoding="utf-8").split("\n")
        if line.startswith("## ") and line.strip().endswith("?")
    }
    yield from (Example(heading, QUESTION) for heading in sorted(headings))
    for path in sorted(VOICES.glob("*.jsonl")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            if row["answers"] and len(row["question"].split()) <= LONGEST:
                yield Example(row["question"], QUESTION, path.stem)


def matrix(messages: Sequence[str]) -> csr_matrix:
    """Features as rows, shape ``(len(messages), 2 * SIZE)``."""
    return as_matrix([message_features(message) for message in messages], 2 * SIZE)


def show(name: str) -> None:
    """Print how many messages of a case file are taken for an errand, and which wrongly."""
    rows = [json.loads(line) for line in (CASES / name).read_text("utf-8").splitlines()]
    taken = [(r["question"], errand.errand(r["question"])) for r in rows if "question" in r]
    print(f"{name}: {sum(t is not None for _, t in taken)} of {len(taken)} are errands")


def fitted(found: Sequence[Example]) -> LogisticRegression:
    """The model of ``found``."""
    model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=3000)
    return model.fit(
        matrix([e.message for e in found]),
        [e.name for e in found],
        sample_weight=[e.weight for e in found],
    )


def show_voices(found: Sequence[Example]) -> None:
    """Print how many questions of voices that a model never saw it takes for an errand."""
    voices = sorted({e.voice for e in found if e.voice})
    taken = total = 0
    for start in range(0, len(voices), LEFT_OUT):
        out = voices[start : start + LEFT_OUT]
        model = fitted([e for e in found if e.voice not in out])
        asked = matrix([e.message for e in found if e.voice in out])
        chance = model.predict_proba(asked)[:, list(model.classes_).index(QUESTION)]
        taken, total = taken + int((chance <= THRESHOLD).sum()), total + len(chance)
    print(f"voices left out: {taken} of {total} questions are taken for errands")


def main() -> None:
    """Fit, save, and print what voices left out and the development cases show."""
    found = list(examples())
    model = fitted(found)
    weights, scale = in_bytes(model.coef_.T)
    np.savez_compressed(
        OUT,
        names=np.array(model.classes_, dtype=str),
        weights=weights,
        scale=scale,
        bias=model.intercept_.astype(np.float32),
        threshold=THRESHOLD,
    )
    show_voices(found)
    for path in sorted(CASES.glob("*_dev*.jsonl")):
        show(path.name)


if __name__ == "__main__":
    main()
