"""Trains the guardrail's second detector: MiniLM fine-tuned on messages written for it.

Run with ``make detector``. The result is deterministic on one machine: fixed seeds, fixed order,
one thread. The parts are split by writer file and by a hash of the case id, so that thresholds
come from messages the weights never saw. The test part of the guardrail cases is never read.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from assistant.guardrail import Level
from assistant.guardrail.decide import fired_cases
from assistant.guardrail.learned.classifier import load
from assistant.guardrail.rulebook import data_folder, shipped_rulebook
from training import wordings
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
from training.messages import LEVELS, ROOT, Example, read_examples

NAME, HEADS = "detector", ("level", "family")
SEED, EPOCHS, BATCH = 20261123, 4, 16
# Share of messages without alarm that the route threshold may let through, on held-out messages.
ALARM_BUDGET = 0.03
# Share of the messages that are shown among other, harmless ones, how many of them there may be,
# and the length in characters that all together may have.
IN_COMPANY, COMPANIONS, LONGEST_IN_COMPANY = 0.12, 3, 350
# Share of the messages that get an aside or two: thanks, apologies, playing down, small talk,
# orders to the chat. People add them to anything, so they must not speak for or against a doctor.
WITH_ASIDES = 0.35
# Below these probabilities the detector rules out a message, or a stretch of one (stricter, because
# what explains a stretch away may stand outside it).
RULED_OUT = 0.05
PART_RULED_OUT = 0.3
PASSAGE_RULED_OUT = 0.3  # the sentences around a sign in a long story
# Route threshold of each window of a message that is too long to be read at once.
ROUTE_LONG = 0.95
NOTICE = 0.6  # probability of a general question about a warning sign; a notice costs little


def families() -> dict[str, str]:
    """Flag id to family; the family names the reason when the detector fires."""
    table: dict[str, str] = json.loads((ROOT / "evals" / "flag_families.json").read_text())
    special = {
        "suicidal-plan-or-attempt": "suicide",
        "suicidal-thoughts": "suicide",
        "violence-abuse": "abuse",
    }
    return {**table, **special}


class Detector(Pooled):
    """MiniLM with mean pooling, a level head and a family head."""

    def __init__(self, family_count: int) -> None:
        super().__init__()
        self.level = nn.Linear(WIDTH, len(LEVELS))
        self.family = nn.Linear(WIDTH, family_count)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits, shapes ``(batch, 5)`` and ``(batch, families)``."""
        pooled = self.pooled(input_ids, attention_mask)
        return self.level(pooled), self.family(pooled)


def noisy(text: str, source: random.Random) -> str:
    """``text`` with the slips of a phone keyboard, or as it is."""
    if source.random() > 0.35 or len(text) < 12:
        return text
    letters = [c for c in text if source.random() > 0.5 or c not in ",.!?'"]
    for _ in range(source.choice((1, 1, 2))):
        n = source.randrange(1, len(letters) - 1)
        letters[n], letters[n + 1] = letters[n + 1], letters[n]
    return "".join(letters)


class Trainer:
    """One training run."""

    def __init__(self, examples: Sequence[Example]) -> None:
        torch.manual_seed(SEED)
        self.random = random.Random(SEED)
        self.tokenizer = padding_tokenizer()
        self.family_of = families()
        self.names = sorted(set(self.family_of.values()))
        self.model = Detector(len(self.names))
        torch.manual_seed(SEED)
        self.train_set = [e for e in examples if not e.held_out]
        asides = Path(__file__).with_name("asides.txt")
        self.asides = asides.read_text(encoding="utf-8").splitlines()
        self.quiet = [e for e in self.train_set if e.level == 0 and len(e.text) < 120]

    def fit(self) -> None:
        """Train all epochs; prints progress."""
        heads = [self.model.level, self.model.family]
        steps = len(self.train_set) // BATCH + 2
        fine_tune(self.model, heads, EPOCHS, steps, self._batches, self._loss)

    def _batches(self) -> Iterator[list[Example]]:
        order = list(self.train_set)
        self.random.shuffle(order)
        pools = [order[n : n + BATCH * 20] for n in range(0, len(order), BATCH * 20)]
        for pool in pools:  # similar lengths together, so that little is spent on padding
            pool.sort(key=lambda e: len(e.text))
            batches = [pool[n : n + BATCH] for n in range(0, len(pool), BATCH)]
            self.random.shuffle(batches)
            yield from batches

    def _loss(self, batch: Sequence[Example]) -> torch.Tensor:
        texts = [self._with_asides(self._in_company(example)) for example in batch]
        ids, mask = encode(self.tokenizer, [noisy(text, self.random) for text in texts])
        level, family = self.model(torch.tensor(ids), torch.tensor(mask))
        wanted = torch.tensor([e.level for e in batch])
        loss = nn.functional.cross_entropy(level, wanted, label_smoothing=0.05)
        known = [n for n, e in enumerate(batch) if e.flag in self.family_of]
        if known:
            names = torch.tensor([self.names.index(self.family_of[batch[n].flag]) for n in known])
            loss = loss + 0.5 * nn.functional.cross_entropy(family[known], names)
        return loss

    def _in_company(self, example: Example) -> str:
        """The message, now and then among others in which nobody needs a doctor."""
        lines = [example.text]
        if self.random.random() < IN_COMPANY:
            for _ in range(self.random.randint(1, COMPANIONS)):
                other = self.random.choice(self.quiet).text
                if sum(map(len, lines)) + len(other) <= LONGEST_IN_COMPANY:
                    lines.insert(self.random.randint(0, len(lines)), other)
        return self._joined(lines)

    def _with_asides(self, text: str) -> str:
        """The text, often with something said before or after it that changes nothing."""
        lines = [text]
        if self.random.random() < WITH_ASIDES:
            for _ in range(self.random.choice((1, 1, 2))):
                place = self.random.choice((0, len(lines)))
                lines.insert(place, self.random.choice(self.asides))
        return self._joined(lines)

    def _joined(self, lines: Sequence[str]) -> str:
        return self.random.choice((" ", " ", "\n")).join(lines)


