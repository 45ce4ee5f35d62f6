"""Trains the second encoder of questions (``assistant/expected.py``): questions beside answers.

Run with ``python -m training.expected``; it takes half an hour. A copy of the encoder is fine-tuned
on the questions written for our articles (``training/questions``): the vector of a question shall
lie nearer to the sentences and passages that answer it than to any other of the library. Those
vectors are the ones of the index and stay as they are. No eval case is learned from: the last lines
say what the development cases show. Before that the articles are cut into folds, and each fold's
questions are read by an encoder that saw none of them (``OUT_OF_FOLD``): what is fitted on top
(``training.sentences``) must not trust what was learned by heart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from assistant.expected import NAME, OUTPUT, ExpectedEncoder, load_expected
from assistant.index.live import Index
from assistant.settings import Settings
from evals.subject import Subject
from training.finetune import (
    Pooled,
    encode,
    export,
    fine_tune,
    padding_tokenizer,
    read_options,
    save_account,
)
from training.material import answerable_cases, facts_of, fold_of, normal, written_questions
from training.messages import ROOT

OUT = ROOT / "assistant" / "data"
OUT_OF_FOLD = ROOT / "evals" / "runs" / "expected-out-of-fold.npz"

SEED, EPOCHS, BATCH, FOLDS, RATE = 20261124, 3, 32, 2, 5e-5
ALIKE = 8  # batches of questions among which those of one length go together: less padding
TEMPERATURE = 0.05
SAME = 0.9  # cosine to a right sentence from which another one is not called wrong
PASSAGES_COUNT = 0.5  # beside the sentences


class Asked(NamedTuple):
    """A question as it is looked up, with the rows of the sentences and passages that answer it."""

    text: str
    article: str
    sentences: tuple[int, ...]
    passages: tuple[int, ...]


class Answers:
    """Every sentence and passage of a library with its vector, shape ``(number, dimension)``."""

    def __init__(self, index: Index) -> None:
        passages = list(index.library.passages)
        found = index.passage_vectors([p.id for p in passages])
        own = index.sentence_vectors({p.id: len(p.sentences) for p in passages})
        self.passages = torch.tensor(np.array([found[p.id] for p in passages]))
        self.sentences = torch.tensor(np.concatenate([own[p.id] for p in passages]))
        self._rows: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
        row = 0
        for number, passage in enumerate(passages):
            text = index.library.articles[passage.article].text
            for sentence in passage.sentences:
                words = normal(sentence.span.cut(text))
                self._rows[passage.article].append((words, row, number))
                row += 1

    def to(self, text: str, articles: Sequence[str], phrases: Sequence[str]) -> Asked | None:
        """The question with every sentence of ``articles`` that has one of ``phrases``."""
        wanted = [normal(phrase) for phrase in phrases]
        rows = [
            (row, number)
            for article in articles
            for words, row, number in self._rows[article]
            if any(one in words for one in wanted)
        ]
        if not rows:
            return None
        sentences, passages = (tuple(dict.fromkeys(r[n] for r in rows)) for n in (0, 1))
        return Asked(text, articles[0], sentences, passages)


def written(subject: Subject, answers: Answers) -> Iterator[Asked | None]:
    """The questions written for training, with the sentences that answer them."""
    for row in written_questions():
        text = subject.reader(row.text).read(row.text).query.text
        yield answers.to(text, [row.article], row.answers)


def development(subject: Subject, answers: Answers) -> Iterator[Asked | None]:
    """The answerable development cases with their key facts; measured, never learned from."""
    for case in answerable_cases("answers"):
        if phrases := [phrase for fact in facts_of(case) for phrase in fact]:
            asked = case.conversation()[-1].text
            text = subject.reader(asked).read(asked).query.text
            yield answers.to(text, case.relevant, phrases)


class Tower(Pooled):
    """The encoder of questions: unit vectors, shape ``(batch, WIDTH)``."""

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """The vectors at which the answers should lie."""
        return nn.functional.normalize(self.pooled(input_ids, attention_mask), dim=1)


class Training:
    """One training on some questions."""

    def __init__(self, questions: Sequence[Asked], answers: Answers) -> None:
        torch.manual_seed(SEED)
        self._random = np.random.default_rng(SEED)
        self._questions, self._answers = questions, answers
        self.model, self.tokenizer = Tower(), padding_tokenizer()
        self.model.drop = nn.Dropout(0.0)  # the vector itself is the outcome

    def run(self) -> None:
        """Train all epochs."""
        steps = -(-len(self._questions) // BATCH)
        fine_tune(self.model, (), EPOCHS, steps, self._batches, self._loss, rate=RATE)

    def embed(self, texts: Sequence[str]) -> torch.Tensor:
        """Vectors of questions, shape ``(texts, WIDTH)``."""
        self.model.eval()
        with torch.no_grad():
            parts = [self._vectors(texts[n : n + 64]) for n in range(0, len(texts), 64)]
        return torch.cat(parts)

    def _batches(self) -> Iterator[list[Asked]]:
        order = self._random.permutation(len(self._questions)).tolist()
        batches = []
        for start in range(0, len(order), BATCH * ALIKE):
            rows = sorted(
                order[start : start + BATCH * ALIKE], key=lambda n: len(self._questions[n].text)
            )
            batches += [rows[n : n + BATCH] for n in range(0, len(rows), BATCH)]
        for number in self._random.permutation(len(batches)):
            yield [self._questions[n] for n in batches[number]]

    def _vectors(self, texts: Sequence[str]) -> torch.Tensor:
        ids, mask = encode(self.tokenizer, texts)
        found: torch.Tensor = self.model(torch.tensor(ids), torch.tensor(mask))
        return found

    def _loss(self, batch: list[Asked]) -> torch.Tensor:
        found = self._vectors([asked.text for asked in batch])
        sentences = _behind(found, self._answers.sentences, [a.sentences for a in batch])
        passages = _behind(found, self._answers.passages, [a.passages for a in batch])
        return sentences + PASSAGES_COUNT * passages


def _behind(
    found: torch.Tensor, among: torch.Tensor, right: Sequence[tuple[int, ...]]
) -> torch.Tensor:
    """How far what is right stays behind all that is wrong; what is nearly right is neither."""
    scores = found @ among.T / TEMPERATURE
    losses = []
    for row, rows in zip(scores, right, strict=True):
        own = among[list(rows)]
        wrong = (among @ own.T).max(1).values < SAME
        wrong[list(rows)] = False
        rest = torch.logsumexp(row[wrong], 0)
        losses.append(nn.functional.softplus(rest - row[list(rows)]).mean())
    return torch.stack(losses).mean()


def first_right(questions: Sequence[Asked], vectors: torch.Tensor, answers: Answers) -> str:
    """How often the nearest sentence, and the nearest passage, of the whole library is right."""
    kinds = (("sentence", answers.sentences, 2), ("passage", answers.passages, 3))
    told = []
    for name, among, field in kinds:
        nearest = (vectors @ among.T).argmax(1).tolist()
        right = [n in asked[field] for n, asked in zip(nearest, questions, strict=True)]
        told.append(f"nearest {name} right {np.mean(right):.3f}")
    return f"{', '.join(told)}, n = {len(questions)}"


class OutOfFold:
    """Vectors of the training questions by encoders that saw none of their articles' questions."""

    def __init__(self, final: ExpectedEncoder, path: Path = OUT_OF_FOLD) -> None:
        """Raises ``OSError`` when ``training.expected`` has not written ``path`` yet."""
        with np.load(path, allow_pickle=False) as saved:
            self._known = dict(zip(saved["texts"].tolist(), saved["vectors"], strict=True))
        self._final = final

    def embed(self, question: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        """The vector out of fold; of the shipped encoder for a question not learned from."""
        found = self._known.get(question)
        return self._final.embed(question) if found is None else found


def main() -> None:
    """Train out of folds, train on all, export, and print what was not learned from."""
    options = read_options(__doc__, out=OUT)
    subject = Subject(Settings())
    answers = Answers(subject.index())
    learned = [asked for asked in written(subject, answers) if asked]
    measured = [asked for asked in development(subject, answers) if asked]
    print(f"{len(learned)} questions to learn from", flush=True)
    vectors = torch.zeros(len(learned), answers.sentences.shape[1])
    folds = [fold_of(asked.article, FOLDS) for asked in learned]
    for fold in range(FOLDS):
        training = Training(
            [a for a, own in zip(learned, folds, strict=True) if own != fold], answers
        )
        training.run()
        rows = [n for n, own in enumerate(folds) if own == fold]
        vectors[rows] = training.embed([learned[n].text for n in rows])
        own = [learned[n] for n in rows]
        print(f"fold {fold + 1}: {first_right(own, vectors[rows], answers)}", flush=True)
    OUT_OF_FOLD.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(OUT_OF_FOLD, texts=np.array([a.text for a in learned]), vectors=vectors)
    training = Training(learned, answers)
    untrained = training.embed([asked.text for asked in measured])
    folds_untrained = training.embed([asked.text for asked in learned])
    training.run()
    export(training.model, training.tokenizer, options.out / f"{NAME}.onnx", [OUTPUT])
    save_account(options.out, NAME, [OUTPUT], model=subject.embedder.model_id)
    shipped = load_expected(options.out)
    final = torch.tensor(np.array([shipped.embed(asked.text) for asked in measured]))
    print("written questions, untrained:", first_right(learned, folds_untrained, answers))
    print("written questions, other articles:", first_right(learned, vectors, answers))
    print("development cases, untrained:", first_right(measured, untrained, answers))
    print("development cases, shipped weights:", first_right(measured, final, answers))


if __name__ == "__main__":
    main()
