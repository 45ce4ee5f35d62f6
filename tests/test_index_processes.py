"""The index and other processes: killed builds, builds next door, and a Chroma server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from core_support import PROJECT, build, live, store, write_article
from server_support import Server, free_port, on_server, running_server
from slow_build import BATCH

from assistant.corpus import load_articles
from assistant.errors import AssistantError, IndexBusy, IndexCorrupt, StoreUnavailable
from assistant.index import texts as indexed
from assistant.index import writer
from assistant.index.build import build_index
from assistant.index.live import LiveIndex
from assistant.index.manifest import read_manifest
from assistant.index.proof import prove
from assistant.testing import StemEmbedder

WAIT = 120  # seconds; a bound, not a measure


def start_build(corpus: Path, data: Path, point: str) -> subprocess.Popen[str]:
    script = Path(__file__).with_name("slow_build.py")
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", str(script), str(corpus), str(data), point],
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(WAIT)
    if process.stdout is not None:
        process.stdout.close()


def start_and_kill(corpus: Path, data: Path, point: str) -> int:
    """Kill a build at ``point``; returns how many texts it had embedded by then."""
    process = start_build(corpus, data, point)
    words = first_line(process).split()
    kill(process)
    assert words[:2] == ["stopped", "after"], words
    return int(words[2])


def build_here(corpus: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Build with the same checkpoints; returns how many texts had to be embedded."""
    monkeypatch.setattr(writer, "_CHECKPOINT", BATCH)
    embedder = StemEmbedder()
    build(load_articles(corpus), data, embedder)
    return len(embedder.embedded)


needs_kill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")


