from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from core_support import WALK, article, build, live, store, write_article

from assistant.chunking import passage_text, sentence_text
from assistant.corpus import load_articles
from assistant.errors import (
    ArticleInvalid,
    AssistantError,
    DataDirUnusable,
    IndexBusy,
    IndexCorrupt,
    IndexMissing,
    IndexOutOfDate,
)
from assistant.index import build as builder
from assistant.index import live as reader
from assistant.index import texts as indexed
from assistant.index.live import Index
from assistant.index.manifest import KINDS, read_manifest
from assistant.index.proof import prove
from assistant.records import Library
from assistant.testing import StemEmbedder


def text_of(index: Index) -> str:
    return " ".join(
        passage_text(index.library.articles[p.article], p) for p in index.library.passages
    )


def assert_vectors_fit(index: Index) -> None:
    """Every stored vector is the vector of the words it stands for."""
    fresh = StemEmbedder()
    library = index.library
    own = index.passage_vectors([p.id for p in library.passages])
    sentences = index.sentence_vectors({p.id: len(p.sentences) for p in library.passages})
    texts = indexed.texts_to_embed(library)
    for passage in library.passages:
        made = fresh.embed([texts["passages"][passage.id]])[0]
        assert np.allclose(own[passage.id], made, atol=1e-5)
        units = [
            sentence_text(library.articles[passage.article], passage, n)
            for n in range(len(passage.sentences))
        ]
        assert np.allclose(sentences[passage.id], fresh.embed(units), atol=1e-5)
    names = [a.title for a in library]
    fields = index.field_vectors(names)
    assert np.allclose([fields[n] for n in names], fresh.embed(names), atol=1e-5)
    for kind in KINDS:
        assert index.manifest.counts[kind] == len(texts[kind])


def test_an_index_holds_every_article_and_fitting_vectors(corpus: Path, built: Path) -> None:
    index = live(built).current()
    assert {a.id: a for a in index.library} == {a.id: a for a in load_articles(corpus)}
    assert_vectors_fit(index)
    assert "Not for print" not in text_of(index)


def test_searches_find_the_words(built: Path) -> None:
    index = live(built).current()
    vector = StemEmbedder().embed(["walking each day"])[0]
    (best, cosine), *_ = index.nearest_passages(vector, 100)
    assert index.library.passage(best).article == "walking"
    assert 0 < cosine <= 1.0001
    passage, position, _ = index.nearest_sentences(vector, 1)[0]
    assert position < len(index.library.passage(passage).sentences)
    (found, *_), (score, *_) = index.lexical_body(["walk", "unknownword"]).best(5)
    assert index.library.passages[found].article == index.entry(found).article == "walking"
    assert score > 0
    assert len(index.lexical_body(["unknownword"]).best(5)[0]) == 0
    assert not index.lexical_fields([]).at(range(len(index.library.passages))).any()
    assert index.knows("walk")
    assert not index.knows("unknownword")


def test_a_build_without_changes_embeds_nothing(corpus: Path, built: Path) -> None:
    before = read_manifest(built)
    embedder = StemEmbedder()
    report = build(load_articles(corpus), built, embedder)
    assert embedder.embedded == []
    assert not report.changed
    assert report.embedded == 0
    assert read_manifest(built) == before


def test_only_changed_passages_are_embedded_again(corpus: Path, built: Path) -> None:
    write_article(
        corpus, "walking", f"{WALK} Swimming is kind to joints.", title="Walking with back pain"
    )
    embedder = StemEmbedder()
    report = build(load_articles(corpus), built, embedder)
    # One passage changed: itself and its three sentences (the two unchanged sentences live in a
    # passage with a new id), and the words that no article used before.
    assert len(embedder.embedded) == report.embedded == 7
    assert embedder.embedded[-3:] == ["joints", "kind", "swimming"]
    assert all("walk" in t.lower() or "Swimming" in t for t in embedder.embedded[:-3])
    index = live(built).current()
    assert "Swimming" in text_of(index)
    assert_vectors_fit(index)


def test_a_new_article_embeds_only_itself(corpus: Path, built: Path) -> None:
    write_article(corpus, "rest", "A day of rest is enough.", title="Rest")
    embedder = StemEmbedder()
    build(load_articles(corpus), built, embedder)
    assert sorted(embedder.embedded) == [
        "A day of rest is enough.",
        "Rest",
        "Rest\nA day of rest is enough.",
        "enough",
        "rest",
    ]
    assert_vectors_fit(live(built).current())


