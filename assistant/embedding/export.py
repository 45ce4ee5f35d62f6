"""Writing a sentence-transformers model down as ONNX, and proving that nothing was lost.

This is the only part that needs the package ``onnx``; it runs once for each model.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import time
import warnings
from collections.abc import Iterable
from importlib import metadata
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.embedding.encoder import (
    ACCOUNT,
    GRAPH,
    INPUTS,
    LEAST_COSINE,
    OUTPUT,
    PROBE,
    TOKENIZER,
    WEIGHTS,
    Account,
    Encoder,
    seal,
)
from assistant.embedding.reference import SentenceTransformerEmbedder, load_model
from assistant.embedding.vectors import Vectors

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

_UNFINISHED = ".tmp-"
_ABANDONED = 3600.0  # seconds after which an unfinished export belongs to nobody
_OPSET = 17
_SMALLEST_OUTSIDE = 1024  # bytes; smaller constants stay inside the graph file
_VERSIONS = ("sentence-transformers", "transformers", "torch", "onnx", "onnxruntime", "tokenizers")

# Short and longer than the model reads, next to nothing, several scripts, marks and numbers.
_COMPARED = (
    PROBE,
    "",
    " ",
    "\n\n",
    ".",
    "back",
    "  padded  ",
    "What causes back spasms?",
    "my back went out yesterday, cant bend or put my socks on",
    "Heat relaxes tight muscles. Ice lowers swelling; use either for 15-20 minutes.",
    "UPPER, lower and MiXeD (brackets) [more] {yet more} 1/2 3.5% #7 a_b a-b",
    "tab\tline\nbreak\u200bzero width\u00a0blank",
    "\u201cTypographic\u201d quotes \u2013 and dashes \u2014 and\u2026 dots",
    "naive cafe\u0301 nai\u0308ve caf\u00e9 \u00c5ngstr\u00f6m \ufb01ber",
    "\u00bfCu\u00e1nto dura la lumbalgia y qu\u00e9 la alivia?",
    "R\u00fcckenschmerzen nach langem Sitzen: was hilft?",
    "\u80cc\u4e2d\u304c\u75db\u3044",
    "\u0431\u043e\u043b\u044c \u0432 \u0441\u043f\u0438\u043d\u0435",
    "\u0623\u0644\u0645 \u0627\u0644\u0638\u0647\u0631",
    "\U0001f600\U0001f3e5",
    "x" * 3000,
    "pain " * 90,
    "The muscles beside the spine tighten to protect it. " * 60,
)  # fmt: skip


class ExportFailed(Exception):
    """No encoder could be exported; the message says why."""


def sources(folder: Path) -> dict[str, tuple[int, int]]:
    """Size in bytes and time of change (ns) of every file of the model in ``folder``."""
    return {name: (path.stat().st_size, path.stat().st_mtime_ns) for name, path in _files(folder)}


def content_name(folder: Path) -> str:
    """A name derived from every byte of the model in ``folder``; reads all of it."""
    digest = hashlib.sha256(b"encoder 1\n")
    for name, path in _files(folder):
        digest.update(f"{name} {seal(path).sha256}\n".encode())
    return digest.hexdigest()[:16]


def _files(folder: Path) -> list[tuple[str, Path]]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted((path.relative_to(folder).as_posix(), path) for path in found)


def finished(encoders: Path) -> list[Path]:
    """Folders of complete exports in ``encoders``."""
    folders = encoders.iterdir() if encoders.is_dir() else ()
    return sorted(f for f in folders if f.is_dir() and _UNFINISHED not in f.name)


def export_encoder(reference: SentenceTransformerEmbedder, encoders: Path) -> Encoder:
    """Export the model of ``reference`` into a folder of its own in ``encoders`` and open it.

    The folder appears complete or not at all, and only after its vectors were found equal to the
    reference's. Encoders of other models are removed. Several processes may do this at once.

    Raises:
        EmbedderUnavailable: the model itself cannot be loaded.
        ExportFailed: it cannot be exported, or the export gives other vectors.
    """
    folder = encoders / content_name(reference.folder)
    temporary = folder.with_name(f"{folder.name}{_UNFINISHED}{secrets.token_hex(4)}")
    try:
        temporary.mkdir(parents=True)
        _write(reference, temporary)
        _move(temporary, folder)
        _tidy(encoders, folder)
    except OSError as error:
        raise ExportFailed(f"{encoders} cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return Encoder(folder)


def _write(reference: SentenceTransformerEmbedder, folder: Path) -> None:
    model = load_model(reference.folder, attn_implementation="eager")  # others cannot be traced
    try:
        _write_model(model, folder)
    except OSError:
        raise
    except Exception as error:
        # The exporter raises errors of many kinds for models that it cannot express.
        raise ExportFailed(f"{type(error).__name__}: {str(error).partition(chr(10))[0]}") from error
    expected = reference.embed(_COMPARED)
    account = Account(
        model=reference.model_id,
        dimension=reference.dimension,
        max_tokens=_max_tokens(model),
        pad_id=int(model.tokenizer.pad_token_id or 0),
        sources=sources(reference.folder),
        files={name: seal(folder / name) for name in (GRAPH, WEIGHTS, TOKENIZER)},
        probe=expected[0].tolist(),
        worst_cosine=1.0,
        texts_compared=len(_COMPARED),
        versions={name: metadata.version(name) for name in _VERSIONS},
    )
    _save(account, folder)
    worst = worst_cosine(Encoder(folder), expected)
    if not worst >= LEAST_COSINE:
        raise ExportFailed(f"its vectors are not the model's (cosine {worst:.5f} at worst)")
    _save(account.model_copy(update={"worst_cosine": worst}), folder)


def worst_cosine(encoder: Encoder, expected: Vectors) -> float:
    """The least cosine between ``expected`` and the vectors of the fixed texts.

    Each text is embedded alone and among others: padding must change nothing.
    """
    together = encoder.embed(_COMPARED)
    alone = np.concatenate([encoder.embed([text]) for text in _COMPARED])
    cosines = np.stack([(found * expected).sum(axis=1) for found in (together, alone)])
    return float(cosines.min())


def _save(account: Account, folder: Path) -> None:
    (folder / ACCOUNT).write_text(account.model_dump_json(indent=1) + "\n", encoding="utf-8")


def _max_tokens(model: SentenceTransformer) -> int:
    return int(model.max_seq_length or model.tokenizer.model_max_length)


def _write_model(model: SentenceTransformer, folder: Path) -> None:
    import onnx

    graph = onnx.load_model_from_string(_traced(model))
    # Beside the graph the weights are mapped instead of read: a third of the time to open, half
    # of the memory, and what is mapped is shared by all processes of a machine.
    onnx.save_model(
        graph,
        str(folder / GRAPH),
        save_as_external_data=True,
        location=WEIGHTS,
        size_threshold=_SMALLEST_OUTSIDE,
    )
    (folder / WEIGHTS).chmod((folder / GRAPH).stat().st_mode)  # else only its writer may read it
    (folder / TOKENIZER).write_text(model.tokenizer.backend_tokenizer.to_str(), encoding="utf-8")


def _traced(model: SentenceTransformer) -> bytes:
    """The graph from token ids and attention mask to unit vectors, with its weights."""
    import torch

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            found: Any = self.model(dict(zip(INPUTS, (ids, mask), strict=True)))
            return torch.nn.functional.normalize(found["sentence_embedding"], dim=-1)

    texts = ["two short", "a text of another length, so that one is padded"]
    example = model.tokenizer(texts, padding=True, return_tensors="pt")
    axes = {name: {0: "texts", 1: "tokens"} for name in INPUTS}
    written = BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about tracing; the comparison below is what counts
        torch.onnx.export(
            Whole().eval(),
            tuple(example[name] for name in INPUTS),
            written,  # type: ignore[arg-type]
            input_names=list(INPUTS),
            output_names=[OUTPUT],
            dynamic_axes=axes | {OUTPUT: {0: "texts"}},
            opset_version=_OPSET,
            dynamo=False,
        )
    return written.getvalue()


def _move(temporary: Path, folder: Path) -> None:
    try:
        temporary.rename(folder)
    except OSError:
        if not folder.is_dir():  # else another process was first, with the same content
            raise


def _tidy(encoders: Path, kept: Path) -> None:
    """Remove encoders of other models, and exports that were killed."""
    gone = [folder for folder in finished(encoders) if folder != kept]
    gone += _abandoned(encoders.glob(f"*{_UNFINISHED}*"))
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)


def _abandoned(folders: Iterable[Path]) -> list[Path]:
    now = time.time()
    return [f for f in folders if now - f.stat().st_mtime > _ABANDONED]
