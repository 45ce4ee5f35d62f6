"""The real client library against a real server on this machine, which may behave badly."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from core_support import SteeredGuardrail, live

from assistant import chat
from assistant.chat import Assistant
from assistant.guardrail.types import Turn
from assistant.reply import MODEL, Reply
from assistant.settings import Settings
from assistant.status import read_status
from assistant.testing import StemEmbedder
from assistant.writing.writer import open_writer

pytest.importorskip("langchain_openai")

QUESTION = "Does gentle walking each day help a sore back recover?"
GOOD = "Walking keeps your back moving. [{key}] A gentle walk every day helps a sore back. [{key}]"
SECRET = "sk-very-secret-key"

Behave = Callable[["Handler", str], None]


class Handler(BaseHTTPRequestHandler):
    """Speaks OpenAI's chat protocol as far as streaming goes."""

    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, body, self.headers.get("Authorization", "")))
        key = re.search(r"passage (p\w+)\nWalking", body["messages"][-1]["content"])
        self.server.behave(self, key.group(1) if key else "p0000")

    def begin(self, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()

    def frame(self, text: str) -> None:
        delta = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
        self.raw(json.dumps({"id": "1", "object": "chat.completion.chunk", "created": 1,
                             "model": "stub", "choices": [delta]}))  # fmt: skip

    def raw(self, data: str) -> None:
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_given: Any) -> None:
        """Nothing on the terminal."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, behave: Behave) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behave = behave
        self.requests: list[tuple[str, dict[str, Any], str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, *_given: Any) -> None:
        """A reader that hung up is no failure of the test."""


@pytest.fixture
def served(
    monkeypatch: pytest.MonkeyPatch, corpus: Path, built: Path
) -> Iterator[Callable[..., tuple[Assistant, Server]]]:
    monkeypatch.setattr(chat, "assess", SteeredGuardrail([]))
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    servers: list[Server] = []

    def serve(behave: Behave, **known: Any) -> tuple[Assistant, Server]:
        server = Server(behave)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        settings = Settings(
            corpus_dir=corpus, data_dir=built, model="openai:stub", model_url=server.url, **known
        )
        return Assistant(settings, live(built), StemEmbedder(), open_writer(settings)), server

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def ask(assistant: Assistant) -> Reply:
    return assistant.reply([Turn("user", QUESTION)])


def good(handler: Handler, key: str) -> None:
    handler.begin()
    for word in re.findall(r"\S+\s*", GOOD.format(key=key)):
        handler.frame(word)
    handler.raw("[DONE]")


def test_an_answer_streams_from_a_real_server(served: Callable[..., Any]) -> None:
    assistant, server = served(good)
    reply = ask(assistant)
    assert reply.writer == MODEL, reply.writing
    assert [reply.words(s) for s in reply.sentences] == [
        "Walking keeps your back moving.",
        "A gentle walk every day helps a sore back.",
    ]
    path, body, key = server.requests[0]
    assert path == "/v1/chat/completions", "the API that keeps nothing by default"
    assert body["stream"] is True
    assert body["temperature"] == 0
    assert 0 < body.get("max_completion_tokens", body.get("max_tokens")) <= 1000
    assert key == f"Bearer {SECRET}"


def test_a_server_of_ones_own_needs_no_key(
    served: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    assert ask(served(good)[0]).writer == MODEL


def refusing(status: int) -> Behave:
    def behave(handler: Handler, _key: str) -> None:
        handler.begin(status)
        handler.wfile.write(b'{"error": {"message": "no"}}')

    return behave


def hanging(handler: Handler, key: str) -> None:
    handler.begin()
    handler.frame(GOOD.format(key=key)[:40])
    time.sleep(3)


def malformed(handler: Handler, _key: str) -> None:
    handler.begin()
    handler.raw('{"choices": [{"delta": {"content": "Walking')


def empty(handler: Handler, _key: str) -> None:
    handler.begin()
    handler.raw("[DONE]")


def hanging_up(handler: Handler, key: str) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.frame(GOOD.format(key=key)[:40])


def rambling(handler: Handler, _key: str) -> None:
    handler.begin()
    for _ in range(10_000):
        handler.frame("walking is good for you and ")


@pytest.mark.parametrize(
    ("behave", "reason"),
    [
        (refusing(401), "failed"),
        (refusing(429), "failed"),
        (refusing(500), "failed"),
        (hanging, "timeout"),
        (hanging_up, "failed"),
        (malformed, "failed"),
        (empty, "failed"),
        (rambling, "unsupported"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_server_that_misbehaves_ends_in_the_quoted_answer(
    served: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
    behave: Behave,
    reason: str,
) -> None:
    assistant, server = served(behave, model_timeout=2)
    with caplog.at_level("INFO"):
        reply = ask(assistant)
    assert reply.writing is not None
    assert reply.writing.fallback == reason
    assert reply.sentences
    assert not reply.is_rephrased
    assert len(server.requests) <= 2, "at most one retry"
    assert SECRET not in caplog.text
    assert QUESTION not in caplog.text


def test_no_server_at_all(served: Callable[..., Any]) -> None:
    assistant, server = served(good, model_timeout=5)
    server.shutdown()
    server.server_close()
    reply = ask(assistant)
    assert reply.writing is not None
    assert reply.writing.fallback in ("failed", "timeout")


def test_status_names_the_model_and_no_secret(
    monkeypatch: pytest.MonkeyPatch, corpus: Path, built: Path, stem_embedder: StemEmbedder
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    settings = Settings(corpus_dir=corpus, data_dir=built, model="openai:stub")
    values = read_status(settings).values
    assert str(values["writer"]).startswith("openai:stub")
    assert "kept off" in str(values["tracing"])
    assert SECRET not in f"{values}{settings!r}{settings.model_dump_json()}"
    monkeypatch.delenv("OPENAI_API_KEY")
    assert "OPENAI_API_KEY" in str(read_status(settings).values["writer"])
