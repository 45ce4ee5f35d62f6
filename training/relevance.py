"""Trains the reader of relevance: does this sentence of an article answer this question?

Run with ``python -m training.relevance``; it takes an hour on one core. It learns from questions
written for our articles with the sentences that answer them (``training/questions``) and from two
public sets in ``../shared/data``: MedQuAD (CC BY 4.0) and SelQA (Apache-2.0). Hard negatives are
what the assistant's own ranking puts high. One question in ten, and one MedQuAD topic in two, is
held out. The cases of ``evals`` are not read: their development parts fit what uses the reader.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from assistant.answering.answer import HITS
from assistant.answering.units import units_of
from assistant.guardrail.learned.classifier import load
from assistant.relevance import HEADS, NAME, line, weights
from assistant.settings import Settings
from assistant.text import plain
from evals.public.files import SHARED
from evals.public.medquad import read_questions, read_sections
from evals.public.sentences import listed, split
from evals.stats import auroc
from evals.subject import Subject
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
)
from training.messages import ROOT

QUESTIONS = ROOT / "training" / "questions"
SEED, EPOCHS, BATCH = 20261124, 4, 4  # questions in a batch
HARD, EASY = 4, 1  # negatives for each of our questions: high in our ranking, and lower
POSITIVES = 2
UNSURE = 0.3
HELD_OUT = 0.1
LAYERS, MAX_TOKENS = 3, 96
SMOOTHING = 0.05
READ = 24  # lines of a held-out question
SHORTEST, FIRST_SENTENCES, HEADING_SHOWN = 40, 4, 0.3  # of a MedQuAD section


class Candidate(NamedTuple):
    """What might be quoted, whether it answers, and how surely we know."""

    text: str
    answers: bool
    sure: float = 1.0


class Group(NamedTuple):
    """One question with its candidates, the assistant's own order first."""

    id: str
    question: str
    candidates: tuple[Candidate, ...]

    @property
    def held_out(self) -> bool:
        """Whether this question measures instead of training."""
        return hashlib.sha256(self.id.encode()).digest()[0] / 256 < HELD_OUT


class Written(NamedTuple):
    """A question about our library. ``answers`` are the sentences of ``article`` that answer it."""

    id: str
    question: str
    article: str
    answers: tuple[str, ...]


def written() -> Iterator[Written]:
    """The questions written for training, answered and unanswered ones."""
    for path in sorted(QUESTIONS.glob("*.jsonl")):
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            answers = tuple(_normal(a) for a in row["answers"])
            yield Written(row["id"], row["question"], row["article"], answers)


def _normal(text: str) -> str:
    return " ".join(plain(text).lower().split())


def library_groups() -> Iterator[Group]:
    """Our questions with the lines of the passages that the assistant finds for them."""
    subject = Subject(Settings())
    index = subject.index()
    for one in written():
        reader = subject.reader(one.question)
        query = reader.read(one.question).query
        hits = subject.assistant._retriever.search(index, query, count=HITS)
        units = units_of(index, reader.vocabulary, query, hits, lambda _text: True)
        candidates = []
        for unit in sorted(units, key=lambda u: -u.score):
            article = index.library.articles[unit.passage.article]
            own = [unit.passage.sentences[p].span.cut(article.text) for p in unit.positions]
            answers = any(_normal(words) in one.answers for words in own)
            # Its writer read one article; another one may answer the question as well.
            sure = 1.0 if answers or not one.answers or article.id == one.article else UNSURE
            candidates.append(Candidate(line(article, unit.passage, unit.positions), answers, sure))
        if candidates and (not one.answers or any(c.answers for c in candidates)):
            yield Group(one.id, query.text, tuple(candidates))


def medquad_groups(chance: random.Random) -> Iterator[Group]:
    """MedQuAD's training topics: a sentence of the section asked for, beside other sections'."""
    sections = {s.id: s for s in read_sections(SHARED) if len(s.text) > SHORTEST}
    beside: dict[str, list[str]] = {}
    alike: dict[str, list[str]] = {}
    for section in sections.values():
        beside.setdefault(section.title, []).append(section.id)
        alike.setdefault(section.kind, []).append(section.id)

    def sentence(section: str) -> str:
        own = sections[section]
        heading = f" {own.heading}." if chance.random() < HEADING_SHOWN else ""
        return f"{own.title}.{heading} {chance.choice(split(own.text)[:FIRST_SENTENCES])}"

    for number, question in enumerate(read_questions(SHARED)):
        right = question.relevant[0]
        if question.held_out or right not in sections:
            continue
        own = sections[right]
        near = [s for s in beside[own.title] if s not in question.relevant]
        wrong = chance.sample(near, min(3, len(near)))
        wrong += [s for s in chance.sample(alike[own.kind], 1) if sections[s].title != own.title]
        lines = (Candidate(sentence(s), answers=False) for s in wrong)
        yield Group(f"medquad-{number}", question.text, (Candidate(sentence(right), True), *lines))


