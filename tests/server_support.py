"""A Chroma server of a test's own: ``chroma run`` as a child process on this machine."""

from __future__ import annotations

import gc
import shutil
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from chromadb.api.shared_system_client import SharedSystemClient

from assistant.index.server import ServerPlace
from assistant.index.store import ChromaStore

_WAIT_S = 120  # a bound, not a measure


def on_server(url: str) -> ChromaStore:
    return ChromaStore.on_server(ServerPlace(url=url))


def chroma_command() -> str | None:
    beside = Path(sys.executable).with_name("chroma")
    return str(beside) if beside.exists() else shutil.which("chroma")


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Server:
    """A Chroma server of this test's own, on a free port of this machine only."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [chroma_command() or "chroma", "run", "--path", str(self.folder)]
        self._process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder.parent,
        )
        end = time.monotonic() + _WAIT_S
        while not answers(self.port):
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                pytest.skip("the command 'chroma run' does not start here")
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(_WAIT_S)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Hold the server where it is: it takes requests and answers none."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)


def close_clients() -> None:
    """Chroma keeps every client it made; their connections would be reported as leaks."""
    systems = SharedSystemClient._identifier_to_system
    for key in [k for k, s in systems.items() if s.settings.chroma_server_host]:
        systems.pop(key).stop()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@contextmanager
def running_server(folder: Path) -> Iterator[Server]:
    """A server that keeps its data below ``folder``; the test is skipped where there is none."""
    if chroma_command() is None:
        pytest.skip("the command 'chroma' is not installed")
    started = Server(folder / "server")
    started.folder.mkdir()
    started.start()
    try:
        yield started
    finally:
        started.stop()
        close_clients()
