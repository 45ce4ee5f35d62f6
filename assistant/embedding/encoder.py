"""The exported encoder: a model as ONNX with its tokenizer, in a folder that says what it is."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from assistant.embedding.vectors import Progress, Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

ACCOUNT, GRAPH, WEIGHTS, TOKENIZER = (
    "encoder.json", "encoder.onnx", "encoder.weights", "tokenizer.json",
)  # fmt: skip
INPUTS, OUTPUT = ("input_ids", "attention_mask"), "vectors"
PROBE = "How long does a back spasm last, and what helps?"

# Below this cosine vectors of the export and of the model would no longer mean the same.
LEAST_COSINE = 0.9999

# Small batches of texts of one length waste nothing on padding, and their numbers stay in the
# processor's cache: 8 was as fast as 4 and faster than 16 and 32 (docs/performance.md).
_BATCH = 8


class EncoderDamaged(Exception):
    """An exported encoder cannot be used; the message says why in a few words."""


class Seal(BaseModel):
    """Size in bytes and SHA-256 of one file."""

    model_config = ConfigDict(frozen=True)

    size: int
    sha256: str


class Account(BaseModel):
    """What an exported encoder says of itself.

    ``sources`` are size and time of change (ns) of the files it was made from, ``probe`` is the
    reference's vector for ``PROBE``, ``worst_cosine`` the least of all texts compared.
    """

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    model: str
    dimension: int
    max_tokens: int
    pad_id: int
    normalised: Literal[True] = True
    sources: dict[str, tuple[int, int]]
    files: dict[str, Seal]
    probe: list[float]
    worst_cosine: float
    texts_compared: int
    versions: dict[str, str]


def read_account(folder: Path) -> Account:
    """What the encoder in ``folder`` says of itself.

    Raises:
        EncoderDamaged: the file is missing or cannot be understood.
    """
    try:
        return Account.model_validate_json((folder / ACCOUNT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EncoderDamaged(f"{ACCOUNT} cannot be read") from error


def seal(path: Path) -> Seal:
    """Size and SHA-256 of the file at ``path``."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Seal(size=path.stat().st_size, sha256=digest)


class Encoder:
    """Runs the exported encoder in a folder. Safe to share between threads.

    Every run uses one thread: a second brings nothing for one question (docs/performance.md). Many
    texts are spread over the processors as whole batches, which need not wait for each other.
    """

    def __init__(self, folder: Path, *, thorough: bool = False) -> None:
        """Open the encoder in ``folder`` and try it on one text.

        Files are compared by size, small ones byte by byte; with ``thorough`` the weights too,
        which reads all of them.

        Raises:
            EncoderDamaged: it cannot be used.
        """
        self.account = read_account(folder)
        _check_files(folder, self.account, thorough=thorough)
        try:
            self._session, self._tokenizer = _open(folder, self.account.max_tokens)
            found = self.embed([PROBE])[0]
        except Exception as error:
            # Both libraries raise errors of their own without a common base.
            raise EncoderDamaged(f"it cannot be opened ({type(error).__name__})") from error
        # Negated, so that a vector of NaN is no match either.
        if not float(found @ np.array(self.account.probe)) >= LEAST_COSINE:
            raise EncoderDamaged("it gives other vectors than when it was made")

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Unit vectors, shape ``(len(texts), dimension)``, in the order given."""
        result = np.zeros((len(texts), self.account.dimension), dtype=np.float32)
        if len(texts) == 1:
            result[:] = self._run([self._tokenizer.encode(texts[0])])
        elif texts:
            self._embed_many(self._tokenizer.encode_batch(list(texts)), result, progress)
            return result
        if progress and texts:
            progress(len(texts))
        return result

    def _embed_many(
        self, rows: Sequence[Encoding], result: Vectors, progress: Progress | None
    ) -> None:
        # Longest first: the last batches to be handed out are the short ones.
        order = sorted(range(len(rows)), key=lambda n: len(rows[n].ids), reverse=True)
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]

        with ThreadPoolExecutor(min(len(batches), usable_processors())) as pool:
            found = pool.map(lambda batch: self._run([rows[n] for n in batch]), batches)
            for batch, vectors in zip(batches, found, strict=True):
                result[batch] = vectors
                if progress:
                    progress(len(batch))

    def _run(self, rows: Sequence[Encoding]) -> Vectors:
        longest = max(len(row.ids) for row in rows)
        ids: NDArray[np.int64] = np.full((len(rows), longest), self.account.pad_id, dtype=np.int64)
        mask: NDArray[np.int64] = np.zeros((len(rows), longest), dtype=np.int64)
        for n, row in enumerate(rows):
            ids[n, : len(row.ids)] = row.ids
            mask[n, : len(row.ids)] = 1
        found = self._session.run([OUTPUT], dict(zip(INPUTS, (ids, mask), strict=True)))
        return np.asarray(found[0], dtype=np.float32)


def usable_processors() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1


def _open(folder: Path, max_tokens: int) -> tuple[InferenceSession, Tokenizer]:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # read once, at import
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4  # what cannot be opened is explained by the caller
    session = onnxruntime.InferenceSession(str(folder / GRAPH), options)
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.enable_truncation(max_tokens)
    tokenizer.no_padding()
    return session, tokenizer


def _check_files(folder: Path, account: Account, *, thorough: bool) -> None:
    for name in (GRAPH, WEIGHTS, TOKENIZER):
        path, known = folder / name, account.files.get(name)
        try:
            # Sizes first: a weights file cut short would end the whole process when mapped.
            same = known is not None and path.stat().st_size == known.size
            if same and (thorough or name != WEIGHTS):
                same = seal(path) == known
        except OSError as error:
            raise EncoderDamaged(f"{name} cannot be read") from error
        if not same:
            raise EncoderDamaged(f"{name} is not as it was written")