@needs_kill
@pytest.mark.parametrize("point", ["embed:5", "manifest"])
def test_a_killed_build_changes_nothing_and_the_next_one_goes_on(
    corpus: Path, built: Path, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = live(built)
    before = opened.current()
    for n in range(6):
        write_article(corpus, f"new{n}", f"New words number {n} about rest.", title=f"New {n}")
    articles = load_articles(corpus)
    library = indexed.make_library(articles)
    needed = sum(len(t) for t in indexed.texts_to_embed(library).values())
    needed -= sum(before.manifest.counts.values())
    needed += len(set(indexed.library_words(library)) - set(indexed.library_words(before.library)))

    done = start_and_kill(corpus, built, point)
    assert done > 0

    assert opened.current() is before, "an unfinished build answers nothing"
    reopened = live(built).current()
    assert reopened.manifest == before.manifest
    assert dict(reopened.library.articles) == dict(before.library.articles)

    assert build_here(corpus, built, monkeypatch) == needed - done
    assert set(opened.current().library.articles) == {a.id for a in articles}


@needs_kill
@pytest.mark.parametrize("point", ["embed:1", "embed:3", "snapshot", "manifest", "garbage"])
def test_a_small_addition_that_is_killed_leaves_the_old_segments_answering(
    corpus: Path, data_dir: Path, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(12):
        write_article(corpus, f"old{n}", f"Old words {n}. Rest {n} days.", title=f"Old {n}")
    build(load_articles(corpus), data_dir)
    before = read_manifest(data_dir)
    write_article(corpus, "new", "New words here. Walk a little.", title="New")
    (corpus / "old3.md").unlink()
    start_and_kill(corpus, data_dir, point)
    went_live = point == "garbage"
    assert (read_manifest(data_dir) == before) is not went_live
    assert prove(data_dir, store(data_dir)) == []
    build_here(corpus, data_dir, monkeypatch)
    manifest = read_manifest(data_dir)
    assert len(manifest.segments) == 2
    assert manifest.segments[0].name == before.segments[0].name
    assert prove(data_dir, store(data_dir)) == []
    assert "new" in live(data_dir).current().library.articles


@needs_kill
def test_a_running_build_keeps_others_out_and_a_killed_one_does_not(
    corpus: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_article(corpus, "rest", "A day of rest is enough.", title="Rest")
    process = start_build(corpus, built, "snapshot")
    assert first_line(process).startswith("stopped after")
    try:
        with pytest.raises(IndexBusy):
            build(load_articles(corpus), built)
        live(built).current()
    finally:
        kill(process)
    assert build_here(corpus, built, monkeypatch) == 0
    assert "rest" in live(built).current().library.articles


@needs_kill
def test_a_build_killed_after_going_live_is_live_without_restart(
    corpus: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = live(built)
    opened.current()
    write_article(corpus, "rest", "A day of rest is enough for sore legs.", title="Rest")
    (corpus / "ice.md").unlink()
    start_and_kill(corpus, built, "garbage")
    index = opened.current()
    assert set(index.library.articles) == {"heat", "walking", "rest"}
    vector = StemEmbedder().embed(["rest for sore legs"])[0]
    assert index.library.passage(index.nearest_passages(vector, 1)[0][0]).article == "rest"
    assert len(index.passage_vectors(p.id for p in index.library.passages)) == len(
        index.library.passages
    )
    assert build_here(corpus, built, monkeypatch) == 0


@needs_kill
def test_a_first_build_that_is_killed_leaves_no_index(corpus: Path, data_dir: Path) -> None:
    start_and_kill(corpus, data_dir, "embed:2")
    with pytest.raises(AssistantError) as caught:
        live(data_dir).current()
    assert "pmr-assistant index" in caught.value.next_step
    build(load_articles(corpus), data_dir)
    live(data_dir).current()


# On a server -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("chroma")) as started:
        yield started


@pytest.fixture
def server(running: Server) -> Server:
    """The server, with nothing in it."""
    store = on_server(running.url)
    for name in store.names():
        store.drop(name)
    return running


def build_on(server: Server, corpus: Path, data: Path, **options: bool) -> int:
    embedder = StemEmbedder()
    build_index(
        load_articles(corpus),
        data_dir=data,
        store=on_server(server.url),
        embedder=embedder,
        **options,
    )
    return len(embedder.embedded)


def test_a_chroma_server_holds_the_vectors(corpus: Path, data_dir: Path, server: Server) -> None:
    assert build_on(server, corpus, data_dir) > 0
    assert not (data_dir / "chroma").exists()
    opened = LiveIndex(data_dir, on_server(server.url), StemEmbedder())
    index = opened.current()
    vector = StemEmbedder().embed(["walking each day"])[0]
    assert index.library.passage(index.nearest_passages(vector, 1)[0][0]).article == "walking"
    assert len(index.passage_vectors(p.id for p in index.library.passages)) == len(
        index.library.passages
    )

    assert build_on(server, corpus, data_dir) == 0
    write_article(corpus, "rest", "A day of rest.", title="Rest")
    assert build_on(server, corpus, data_dir) == 4  # passage, sentence, title, the word "rest"
    assert "rest" in opened.current().library.articles

    # Down: explained, also by a client that was connected; up again: answers without restart.
    current = opened.current()
    server.stop()
    for _ in range(2):
        with pytest.raises(StoreUnavailable) as caught:
            current.nearest_passages(vector, 1)
        assert "PMR_CHROMA_URL" in caught.value.next_step
    with pytest.raises(StoreUnavailable):
        LiveIndex(data_dir, on_server(server.url), StemEmbedder()).current()
    with pytest.raises(StoreUnavailable):
        build_on(server, corpus, data_dir, rebuild=True)
    server.start()
    assert current.nearest_passages(vector, 1)


def test_a_server_that_lost_its_vectors_is_filled_again(
    corpus: Path, data_dir: Path, server: Server
) -> None:
    build_on(server, corpus, data_dir)
    store = on_server(server.url)
    for name in store.names():
        store.drop(name)
    opened = LiveIndex(data_dir, store, StemEmbedder())
    with pytest.raises(IndexCorrupt):
        opened.current()
    assert build_on(server, corpus, data_dir) == 0  # its rows are copied
    opened.current()


def test_collections_of_others_on_the_server_are_left_alone(
    corpus: Path, data_dir: Path, tmp_path: Path, server: Server
) -> None:
    build_on(server, corpus, data_dir)
    build_on(server, corpus, tmp_path / "other", rebuild=True)
    for n in range(3):
        write_article(corpus, "rest", f"A day of rest, version {n}.", title="Rest")
        build_on(server, corpus, tmp_path / "other")
    LiveIndex(data_dir, on_server(server.url), StemEmbedder()).current()


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}", "http://127.0.0.1:99999"])
def test_no_server_is_explained(corpus: Path, data_dir: Path, url: str) -> None:
    store = on_server(url.format(port=free_port()))
    with pytest.raises(StoreUnavailable) as caught:
        build_index(load_articles(corpus), data_dir=data_dir, store=store, embedder=StemEmbedder())
    assert "leave PMR_CHROMA_URL empty" in caught.value.next_step


def test_an_index_on_disk_opened_with_a_server_and_back(
    corpus: Path, built: Path, server: Server
) -> None:
    with pytest.raises(IndexCorrupt):
        LiveIndex(built, on_server(server.url), StemEmbedder()).current()
    assert live(built).current().manifest == read_manifest(built)
    assert build_on(server, corpus, built) == 0  # copied from the rows
    LiveIndex(built, on_server(server.url), StemEmbedder()).current()
