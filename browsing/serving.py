"""A chat of one's own to try: started as ``pmr-assistant chat`` starts it, stopped at the end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
_COMMAND = [sys.executable, "-c", "from assistant.cli import main; main()"]
_START_S = 120  # a busy machine takes its time to import what the page needs
_STOP_S = 20
_LOOK_EVERY_S = 0.05


def make_index(settings: Mapping[str, str], folder: Path = PROJECT) -> None:
    """Index, started in ``folder``, the articles that ``settings`` (``PMR_…``) point at."""
    subprocess.run(
        [*_COMMAND, "index"], cwd=folder, env=_environment(settings), check=True,
        stdout=subprocess.DEVNULL, timeout=900,
    )  # fmt: skip


@contextmanager
def serve(
    settings: Mapping[str, str], folder: Path = PROJECT, log: Path | None = None
) -> Iterator[str]:
    """The address of a chat with these settings, which no ``PMR_…`` from outside changes.

    It is started in ``folder``; what it says goes to the file ``log``, if there is to be one.
    Yields as soon as the server answers; the articles may still be loading behind it.

    Raises:
        RuntimeError: it did not start.
    """
    port = _free_port()
    command = [*_COMMAND, "chat", "--headless", "--port", str(port)]
    with (log or Path(os.devnull)).open("wb") as out:
        process = subprocess.Popen(
            command, cwd=folder, env=_environment(settings), stdout=out, stderr=out
        )
    try:
        url = f"http://localhost:{port}"
        _wait_for(url, process)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(timeout=_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PMR_")}
    return {**kept, "PYTHONPATH": str(PROJECT), **settings}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(_LOOK_EVERY_S)
        else:
            return
    raise RuntimeError(
        f"The chat did not start at {url}. Start it by hand to see why: pmr-assistant chat"
    )
