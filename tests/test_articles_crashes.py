"""Add, replace, withdraw and sync, killed at every step: old articles answer, or the new."""

from __future__ import annotations

import json
import multiprocessing
import multiprocessing.forkserver
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from core_support import PROJECT, live
from killed_change import OPERATIONS, make_desk, other_folder, run

from assistant.articles.changes import pending
from assistant.articles.history import read_history
from assistant.index.proof import prove

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")

WAIT = 120  # seconds; a bound, not a measure
MOST_STEPS = 400
FEWEST_KILLS = 50  # of each operation: 200 in all
# Sync takes the steps of the others one after the other; 1 here tries all 181 of its own.
EVERY = {"sync": 3}


@pytest.fixture(scope="module")
def children() -> Iterator[multiprocessing.context.ForkServerContext]:
    """Processes that start in milliseconds, with everything imported and nothing opened."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["killed_change", "chromadb"])
    with pytest.MonkeyPatch.context() as patched:
        # Before Python 3.12.9 the server of forks looks for what it preloads nowhere else.
        patched.setenv("PYTHONPATH", os.pathsep.join(map(str, (Path(__file__).parent, PROJECT))))
        multiprocessing.forkserver.ensure_running()
        yield context


def state(folder: Path) -> dict[str, str]:
    """What answers questions: article ids with their text's first words."""
    library = live(folder / "data").current().library
    return {article.id: article.text[:40] for article in library}


def files(folder: Path) -> set[str]:
    return {p.stem for p in (folder / "corpus").glob("*.md")}


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_killed_anywhere(
    operation: str,
    corpus: Path,
    built: Path,
    tmp_path: Path,
    children: multiprocessing.context.ForkServerContext,
) -> None:
    start = tmp_path / "start"
    shutil.copytree(corpus, start / "corpus")
    shutil.copytree(built, start / "data")
    other_folder(start)
    before = state(start)
    after = _after(operation, start, tmp_path)
    assert after != before
    kills, seen = 0, set()
    for kill_at in range(1, MOST_STEPS, EVERY.get(operation, 1)):
        folder = tmp_path / f"killed-{kill_at}"
        shutil.copytree(start, folder)
        process = children.Process(target=run, args=(operation, str(folder), kill_at))
        process.start()
        process.join(WAIT)
        if process.exitcode == 0:
            assert state(folder) == after
            break
        assert process.exitcode == -signal.SIGKILL, (kill_at, process.exitcode)
        kills += 1
        now = state(folder)
        assert now in (before, after), f"a mixture after step {kill_at}: {json.dumps(now)}"
        seen.add("new" if now == after else "old")
        _next_start_repairs(operation, folder, before, after, kill_at)
        shutil.rmtree(folder)
    else:
        pytest.fail(f"not done after {MOST_STEPS} steps")
    assert kills >= FEWEST_KILLS
    assert seen == {"old", "new"}


def _after(operation: str, start: Path, tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "undisturbed"
    shutil.copytree(start, folder)
    OPERATIONS[operation](make_desk(folder), folder)
    return state(folder)


def _next_start_repairs(
    operation: str,
    folder: Path,
    before: dict[str, str],
    after: dict[str, str],
    kill_at: int,
) -> None:
    """What any next start does: the articles' files, index and history say the same thing."""
    desk = make_desk(folder)
    begun = pending(desk.shelf) is not None
    desk.update()
    now = state(folder)
    if begun:
        assert now == after, kill_at
    assert now in (before, after), kill_at
    assert files(folder) == set(now), kill_at
    assert pending(desk.shelf) is None
    assert prove(folder / "data", live(folder / "data")._store) == [], kill_at
    for article_id in {*before, *after}:
        events = read_history(desk.shelf, article_id)
        assert len({e.change for e in events}) == len(events)
        put_out = [e for e in events if e.action in ("published", "withdrawn")]
        assert len(put_out) <= 1, kill_at
        if now == after and before.get(article_id) != after.get(article_id):
            assert put_out, (operation, article_id, kill_at)


def test_two_processes_at_once(
    corpus: Path, built: Path, tmp_path: Path, children: multiprocessing.context.ForkServerContext
) -> None:
    folder = tmp_path / "shared"
    shutil.copytree(corpus, folder / "corpus")
    shutil.copytree(built, folder / "data")
    both = [
        children.Process(target=run, args=(operation, str(folder), 0))
        for operation in ("add", "replace")
    ]
    for process in both:
        process.start()
    for process in both:
        process.join(WAIT)
    assert [process.exitcode for process in both] == [0, 0]
    now = state(folder)
    assert now["yoga"].startswith("Yoga may ease")
    assert now["heat"].startswith("A warm bath")
    assert prove(folder / "data", live(folder / "data")._store) == []
