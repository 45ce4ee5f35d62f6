"""Fixtures of the core's tests. Nothing here loads the embedding model or uses the network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest
from core_support import PROJECT, build, write_corpus
from hypothesis import HealthCheck, settings

from assistant.corpus import load_articles
from assistant.records import Article
from assistant.testing import StemEmbedder

settings.register_profile(
    "default",
    deadline=None,  # a slow machine is no failure
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("default")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.upper().startswith("PMR_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def real_articles() -> tuple[Article, ...]:
    """The articles of this project."""
    return load_articles(PROJECT / "corpus")


# Enough for a visit; embedding all articles takes minutes on a busy machine.
CORE_ARTICLES = (
    "back-spasms-causes", "back-spasms-in-depth", "back-pain-emergency", "heat-and-cold",
    "herniated-disc", "muscle-relaxants", "muscle-strain", "physical-therapy", "sciatica",
    "what-a-physiatrist-does",
)  # fmt: skip


@pytest.fixture(scope="session")
def core_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus folder with a few of our own articles and the glossary, for the real model."""
    folder = tmp_path_factory.mktemp("core-library")
    (folder / "articles").mkdir()
    for name in CORE_ARTICLES:
        shutil.copy(PROJECT / "corpus" / "articles" / f"{name}.md", folder / "articles")
    shutil.copy(PROJECT / "corpus" / "glossary.toml", folder)
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with three small articles."""
    return write_corpus(tmp_path / "corpus")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Where an index may be built."""
    return tmp_path / "data"


@pytest.fixture(scope="session")
def _built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    build(load_articles(write_corpus(folder / "corpus")), folder / "data")
    return folder / "data"


@pytest.fixture
def built(corpus: Path, data_dir: Path, _built_once: Path) -> Path:
    """A data folder with an index over ``corpus``."""
    return Path(shutil.copytree(_built_once, data_dir))


@dataclass(frozen=True)
class Run:
    """What a command printed and its exit code."""

    code: int
    out: str
    err: str


@pytest.fixture
def stem_embedder(monkeypatch: pytest.MonkeyPatch) -> StemEmbedder:
    """The embedder that every command opens: no model is loaded."""
    fake = StemEmbedder()
    for name in ("embedding", "opening", "status", "articles.indexing", "articles.impact"):
        module = import_module(f"assistant.{name}")
        monkeypatch.setattr(module, "open_embedder", lambda *_given, **_options: fake)
    monkeypatch.setattr("assistant.embedding.SentenceTransformerEmbedder", lambda folder=None: fake)
    return fake


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    stem_embedder: StemEmbedder,
) -> Callable[..., Run]:
    """Runs the command line in this process, as ``pmr-assistant`` would."""
    from assistant.cli import main

    monkeypatch.chdir(tmp_path)  # no .env of the project is read

    def run(*arguments: str | Path) -> Run:
        monkeypatch.setattr("sys.argv", ["pmr-assistant", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main()
        printed = capsys.readouterr()
        code = stop.value.code
        return Run(code if isinstance(code, int) else int(code is not None), *printed)

    return run
