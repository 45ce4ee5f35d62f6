"""From process start to the first answer, and one query's embedding, each beside its peer.

Run with ``make bench-start``. The peer is the smallest LangChain script over Chroma with the same
model and the same articles: it prints what it found and writes no answer. Its three packages are
put into ``build/peers`` on the first run; without a network that part is skipped and says so.
Machines differ and are rarely idle: read the ratios of one run, not the seconds.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.answers import QUESTIONS
from benchmarks.machine import busy_neighbours, machine, p95

PEERS = Path(__file__).resolve().parent.parent / "build" / "peers"
PACKAGES = ("langchain-chroma==1.1.0", "langchain-huggingface==1.2.3",
            "langchain-text-splitters==1.1.3")  # fmt: skip
STARTS = 5
QUERIES = 40
PASSAGES = 96
PASSAGE_CHARS = 800  # of the peer's passages, about the length of ours

PEER_SCRIPT = """
import sys
from langchain_chroma import Chroma
from langchain_huggingface import HuggingFaceEmbeddings
folder, model, question = sys.argv[1:]
embeddings = HuggingFaceEmbeddings(model_name=model, model_kwargs={"device": "cpu"})
store = Chroma(persist_directory=folder, embedding_function=embeddings)
for found in store.similarity_search(question, k=4):
    print(found.page_content)
"""

PEER_INDEX = """
import sys
from pathlib import Path
from langchain_chroma import Chroma
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
folder, model, articles, size = sys.argv[1:]
splitter = RecursiveCharacterTextSplitter(chunk_size=int(size), chunk_overlap=0)
texts = [p.read_text(encoding="utf-8") for p in sorted(Path(articles).glob("*.md"))]
embeddings = HuggingFaceEmbeddings(model_name=model, model_kwargs={"device": "cpu"})
Chroma.from_texts([c for t in texts for c in splitter.split_text(t)], embeddings,
                  persist_directory=folder)
"""


class Cost(NamedTuple):
    """Wall and processor seconds of one process."""

    wall: float
    cpu: float


def run(command: Sequence[str], environment: dict[str, str]) -> None:
    """Run ``command`` to its end, without a terminal: some libraries would ask it for its size."""
    subprocess.run(
        command, check=True, capture_output=True, stdin=subprocess.DEVNULL, env=environment
    )


def cost(command: Sequence[str], environment: dict[str, str]) -> Cost:
    """What it takes to run ``command`` to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    run(command, environment)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu)


def starts(commands: dict[str, Sequence[str]], environment: dict[str, str]) -> dict[str, Cost]:
    """The median cost of each command. They take turns, so that all meet the same neighbours."""
    runs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(STARTS):
        for name, command in commands.items():
            runs[name].append(cost(command, environment))
    return {
        name: Cost(*(statistics.median(values) for values in zip(*costs, strict=True)))
        for name, costs in runs.items()
    }


def peer_environment(environment: dict[str, str]) -> dict[str, str] | None:
    """An environment that sees the peer's packages, or ``None`` when they cannot be had."""
    if not (PEERS / "langchain_chroma").is_dir():
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        done = subprocess.run(
            [*install, "--target", str(PEERS), *PACKAGES], check=False, capture_output=True
        )
        if done.returncode:
            return None
    return {**environment, "PYTHONPATH": str(PEERS), "HF_HUB_OFFLINE": "1"}


def milliseconds(embed: Callable[[str], object]) -> tuple[float, float]:
    """Median and 95th percentile of one query's embedding."""
    times = []
    for n in range(QUERIES):
        start = time.perf_counter()
        embed(QUESTIONS[n % len(QUESTIONS)])
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times), p95(times)


