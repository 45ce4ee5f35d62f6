"""A small fine-tuned encoder that says how probable each label of a text is."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

_SHIPPED = Path(__file__).parent / "weights"
_KEPT = 1024  # texts; one message is asked about several times: whole, in doubt, clause by clause


class Classifier:
    """Weights, tokenizer and their ``account`` (a JSON file): heads, labels, thresholds."""

    def __init__(
        self,
        session: InferenceSession,
        tokenizer: Tokenizer,
        account: Any,  # noqa: ANN401 - parsed JSON
    ) -> None:
        self.account = account
        self._session = session
        self._tokenizer = tokenizer
        self.probabilities = lru_cache(maxsize=_KEPT)(self.read)

    def read(self, text: str, before: str | None = None) -> tuple[list[float], ...]:
        """Label probabilities of ``text``, or of the pair of ``before`` and ``text``, by head."""
        first, second = (text, None) if before is None else (before, text)
        feed = inputs(self._tokenizer, first, second)
        return tuple(map(_softmax, self._session.run(self.account["heads"], feed)))


def _softmax(logits: NDArray[np.float32]) -> list[float]:
    import numpy as np

    weights = np.exp(logits[0].astype(np.float64) - logits.max())
    found: list[float] = (weights / weights.sum()).tolist()
    return found


def load(name: str, folder: Path | None = None) -> Classifier:
    """The classifier ``<name>.onnx`` with its ``<name>.json`` in ``folder``, or a shipped one.

    Raises whatever its files or ONNX Runtime raise when they cannot be used.
    """
    return Classifier(*open_weights(name, folder or _SHIPPED))


def open_weights(name: str, folder: Path) -> tuple[InferenceSession, Tokenizer, Any]:
    """What runs ``<name>.onnx`` in ``folder``, its tokenizer, and its account (a JSON file).

    Whatever was made from the small sentence encoder shares one tokenizer.

    Raises whatever the files or ONNX Runtime raise when they cannot be used.
    """
    import onnxruntime
    from tokenizers import Tokenizer

    account = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # a busy neighbour must not stall a second thread
    if account.get("optimised"):  # by its export; to do it again would be most of the loading
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(folder / f"{name}.onnx"), options)
    tokenizer = Tokenizer.from_str((_SHIPPED / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer.enable_truncation(account["max_tokens"])
    tokenizer.no_padding()
    return session, tokenizer, account


def inputs(
    tokenizer: Tokenizer, text: str, second: str | None = None
) -> dict[str, NDArray[np.int64]]:
    """What a session is given for one text, or for a pair of them; case does not count."""
    import numpy as np

    row = tokenizer.encode(text.lower(), None if second is None else second.lower())
    return {
        "input_ids": np.array([row.ids], dtype=np.int64),
        "attention_mask": np.array([row.attention_mask], dtype=np.int64),
    }
