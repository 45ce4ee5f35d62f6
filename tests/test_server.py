"""Several chats and one editor over one Chroma server, and a server that is not as it should be."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from core_support import PROJECT, write_article, write_corpus
from server_support import Server, close_clients, running_server

from assistant.errors import StoreRefused, StoreUnavailable
from assistant.index import server as connecting
from assistant.index.server import ServerPlace
from assistant.index.store import ChromaStore

WALKING = "ask Does gentle walking each day help a sore back recover?"
RESTING = "ask Does a short nap ease stiff shoulders?"
ALARM = "ask I cannot feel my legs and I cannot hold my urine"


class Process:
    """One process that answers or writes, with a library of its own settings."""

    def __init__(self, **settings: object) -> None:
        given = {f"PMR_{name.upper()}": str(value) for name, value in settings.items()}
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", str(Path(__file__).with_name("library_process.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=str(given["PMR_DATA_DIR"]),
            env={**os.environ, "PYTHONPATH": str(PROJECT), **given},
        )

    def tell(self, line: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        result: dict[str, Any] = json.loads(self._process.stdout.readline())
        return result

    def close(self) -> None:
        with self._process:  # closes the pipes
            self._process.kill()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("chroma")) as started:
        yield started


@pytest.fixture
def store(server: Server) -> Iterator[Callable[..., ChromaStore]]:
    def at(url: str = server.url, **place: str) -> ChromaStore:
        return ChromaStore.on_server(ServerPlace(url=url, **place))

    yield at
    close_clients()


def test_two_chats_and_an_editor_share_one_server(tmp_path: Path) -> None:
    """From the first index to a server that lost everything: nobody is restarted."""
    corpus, data = write_corpus(tmp_path / "corpus"), tmp_path / "data"
    data.mkdir()
    with running_server(tmp_path) as server, ExitStack() as all_of_them:
        shared = {"corpus_dir": corpus, "data_dir": data, "chroma_url": server.url}
        editor = all_of_them.enter_context(closing(Process(**shared)))
        chats = [
            all_of_them.enter_context(closing(Process(**shared, read_only=1))) for _ in range(2)
        ]
        assert editor.tell("index") == {"changed": True}
        for chat in chats:
            assert "walking" in chat.tell(WALKING)["articles"]
            assert chat.tell("index")["error"] == "ReadOnly"
            assert chat.tell("withdraw walking")["error"] == "ReadOnly"

        # Published and withdrawn: both chats see it in the next turn.
        write_article(corpus, "nap", "A short nap eases stiff shoulders.", title="A nap")
        editor.tell("index")
        assert all("nap" in chat.tell(RESTING)["articles"] for chat in chats)
        assert editor.tell("withdraw nap")["was"]
        assert not any("nap" in chat.tell(RESTING).get("articles", []) for chat in chats)

        # Away: warning signs are read as ever, a question is told why it must wait.
        server.stop()
        for chat in chats:
            assert chat.tell(ALARM)["level"] == "emergency"
            away = chat.tell(WALKING)
            assert away["error"] == "StoreUnavailable"
            assert "cannot be reached just now" in away["says"]
        assert editor.tell("index")["error"] == "StoreUnavailable"

        server.start()
        assert all("walking" in chat.tell(WALKING)["articles"] for chat in chats)

        # Back with a fresh volume: noticed, and mended by one command.
        server.stop()
        shutil.rmtree(server.folder)
        server.folder.mkdir()
        server.start()
        for chat in chats:
            lost = chat.tell(WALKING)
            assert lost["error"] == "VectorsMissing"
            assert "pmr-assistant index" in lost["next"]
        assert editor.tell("index") == {"changed": True}
        assert all("walking" in chat.tell(WALKING)["articles"] for chat in chats)


def test_more_vectors_than_one_request_may_hold(store: Callable[..., ChromaStore]) -> None:
    import numpy as np

    many = 2 * connecting.AT_ONCE + 7
    ids = [str(n) for n in range(many)]
    vectors = np.eye(many, 8, dtype=np.float32) + 0.1
    there = store()
    there.add("passages-many", ids, vectors)
    assert there.count("passages-many") == many
    assert there.ids("passages-many") == set(ids)
    found = there.vectors("passages-many", ids)
    assert np.allclose([found[each] for each in ids], vectors)
    there.drop("passages-many")
    assert there.ids("passages-many") == set()


def test_a_collection_that_was_made_anew_is_found(store: Callable[..., ChromaStore]) -> None:
    import numpy as np

    reader, writer = store(), store()
    writer.add("passages-again", ["a"], np.eye(1, 8, dtype=np.float32))
    assert reader.count("passages-again") == 1
    writer.drop("passages-again")
    writer.add("passages-again", ["b", "c"], np.eye(2, 8, dtype=np.float32))
    assert reader.ids("passages-again") == {"b", "c"}


@pytest.mark.parametrize(
    ("place", "says", "step"),
    [
        ({"tenant": "nobody"}, "no tenant 'nobody'", "PMR_CHROMA_TENANT"),
        ({"database": "nothing"}, "no database 'nothing'", "PMR_CHROMA_DATABASE"),
    ],
)
def test_a_tenant_or_database_that_is_not_there(
    store: Callable[..., ChromaStore], place: dict[str, str], says: str, step: str
) -> None:
    with pytest.raises(StoreRefused, match=says) as caught:
        store(**place).count("passages-any")
    assert step in caught.value.next_step


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs SIGSTOP")
def test_a_server_that_hangs_is_not_waited_for(
    server: Server, store: Callable[..., ChromaStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "_ANSWER_S", 3.0)
    connected, new = store(), store()
    connected.names()
    with server.stopped():
        for each in (connected, new):
            with pytest.raises(StoreUnavailable, match="does not answer in time"):
                each.names()
    assert connected.names() == new.names()


# What stands in the server's place -------------------------------------------------------------


@contextmanager
def standing_in(code: int, body: str, *, token: str | None = None, port: int = 0) -> Iterator[str]:
    """The address of something that answers every request with ``code`` and ``body``.

    With ``token`` it does so only for that one, as a proxy before a server would.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            allowed = token in (None, self.headers.get("X-Chroma-Token"))
            self.send_response(code if allowed else 401)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_args: object) -> None:
            """Nothing on the terminal."""

    httpd = HTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}"
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("code", "body", "says"),
    [
        (502, "<html>Bad Gateway</html>", "out of order"),
        (429, "", "too much to do"),
        (404, "<html>Not Found</html>", "not a Chroma server"),
        (410, '{"error": "Unimplemented"}', "not a Chroma server"),
        (200, "<html>Welcome</html>", "not a Chroma server"),
        (200, "[]", "not a Chroma server"),
    ],
)
def test_something_else_in_the_servers_place(code: int, body: str, says: str) -> None:
    with standing_in(code, body) as url, pytest.raises(StoreUnavailable, match=says):
        ChromaStore.on_server(ServerPlace(url=url)).names()


def test_a_proxy_whose_server_went_away_is_understood(
    server: Server, store: Callable[..., ChromaStore]
) -> None:
    connected = store()
    connected.names()
    server.stop()
    for code, says in ((502, "out of order"), (403, "refuses us"), (404, "not a Chroma server")):
        with (
            standing_in(code, "<html>nginx</html>", port=server.port),
            pytest.raises(StoreUnavailable, match=says),
        ):
            connected.names()
    server.start()
    assert connected.names() == store().names()


def test_a_key_is_wanted_and_never_repeated() -> None:
    everything = '{"user_id": "", "tenant": "ours", "databases": ["one", "two"]}'
    with standing_in(200, everything, token="right-key") as url:
        for token in (None, "wrong-key"):
            place = ServerPlace(url=url, token=token)
            with pytest.raises(StoreRefused, match="refuses us") as caught:
                ChromaStore.on_server(place).names()
            assert "PMR_CHROMA_TOKEN" in caught.value.next_step
            assert "wrong-key" not in f"{place} {caught.value}"
        with pytest.raises(StoreRefused) as caught:
            ChromaStore.on_server(ServerPlace(url=url, token="right-key")).names()
        assert "PMR_CHROMA_DATABASE" in caught.value.next_step