def rate(embed: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    """Texts embedded in a second."""
    start = time.perf_counter()
    embed(texts)
    return len(texts) / (time.perf_counter() - start)


def print_starts(data_dir: Path, corpus: Path, model: Path) -> None:
    """The first table: processes from start to end."""
    environment = {**os.environ, "PMR_DATA_DIR": str(data_dir), "PMR_CORPUS_DIR": str(corpus)}
    python = sys.executable
    ours = [python, "-c", "from assistant.cli import main; main()"]
    commands: dict[str, Sequence[str]] = {
        "python -c pass": [python, "-c", "pass"],
        "pmr-assistant triage": [*ours, "triage", QUESTIONS[0]],
        "pmr-assistant ask": [*ours, "ask", QUESTIONS[0]],
        "import sentence_transformers": [python, "-c", "import sentence_transformers"],
    }
    with tempfile.TemporaryDirectory() as folder:
        peer = peer_environment(environment)
        if peer is None:
            print("\nLangChain's packages are not here and cannot be installed: left out")
        else:
            articles = str(corpus / "articles")
            index = [python, "-c", PEER_INDEX, folder, str(model), articles, str(PASSAGE_CHARS)]
            alone = {**peer, "OMP_NUM_THREADS": "1"}  # not measured; two wait for each other
            run(index, alone)
            commands["LangChain script"] = [
                python, "-c", PEER_SCRIPT, folder, str(model), QUESTIONS[0],
            ]  # fmt: skip
        found = starts(commands, peer or environment)
    print(f"\nProcess start to end, median of {STARTS}      seconds   processor seconds")
    for name, spent in found.items():
        print(f"  {name:36s}   {spent.wall:8.2f}   {spent.cpu:8.2f}")
    if peer is not None:
        ask, script = found["pmr-assistant ask"], found["LangChain script"]
        print(f"  ask / LangChain script                 {ask.wall / script.wall:8.2f}"
              f"   {ask.cpu / script.cpu:8.2f}")  # fmt: skip


def print_embedding(data_dir: Path, texts: Sequence[str]) -> None:
    """The second table: one query and many passages, by the model itself and by the encoder."""
    from assistant.embedding import SentenceTransformerEmbedder, open_embedder

    ways = {
        "PyTorch": SentenceTransformerEmbedder(),
        "exported encoder": open_embedder(None, data_dir, export=True),
    }
    print("\nOne query, ms          idle p50    p95   beside a busy neighbour p50    p95")
    for name, way in ways.items():
        way.embed(QUESTIONS)
        idle = milliseconds(lambda text, way=way: way.embed([text]))  # type: ignore[misc]
        with busy_neighbours():
            busy = milliseconds(lambda text, way=way: way.embed([text]))  # type: ignore[misc]
        print(f"  {name:18s} {idle[0]:10.1f} {idle[1]:6.1f} {busy[0]:29.1f} {busy[1]:6.1f}")
    print(f"\nPassages per second, {len(texts)} of them")
    for name, way in ways.items():
        print(f"  {name:18s} {rate(way.embed, texts):10.1f}")


def print_threads(encoder: Path) -> None:
    """The third table: threads inside one run of the encoder, waiting actively or asleep."""
    import numpy as np
    import onnxruntime
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_padding()
    print("\nOne query, ms, by threads   idle p50    p95   beside a busy neighbour p50    p95")
    for threads, spins in ((1, "0"), (os.cpu_count() or 1, "0"), (os.cpu_count() or 1, "1")):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", spins)
        session = onnxruntime.InferenceSession(str(encoder / "encoder.onnx"), options)

        def embed(text: str, session: onnxruntime.InferenceSession = session) -> object:
            ids = np.array([tokenizer.encode(text).ids])
            return session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})

        idle = milliseconds(embed)
        with busy_neighbours():
            busy = milliseconds(embed)
        name = f"{threads}, {'spinning' if spins == '1' else 'asleep'}"
        print(f"  {name:22s} {idle[0]:10.1f} {idle[1]:6.1f} {busy[0]:29.1f} {busy[1]:6.1f}")


def main() -> None:
    """Print the tables."""
    from assistant.corpus import load_articles
    from assistant.embedding import LocalEmbedder
    from assistant.embedding.reference import SentenceTransformerEmbedder
    from assistant.index.texts import make_library, texts_to_embed
    from assistant.settings import load_settings

    settings = load_settings()
    print(machine())
    cli = [sys.executable, "-c", "from assistant.cli import main; main()"]
    folders = ["--corpus", str(settings.corpus_dir), "--data-dir", str(settings.data_dir)]
    subprocess.run([*cli, *folders, "index"], check=True)
    model = SentenceTransformerEmbedder(settings.embedding_model).folder
    print_starts(settings.data_dir.resolve(), settings.corpus_dir.resolve(), model)
    texts = texts_to_embed(make_library(load_articles(settings.corpus_dir)))["passages"]
    print_embedding(settings.data_dir, list(texts.values())[:PASSAGES])
    encoder = LocalEmbedder(settings.embedding_model, settings.data_dir).exported()
    if encoder:
        print_threads(encoder)


if __name__ == "__main__":
    main()
