"""The exported encoder: equal to its model, refused when damaged, and nothing heavy to start."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from core_support import PROJECT, build, write_corpus

from assistant.corpus import load_articles
from assistant.embedding import LocalEmbedder, SentenceTransformerEmbedder, open_embedder
from assistant.embedding import export as exporting
from assistant.embedding.encoder import ACCOUNT, GRAPH, TOKENIZER, WEIGHTS, Encoder
from assistant.embedding.export import ExportFailed, content_name, export_encoder
from assistant.embedding.vectors import Vectors

pytestmark = pytest.mark.slow

TEXTS = ["What helps?", "", "Rückenschmerz über Nacht", "word " * 700, "¿Qué ayuda?", "What helps?"]


@pytest.fixture(scope="module")
def reference() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder()


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the exported encoder of the packaged model and a small index."""
    folder = tmp_path_factory.mktemp("exported")
    embedder = open_embedder(None, folder / "data", export=True)
    build(load_articles(write_corpus(folder / "corpus")), folder / "data", embedder)
    return folder / "data"


@pytest.fixture
def data(exported: Path, tmp_path: Path) -> Path:
    """A copy of the encoder, to damage."""
    shutil.copytree(exported / "encoders", tmp_path / "data" / "encoders")
    return tmp_path / "data"


def only_encoder(data: Path) -> Path:
    (folder,) = (data / "encoders").iterdir()
    return folder


def test_its_vectors_are_the_models(exported: Path, reference: SentenceTransformerEmbedder) -> None:
    encoder = LocalEmbedder(None, exported)
    assert encoder.exported() == only_encoder(exported)
    assert (encoder.model_id, encoder.dimension) == (reference.model_id, reference.dimension)
    counts: list[int] = []
    found = encoder.embed(TEXTS, progress=counts.append)
    assert sum(counts) == len(TEXTS)
    assert (found * reference.embed(TEXTS)).sum(axis=1).min() >= 0.9999
    alone = np.stack([encoder.embed([text])[0] for text in TEXTS])
    assert np.allclose(found, alone, atol=1e-5)
    assert encoder.embed([]).shape == (0, reference.dimension)


def test_what_is_there_is_not_exported_again(exported: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in only_encoder(exported).iterdir()}
    LocalEmbedder(None, exported).export()
    assert {p: p.stat().st_mtime_ns for p in only_encoder(exported).iterdir()} == before


def test_who_exports_second_uses_the_first(
    data: Path, reference: SentenceTransformerEmbedder
) -> None:
    before = (only_encoder(data) / GRAPH).stat().st_ino
    (data / "encoders" / "0123.tmp-45").mkdir()  # another process is still at it
    export_encoder(reference, data / "encoders")
    names = sorted(p.name for p in (data / "encoders").iterdir())
    assert names == sorted([content_name(reference.folder), "0123.tmp-45"])
    assert (data / "encoders" / names[-1] / GRAPH).stat().st_ino == before


def cut_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def turn_bits(path: Path) -> None:
    """Change a stretch in the middle, leaving the size as it is."""
    with path.open("r+b") as stream:
        stream.seek(path.stat().st_size * 3 // 4)
        stretch = stream.read(200_000)
        stream.seek(-len(stretch), 1)
        stream.write(bytes(255 - byte for byte in stretch))


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        (WEIGHTS, cut_short),
        (WEIGHTS, turn_bits),
        (WEIGHTS, Path.unlink),
        (GRAPH, cut_short),
        (TOKENIZER, turn_bits),
        (ACCOUNT, cut_short),
    ],
)
def test_a_damaged_one_is_not_used_and_that_is_said_once(
    data: Path, name: str, damage, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    damage(only_encoder(data) / name)
    monkeypatch.setattr(
        SentenceTransformerEmbedder, "embed", lambda self, texts, progress=None: "the model itself"
    )
    embedder = open_embedder(None, data)
    with caplog.at_level(logging.WARNING):
        assert [embedder.embed(["x"]) for _ in range(2)] == ["the model itself"] * 2
    (record,) = caplog.records
    assert "pmr-assistant index" in record.getMessage()
    assert "\n" not in record.getMessage()


def test_a_damaged_one_is_replaced_at_the_next_index(data: Path) -> None:
    weights = only_encoder(data) / WEIGHTS
    with weights.open("r+b") as stream:  # one word's vector: no sample text would show it
        stream.seek(4_000_000)
        stream.write(b"\0" * 64)
    LocalEmbedder(None, data).export()
    Encoder(only_encoder(data), thorough=True)


def test_an_export_that_gives_other_vectors_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    def turned(encoder: Encoder, expected: Vectors) -> float:
        return float((encoder.embed(exporting._COMPARED) * expected[::-1]).sum(axis=1).min())

    monkeypatch.setattr(exporting, "worst_cosine", turned)
    embedder = LocalEmbedder(None, tmp_path)
    embedder.export()
    assert "cosine" in caplog.text
    assert embedder.exported() is None
    assert not list((tmp_path / "encoders").iterdir())


def test_without_the_package_onnx_the_model_itself_is_used(
    tmp_path: Path, reference: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ExportFailed, match="onnx"):
        export_encoder(reference, tmp_path)


def test_another_model_is_told_from_this_one_by_its_content(data: Path, tmp_path: Path) -> None:
    original = SentenceTransformerEmbedder().folder
    copy = shutil.copytree(original, tmp_path / "model", copy_function=shutil.copyfile)
    assert LocalEmbedder(str(copy), data).exported() == only_encoder(data), "other times only"
    settings = copy / "sentence_bert_config.json"
    settings.write_text(settings.read_text().replace("256", "128"))
    assert LocalEmbedder(str(copy), data).exported() is None


def test_a_plain_ask_imports_nothing_heavy(exported: Path) -> None:
    code = (
        "import json, sys; sys.argv[0] = 'pmr-assistant'\n"
        "from assistant.cli import app\n"
        "app(standalone_mode=False)\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))\n"
    )
    folders = ["--corpus", str(exported.parent / "corpus"), "--data-dir", str(exported)]
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *folders, "ask", "does heat help a spasm"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    answer, modules = run.stdout.rsplit("\n", 2)[:2]
    assert "Heat relaxes tight muscles" in answer
    heavy = {
        "torch", "transformers", "sentence_transformers", "onnx", "sklearn", "pandas", "streamlit",
        "langchain", "langchain_core", "langsmith", "markdown_it", "pysbd", "chromadb",
        "yaml", "scipy",
    }  # fmt: skip
    assert not heavy & set(json.loads(modules))
