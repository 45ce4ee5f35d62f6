"""What may be quoted as a whole, and how well each such unit answers a question."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.answering.lines import FEATURES, line_features, line_scores
from assistant.answering.terms import Vocabulary
from assistant.embedding import Vectors
from assistant.index.live import Index
from assistant.kinds import Kind
from assistant.records import Passage
from assistant.retrieval import Hit, Query
from assistant.text import plain

MAX_WORDS = 50
_BEST_ITEMS = 3  # that speak for a list

_DANGLING = re.compile(
    r"^(this|these|those|that|it|its|they|them|their|such|he|she|both|either|then|there|here|but|and|"
    r"or|so|also|however|instead|otherwise|in addition|for this reason|as a result|because of this|"
    r"for example|other)\b",
    re.I,
)
# A true sentence that leaves the reader where they were, when an answer begins with it.
_UNSETTLED = re.compile(
    r"\b(do(es)? not (find|know|show)|(is|are) (not|un)( yet)?( fully)? ?(known|clear|certain)|"
    r"no (exact|clear) cause|studies|study|trials?|review|researchers|"
    r"no (se (sabe|conoce)|muestra|encuentran?)|estudios?|revisión|ensayos?)\b",
    re.I,
)
# How a study was made, without what it found.
_OF_A_STUDY = re.compile(
    r"\b(review|stud(y|ies)|trials?|researchers)\b.{0,60}"
    r"\b(looked at|joined|pulled together|compared|tested|followed|gave|asked)\b",
    re.I,
)
_FOUND = re.compile(
    r"\b(found|finds|show\w*|better|less|more|fewer|lower\w*|eased?|helped|led to|"
    r"no (link|benefit))\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """What is chosen as a whole: one sentence, or a lead-in with its items.

    ``features`` (``lines.FEATURES``), ``worth`` and ``vectors`` have one row for each position.
    ``score`` is that of the sentence; a pair of sentences is as good as its lines on average, and a
    list as its best items.
    """

    hit: Hit
    rank: int
    positions: tuple[int, ...]
    features: NDArray[np.float64]
    worth: NDArray[np.float64]
    vectors: Vectors
    is_list: bool = False
    settled: bool = True  # it tells what is so, not what a study did or what nobody knows
    tells: bool = True  # it tells something beyond how a study was made

    @property
    def score(self) -> float:
        """How well it answers; a difference of 1 means e times as likely."""
        lines = np.sort(self.worth[1:])[-_BEST_ITEMS:] if self.is_list else self.worth
        return float(np.log(np.exp(lines).mean()))

    @property
    def on_point(self) -> float:
        """How much it says of what the title does not, from 0 to 1."""
        return float(self.features[:, FEATURES.index("focus")].max())

    @property
    def said(self) -> float:
        """How much of the question its best line says, headings included, from 0 to 1."""
        return float(self.features[:, FEATURES.index("said")].max())

    @property
    def of_kind(self) -> bool:
        """Whether its section, or the sentence itself, is of the kind that is asked for."""
        section = self.features[0, FEATURES.index("kind")] >= 1.0
        return bool(section or (not self.is_list and self.features[:, FEATURES.index("cue")].any()))

    @property
    def demanded(self) -> bool:
        """Whether it holds what the question demands (a number, an outlook)."""
        return bool(self.features[:, FEATURES.index("demanded")].any())

    @property
    def passage(self) -> Passage:
        """The passage it stands in."""
        return self.hit.passage


def units_of(
    index: Index,
    vocabulary: Vocabulary,
    query: Query,
    hits: Sequence[Hit],
    permitted: Callable[[str], bool],
) -> list[Unit]:
    """Every unit of ``hits`` that may be quoted, with what speaks for its lines."""
    articles = index.library.articles
    texts = [
        [plain(s.span.cut(articles[hit.passage.article].text)) for s in hit.passage.sentences]
        for hit in hits
    ]
    units: list[Unit] = []
    tables = line_features(vocabulary, query, hits, texts)
    for rank, (hit, own, rows) in enumerate(zip(hits, texts, tables, strict=True)):
        worth = line_scores(rows)
        for group, is_list in _groups(hit.passage, own):
            if is_list and Kind.ASK not in query.kinds and own[group[-1]].endswith("?"):
                continue  # questions to take to the doctor answer nothing else
            kept = tuple(p for p in group if permitted(own[p]))
            if kept[:1] != group[:1] or len(kept) < min(2, len(group)):
                continue  # without its first sentence the rest would hang in the air
            at = list(kept)
            first = own[group[0]]
            settled = not _UNSETTLED.search(first)
            tells = not _OF_A_STUDY.search(first) or bool(_FOUND.search(first))
            units.append(
                Unit(
                    hit,
                    rank,
                    kept,
                    rows[at],
                    worth[at],
                    hit.sentence_vectors[at],
                    is_list,
                    settled,
                    tells,
                )
            )
    return units


def decides(unit: Unit, query: Query) -> bool:
    """Whether ``unit`` can open the answer to a yes-or-no question."""
    if unit.is_list:
        return False
    names = ("cue", "cue_other") if query.kinds else ("decides",)
    return bool(unit.features[:, [FEATURES.index(name) for name in names]].any())


def _groups(passage: Passage, texts: Sequence[str]) -> Iterator[tuple[tuple[int, ...], bool]]:
    """Positions that may be quoted, alone or together."""
    lists: dict[int, list[int]] = {}
    for position, sentence in enumerate(passage.sentences):
        if sentence.lead_in is not None:
            lists.setdefault(sentence.lead_in, []).append(position)
    for position, sentence in enumerate(passage.sentences):
        if position in lists:
            yield (position, *lists[position]), True
            continue
        text = texts[position]
        if sentence.lead_in is not None or not quotable(text):
            continue
        if _DANGLING.match(text):
            before = position - 1
            if (
                before >= 0
                and passage.sentences[before].kind == "sentence"
                and before not in lists
                and quotable(texts[before])
                and not _DANGLING.match(texts[before])
            ):
                yield (before, position), False
            continue
        yield (position,), False


def quotable(text: str) -> bool:
    """Whether a sentence may stand on its own: not a fragment, a question or a lead-in."""
    count = len(text.split())
    return 4 <= count <= MAX_WORDS and not text.endswith(("?", ":"))
