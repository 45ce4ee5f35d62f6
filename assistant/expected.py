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
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from assistant.embedding import Vectors

if TYPE_CHECKING:
    from importlib.abc import Traversable

    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

NAME, OUTPUT = "expected", "vectors"
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
        row = self._tokenizer.encode(question.lower())
        feed = {
            "input_ids": np.array([row.ids], dtype=np.int64),
            "attention_mask": np.array([row.attention_mask], dtype=np.int64),
        }
        return np.asarray(self._session.run([OUTPUT], feed)[0][0], dtype=np.float32)


def expected_encoder_for(model_id: str) -> ExpectedEncoder | None:
    """The shipped encoder when it was made for the library's encoder ``model_id``."""
    folder = resources.files("assistant") / "data"
    try:
        account = json.loads((folder / f"{NAME}.json").read_text(encoding="utf-8"))
        return _shipped() if account["model"] == model_id else None
    except (OSError, ValueError, KeyError) as error:
        _log.warning("questions are read by one encoder only: %s", type(error).__name__)
        return None


@cache
def _shipped() -> ExpectedEncoder | None:
    try:
        return load_expected(resources.files("assistant") / "data")
    except Exception as error:  # noqa: BLE001 - answers are found without it, a little less well
        _log.warning("questions are read by one encoder only: %s", type(error).__name__)
        return None


def load_expected(folder: Traversable | Path) -> ExpectedEncoder:
    """The encoder in ``folder``. Raises what its files or ONNX Runtime raise."""
    import onnxruntime
    from tokenizers import Tokenizer

    account = json.loads((folder / f"{NAME}.json").read_text(encoding="utf-8"))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # as the library's encoder (docs/performance.md)
    session = onnxruntime.InferenceSession((folder / f"{NAME}.onnx").read_bytes(), options)
    words = resources.files("assistant.guardrail.learned") / "weights" / "tokenizer.json"
    tokenizer = Tokenizer.from_str(words.read_text(encoding="utf-8"))
    tokenizer.enable_truncation(account["max_tokens"])
    tokenizer.no_padding()
    return ExpectedEncoder(session, tokenizer)
