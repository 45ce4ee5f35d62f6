"""An environment of its own for each peer, so that none of their packages get among ours.

They are made once, in ``build/peers`` or the folder that ``PMR_BENCH_PEERS`` names, by pip as this
machine has it set up. What cannot be installed is left out of the tables, with a line that says so.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PROJECT = Path(__file__).resolve().parent.parent
_SCRIPTS = Path(__file__).resolve().parent / "peers"
_TORCH = "torch==2.13.0"  # ours; an open range brings several gigabytes of GPU packages


@dataclass(frozen=True, slots=True)
class Peer:
    """A library, its packages and the script that uses it."""

    name: str
    folder: str
    script: str
    packages: tuple[str, ...]


PEERS = (
    Peer("LangChain + Chroma", "langchain", "with_langchain.py",
         ("langchain-chroma==1.1.0", "langchain-huggingface==1.2.3",
          "langchain-text-splitters==1.1.3", "sentence-transformers==6.2.0")),
    Peer("LlamaIndex", "llamaindex", "with_llamaindex.py",
         ("llama-index-core==0.14.25", "llama-index-embeddings-huggingface==0.8.0")),
    Peer("txtai", "txtai", "with_txtai.py", ("txtai==9.14.0",)),
)  # fmt: skip


def command(peer: Peer) -> list[str] | None:
    """How to run the peer's script in its environment, made first; ``None`` when it cannot be."""
    folder = _folder() / peer.folder
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = folder / "installed.txt"
    if not done.is_file() or done.read_text(encoding="utf-8").split() != list(peer.packages):
        print(f"{peer.name} is installed into {folder} …", flush=True)
        venv.create(folder, with_pip=True, clear=True)
        for packages in ((_TORCH,), (_TORCH, *peer.packages)):
            if fault := _install(python, packages):
                print(f"{peer.name} is left out: {fault}")
                return None
        done.write_text("\n".join(peer.packages), encoding="utf-8")
    return [str(python), str(_SCRIPTS / peer.script)]


def environment() -> Mapping[str, str]:
    """For a peer's process: no network, and no path of ours."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return {**kept, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


def peer_environment(environment: dict[str, str]) -> dict[str, str] | None:
    """One that sees LangChain's Chroma beside our packages, or ``None`` when it cannot be had."""
    target = _folder() / "beside"
    if not (target / "langchain_chroma").is_dir() and _install(
        Path(sys.executable), PEERS[0].packages[:3], "--no-deps", "--target", str(target)
    ):
        return None
    return {**environment, "PYTHONPATH": str(target), "HF_HUB_OFFLINE": "1"}


def _folder() -> Path:
    return Path(os.environ.get("PMR_BENCH_PEERS") or _PROJECT / "build" / "peers")


def _install(python: Path, packages: Sequence[str], *options: str) -> str:
    """What went wrong, or nothing."""
    # The same versions as ours of what both need, where the peer allows it.
    ways: tuple[list[str], list[str]] = (["--constraint", str(_PROJECT / "constraints.txt")], [])
    done: subprocess.CompletedProcess[str] | None = None
    for constraints in ways:
        pip = [str(python), "-m", "pip", "install", "--quiet", *options, *constraints, *packages]
        done = subprocess.run(pip, check=False, capture_output=True, text=True)
        if not done.returncode:
            return ""
    errors = [line for line in (done.stderr if done else "").splitlines() if "ERROR" in line]
    return errors[-1] if errors else f"pip ended with {done.returncode if done else '?'}"


if __name__ == "__main__":
    sys.exit(0 if all(map(command, PEERS)) else 1)
