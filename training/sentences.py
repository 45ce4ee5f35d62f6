"""Fits what speaks for a sentence as an answer (``assistant/answering/lines.py``).

Run with ``python -m training.sentences`` after ``training.expected``; it takes some minutes. It
learns from the questions written for our articles (``training/questions``) and from the development
cases with their key facts: every right sentence shall stand above all that are wrong. The last
lines say what comes out when the articles are cut into five folds and each is measured with weights
that saw none of its questions, next to the plain cosine of question and sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from assistant.answering.answer import HITS
from assistant.answering.lines import FEATURES, Numbers, line_features
from assistant.expected import load_expected
from assistant.retrieval import Hit, Retriever
from assistant.settings import Settings
from assistant.text import plain
from evals.subject import Subject
from training.expected import OUT as EXPECTED
from training.expected import OutOfFold
from training.material import answerable_cases, facts_of, fold_of, normal, written_questions
from training.messages import ROOT

OUT = ROOT / "assistant" / "data" / "sentences.toml"

FOLDS, STEPS, PENALTY = 5, 60, 1e-3
SAME = 0.9  # cosine to a right sentence from which another one is not called wrong
CASES_COUNT = 2.0  # a development case weighs as much as this many written questions
SHOWN = 6


class Group(NamedTuple):
    """The lines found for one question; ``says`` names the facts that each line holds."""

    features: Numbers
    says: list[set[int]]
    wrong: list[bool]
    facts: int
    fold: int
    weight: float

    @property
    def right(self) -> list[bool]:
        """Which lines hold a fact."""
        return [bool(found) for found in self.says]


class Lines:
    """What is found in one library, line by line."""

    def __init__(self, subject: Subject) -> None:
        self._subject, self._index = subject, subject.index()
        expecting = OutOfFold(load_expected(EXPECTED))
        self._retriever = Retriever(subject.embedder, expecting=expecting)

    def group(
        self, turns: Sequence[str], article: str, facts: Sequence[Sequence[str]], weight: float
    ) -> Group | None:
        """The lines for the last of ``turns``; ``None`` when none or all of them are right.

        A line holds a fact when it has one of its phrases. Several questions in one message are
        answered one by one, so nothing is learned from them.
        """
        *earlier, asked = turns
        reader = self._subject.reader(asked, earlier)
        if len(reader.read_parts(asked, earlier)) > 1:
            return None
        query = reader.read(asked, list(earlier)).query
        hits = self._retriever.search(self._index, query, count=HITS)
        articles = self._index.library.articles
        texts = [
            [plain(s.span.cut(articles[h.passage.article].text)) for s in h.passage.sentences]
            for h in hits
        ]
        says = [
            {n for n, phrases in enumerate(facts) if any(p in normal(text) for p in phrases)}
            for own in texts
            for text in own
        ]
        right = np.array([bool(found) for found in says])
        if not right.any() or right.all():
            return None
        table = np.concatenate(line_features(reader.vocabulary, query, hits, texts))
        return Group(table, says, _wrong(hits, right), len(facts), fold_of(article, FOLDS), weight)


def _wrong(hits: Sequence[Hit], right: NDArray[np.bool_]) -> list[bool]:
    """Which lines are wrong: none that nearly says what a right one says.

    A lead-in is not called wrong either, because it answers through its items.
    """
    vectors = np.concatenate([h.sentence_vectors for h in hits])
    alike = (vectors @ vectors[right].T).max(axis=1) >= SAME
    opens = {(h.passage.id, s.lead_in) for h in hits for s in h.passage.sentences}
    leads = [(h.passage.id, n) in opens for h in hits for n in range(len(h.passage.sentences))]
    return [not a and not lead for a, lead in zip(alike.tolist(), leads, strict=True)]


def written(lines: Lines) -> Iterator[Group | None]:
    """The questions written for training, with the sentences that answer them."""
    for row in written_questions():
        yield lines.group([row.text], row.article, [[normal(a)] for a in row.answers], 1.0)


def development(lines: Lines) -> Iterator[Group | None]:
    """The answerable development cases with their key facts."""
    for case in answerable_cases("answers", "follow_ups"):
        if facts := [[normal(phrase) for phrase in fact] for fact in facts_of(case)]:
            turns = [turn.text for turn in case.conversation() if turn.role == "user"]
            yield lines.group(turns, case.relevant[0], facts, CASES_COUNT)


def fit(groups: Sequence[Group]) -> Numbers:
    """The weights of the features: every right line above all the wrong ones."""
    longest = max(len(g.features) for g in groups)
    table = torch.zeros(len(groups), longest, len(FEATURES), dtype=torch.float64)
    right, wrong = (torch.zeros(len(groups), longest, dtype=torch.bool) for _ in range(2))
    for n, group in enumerate(groups):
        size = len(group.features)
        table[n, :size] = torch.tensor(group.features)
        right[n, :size], wrong[n, :size] = torch.tensor(group.right), torch.tensor(group.wrong)
    spread = torch.tensor(np.concatenate([g.features for g in groups]).std(axis=0) + 1e-6)
    table /= spread
    counts = torch.tensor([g.weight for g in groups]) / right.sum(1)
    weights = torch.zeros(len(FEATURES), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        scores = table @ weights
        rest = torch.logsumexp(scores.masked_fill(~wrong, -1e9), 1, keepdim=True)
        behind = torch.nn.functional.softplus(rest - scores) * right
        total = (behind.sum(1) * counts).sum() / len(groups) + PENALTY * weights.square().sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    fitted: Numbers = (weights.detach() / spread).numpy()
    return fitted


def held_out(
    groups: Sequence[Group], score: Callable[[Sequence[Group]], Numbers]
) -> Iterator[tuple[Group, Numbers]]:
    """Each group with the scores of its lines by weights that saw nothing of its fold."""
    for fold in range(FOLDS):
        weights = score([g for g in groups if g.fold != fold])
        yield from ((g, g.features @ weights) for g in groups if g.fold == fold)


def told(pairs: Sequence[tuple[Group, Numbers]]) -> str:
    """How often the first line holds a fact, and the share of facts in the best six."""
    first, share = [], []
    for group, scores in pairs:
        best = np.argsort(-scores, kind="stable")[:SHOWN]
        first.append(bool(group.says[best[0]]))
        share.append(len(set().union(*(group.says[n] for n in best))) / group.facts)
    return f"first line {np.mean(first):.3f}, facts in six {np.mean(share):.3f}, n = {len(pairs)}"


def main() -> None:
    """Fit, save, and print what folds show that were not fitted on."""
    lines = Lines(Subject(Settings()))
    groups = [g for kind in (written, development) for g in kind(lines) if g is not None]
    weights = fit(groups)
    rows = (f"{name} = {w:.4f}" for name, w in zip(FEATURES, weights, strict=True))
    head = "# Made by training/sentences.py; do not edit by hand."
    OUT.write_text("\n".join([head, "[weights]", *rows]) + "\n", encoding="utf-8")
    cosine = np.array([float(name == "sentence") for name in FEATURES])
    learned, plainly = (list(held_out(groups, how)) for how in (fit, lambda _groups: cosine))
    for name, weight in (("written questions", 1.0), ("development cases", CASES_COUNT)):
        for label, pairs in (("cosine", plainly), ("fitted on other articles", learned)):
            print(f"{name}, {label}: {told([p for p in pairs if p[0].weight == weight])}")
        for fold in range(FOLDS):
            own = [p for p in learned if p[0].fold == fold and p[0].weight == weight]
            print(f"  fold {fold + 1}: {told(own)}")


if __name__ == "__main__":
    main()
