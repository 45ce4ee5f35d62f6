"""A server on this machine that speaks the protocol of OpenAI or of Ollama, well or badly."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behave = Callable[["Handler", str], None]


class Handler(BaseHTTPRequestHandler):
    """One request. ``behave`` gets this and the id of the passage about walking."""

    server: Server
    kind: str

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, body, self.headers.get("Authorization", "")))
        key = re.search(r"passage (p\w+)\nWalking", body["messages"][-1]["content"])
        self.server.behave(self, key.group(1) if key else "p0000")

    def begin(self, status: int = 200, *, length: int | None = None) -> None:
        """The head of a reply; with ``length``, a promise of how much will come."""
        self.send_response(status)
        self.send_header("Content-Type", self.kind)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def say(self, text: str) -> None:
        """A piece of the answer."""
        raise NotImplementedError

    def end(self) -> None:
        """The answer is whole."""
        raise NotImplementedError

    def write(self, data: str) -> None:
        """Anything at all."""
        self.wfile.write(data.encode())
        self.wfile.flush()

    def log_message(self, *_given: Any) -> None:
        """Nothing on the terminal."""


class OpenAI(Handler):
    """Chat completions as server-sent events."""

    kind = "text/event-stream"

    def say(self, text: str) -> None:
        delta = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
        self._send({"choices": [delta]})

    def end(self) -> None:
        usage = {"prompt_tokens": 900, "completion_tokens": 40, "total_tokens": 940}
        self._send({"choices": [], "usage": usage})
        self.write("data: [DONE]\n\n")

    def _send(self, values: dict[str, Any]) -> None:
        head = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "stub"}
        self.write(f"data: {json.dumps(head | values)}\n\n")


class Ollama(Handler):
    """Chat as one line of JSON for each piece."""

    kind = "application/x-ndjson"

    def say(self, text: str) -> None:
        self._send({"message": {"role": "assistant", "content": text}, "done": False})

    def end(self) -> None:
        counts = {"prompt_eval_count": 900, "eval_count": 40, "done_reason": "stop"}
        self._send({"message": {"role": "assistant", "content": ""}, "done": True} | counts)

    def _send(self, values: dict[str, Any]) -> None:
        head = {"model": "stub", "created_at": "2026-01-01T00:00:00Z"}
        self.write(json.dumps(head | values) + "\n")


PROTOCOLS = {"openai": OpenAI, "ollama": Ollama}
PATHS = {"openai": "/v1/chat/completions", "ollama": "/api/chat"}


class Server(ThreadingHTTPServer):
    """Every request is kept: its path, its body, and the key it came with."""

    daemon_threads = True

    def __init__(self, protocol: str, behave: Behave) -> None:
        super().__init__(("127.0.0.1", 0), PROTOCOLS[protocol])
        self.protocol, self.behave = protocol, behave
        self.requests: list[tuple[str, dict[str, Any], str]] = []

    @property
    def url(self) -> str:
        """What ``PMR_MODEL_URL`` is set to."""
        path = "/v1" if self.protocol == "openai" else ""
        return f"http://127.0.0.1:{self.server_address[1]}{path}"

    def handle_error(self, *_given: Any) -> None:
        """A reader that hung up is no failure of the test."""


@contextmanager
def serving(protocol: str, behave: Behave) -> Iterator[Server]:
    """A server that answers while inside."""
    server = Server(protocol, behave)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