def test_new_metadata_is_shown_without_embedding(corpus: Path, built: Path) -> None:
    opened = live(built)
    assert opened.current().library.articles["walking"].reviewed is None
    write_article(
        corpus,
        "walking",
        WALK,
        title="Walking with back pain",
        extra=["reviewed: 2024-05-01", "reviewed_by: Dr. Lee"],
    )
    embedder = StemEmbedder()
    report = build(load_articles(corpus), built, embedder)
    assert embedder.embedded == []
    assert report.changed
    assert str(opened.current().library.articles["walking"].reviewed) == "2024-05-01"
    assert_vectors_fit(opened.current())


def test_moved_words_keep_their_vectors_and_get_their_new_place(corpus: Path, built: Path) -> None:
    write_article(
        corpus, "walking", f"\n\n```\nnot quoted\n```\n\n{WALK}", title="Walking with back pain"
    )
    embedder = StemEmbedder()
    build(load_articles(corpus), built, embedder)
    assert embedder.embedded == []
    index = live(built).current()
    passage = next(p for p in index.library.passages if p.article == "walking")
    assert index.library.quote("walking", passage.sentences[0].span).startswith("Walking keeps")


def test_a_removed_article_is_gone_at_once(corpus: Path, built: Path) -> None:
    opened = live(built)
    assert "walking" in opened.current().library.articles
    (corpus / "walking.md").unlink()
    embedder = StemEmbedder()
    build(load_articles(corpus), built, embedder)
    index = opened.current()
    assert embedder.embedded == []
    assert "walking" not in index.library.articles
    vector = StemEmbedder().embed([WALK])[0]
    assert {index.library.passage(i).article for i, _ in index.nearest_passages(vector, 99)} <= {
        "heat",
        "ice",
    }
    assert {
        index.library.passage(i).article for i, _, _ in index.nearest_sentences(vector, 99)
    } <= {"heat", "ice"}
    assert_vectors_fit(index)


def test_a_list_turned_into_a_paragraph_gets_its_own_vectors(data_dir: Path) -> None:
    as_list = article("Options may include:\n\n- Heat helps.\n- Cold helps.\n", version="v1")
    as_text = article("Options may include: Heat helps. Cold helps.\n", version="v2")
    for made in (as_list, as_text, as_list):
        build([made], data_dir)
        assert_vectors_fit(live(data_dir).current())


def test_going_back_and_forth_between_texts_stays_true(corpus: Path, built: Path) -> None:
    original = (corpus / "walking.md").read_text(encoding="utf-8")
    opened = live(built)
    for body in (f"{WALK} One.", f"{WALK} Two.", f"{WALK} One.", None, f"{WALK} Three.", None):
        if body is None:
            (corpus / "walking.md").write_text(original, encoding="utf-8")
        else:
            write_article(corpus, "walking", body, title="Walking with back pain")
        build(load_articles(corpus), built)
        index = opened.current()
        assert {a.id: a for a in index.library} == {a.id: a for a in load_articles(corpus)}
        assert_vectors_fit(index)


def test_what_no_build_needs_is_dropped(corpus: Path, built: Path) -> None:
    for n in range(4):
        write_article(corpus, "walking", f"{WALK} Version {n} of it.", title="Walking")
        build(load_articles(corpus), built)
    assert len(list((built / "builds").iterdir())) == 4  # two builds, each with its words
    assert len(store(built).names()) <= 2 * len(KINDS)


def test_no_vector_waits_in_the_log_for_the_first_question(built: Path) -> None:
    # Chroma's own log; what its search graph on disk holds has left it.
    with closing(sqlite3.connect(built / "chroma" / "chroma.sqlite3")) as connection:
        waiting = connection.execute("SELECT count(*) FROM embeddings_queue GROUP BY topic")
        counts = [count for (count,) in waiting]
    assert len(counts) == len(KINDS)
    assert max(counts) <= 2 < live(built).current().manifest.counts["passages"]


# Another model or chunker ---------------------------------------------------------------------


def test_another_model_is_refused_on_reading_and_rebuilt_loudly(corpus: Path, built: Path) -> None:
    other = StemEmbedder("stems@2", dimension=64)
    with pytest.raises(IndexOutOfDate, match=r"stems@1.*stems@2") as caught:
        live(built, other).current()
    assert "pmr-assistant index" in caught.value.next_step
    report = build(load_articles(corpus), built, other)
    assert report.reason
    assert "stems@1" in report.reason
    assert report.reused == 0
    index = live(built, other).current()
    assert index.nearest_passages(other.embed(["walking"])[0], 1)
    with pytest.raises(IndexOutOfDate):
        live(built).current()


