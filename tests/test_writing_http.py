"""The real client libraries against a real server on this machine, which may behave badly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from core_support import SteeredGuardrail, live
from misbehaviour import BROKEN, GOOD, LIES, hanging, telling
from protocol_support import PATHS, PROTOCOLS, Behave, Server, serving

from assistant import chat
from assistant.chat import Assistant
from assistant.guardrail.types import Turn
from assistant.records import WrittenSentence
from assistant.reply import MODEL, Reply, reply_to_json
from assistant.settings import Settings
from assistant.status import read_status
from assistant.testing import StemEmbedder
from assistant.writing.writer import open_writer

QUESTION = "Does gentle walking each day help a sore back recover?"
SECRET = "sk-very-secret-key"

Serve = Callable[..., tuple[Assistant, Server]]


@pytest.fixture(params=PROTOCOLS)
def served(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, corpus: Path, built: Path
) -> Iterator[Serve]:
    """Opens an assistant whose model is a server that behaves as told, in either protocol."""
    protocol = str(request.param)
    pytest.importorskip(f"langchain_{protocol}")
    monkeypatch.setattr(chat, "assess", SteeredGuardrail([]))
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    with ExitStack() as servers:

        def serve(behave: Behave, **known: Any) -> tuple[Assistant, Server]:
            server = servers.enter_context(serving(protocol, behave))
            settings = Settings(
                corpus_dir=corpus,
                data_dir=built,
                model=f"{protocol}:stub",
                model_url=server.url,
                **known,
            )
            writer = open_writer(settings)
            return Assistant(settings, live(built), StemEmbedder(), writer), server

        yield serve


def ask(assistant: Assistant) -> Reply:
    return assistant.reply([Turn("user", QUESTION)])


def rephrased(reply: Reply) -> list[str]:
    return [s.text for s in reply.sentences if isinstance(s, WrittenSentence)]


def test_an_answer_streams_from_a_real_server(served: Serve) -> None:
    assistant, server = served(telling(""))
    reply = ask(assistant)
    assert reply.writer == MODEL, reply.writing
    assert rephrased(reply) == list(GOOD)
    (path, body, key), *more = server.requests
    assert not more
    assert path == PATHS[server.protocol], "the API that keeps nothing by default"
    assert body["stream"] is True
    options = body.get("options", body)
    assert options["temperature"] == 0
    most = ("max_completion_tokens", "max_tokens", "num_predict")
    assert 0 < next(options[name] for name in most if name in options) <= 1000
    assert key == (f"Bearer {SECRET}" if server.protocol == "openai" else "")


def test_tokens_time_and_money_are_kept_with_the_answer(served: Serve) -> None:
    assistant, _server = served(telling(""), model_prices="2,10")
    values = reply_to_json(ask(assistant))
    spent = values["writing"]["spent"]
    assert spent["tokens_in"] >= 900
    assert spent["tokens_out"] >= 20
    assert 0 < spent["first_ms"] <= spent["total_ms"]
    assert spent["cost"] > 0.0018
    again = reply_to_json(ask(assistant))
    assert again["writing"]["spent"] is None, "given again without a call"


def test_a_call_that_fails_is_counted_too(served: Serve) -> None:
    reply = ask(served(hanging, model_timeout=1)[0])
    assert reply.writing is not None
    assert reply.writing.spent is not None
    assert reply.writing.spent.estimated
    assert reply.writing.spent.total_ms >= 900


def test_a_server_of_ones_own_needs_no_key(served: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    assert ask(served(telling(""))[0]).writer == MODEL


@pytest.mark.parametrize("lie", LIES)
def test_no_lie_of_a_model_is_shown(served: Serve, lie: str) -> None:
    assistant, _server = served(telling(LIES[lie]))
    reply = ask(assistant)
    assert rephrased(reply) == list(GOOD), "only what the article says"
    assert reply.writing is not None
    assert reply.writing.removed >= 1


@pytest.mark.parametrize(
    ("behave", "reasons"), BROKEN, ids=[f"{n}-{b.__name__}" for n, (b, _) in enumerate(BROKEN)]
)
def test_a_server_that_misbehaves_ends_in_the_quoted_answer(
    served: Serve, caplog: pytest.LogCaptureFixture, behave: Behave, reasons: set[str]
) -> None:
    assistant, server = served(behave, model_timeout=1)
    with caplog.at_level("INFO"):
        reply = ask(assistant)
    assert reply.writing is not None
    assert reply.writing.fallback in reasons
    assert reply.sentences
    assert not reply.is_rephrased
    assert len(server.requests) <= 2, "at most one retry"
    assert SECRET not in caplog.text
    assert QUESTION not in caplog.text


def test_no_server_at_all(served: Serve) -> None:
    assistant, server = served(telling(""), model_timeout=5)
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
