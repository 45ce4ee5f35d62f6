"""The three things that every peer is measured at: indexing, one search from a start, many warm.

``index FOLDER MODEL ARTICLES`` prints passages and seconds as JSON, ``ask FOLDER MODEL QUESTION``
the passages found, ``warm FOLDER MODEL QUESTIONS`` (a JSON file) milliseconds by what was done.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

COUNT = 4  # passages to find
PASSAGE_CHARS = 800  # of a passage, about the length of ours
ROUNDS = 5


def articles(folder: str) -> list[str]:
    """The text of every article."""
    return [path.read_text(encoding="utf-8") for path in sorted(Path(folder).glob("*.md"))]


def run(
    index: Callable[[str, str, str], int],
    opened: Callable[[str, str], Any],
    search: Callable[[Any, str], Sequence[str]],
    parts: Callable[[Any], Mapping[str, Callable[[str], object]]],
) -> None:
    """Do what the arguments say. ``parts`` names what is timed warm beside the search itself."""
    doing, folder, model, what = sys.argv[1:]
    if doing == "index":
        start, busy = time.perf_counter(), time.process_time()
        passages = index(folder, model, what)
        spent = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - busy}
        print(json.dumps({"passages": passages, **spent}))
    elif doing == "ask":
        print(*search(opened(folder, model), what), sep="\n")
    else:
        store = opened(folder, model)
        timed = {"search": lambda question: search(store, question), **parts(store)}
        questions = json.loads(Path(what).read_text(encoding="utf-8"))
        print(json.dumps({name: _times(each, questions) for name, each in timed.items()}))


def _times(work: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    for question in questions:
        work(question)
    times = []
    for question in [*questions] * ROUNDS:
        start = time.perf_counter()
        work(question)
        times.append((time.perf_counter() - start) * 1000)
    return times
