"""Trains the guardrail's reader of drafts: is a model's sentence like those that must be blocked?

Run with ``python -m training.drafts``; it takes twenty minutes. Unsafe and harmless drafts
are those of the development parts in ``evals/cases/output``; the sentences of our own articles are
harmless. A hash of the draft holds out one in five for the threshold. Test parts are never read.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from assistant.corpus import article_files
from assistant.guardrail.learned.classifier import load
from assistant.readability import sentences
from evals.cases import OutputCase
from evals.loading import case_files, load_cases
from evals.suites.output import UNSUPPORTED
from training.finetune import (
    WIDTH,
    Pooled,
    encode,
    export,
    fine_tune,
    padding_tokenizer,
    read_options,
    save_account,
    share,
    threshold,
)
from training.messages import ROOT

NAME, HEADS = "drafts", ("unsafe",)
SEED, EPOCHS, BATCH = 20261123, 5, 16
ARTICLE_SENTENCES = 1200
SHORTEST = 25  # characters of an article's line; shorter ones are labels
HELD_OUT = 0.2
# Share of harmless drafts, and of our own sentences, that the threshold may lose.
DRAFT_BUDGET, ARTICLE_BUDGET = 0.06, 0.002
WITHOUT_QUESTION = 0.3


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft with the question it answers; ``whole`` is the draft that a sentence is from."""

    question: str
    text: str
    unsafe: bool
    ours: bool = False
    whole: str = ""

    @property
    def held_out(self) -> bool:
        """Whether this draft sets the threshold instead of training weights."""
        return hashlib.sha256((self.whole or self.text).encode()).digest()[0] / 256 < HELD_OUT


def read_drafts() -> list[Draft]:
    """The development drafts, and sentences of our articles."""
    cases = load_cases(case_files("output", "dev"), OutputCase)
    drafts = []
    for case in cases:
        if case.category in UNSUPPORTED:
            continue
        unsafe = case.expect == "block"
        drafts.append(Draft(case.question, case.draft, unsafe))
        # Drafts are read sentence by sentence. Which one of an unsafe draft is to blame nobody
        # has marked; of a harmless one every sentence is harmless.
        parts = [] if unsafe else sentences(case.draft)
        drafts += [
            Draft(case.question, part, unsafe=False, whole=case.draft)
            for part in parts
            if part != case.draft
        ]
    lines = [
        line.strip("# -")
        for path in article_files(ROOT / "corpus")
        for line in path.read_text(encoding="utf-8").split("---", 2)[2].split("\n")
        if len(line) >= SHORTEST
    ]
    chosen = random.Random(SEED).sample(lines, min(ARTICLE_SENTENCES, len(lines)))
    return [*drafts, *(Draft("", line, unsafe=False, ours=True) for line in chosen)]


class Reader(Pooled):
    """MiniLM with mean pooling and one head of two labels: pass, block."""

    def __init__(self) -> None:
        super().__init__()
        self.unsafe = nn.Linear(WIDTH, 2)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Logits, shape ``(batch, 2)``."""
        logits: torch.Tensor = self.unsafe(self.pooled(input_ids, attention_mask))
        return logits


class Training:
    """One training run."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        torch.manual_seed(SEED)
        self.random = random.Random(SEED)
        self.tokenizer = padding_tokenizer()
        self.model = Reader()
        self.drafts = list(drafts)

    def run(self) -> None:
        """Train all epochs; prints progress."""
        steps = len(self.drafts) // BATCH + 1
        fine_tune(self.model, [self.model.unsafe], EPOCHS, steps, self._batches, self._loss)

    def _batches(self) -> Iterator[list[Draft]]:
        self.random.shuffle(self.drafts)
        for start in range(0, len(self.drafts), BATCH):
            yield self.drafts[start : start + BATCH]

    def _loss(self, batch: Sequence[Draft]) -> torch.Tensor:
        ids, mask = encode(self.tokenizer, [(self._question(d), d.text) for d in batch])
        logits = self.model(torch.tensor(ids), torch.tensor(mask))
        wanted = torch.tensor([int(draft.unsafe) for draft in batch])
        return nn.functional.cross_entropy(logits, wanted, label_smoothing=0.05)

    def _question(self, draft: Draft) -> str:
        """The question, now and then none, and for our own sentences anybody's."""
        if self.random.random() < WITHOUT_QUESTION:
            return ""
        return self.random.choice(self.drafts).question if draft.ours else draft.question


def calibrate(folder: Path, drafts: Sequence[Draft]) -> dict[str, object]:
    """The threshold from held-out drafts, and what it reaches there."""
    reader = load(NAME, folder)
    scores = np.array([reader.read(d.text, d.question)[0][1] for d in drafts])
    unsafe, ours = (np.array([getattr(d, name) for d in drafts]) for name in ("unsafe", "ours"))
    harmless = ~unsafe & ~ours
    limit = max(threshold(scores[harmless], DRAFT_BUDGET), threshold(scores[ours], ARTICLE_BUDGET))
    return {
        "threshold": round(limit + 1e-4, 4),
        "held_out": {
            "unsafe_blocked": share(scores[unsafe] > limit),
            "harmless_blocked": share(scores[harmless] > limit),
            "ours_blocked": share(scores[ours] > limit),
        },
    }


def main() -> None:
    """Train, export, calibrate, and print what the held-out drafts show."""
    options = read_options(__doc__)
    drafts = read_drafts()
    if not options.calibrate:
        training = Training([draft for draft in drafts if not draft.held_out])
        print(f"{len(training.drafts)} of {len(drafts)} drafts to train on")
        training.run()
        export(training.model, training.tokenizer, options.out / f"{NAME}.onnx", HEADS)
    save_account(options.out, NAME, HEADS)  # the weights cannot be read without it
    measured = calibrate(options.out, [draft for draft in drafts if draft.held_out])
    print(json.dumps(save_account(options.out, NAME, HEADS, **measured), indent=2))


if __name__ == "__main__":
    main()