def selqa_groups(chance: random.Random) -> Iterator[Group]:
    """SelQA's questions, each with a sentence that answers and three that do not."""
    for task in listed(SHARED / "data" / "answer-sentences" / "selqa-dev.jsonl"):
        gold = sorted(task.gold)
        others = [n for n in range(len(task.candidates)) if n not in task.gold]
        if gold and others:
            right = Candidate(task.candidates[chance.choice(gold)], True)
            wrong = chance.sample(others, min(3, len(others)))
            candidates = (right, *(Candidate(task.candidates[n], False) for n in wrong))
            yield Group(f"selqa-{task.group}", task.question, candidates)


class Reader(Pooled):
    """The lower layers of MiniLM with mean pooling and one head of two labels: no, yes."""

    def __init__(self) -> None:
        super().__init__(LAYERS)
        self.answers = nn.Linear(WIDTH, 2)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Logits, shape ``(batch, 2)``."""
        logits: torch.Tensor = self.answers(self.pooled(input_ids, attention_mask))
        return logits


class Training:
    """One training run."""

    def __init__(self, groups: Sequence[Group]) -> None:
        torch.manual_seed(SEED)
        self.random = random.Random(SEED)
        self.tokenizer = padding_tokenizer(MAX_TOKENS)
        self.model = Reader()
        self.groups = list(groups)

    def run(self) -> None:
        """Train all epochs; prints progress."""
        steps = len(self.groups) // BATCH + 1
        fine_tune(self.model, [self.model.answers], EPOCHS, steps, self._batches, self._loss)

    def _batches(self) -> Iterator[list[tuple[str, list[Candidate]]]]:
        self.random.shuffle(self.groups)
        for start in range(0, len(self.groups), BATCH):
            chosen = self.groups[start : start + BATCH]
            yield [(group.question, self._drawn(group.candidates)) for group in chosen]

    def _drawn(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """What answers, the likeliest wrong ones, and others; drawn anew in every epoch."""
        right = [c for c in candidates if c.answers]
        wrong = [c for c in candidates if not c.answers]
        near, far = wrong[: 2 * HARD], wrong[2 * HARD :]
        return [
            *self.random.sample(right, min(POSITIVES, len(right))),
            *self.random.sample(near, min(HARD, len(near))),
            *self.random.sample(far, min(EASY, len(far))),
        ]

    def _loss(self, batch: Sequence[tuple[str, list[Candidate]]]) -> torch.Tensor:
        pairs = [(question, c.text) for question, drawn in batch for c in drawn]
        ids, mask = encode(self.tokenizer, pairs)
        logits = self.model(torch.tensor(ids), torch.tensor(mask))
        score = logits[:, 1] - logits[:, 0]
        loss = torch.zeros(())
        for (_, drawn), own in zip(batch, score.split([len(d) for _, d in batch]), strict=True):
            truth = torch.tensor([c.answers for c in drawn])
            sure = torch.tensor([c.sure for c in drawn])
            wanted = truth.float() * (1 - SMOOTHING) + SMOOTHING / 2
            loss = loss + nn.functional.binary_cross_entropy_with_logits(own, wanted, sure)
            if truth.any():  # and what answers stands above the rest
                loss = loss + torch.logsumexp(own, 0) - torch.logsumexp(own[truth], 0)
        return loss / len(batch)


def measure(folder: Path, groups: Sequence[Group]) -> dict[str, object]:
    """On held-out questions: is the first line an answer, before reading and after?"""
    reader = load(NAME, folder)
    before, after = [], []
    best: dict[bool, list[float]] = {True: [], False: []}
    for group in groups:
        scores = [reader.read(c.text, group.question)[0][1] for c in group.candidates[:READ]]
        covered = any(c.answers for c in group.candidates)
        best[covered].append(max(scores))
        if covered:
            before.append(group.candidates[0].answers)
            after.append(group.candidates[int(np.argmax(scores))].answers)
    return {
        "first_line_answers": share(np.array(after)),
        "first_line_answers_without": share(np.array(before)),
        "auroc_answered": round(auroc(best[True], best[False]), 4),
    }


def main() -> None:
    """Train, export, and print what the held-out questions show."""
    options = read_options(__doc__, Path(str(weights())))
    chance = random.Random(SEED)
    ours = list(library_groups())
    if not options.calibrate:
        public = [*medquad_groups(chance), *selqa_groups(chance)]
        training = Training([group for group in (*ours, *public) if not group.held_out])
        print(f"{len(training.groups)} of {len(ours) + len(public)} questions to train on")
        training.run()
        export(training.model, training.tokenizer, options.out / f"{NAME}.onnx", HEADS)
    save_account(options.out, NAME, HEADS, max_tokens=MAX_TOKENS)
    measured = measure(options.out, [group for group in ours if group.held_out])
    account = save_account(
        options.out, NAME, HEADS, max_tokens=MAX_TOKENS, layers=LAYERS, held_out=measured
    )
    print(json.dumps(account, indent=2))


if __name__ == "__main__":
    main()