def probabilities(folder: Path, texts: Sequence[str]) -> NDArray[np.float64]:
    """Level probabilities of the weights in ``folder``, shape ``(texts, 5)``."""
    reader = load(NAME, folder)
    return np.array([reader.read(text)[0] for text in texts])


def calibrate(check: Sequence[Example], folder: Path) -> dict[str, Any]:
    """Thresholds from held-out messages, and what they reach there.

    The route threshold is the lowest that stays within the alarm budget. Once a message is
    routed, its level is the one that holds at least half of the probability from above.
    """
    table = probabilities(folder, [e.text for e in check])
    levels = np.array([e.level for e in check])
    route = table[:, 2:].sum(1)
    limit = threshold(route[levels < 2], ALARM_BUDGET)
    fires = route >= limit
    noticed = (table[:, 1] >= NOTICE) & ~fires
    seen = np.array([rules_notice(e.text) for e in check])
    return {
        "thresholds": {
            "route": round(limit, 4),
            "route_long": max(ROUTE_LONG, round(limit, 4)),
            "emergency": 0.5,
            "urgent": 0.5,
            "notice": NOTICE,
            "rules_out_whole": RULED_OUT,
            "rules_out_part": PART_RULED_OUT,
            "rules_out_passage": PASSAGE_RULED_OUT,
        },
        "held_out": {
            "messages": len(check),
            "routed": share(fires[levels >= 2]),
            "emergencies_routed": share(fires[levels == 4]),
            "false_alarms": share(fires[levels == 0]),
            "rules_right_but_ruled_out": share((route < RULED_OUT)[seen & (levels >= 2)]),
            "rules_wrong_and_ruled_out": share((route < RULED_OUT)[seen & (levels == 0)]),
            "general_questions_taken_over": share(fires[levels == 1]),
            "general_questions_noticed": share(noticed[levels == 1]),
        },
    }


def rules_notice(text: str) -> bool:
    """Whether any rule fires on ``text``, in whatever wording."""
    cases = fired_cases(text, shipped_rulebook())
    return any(case.level >= Level.PROMPT for _rule, case, _seen in cases)


def main() -> None:
    """Train, export, calibrate, and write the model's own account of itself."""
    options = read_options(__doc__)
    print(f"{wordings.write(data_folder())} wordings of the rules stand alone")
    examples = read_examples()
    if not options.calibrate:
        trainer = Trainer(examples)
        print(f"{len(trainer.train_set)} messages to train on", flush=True)
        trainer.fit()
        export(trainer.model, trainer.tokenizer, options.out / f"{NAME}.onnx", HEADS)
    check = [e for e in examples if e.held_out]
    known = {
        "levels": LEVELS,
        "families": sorted(set(families().values())),
        "trained_on": len(examples) - len(check),
        "epochs": EPOCHS,
    }
    save_account(options.out, NAME, HEADS, **known)  # the weights cannot be read without it
    measured = calibrate(check, options.out)
    print(json.dumps(save_account(options.out, NAME, HEADS, **known, **measured), indent=2))


if __name__ == "__main__":
    main()
