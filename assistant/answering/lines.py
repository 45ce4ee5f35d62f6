"""How well each sentence of a passage found answers the question: weighted signals.

``training/sentences.py`` fits the weights; ``docs/answering.md`` says what they gain.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from assistant.answering.demands import demands
from assistant.answering.terms import Vocabulary, said
from assistant.kinds import Kind, heading_kinds, sentence_kinds
from assistant.records import Passage
from assistant.retrieval import Hit, Query

Numbers = NDArray[np.float64]
# By feature; one value stands for every sentence.
_Columns = dict[str, float | list[float] | NDArray[np.float32]]

# Of the passage, then of the sentence in it.
FEATURES = (
    "rank",  # the passage's score, the best one being 1
    "score",
    "place",  # how many passages stand before it, on a logarithm
    "passage",  # cosine to the question
    "match",
    "expected_passage",
    "kind",
    "aside",  # a section that is quoted when somebody asks for it
    "headings",  # how much of the question the headings say
    "sentence",  # cosine to the question
    "behind",  # how far that is below the best one of all
    "expected",  # cosine to where an answer is expected
    "expected_behind",
    "lead_in",  # for an item of a list the cosine of the sentence that opens it, else its own
    "central",  # cosine to its own passage
    "said",  # how much of the question the words say, headings included
    "focus",  # the same without headings, for what the title does not say
    "cue",  # it has words that such a question is answered with
    "cue_other",
    "decides",
    "demanded",  # it holds the number, price or outlook that the question demands
    "position",
    "item",
    "item_number",
    "words",
)
_ABOUT = 0.5  # a term that the title says to this degree is the topic, not the point
_ASIDE = frozenset({Kind.ASK, Kind.EMERGENCY, Kind.WHEN})
_WORDS = 30  # of a sentence that counts as long
_DECIDES = re.compile(
    r"\b(do not|does not|should not|cannot|can|may|might|need|needs|not advised|safe|unlikely|"
    r"likely|most people|many people|usually|often|rare|rarely|no evidence|evidence|studies|study|"
    r"review|found|guideline|advises?|lists|helps?|works?|better|little|small|"
    r"ask (a|your) doctor)\b",
    re.I,
)


def line_features(
    vocabulary: Vocabulary, query: Query, hits: Sequence[Hit], texts: Sequence[Sequence[str]]
) -> list[Numbers]:
    """What speaks for every sentence of every hit: arrays ``(sentences, len(FEATURES))``.

    ``texts`` are the words of the sentences of each hit.
    """
    nearest = max((float(hit.sentence_cosines.max()) for hit in hits), default=0.0)
    expected = max((float(hit.expected_cosines.max()) for hit in hits), default=0.0)
    return [
        _table(
            hit,
            _shared(vocabulary, query, hits, n)
            | _worded(vocabulary, query, hit, own)
            | {
                "behind": hit.sentence_cosines - nearest,
                "expected_behind": hit.expected_cosines - expected,
            },
        )
        for n, (hit, own) in enumerate(zip(hits, texts, strict=True))
    ]


def line_scores(features: Numbers) -> Numbers:
    """How well each line answers; a difference of 1 means e times as likely."""
    scores: Numbers = features @ _weights()
    return scores


def _table(hit: Hit, known: _Columns) -> Numbers:
    """The features in their order."""
    passage, cosines = hit.passage, hit.sentence_cosines
    places = range(len(passage.sentences))
    opens = [_opens(passage, n) for n in places]
    columns = {
        **known,
        "sentence": cosines,
        "expected": hit.expected_cosines,
        "lead_in": cosines[opens],
        "central": hit.sentence_vectors @ _middle(hit),
        "position": np.log1p(places),
        "item": [float(n != own) for n, own in zip(places, opens, strict=True)],
        "item_number": np.log1p(np.subtract(places, opens)),
    }
    return np.column_stack(
        [np.broadcast_to(np.asarray(columns[name], dtype=np.float64), len(places))
         for name in FEATURES]
    )  # fmt: skip


def _shared(vocabulary: Vocabulary, query: Query, hits: Sequence[Hit], rank: int) -> _Columns:
    """What the passage gives to all its sentences."""
    hit, top = hits[rank], hits[0].score
    kinds = heading_kinds(hit.passage.heading)
    return {
        "rank": hit.score / top if top else 0.0,
        "score": hit.score,
        "place": math.log1p(rank),
        "passage": hit.signals["passage"],
        "match": hit.signals["match"],
        "expected_passage": hit.expected_cosine,
        "kind": hit.signals["kind"],
        "aside": float(bool(kinds & _ASIDE) and not kinds & set(query.kinds)),
        "headings": said(query.terms, vocabulary.headings(hit.passage)),
    }


def _worded(vocabulary: Vocabulary, query: Query, hit: Hit, texts: Sequence[str]) -> _Columns:
    """What the words of each sentence say."""
    passage = hit.passage
    above, title = vocabulary.headings(passage), vocabulary.title(passage)
    own = vocabulary.sentences(passage)
    focus = [t for t in query.terms if t.said_by(title) < _ABOUT]
    wanted = demands(query.text)
    main, others = set(query.kinds[:1]), set(query.kinds[1:])
    return {
        "said": [said(query.terms, stems | above) for stems in own],
        "focus": [said(focus, stems) for stems in own],
        "cue": [float(bool(main & sentence_kinds(text))) for text in texts],
        "cue_other": [float(bool(others & sentence_kinds(text))) for text in texts],
        "decides": [float(query.yes_no and bool(_DECIDES.search(text))) for text in texts],
        "demanded": [float(bool(wanted) and all(p.search(t) for p in wanted)) for t in texts],
        "words": [len(text.split()) / _WORDS for text in texts],
    }


def _opens(passage: Passage, position: int) -> int:
    """The position of the sentence that opens the list of this item; its own for a sentence."""
    lead_in = passage.sentences[position].lead_in
    return position if lead_in is None else lead_in


def _middle(hit: Hit) -> NDArray[np.float32]:
    """The direction that the sentences of the passage share."""
    middle: NDArray[np.float32] = hit.sentence_vectors.mean(axis=0)
    return middle / (float(np.linalg.norm(middle)) or 1.0)


@cache
def _weights() -> Numbers:
    text = resources.files("assistant").joinpath("data/sentences.toml").read_text(encoding="utf-8")
    weights = tomllib.loads(text)["weights"]
    return np.array([weights[name] for name in FEATURES])
