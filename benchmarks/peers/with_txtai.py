"""txtai with its own index (Faiss) and the passages' texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shared import COUNT, PASSAGE_CHARS, articles, run
from txtai import Embeddings


def passages(text: str) -> list[str]:
    """Whole paragraphs up to the length of a passage; txtai's own cutter needs more packages."""
    made = [""]
    for paragraph in filter(None, map(str.strip, text.split("\n\n"))):
        if made[-1] and len(made[-1]) + len(paragraph) > PASSAGE_CHARS:
            made.append("")
        made[-1] += f"{paragraph}\n\n"
    return made


def index(folder: str, model: str, corpus: str) -> int:
    made = Embeddings(path=model, content=True, gpu=False)
    found = [passage for text in articles(corpus) for passage in passages(text)]
    made.index(found)
    made.save(str(Path(folder) / "index"))
    return len(found)


def opened(folder: str, _: str) -> Embeddings:
    store = Embeddings()
    store.load(str(Path(folder) / "index"))
    return store


def search(store: Embeddings, question: str) -> list[str]:
    return [found["text"] for found in store.search(question, COUNT)]


def parts(_: Embeddings) -> dict[str, Callable[[str], object]]:
    return {}


if __name__ == "__main__":
    run(index, opened, search, parts)
