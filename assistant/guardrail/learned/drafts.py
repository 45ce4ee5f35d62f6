"""Reading one drafted sentence: is it like answers that may not be shown?

A second opinion on a model's words, beside the checks of ``guardrail/output``; sentences quoted
from the practice's own articles are not read here. Without weights there is no opinion, and the
checks stand alone.
"""

from __future__ import annotations

import logging
from enum import Enum
from functools import cache

from assistant.guardrail.learned.classifier import Classifier, load

_log = logging.getLogger(__name__)
_BLOCK = 1  # the label after "pass"


class Opinion(Enum):
    """What the reader makes of a sentence."""

    UNSAFE = "like drafts that must be blocked"
    OPEN = "no opinion"
    HARMLESS = "surely harmless"


def opinion(sentence: str, question: str = "") -> Opinion:
    """What the reader makes of ``sentence`` as an answer to ``question``."""
    classifier = _classifier()
    if classifier is None or not sentence.strip():
        return Opinion.OPEN
    probability = classifier.probabilities(sentence, question)[0][_BLOCK]
    limits = classifier.account["thresholds"]
    if probability >= limits["unsafe"]:
        return Opinion.UNSAFE
    return Opinion.HARMLESS if probability < limits["harmless"] else Opinion.OPEN


@cache
def _classifier() -> Classifier | None:
    try:
        return load("drafts")
    except Exception as error:  # noqa: BLE001 - the checks stand alone
        _log.warning("the learned reader of drafts is not available: %s", type(error).__name__)
        return None
