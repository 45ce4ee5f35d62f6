"""The peers at work: each indexes our articles once, then searches them, idle and disturbed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.environments import PEERS, command, environment


@dataclass(frozen=True, slots=True)
class Ready:
    """A peer with its index: how to start it, how many passages it made in how many seconds."""

    name: str
    command: tuple[str, ...]
    folder: str
    model: str
    passages: int
    seconds: float
    cpu: float

    def ask(self, question: str) -> list[str]:
        """The command that starts it and prints what it finds."""
        return [*self.command, "ask", self.folder, self.model, question]

    def warm(self, questions: Sequence[str], folder: Path) -> dict[str, list[float]]:
        """Milliseconds of each question's search, and of its parts."""
        file = folder / "questions.json"
        file.write_text(json.dumps(list(questions)), encoding="utf-8")
        found: dict[str, list[float]] = _output(self, "warm", str(file))
        return found


def ready_peers(folder: Path, model: Path, articles: Path) -> list[Ready]:
    """Every peer that could be installed, its index in ``folder``."""
    ready = []
    for peer in PEERS:
        started = command(peer)
        if started is None:
            continue
        own = folder / peer.folder
        own.mkdir()
        print(f"{peer.name} indexes the articles …", flush=True)
        blank = Ready(peer.name, tuple(started), str(own), str(model), 0, 0.0, 0.0)
        try:
            done = _output(blank, "index", str(articles))
        except subprocess.CalledProcessError as error:
            print(f"{peer.name} is left out: {error.stderr.strip().splitlines()[-1]}")
            continue
        ready.append(replace(blank, **done))
    return ready


def _output(peer: Ready, doing: str, what: str) -> dict[str, Any]:
    run = subprocess.run(
        [*peer.command, doing, peer.folder, peer.model, what],
        check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        env=environment(),
    )  # fmt: skip
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found