def test_models_of_equal_dimension_are_never_mixed(corpus: Path, built: Path) -> None:
    other = StemEmbedder("stems@other")
    write_article(corpus, "rest", "A day of rest.", title="Rest")
    report = build(load_articles(corpus), built, other)
    assert report.reused == 0
    assert len(other.embedded) == report.embedded
    # and back: nothing of the other model is used, whatever is still stored
    again = StemEmbedder()
    build(load_articles(corpus), built, again)
    assert_vectors_fit(live(built).current())


def test_another_chunker_is_refused_and_rebuilt_loudly(
    corpus: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder, "CHUNKER_VERSION", "next")
    monkeypatch.setattr(reader, "CHUNKER_VERSION", "next")
    with pytest.raises(IndexOutOfDate, match="chunker version"):
        live(built).current()
    report = build(load_articles(corpus), built)
    assert "chunker changed" in (report.reason or "")
    assert report.reused == 0
    live(built).current()


def test_an_open_reader_refuses_a_build_of_another_model(corpus: Path, built: Path) -> None:
    opened = live(built)
    opened.current()
    build(load_articles(corpus), built, StemEmbedder("stems@2"))
    for _ in range(2):
        with pytest.raises(IndexOutOfDate):
            opened.current()


# Damage ---------------------------------------------------------------------------------------


def damage_manifest_text(data: Path) -> None:
    (data / "manifest.json").write_text('{"build": ', encoding="utf-8")


def damage_manifest_bytes(data: Path) -> None:
    (data / "manifest.json").write_bytes(b"\xff\xfe\x00")


def damage_manifest_fields(data: Path) -> None:
    (data / "manifest.json").write_text("{}", encoding="utf-8")


def damage_manifest_format(data: Path) -> None:
    path = data / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "format": 99}), "utf-8")


def damage_manifest_folder(data: Path) -> None:
    (data / "manifest.json").unlink()
    (data / "manifest.json").mkdir()


def damage_builds_gone(data: Path) -> None:
    shutil.rmtree(data / "builds")


def damage_glossary_text(data: Path) -> None:
    for path in (data / "builds").rglob("glossary.json"):
        path.write_text("[", "utf-8")


def damage_glossary_form(data: Path) -> None:
    for path in (data / "builds").rglob("glossary.json"):
        path.write_text("[1]", "utf-8")


def damage_bm25_gone(data: Path) -> None:
    for path in (data / "segments").rglob("bm25-body.tables"):
        path.unlink()


def damage_tables_cut(data: Path) -> None:
    for path in (data / "segments").rglob("catalogue.tables"):
        path.write_bytes(path.read_bytes()[:-64])


def damage_tables_form(data: Path) -> None:
    for path in (data / "segments").rglob("*.tables"):
        path.write_bytes((2).to_bytes(8, "little") + b"[]")


def damage_arrays(data: Path) -> None:
    for path in (data / "vectors").rglob("vectors.npy"):
        path.write_bytes(b"")


def damage_store_gone(data: Path) -> None:
    shutil.rmtree(data / "chroma")


def damage_store_database(data: Path) -> None:
    (data / "chroma" / "chroma.sqlite3").write_bytes(b"garbage" * 999)


def damage_store_is_file(data: Path) -> None:
    shutil.rmtree(data / "chroma")
    (data / "chroma").write_text("not a folder", encoding="utf-8")


DAMAGES = [f for name, f in sorted(globals().items()) if name.startswith("damage_")]


def open_and_search(data_dir: Path) -> None:
    live(data_dir).current().nearest_passages(StemEmbedder().embed(["walking"])[0], 1)


