"""What may be quoted as a whole, and how well each such unit answers a question."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.answering.demands import demands
from assistant.answering.terms import Vocabulary, said
from assistant.index.live import Index
from assistant.kinds import Kind, heading_kinds, sentence_kinds
from assistant.records import Passage
from assistant.retrieval import Hit, Query
from assistant.text import plain

MAX_WORDS = 50

_DANGLING = re.compile(
    r"^(this|these|those|that|it|its|they|them|their|such|he|she|both|either|then|there|here|but|and|"
    r"or|so|also|however|instead|otherwise|in addition|for this reason|as a result|because of this|"
    r"for example|other)\b",
    re.I,
)
_ABOUT = 0.5  # a term that the title says to this degree is the topic, not the point
# Writers put what matters most first: how much less each further item of a list is worth.
_LATER = 0.06
_ASIDE = frozenset({Kind.ASK, Kind.EMERGENCY, Kind.WHEN})  # sections quoted when asked for

# What speaks for a unit, and how much. Fitted by a softmax over the units of each question on the
# development answer cases; docs/answering.md says what it reaches on the half kept unseen.
_WEIGHTS = {
    "rank": 3.7,  # the passage's score, the best one being 1
    "passage": 7.9,  # cosines to the question
    "sentence": 4.9,
    "said": 3.3,  # how much of the question the words say, headings included
    "focus": 0.3,  # the same without headings, for what the title does not say
    "cue": 1.0,  # the sentence has words that such a question is answered with
    "cue_other": 0.33,
    "decides": 0.2,
    "topic": -1.3,  # counted in "rank" already
    "first": 0.33,
    "aside": -0.7,
    "list_asked": 1.1,
    "list_unasked": 0.8,
    "list_other": 1.0,
    "demanded": 2.0,  # it holds the number, price or outlook that the question demands
}
FEATURES = tuple(_WEIGHTS)
_WEIGHT_VECTOR = np.array([_WEIGHTS[name] for name in FEATURES])
# Kinds that are best answered by a list, and kinds that one sentence answers.
_LISTED = frozenset(
    {Kind.SYMPTOMS, Kind.CAUSES, Kind.TREATMENT, Kind.SELF_CARE, Kind.PREVENTION, Kind.ASK,
     Kind.EMERGENCY}
)  # fmt: skip
_SENTENCED = frozenset({Kind.DEFINITION, Kind.DURATION, Kind.WHO})
_DECIDES = re.compile(
    r"\b(do not|does not|should not|cannot|can|may|might|need|needs|not advised|safe|unlikely|"
    r"likely|most people|many people|usually|often|rare|rarely|no evidence|evidence|studies|study|"
    r"review|found|guideline|advises?|lists|helps?|works?|better|little|small|"
    r"ask (a|your) doctor)\b",
    re.I,
)


@dataclass(slots=True)
class Unit:
    """What is chosen as a whole: one sentence, or a lead-in with its items.

    ``worth`` has one value for each position: of the items of a list the best are kept.
    """

    hit: Hit
    rank: int
    positions: tuple[int, ...]
    features: NDArray[np.float64]
    worth: tuple[float, ...]
    vector: NDArray[np.float32]
    is_list: bool = False
    score: float = 0.0

    @property
    def on_point(self) -> float:
        """How much it says of what the title does not, from 0 to 1."""
        return float(self.features[FEATURES.index("focus")])

    @property
    def demanded(self) -> bool:
        """Whether it holds what the question demands (a number, an outlook)."""
        return bool(self.features[FEATURES.index("demanded")] >= 1.0)

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
    """Every unit of ``hits`` that may be quoted, with its features."""
    units: list[Unit] = []
    top = hits[0].score if hits else 1.0
    for rank, hit in enumerate(hits):
        article = index.library.articles[hit.passage.article]
        texts = [plain(s.span.cut(article.text)) for s in hit.passage.sentences]
        rows, values = _rows(vocabulary, query, hit, texts, top)
        for group, is_list in _groups(hit.passage, texts):
            if is_list and Kind.ASK not in query.kinds and texts[group[-1]].endswith("?"):
                continue  # questions to take to the doctor answer nothing else
            positions = tuple(p for p in group if permitted(texts[p]))
            if positions[:1] != group[:1] or len(positions) < min(2, len(group)):
                continue  # without its first sentence the rest would hang in the air
            own = rows[list(positions)]
            vector = hit.sentence_vectors[list(positions)].mean(axis=0)
            vector /= float(np.linalg.norm(vector)) or 1.0
            features = own[0] if not is_list else (own[0] + own.max(axis=0)) / 2
            if not is_list and len(own) > 1:
                features = own.max(axis=0)
            features = features.copy()
            if is_list:
                features[FEATURES.index(_list_fit(query))] = 1.0
            worth = tuple(float(w) for w in values[list(positions)])
            score = float(features @ _WEIGHT_VECTOR)
            units.append(Unit(hit, rank, positions, features, worth, vector, is_list, score))
    return units


def _rows(
    vocabulary: Vocabulary, query: Query, hit: Hit, texts: Sequence[str], top: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What speaks for every sentence of ``hit``.

    The features, shape ``(sentences, features)``, and each one's worth among the items of a list,
    shape ``(sentences,)``.
    """
    passage = hit.passage
    heading = vocabulary.headings(passage)
    main, others = set(query.kinds[:1]), set(query.kinds[1:])
    kinds = heading_kinds(passage.heading)
    aside = bool(kinds & _ASIDE) and not kinds & set(query.kinds)
    focus = [t for t in query.terms if t.said_by(vocabulary.title(passage)) < _ABOUT]
    wanted = demands(query.text)
    shared = {
        "passage": hit.signals["passage"],
        "rank": hit.score / top if top else 0.0,
        "topic": hit.signals["topic"],
        "aside": float(aside),
        **dict.fromkeys(("list_asked", "list_unasked", "list_other"), 0.0),
    }
    rows = []
    for n, (own, text) in enumerate(zip(vocabulary.sentences(passage), texts, strict=True)):
        values = shared | {
            "sentence": float(hit.sentence_cosines[n]),
            "said": said(query.terms, own | heading),
            "focus": said(focus, own),
            "decides": float(query.yes_no and bool(_DECIDES.search(text))),
            "cue": float(bool(main & sentence_kinds(text))),
            "cue_other": float(bool(others & sentence_kinds(text))),
            "first": float(n == 0),
            "demanded": float(bool(wanted) and all(p.search(text) for p in wanted)),
        }
        rows.append([values[name] for name in FEATURES])
    worth = [
        2.0 * said(query.terms, own) - _LATER * n
        for n, own in enumerate(vocabulary.sentences(passage))
    ]
    return np.array(rows, dtype=np.float64), np.array(worth) + hit.sentence_cosines


def _list_fit(query: Query) -> str:
    """Which feature tells how well a list suits the question."""
    if query.yes_no or (query.kinds and query.kinds[0] in _SENTENCED):
        return "list_unasked"
    return "list_asked" if query.kinds and query.kinds[0] in _LISTED else "list_other"


def list_size(query: Query) -> int:
    """How many items of a list to show: more when the question asks for a list."""
    return 4 if _list_fit(query) == "list_asked" else 3


def decides(unit: Unit, query: Query) -> bool:
    """Whether ``unit`` can open the answer to a yes-or-no question."""
    cue = max(unit.features[FEATURES.index("cue")], unit.features[FEATURES.index("cue_other")])
    if unit.is_list:
        return False
    return bool(cue if query.kinds else unit.features[FEATURES.index("decides")])


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
