"""Reading one drafted sentence: is it like answers that may not be shown?

A second opinion on a model's words, beside the checks of ``guardrail/output``; sentences quoted
from the practice's own articles are not read here. Without weights there is no opinion, and the
checks stand alone.
"""

from __future__ import annotations

import logging
from functools import cache

from assistant.guardrail.learned.classifier import Classifier, load

_log = logging.getLogger(__name__)
_FEWEST = 8  # words; of shorter sentences it has read too few, and the checks read those well
_BLOCK = 1  # the label after "pass"


def unsafe(sentence: str, question: str = "") -> bool:
    """Whether ``sentence``, as an answer to ``question``, is like drafts that must be blocked."""
    classifier = _classifier()
    if classifier is None or len(sentence.split()) < _FEWEST:
        return False
    probability = classifier.probabilities(sentence, question)[0][_BLOCK]
    return probability >= float(classifier.account["threshold"])


@cache
def _classifier() -> Classifier | None:
    try:
        return load("drafts")
    except Exception as error:  # noqa: BLE001 - the checks stand alone
        _log.warning("the learned reader of drafts is not available: %s", type(error).__name__)
        return None
