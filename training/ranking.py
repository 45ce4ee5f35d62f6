"""Fits the order of passages found (``assistant/ranking.py``): weights, sorts and the match.

Run with ``python -m training.ranking``; it takes a quarter of an hour. It learns from the questions
written for our articles (``training/questions``) and from one half of the topics of MedQuAD (CC BY
4.0, in ``../shared/data``), once with section headings and once without. The sorts of information
are those that MedQuAD gives its questions and sections. No eval case is fitted on: the development
cases and MedQuAD's other topics measure what comes out, in the last lines.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from assistant.embedding import Embedder, open_embedder
from assistant.ranking import PLAIN, SIGNALS, Numbers, Ranking, Readings
from assistant.retrieval import Hit, Retriever
from assistant.settings import Settings
from assistant.text import plain
from evals.public.bench import Bench
from evals.public.medquad import MedQuad
from evals.public.vectors import KeptEmbedder
from evals.subject import Subject, subject_over
from training.material import answerable_cases, facts_of, written_questions
from training.messages import ROOT

KEPT_VECTORS = ROOT / "evals" / "runs"
OUT = ROOT / "assistant" / "data" / "ranking.npz"

POOL = 40  # passages of a question
SEED, EPOCHS, BATCH = 20261123, 8, 16
RANK, DECAY, RATE, WEIGHT_RATE = 16, 1.0, 7e-3, 2e-2
STRICTNESS = 10.0  # inverse regularisation of the readings of sorts
SCALE = 0.1  # the best passages then score between 1 and 3
LEFT_OUT = ("kind", "topic")  # nothing is gained by them beside sort, heading and fields
HEADED, BARE = 0, 1


class Group(NamedTuple):
    """What was found for one question. ``signals`` have shape ``(passages, len(SIGNALS))``."""

    signals: torch.Tensor
    side: torch.Tensor
    vectors: torch.Tensor
    question: torch.Tensor
    right: torch.Tensor


class Library:
    """An index, and what is found in it."""

    def __init__(self, subject: Subject, embedder: Embedder) -> None:
        self._subject, self._index = subject, subject.index()
        self._retriever = Retriever(embedder, PLAIN)

    def group(self, text: str, right: Callable[[Hit], bool]) -> Group | None:
        """The passages found for ``text``; ``None`` when none or all of them are right."""
        query = self._subject.reader(text).read(text).query
        vector = self._retriever.embed(query.text)
        hits = self._retriever.search(self._index, query, count=POOL, vector=vector)
        truth = [right(hit) for hit in hits]
        if all(truth) or not any(truth):
            return None
        own = self._index.passage_vectors([hit.passage.id for hit in hits])
        return Group(
            signals=torch.tensor([list(hit.signals.values()) for hit in hits]),
            side=torch.tensor([HEADED if hit.passage.heading else BARE for hit in hits]),
            vectors=torch.tensor(np.array([own[hit.passage.id] for hit in hits])),
            question=torch.tensor(vector),
            right=torch.tensor(truth),
        )

    def holds(self, hit: Hit, wanted: Sequence[str]) -> bool:
        """Whether the passage says one of ``wanted``."""
        text = self._index.library.articles[hit.passage.article].text
        words = _normal(" ".join(s.span.cut(text) for s in hit.passage.sentences))
        return any(one in words for one in wanted)


def _normal(text: str) -> str:
    return " ".join(plain(text).lower().split())


def written(library: Library) -> Iterator[Group | None]:
    """The questions written for training, with the sentences that answer them."""
    for row in written_questions():
        wanted = [_normal(answer) for answer in row.answers]
        yield library.group(row.text, lambda hit, w=wanted: library.holds(hit, w))  # type: ignore[misc]


def development(library: Library) -> Iterator[Group | None]:
    """The answerable development cases with their key facts; measured, never fitted on."""
    for case in answerable_cases("answers"):
        wanted = [_normal(phrase) for fact in facts_of(case) for phrase in fact]
        asked = case.conversation()[-1].text
        yield library.group(asked, lambda hit, w=wanted: library.holds(hit, w))  # type: ignore[misc]


class Topics:
    """MedQuAD with its section headings or without."""

    def __init__(self, bench: Bench, *, headings: bool) -> None:
        self._bench = bench
        self._set = MedQuad(bench, headings=headings)
        self.learned = [q for q in self._set.all_questions if not q.held_out]
        self.held_out = [q for q in self._set.all_questions if q.held_out]

    def groups(self) -> tuple[list[Group], list[Group]]:
        """What is found for the questions to learn from, and for the others."""
        with TemporaryDirectory(prefix="ranking-") as folder:
            subject = subject_over(
                self._set.articles, self._bench.settings, Path(folder), self._bench.embedder
            )
            library = Library(subject, self._bench.embedder)
            learned, held_out = (
                kept(
                    library.group(q.text, lambda hit, r=q.relevant: hit.passage.article in r)  # type: ignore[misc]
                    for q in questions
                )
                for questions in (self.learned, self.held_out)
            )
        return learned, held_out

    def sections(self) -> tuple[list[str], list[str]]:
        """Texts and sorts of the sections of documents that no held-out question asks for."""
        asked = {name for q in self.held_out for name in q.relevant}
        closed = {s.title for s in self._set.sections if s.id in asked}
        chosen = [s for s in self._set.sections if s.title not in closed]
        texts = [
            f"{article.title}\n{article.text}"
            for article in (self._set.article(section) for section in chosen)
        ]
        return texts, [s.kind for s in chosen]


def kept(groups: Iterator[Group | None]) -> list[Group]:
    """Those that can teach or measure something, with progress."""
    found = []
    for number, group in enumerate(groups, start=1):
        if group is not None:
            found.append(group)
        if number % 500 == 0:
            print(f"  {number} questions", flush=True)
    return found


def read_sorts(tracks: Sequence[Topics], embedder: Embedder) -> tuple[Numbers, Numbers]:
    """Readings of the sort that a question asks for, and a passage gives, in the same order."""
    learned = tracks[0].learned
    asked, names = _reading([q.text for q in learned], [q.kind for q in learned], embedder)
    pairs = [track.sections() for track in tracks]
    texts, sorts = ([one for pair in pairs for one in pair[n]] for n in (0, 1))
    given, offered = _reading(texts, sorts, embedder, balanced=True)
    order = [offered.index(name) for name in names]
    return asked, given[[*order, *(n for n in range(len(offered)) if n not in order)]]


def _reading(
    texts: Sequence[str], sorts: Sequence[str], embedder: Embedder, *, balanced: bool = False
) -> tuple[Numbers, list[str]]:
    model = LogisticRegression(
        C=STRICTNESS, max_iter=1000, class_weight="balanced" if balanced else None
    ).fit(embedder.embed(texts), sorts)
    table = np.column_stack([model.coef_, model.intercept_]).astype(np.float32)
    return table, [str(name) for name in model.classes_]


class Fit(torch.nn.Module):
    """The weights of both sides, and the two halves of the match."""

    def __init__(self, asked: Numbers, given: Numbers) -> None:
        super().__init__()
        torch.manual_seed(SEED)
        dimension = asked.shape[1] - 1
        self.sorts = Readings(asked=asked, given=given, question=_NONE, passage=_NONE)
        self.weights = torch.nn.Parameter(torch.full((2, len(SIGNALS)), 3.0))
        self.question = torch.nn.Parameter(torch.randn(dimension, RANK) * 0.1)
        self.passage = torch.nn.Parameter(torch.randn(dimension, RANK) * 0.1)
        self._counted = torch.tensor([float(n not in (*LEFT_OUT, "match")) for n in SIGNALS])

    def with_sorts(self, groups: Sequence[Group]) -> list[Group]:
        """The groups with the signal "sort" filled in."""
        for group in groups:
            read = self.sorts.sort(group.question.numpy(), group.vectors.numpy())
            group.signals[:, SIGNALS.index("sort")] = torch.tensor(read)
        return list(groups)

    def scores(self, group: Group) -> torch.Tensor:
        """Scores of the passages."""
        plain_sum = (group.signals * self._counted * self.weights[group.side]).sum(1)
        match = group.vectors @ self.passage @ (self.question.T @ group.question)
        return plain_sum + match

    def run(self, groups: list[Group]) -> None:
        """Train all epochs: what is right shall stand above the rest."""
        chance = random.Random(SEED)
        sides = [self.question, self.passage]
        optimizer = torch.optim.AdamW(
            [
                {"params": sides, "weight_decay": DECAY, "lr": RATE},
                {"params": [self.weights], "weight_decay": 0.0, "lr": WEIGHT_RATE},
            ]
        )
        for epoch in range(EPOCHS):
            chance.shuffle(groups)
            total = 0.0
            for start in range(0, len(groups), BATCH):
                part = groups[start : start + BATCH]
                loss = torch.stack([self._loss(group) for group in part]).mean()
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                total += loss.item() * len(part)
            print(f"epoch {epoch + 1}: loss {total / len(groups):.3f}", flush=True)

    def _loss(self, group: Group) -> torch.Tensor:
        scores = self.scores(group)
        return torch.logsumexp(scores, 0) - torch.logsumexp(scores[group.right], 0)

    def save(self, path: Path, model: str) -> None:
        """Write the ranking for the encoder ``model``."""
        weights = (self.weights * self._counted).detach().numpy().astype(np.float32) * SCALE
        weights[:, SIGNALS.index("match")] = SCALE
        arrays = {
            "headed": weights[HEADED], "bare": weights[BARE],
            "asked": self.sorts.asked, "given": self.sorts.given,
            "question": self.question.detach().numpy(), "passage": self.passage.detach().numpy(),
        }  # fmt: skip
        np.savez_compressed(path, model=np.array(model), **arrays)


_NONE = np.zeros((0, 0), dtype=np.float32)


def first_right(groups: Sequence[Group], score: Callable[[Group], torch.Tensor]) -> str:
    """The share of questions whose first passage is right."""
    with torch.no_grad():
        right = [bool(group.right[int(score(group).argmax())]) for group in groups]
    return f"{np.mean(right):.3f} of {len(right)}"


def plainly(group: Group) -> torch.Tensor:
    """The scores without anything learned."""
    return torch.tensor(_scores(PLAIN, group))


def _scores(ranking: Ranking, group: Group) -> Numbers:
    return ranking.scores(group.signals.numpy(), group.side.numpy() == HEADED)


def main() -> None:
    """Fit, save, and print what questions show that were not fitted on."""
    settings = Settings()
    encoder = open_embedder(settings.embedding_model, settings.data_dir, export=True)
    embedder = KeptEmbedder(encoder, KEPT_VECTORS)
    ours = Library(Subject(settings), embedder)
    tracks = [
        Topics(Bench(settings=settings, embedder=embedder), headings=shown)
        for shown in (True, False)
    ]
    fit = Fit(*read_sorts(tracks, embedder))
    measured = {"development cases": fit.with_sorts(kept(development(ours)))}
    groups = fit.with_sorts(kept(written(ours)))
    for track, name in zip(tracks, ("headings shown", "headings hidden"), strict=True):
        learned, held_out = map(fit.with_sorts, track.groups())
        groups += learned
        measured[f"MedQuAD, other topics, {name}"] = held_out
    print(f"{len(groups)} questions to learn from")
    fit.run(groups)
    fit.save(OUT, embedder.model_id)
    for name, held_out in measured.items():
        before, after = first_right(held_out, plainly), first_right(held_out, fit.scores)
        print(f"{name}: first passage right {after}, with plain weights {before}")


if __name__ == "__main__":
    main()
