"""Where the answer to a question would lie: a second vector of the question, learned from answers.

The encoder of the library puts a question beside what has its words. A copy of it, fine-tuned on
questions with the sentences that answer them (``training/expected.py``), puts it beside these. It
reads questions only: the vectors of the library stay as they are. Without its weights, or with
another encoder than the one it was made for, the question's own vector stands in.
"""

from __future__ import annotations

import json
import logging
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from assistant.embedding import Vectors
from assistant.guardrail.learned.classifier import inputs, open_weights

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

NAME, OUTPUT = "expected", "vectors"
_SHIPPED = Path(__file__).parent / "data"
_log = logging.getLogger(__name__)


class Expecting(Protocol):
    """What tells where an answer lies."""

    def embed(self, question: str) -> Vectors:
        """The unit vector at which answers to ``question`` lie, shape ``(dimension,)``."""
        ...


class ExpectedEncoder:
    """Reads a question into the vector of an answer to it. Safe to share between threads."""

    def __init__(self, session: InferenceSession, tokenizer: Tokenizer) -> None:
        self._session, self._tokenizer = session, tokenizer

    def embed(self, question: str) -> Vectors:
        """The unit vector at which answers to ``question`` lie, shape ``(dimension,)``."""
        feed = inputs(self._tokenizer, question)
        return np.asarray(self._session.run([OUTPUT], feed)[0][0], dtype=np.float32)


def expected_encoder_for(model_id: str, folder: Path = _SHIPPED) -> ExpectedEncoder | None:
    """The encoder in ``folder`` when it was made for the library's encoder ``model_id``."""
    try:
        account = json.loads((folder / f"{NAME}.json").read_text(encoding="utf-8"))
        return load_expected(folder) if account["model"] == model_id else None
    except Exception as error:  # noqa: BLE001 - answers are found without it, a little less well
        _log.warning("questions are read by one encoder only: %s", type(error).__name__)
        return None


@cache
def load_expected(folder: Path) -> ExpectedEncoder:
    """The encoder in ``folder``. Raises what its files or ONNX Runtime raise."""
    session, tokenizer, _ = open_weights(NAME, folder)
    return ExpectedEncoder(session, tokenizer)
