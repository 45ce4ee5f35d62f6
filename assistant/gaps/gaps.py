"""The list of gaps: kept questions that ask the same, and the article that comes nearest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.embedding import Embedder, Vectors
from assistant.gaps.cluster import cluster
from assistant.gaps.keep import KeptQuestion, Kind
from assistant.index.live import Index
from assistant.text import words

# Chosen on half of the questions of tests/gap_questions.tsv, reported there on the other half.
TOGETHER = 0.55
MOST_EXAMPLES = 5
_PASSAGES = 40  # looked through for the nearest one in the question's language


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The article that comes nearest to a question; ``similarity`` is a cosine."""

    id: str
    title: str
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Questions that ask the same. ``question`` is the one most like all of them.

    ``examples`` are at most five different wordings, the most frequent first and ``question``
    among them; ``kinds`` counts why they were kept.
    """

    question: str
    count: int
    examples: tuple[str, ...]
    kinds: Mapping[Kind, int]
    first: date
    last: date
    lang: str
    nearest: Nearest | None


def find_gaps(
    questions: Sequence[KeptQuestion],
    embedder: Embedder,
    index: Index,
    *,
    threshold: float = TOGETHER,
) -> list[Gap]:
    """What to write about next, the most asked first. The order of ``questions`` is no matter.

    Raises:
        EmbedderUnavailable, StoreUnavailable: the questions cannot be compared.
    """
    found: list[Gap] = []
    for lang in sorted({q.lang for q in questions}):
        asked = _by_words([q for q in questions if q.lang == lang])
        vectors = embedder.embed([group[0].text for group in asked])
        for rows in cluster(vectors, threshold):
            found.append(_gap([asked[row] for row in rows], vectors[rows], index))
    return sorted(found, key=lambda gap: (-gap.count, -gap.last.toordinal(), gap.question))


def _by_words(questions: Sequence[KeptQuestion]) -> list[list[KeptQuestion]]:
    """Questions of equal words together, in the order of their words."""
    groups: dict[str, list[KeptQuestion]] = {}
    for question in sorted(questions, key=lambda q: (q.text, q.day, q.id)):
        groups.setdefault(" ".join(words(question.text)), []).append(question)
    return [groups[key] for key in sorted(groups)]


def _gap(asked: Sequence[Sequence[KeptQuestion]], vectors: Vectors, index: Index) -> Gap:
    counts = [len(group) for group in asked]
    likeness = (vectors @ vectors.T) @ counts
    middle = int(likeness.argmax())
    everyone = [question for group in asked for question in group]
    often = sorted(range(len(asked)), key=lambda n: (-counts[n], n != middle, n))
    shown = sorted([middle, *(n for n in often if n != middle)][:MOST_EXAMPLES], key=often.index)
    lang = everyone[0].lang
    return Gap(
        question=asked[middle][0].text,
        count=len(everyone),
        examples=tuple(asked[n][0].text for n in shown),
        kinds=dict(sorted(Counter(q.kind for q in everyone).items())),
        first=min(q.day for q in everyone),
        last=max(q.day for q in everyone),
        lang=lang,
        nearest=_nearest(vectors[middle], lang, index),
    )


def _nearest(vector: Vectors, lang: str, index: Index) -> Nearest | None:
    for passage_id, cosine in index.nearest_passages(vector, _PASSAGES):
        found = index.entry(index.position(passage_id))
        if found.language == lang:
            return Nearest(id=found.article, title=found.title, similarity=round(cosine, 3))
    return None