@pytest.fixture
def searched_in_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a large library is."""
    monkeypatch.setattr("assistant.index.vectors._SMALL", 0)


@pytest.mark.usefixtures("searched_in_the_store")
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda f: f.__name__.removeprefix("damage_"))
def test_damage_is_explained_and_a_rebuild_repairs_it(corpus: Path, built: Path, damage) -> None:
    damage(built)
    for _ in range(2):  # the second attempt in one process gets the same explanation
        with pytest.raises(IndexCorrupt) as caught:
            open_and_search(built)
        assert "pmr-assistant index" in caught.value.next_step
        assert "Traceback" not in str(caught.value)
    if damage is damage_manifest_folder:
        (built / "manifest.json").rmdir()  # a folder there was made by hand
    report = build(load_articles(corpus), built, rebuild=True)
    assert report.embedded > 0
    assert report.reused == 0
    assert_vectors_fit(live(built).current())


@pytest.mark.parametrize(
    "damage",
    [d for d in DAMAGES if "store_database" not in d.__name__ and "is_" not in d.__name__],
    ids=lambda f: f.__name__.removeprefix("damage_"),
)
def test_a_plain_build_repairs_it_too_or_says_to_rebuild(corpus: Path, built: Path, damage) -> None:
    damage(built)
    if damage is damage_manifest_folder:
        (built / "manifest.json").rmdir()
    try:
        build(load_articles(corpus), built)
        index = live(built).current()
    except AssistantError as error:
        assert "--rebuild" in error.next_step  # noqa: PT017 - either outcome is right
    else:
        assert_vectors_fit(index)


@pytest.mark.parametrize(
    "damage",
    [d for d in DAMAGES if "_store_" in d.__name__],
    ids=lambda f: f.__name__.removeprefix("damage_"),
)
def test_a_small_library_is_answered_beside_a_damaged_store(
    corpus: Path, built: Path, damage
) -> None:
    damage(built)
    index = live(built).current()
    assert_vectors_fit(index)
    assert_found_by_comparing(index)
    with pytest.raises(IndexCorrupt):
        index.check_store()
    build(load_articles(corpus), built, rebuild=True)
    live(built).current().check_store()


@pytest.mark.parametrize("part", ["ids.tables", "passages.npy", "sentences.npy", "fields.npy"])
@pytest.mark.parametrize("how", ["gone", "empty", "cut"])
def test_damaged_rows_are_read_from_the_store_and_written_again(
    corpus: Path, built: Path, part: str, how: str
) -> None:
    (path,) = (built / "vectors").glob(f"*/{part}")
    before = path.read_bytes()
    path.unlink()
    if how != "gone":
        path.write_bytes(b"" if how == "empty" else before[: len(before) // 2])
    assert_vectors_fit(live(built).current())
    assert build(load_articles(corpus), built).embedded == 0
    assert len(path.read_bytes()) == len(before)
    assert_found_by_comparing(live(built).current())
    assert prove(built, store(built)) == []


def test_rows_that_are_not_the_vectors_of_the_store_are_noticed(built: Path) -> None:
    (path,) = (built / "vectors").glob("*/sentences.npy")
    rows = np.load(path)
    np.save(path, rows[::-1])
    assert "sentences" in " ".join(prove(built, store(built)))


def assert_found_by_comparing(index: Index) -> None:
    for passage in index.library.passages:
        vector = index.passage_vectors([passage.id])[passage.id]
        assert index.nearest_passages(vector, 1)[0][1] == pytest.approx(1.0, abs=1e-5)


@pytest.mark.usefixtures("searched_in_the_store")
def test_lost_vectors_are_noticed_by_the_first_search(built: Path) -> None:
    manifest = read_manifest(built)
    store(built).drop(manifest.segments[0].collection("passages"))
    with pytest.raises(IndexCorrupt):
        open_and_search(built)
    shutil.rmtree(built / "vectors")  # and on opening where nothing else holds them
    with pytest.raises(IndexCorrupt):
        live(built).current()


def test_lost_sentences_are_noticed_in_use(built: Path) -> None:
    index = live(built).current()
    store(built).drop(index.manifest.segments[0].collection("sentences"))
    shutil.rmtree(built / "vectors")
    index = live(built).current()
    with pytest.raises(IndexCorrupt):
        index.sentence_vectors({p.id: len(p.sentences) for p in index.library.passages})


def test_a_store_of_another_library_is_noticed(built: Path) -> None:
    with pytest.raises(IndexCorrupt, match="do not match"):
        live(built).current().position("no such passage")


def test_rebuild_uses_nothing_again(corpus: Path, built: Path) -> None:
    before = read_manifest(built)
    report = build(load_articles(corpus), built, rebuild=True)
    assert report.reused == 0
    assert read_manifest(built).segments != before.segments
    assert_vectors_fit(live(built).current())


# Folders --------------------------------------------------------------------------------------


def test_a_missing_index_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing) as caught:
        live(tmp_path / "nowhere").current()
    assert caught.value.next_step == "Build it with: pmr-assistant index"
    assert not (tmp_path / "nowhere").exists(), "reading changes nothing"


def test_a_data_folder_that_is_a_file(corpus: Path, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("x", encoding="utf-8")
    for folder in (path, path / "below"):
        with pytest.raises(DataDirUnusable) as caught:
            build(load_articles(corpus), folder)
        assert "--data-dir" in caught.value.next_step
        with pytest.raises(DataDirUnusable):
            live(folder).current()


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write everywhere"
)
def test_a_data_folder_without_write_permission(corpus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(DataDirUnusable):
        build(load_articles(corpus), folder)


@pytest.mark.parametrize("texts", [[], ["<!-- nothing -->"], ["| a |\n|---|\n| b |"]])
def test_articles_without_a_quotable_sentence_are_explained(
    data_dir: Path, built: Path, texts: list[str]
) -> None:
    with pytest.raises(ArticleInvalid, match="quoted"):
        build([article(t, f"a{n}") for n, t in enumerate(texts)], data_dir)
    live(built).current()


def test_a_bad_article_leaves_the_old_index_answering(corpus: Path, built: Path) -> None:
    before = live(built).current().manifest
    (corpus / "bad.md").write_text("no front matter", encoding="utf-8")
    with pytest.raises(ArticleInvalid):
        build(load_articles(corpus), built)
    assert live(built).current().manifest == before


def test_an_embedder_that_fails_leaves_the_old_index_answering(corpus: Path, built: Path) -> None:
    class Broken(StemEmbedder):
        def embed(self, texts, *, progress=None):
            raise MemoryError

    before = live(built).current().manifest
    write_article(corpus, "new", "New words here.")
    with pytest.raises(MemoryError):
        build(load_articles(corpus), built, Broken())
    assert live(built).current().manifest == before
    build(load_articles(corpus), built)
    assert_vectors_fit(live(built).current())


def test_a_disk_that_fills_up_leaves_the_old_index_answering(
    corpus: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = live(built).current().manifest
    write_article(corpus, "new", "New words here.")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(builder, "write_manifest", full)
        with pytest.raises(DataDirUnusable, match="No space"):
            build(load_articles(corpus), built)
    assert live(built).current().manifest == before
    build(load_articles(corpus), built)
    assert "new" in live(built).current().library.articles


# At the same time ------------------------------------------------------------------------------


def test_two_builds_at_once(corpus: Path, built: Path) -> None:
    entered, leave = threading.Event(), threading.Event()

    class Waiting(StemEmbedder):
        def embed(self, texts, *, progress=None):
            entered.set()
            assert leave.wait(30)
            return super().embed(texts, progress=progress)

    write_article(corpus, "new", "New words here.")
    articles = load_articles(corpus)
    first = threading.Thread(target=build, args=(articles, built, Waiting()))
    first.start()
    try:
        assert entered.wait(30)
        with pytest.raises(IndexBusy) as caught:
            build(articles, built)
        assert "try again" in caught.value.next_step
        assert "new" not in live(built).current().library.articles
    finally:
        leave.set()
        first.join(30)
    assert "new" in live(built).current().library.articles


def test_readers_in_many_threads_survive_builds(corpus: Path, built: Path) -> None:
    opened, problems, stop = live(built), [], threading.Event()
    vector = StemEmbedder().embed(["walking"])[0]

    def read() -> None:
        while not stop.is_set():
            try:
                index = opened.current()
                for found, _ in index.nearest_passages(vector, 3):
                    index.position(found)
            except Exception as error:  # noqa: BLE001 - collected for the assertion
                problems.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(4)]
    for thread in readers:
        thread.start()
    try:
        for n in range(4):
            write_article(corpus, "walking", f"{WALK} Version {n} of it.", title="Walking")
            build(load_articles(corpus), built)
    finally:
        stop.set()
        for thread in readers:
            thread.join(30)
    assert problems == []


def test_many_threads_may_open_one_folder(built: Path) -> None:
    interval = sys.getswitchinterval()
    barrier, problems = threading.Barrier(6), []

    def open_it() -> None:
        mine = store(built)
        barrier.wait(30)
        try:
            assert mine.names()
        except Exception as error:  # noqa: BLE001 - collected for the assertion
            problems.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    finally:
        sys.setswitchinterval(interval)
    assert problems == []


def test_an_unchanged_index_is_opened_once(built: Path) -> None:
    opened = live(built)
    assert opened.current() is opened.current()


def test_a_library_is_found_by_passage_id() -> None:
    empty = Library({}, ())
    assert "x" not in empty
    with pytest.raises(KeyError):
        empty.passage("x")
