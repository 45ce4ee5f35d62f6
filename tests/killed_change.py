"""A change of the articles that is killed at its N-th step on the disk; run by forked children.

A step is a file opened for writing, renamed or removed, a folder made or removed, or a call that
writes vectors or the manifest: whatever a power cut could fall between.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core_support import markdown, write_corpus

from assistant.answering.fixed import reply_examples
from assistant.articles.desk import Desk
from assistant.articles.drafts import add_draft, view_draft
from assistant.articles.publishing import publish, withdraw
from assistant.articles.sync import sync
from assistant.index.store import ChromaStore
from assistant.settings import Settings
from assistant.sources import pasted
from assistant.testing import StemEmbedder

NEW = "Yoga may ease a stiff back. Slow yoga poses stretch tight muscles."
OTHER = "A warm bath may ease a tight back. Warm water calms sore muscles."
_EVENTS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def make_desk(folder: Path) -> Desk:
    settings = Settings(corpus_dir=folder / "corpus", data_dir=folder / "data")
    return Desk(settings=settings, by="tester", embedder=StemEmbedder())


def add(desk: Desk, _folder: Path) -> None:
    text = pasted(NEW, "Yoga")
    publish(desk, add_draft(desk, text, article_id="yoga", fields={"publisher": "P"}))


def replace(desk: Desk, _folder: Path) -> None:
    publish(desk, add_draft(desk, pasted(OTHER, "Heat"), replaces="heat"))


def take_out(desk: Desk, _folder: Path) -> None:
    withdraw(desk, "heat")


def bring_in_line(desk: Desk, folder: Path) -> None:
    sync(desk, folder / "other", most_removed=1)


OPERATIONS: dict[str, Callable[[Desk, Path], None]] = {
    "add": add,
    "replace": replace,
    "withdraw": take_out,
    "sync": bring_in_line,
}


def other_folder(folder: Path) -> None:
    """What ``sync`` is made equal to: one article kept, one changed, one new."""
    (folder / "other").mkdir()
    for article_id, body in (("ice", OTHER), ("yoga", NEW)):
        (folder / "other" / f"{article_id}.md").write_text(markdown(article_id, body))


def warm() -> None:
    """Load word lists and patterns before the fork, so that a child starts in milliseconds.

    Nothing of Chroma: its threads would not survive a fork.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_corpus(folder / "corpus")
        desk = make_desk(folder)
        text = pasted(f"{NEW} {OTHER}", "Warming up")
        view_draft(desk, add_draft(desk, text, fields={"publisher": "P"}))
        reply_examples()


def run(operation: str, folder: str, kill_at: int) -> None:
    """Do ``operation`` in ``folder``, killed at step ``kill_at``; exits 0 when it got through."""
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event in _EVENTS or (event == "open" and _writes(args)):
            step()

    real = ChromaStore.add

    def add_vectors(self: ChromaStore, *args: Any, **options: Any) -> None:
        step()
        real(self, *args, **options)
        step()

    desk = make_desk(Path(folder))
    ChromaStore.add = add_vectors  # type: ignore[method-assign]
    sys.addaudithook(hook)
    OPERATIONS[operation](desk, Path(folder))
    os._exit(0)


def _writes(args: tuple[Any, ...]) -> bool:
    path, _mode, flags = args
    if isinstance(path, int) or "/__pycache__/" in str(path) or str(path).startswith("/dev/"):
        return False
    return bool((flags or 0) & _WRITES)


warm()  # on import: the process that children are forked from imports this before the first fork
