"""Reading one message with fine-tuned encoders (see ``weights/MODEL_CARD.md``).

The rules stand alone when the weights or ONNX Runtime are missing: every failure here means "no
opinion". Loading takes about a second and happens once, on the first message.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from assistant.guardrail.learned.classifier import Classifier, load
from assistant.guardrail.text import SENTENCE_END
from assistant.guardrail.types import Level

Limit: TypeAlias = Literal["whole", "part", "passage"]

_log = logging.getLogger(__name__)
_CLAUSE = re.compile(r"[.!?;\n]+|,\s|\b(?:and|but|because|so)\b", re.I)
_MOST_CLAUSES = 8
_SHORTEST_CLAUSE = 3  # words
_WINDOW = 400  # characters; a longer message is read in overlapping windows, none of it skipped
_STEP = 300  # overlap of pieces of one endless sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the detector makes of one message.

    ``score`` is the probability that the message needs a doctor at all (with ``NOTICE``: that it
    asks about a warning sign in general); ``evidence`` are the person's words that weigh most.
    """

    level: Level
    family: str
    score: float
    evidence: str


def opinion(text: str) -> Opinion | None:
    """The detector's opinion of ``text``, or ``None`` when it has nothing to raise."""
    try:
        return _opinion(text)
    except Exception as error:  # noqa: BLE001 - the rules stand alone, whatever broke here
        _log.error("the learned detector gave no opinion: %s", type(error).__name__)
        return None


def rules_out(text: str, limit: Limit = "whole") -> bool:
    """Whether the detector is sure that ``text`` needs no doctor.

    ``limit`` says what the text is: a whole message; a ``part`` of one, a few words, whose
    explanation may stand outside; or a ``passage``, the sentences around a sign in a long story.
    Without a detector nothing is ruled out.
    """
    try:
        return _rules_out(text, limit)
    except Exception as error:  # noqa: BLE001 - the rules then count in full
        _log.error("the learned detector gave no opinion: %s", type(error).__name__)
        return False


def likelihood(text: str) -> float | None:
    """The probability that ``text`` alone needs a doctor; ``None`` without a detector."""
    try:
        detector = _detector()
        return None if detector is None else max(map(detector.probability, _windows(text)))
    except Exception as error:  # noqa: BLE001 - as above
        _log.error("the learned detector gave no opinion: %s", type(error).__name__)
        return None


def _rules_out(text: str, limit: Limit) -> bool:
    detector = _detector()
    return detector is not None and all(detector.rules_out(w, limit) for w in _windows(text))


def _opinion(text: str) -> Opinion | None:
    detector = _detector()
    if detector is None or not text.strip():
        return None
    windows = _windows(text)
    readings = [detector.read(window, long=len(windows) > 1) for window in windows]
    found = max(readings, key=lambda reading: (reading[0], reading[2]))
    level, family, score, window = found
    if level is Level.NONE:
        return None
    evidence = detector.evidence(window) if level > Level.NOTICE else ""
    return Opinion(level=level, family=family, score=score, evidence=evidence)


class _Detector:
    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self._families: list[str] = classifier.account["families"]
        self._limits: dict[str, float] = classifier.account["thresholds"]

    def read(self, text: str, *, long: bool = False) -> tuple[Level, str, float, str]:
        """Level, family, score and the text itself.

        A window of a long text needs a higher score: each is one more chance of a false alarm.
        """
        levels, families = self._classifier.probabilities(text)
        limits = self._limits
        route = sum(levels[2:])
        family = self._families[max(range(len(families)), key=families.__getitem__)]
        if route < limits["route_long" if long else "route"]:
            noticed = levels[1] >= limits["notice"]
            return (Level.NOTICE if noticed else Level.NONE), "", levels[1], text
        level = Level.PROMPT
        if levels[4] >= limits["emergency"]:
            level = Level.EMERGENCY
        elif levels[3] + levels[4] >= limits["urgent"]:
            level = Level.URGENT
        return level, family, route, text

    def rules_out(self, text: str, limit: Limit) -> bool:
        """Whether the probability is below the limit for a doubtful reading."""
        return self.probability(text) < self._limits[f"rules_out_{limit}"]

    def probability(self, text: str) -> float:
        """Probability that ``text`` needs a doctor at all."""
        return sum(self._classifier.probabilities(text)[0][2:])

    def evidence(self, text: str) -> str:
        """The clause of ``text`` that alone weighs most."""
        clauses = [c.strip() for c in _CLAUSE.split(text)]
        clauses = [c for c in clauses if len(c.split()) >= _SHORTEST_CLAUSE][:_MOST_CLAUSES]
        if len(clauses) < 2:
            return text.strip()
        return max(clauses, key=self.probability)


def _windows(text: str) -> list[str]:
    """All of a short message; of a long one, overlapping runs of whole sentences.

    A sentence alone says too little: what makes it harmless often stands beside it.
    """
    if len(text) <= _WINDOW:
        return [text]
    pieces = [piece for part in SENTENCE_END.split(text) for piece in _cut(part)]
    windows, start, end = [], 0, 0
    while end < len(pieces):
        end = start + 1
        while end < len(pieces) and len(" ".join(pieces[start : end + 1])) <= _WINDOW:
            end += 1
        windows.append(" ".join(pieces[start:end]))
        start += max(1, (end - start) // 2)
    return windows


def _cut(sentence: str) -> list[str]:
    return [sentence[start : start + _WINDOW] for start in range(0, len(sentence), _STEP)]


@cache
def _detector() -> _Detector | None:
    """The shipped weights, or ``None`` when they cannot be used."""
    try:
        return _Detector(load("detector"))
    except Exception as error:  # noqa: BLE001 - the rules stand alone
        _log.warning("the learned detector is not available: %s", type(error).__name__)
        return None
