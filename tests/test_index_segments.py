"""Small additions beside what is there, and the proof that an index holds what it should."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pytest
from core_support import article, build, live, store
from test_index import assert_vectors_fit

from assistant.chunking import sentence_text
from assistant.embedding import Vectors
from assistant.errors import EmbedderUnavailable, IndexCorrupt, IndexMissing, IndexOutOfDate
from assistant.index import segments
from assistant.index.bm25 import Bm25, Postings
from assistant.index.build import change_index
from assistant.index.counts import TermCounts
from assistant.index.ledger import Records
from assistant.index.lexis import Lexis
from assistant.index.live import Index
from assistant.index.manifest import KINDS, Kind, read_manifest
from assistant.index.neighbourhoods import Neighbourhoods
from assistant.index.numbering import Numbering
from assistant.index.proof import find_marker, prove
from assistant.index.segments import Held, kept_segments
from assistant.index.texts import library_words, make_library
from assistant.records import Article
from assistant.retrieval import Query, Retriever
from assistant.testing import StemEmbedder
from assistant.text import stems, words

WORDS = (
    "rest walk bend lift sit stand turn reach carry climb swim ride sleep stretch breathe push pull"
).split()


def some(count: int, first: int = 0) -> list[Article]:
    """Articles of three passages each, no sentence twice."""
    return [
        article(
            f"## How {n}\n\nGently {WORDS[n % 17]} on day {n}. Then pause {n}.\n\n"
            f"## Why {n}\n\nReason {n} is {WORDS[n * 7 % 17]}.\n\n"
            f"## When {n}\n\nSee a doctor after {n} days.",
            f"a{n:03}",
            title=f"Article {n}",
            version=f"v{n}",
        )
        for n in range(first, first + count)
    ]


@pytest.fixture
def library(data_dir: Path) -> list[Article]:
    """Twenty articles, indexed in one segment."""
    articles = some(20)
    build(articles, data_dir)
    assert len(read_manifest(data_dir).segments) == 1
    return articles


def assert_right(data_dir: Path, articles: list[Article], *, exact: bool = False) -> None:
    """The index is that of ``articles``: proven, and searched beside one built from nothing."""
    assert prove(data_dir, store(data_dir), exact=exact) == []
    index = live(data_dir).current()
    assert dict(index.library.articles) == {a.id: a for a in articles}
    assert_vectors_fit(index)
    other = Path(mkdtemp(dir=data_dir.parent))
    build(articles, other)
    plain = live(other).current()
    for question in ("Reason walk", "sleep on day 5", "see a doctor after 19 days"):
        vector = StemEmbedder().embed([question])[0]
        for name in ("nearest_passages", "nearest_sentences"):
            found, expected = (getattr(i, name)(vector, 12) for i in (index, plain))
            assert np.allclose([f[-1] for f in found], [e[-1] for e in expected], atol=1e-5)
        stems = ["reason", "walk", "day", "19"]
        for name in ("lexical_body", "lexical_fields"):
            ours, theirs = (by_passage(i, name, stems) for i in (index, plain))
            assert ours == theirs  # to the last bit
    assert set(index.kept.texts) >= set(plain.kept.texts)
    if exact:
        assert set(index.kept.texts) == set(plain.kept.texts)
    assert not index.knows("unheard")
    assert_words_right(index)


def by_passage(index: Index, name: str, stems: list[str]) -> dict[str, float]:
    """The lexical scores of every passage; the best of them are those that are highest."""
    matches, ids = getattr(index, name)(stems), [p.id for p in index.library.passages]
    scores = matches.at(range(len(ids)))
    positions, best = matches.best(12)
    expected = sorted(range(len(ids)), key=lambda n: (-scores[n], n))[:12]
    assert positions.tolist() == [n for n in expected if scores[n] > 0]
    assert best.tolist() == scores[positions].tolist()
    assert [index.entry(n).id for n in range(len(ids))] == ids
    assert [index.position(each) for each in ids] == list(range(len(ids)))
    return dict(zip(ids, scores.tolist(), strict=True))


def assert_words_right(index: Index) -> None:
    """What the build has counted is what its articles say."""
    assert index.lexis.keys() == set(index.library.languages())
    for lang, lexis in index.lexis.items():
        own = index.library.in_language(lang)
        quoted = [
            [sentence_text(own.articles[p.article], p, n) for n in range(len(p.sentences))]
            for p in own.passages
        ]
        having = Counter(stem for texts in quoted for stem in {s for t in texts for s in stems(t)})
        assert {stem: lexis.passages_with(stem) for stem in having} == having
        assert lexis.passages == len(own.passages)
        assert lexis.passages_with("unheard") == 0
        assert list(lexis.words) == sorted(library_words(own))
        assert [lexis.stem(n) for n in range(len(lexis.words))] == [
            (stems(word) or [word])[0] for word in lexis.words
        ]
        said = sorted({word for a in own for word in words(f"{a.title} {a.text}")})
        assert all(map(lexis.says, said))
        assert not lexis.says("unheard")
        for start in "gwx":
            assert lexis.beginning(start) == [word for word in said if word.startswith(start)]
        plain = Lexis.of(own)
        for each in own:
            key = " ".join(stems(each.title))
            assert lexis.topic(key) == plain.topic(key) is not None
            assert each.id in lexis.topic(key).articles


def test_an_added_article_is_one_small_segment_beside_the_old_one(
    data_dir: Path, library: list[Article]
) -> None:
    before = read_manifest(data_dir)
    opened = live(data_dir)
    opened.current()
    articles = sorted([*library, *some(1, first=50)], key=lambda a: a.id)
    report = build(articles, data_dir)
    manifest = read_manifest(data_dir)
    assert manifest.segments[0] == before.segments[0]
    (new,) = manifest.segments[1:]
    assert new.counts == {"passages": 3, "sentences": 4, "fields": 4}
    assert report.embedded == 3 + 4 + 4  # its words and numbers are known
    assert "a050" in opened.current().library.articles
    assert_right(data_dir, articles, exact=True)
    index = live(data_dir).current()
    vector = StemEmbedder().embed(["Gently pull on day 50."])[0]
    (best, position, cosine), *_ = index.nearest_sentences(vector, 3)
    assert index.library.passage(best).article == "a050"
    assert (position, round(cosine, 3)) == (0, 1.0)


def test_a_segment_in_memory_finds_what_the_store_finds(
    data_dir: Path, library: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    build([*library, *some(2, first=50)], data_dir)
    left = [*library[1:], *some(2, first=50)]
    build(left, data_dir)
    assert [s.dead["passages"] for s in read_manifest(data_dir).segments] == [3, 0]
    assert_right(data_dir, left)
    monkeypatch.setattr("assistant.index.vectors._SMALL", 0)
    assert_right(data_dir, left)
    build(library, data_dir)
    assert_right(data_dir, library)


def test_many_additions_are_joined_before_there_are_too_many_segments(
    data_dir: Path, library: list[Article]
) -> None:
    counts = []
    for n in range(9):
        library = [*library, *some(1, first=100 + n)]
        build(library, data_dir)
        counts.append(len(read_manifest(data_dir).segments))
    assert counts == [2, 3, 4, 5, 6, 7, 8, 1, 2]
    assert_right(data_dir, library)
    # collections of two builds at most, and no list or record that neither needs
    names = {segment.name for segment in read_manifest(data_dir).segments}
    names |= {*read_manifest(data_dir).previous_segments}
    assert {name.partition("-")[2] for name in store(data_dir).names()} == names
    assert {path.stem for path in (data_dir / "segments").iterdir()} == names
    assert {path.stem for path in (data_dir / "vectors").iterdir()} == names
    assert len(list((data_dir / "articles").iterdir())) == len(library)


def test_a_withdrawn_article_is_never_found_though_its_vectors_wait(
    data_dir: Path, library: list[Article]
) -> None:
    left = library[1:]
    report = build(left, data_dir)
    (segment,) = read_manifest(data_dir).segments
    assert segment.dead == {"passages": 3, "sentences": 4, "fields": 4}
    assert report.embedded == 0
    assert_right(data_dir, left)
    assert prove(data_dir, store(data_dir), exact=True)
    index = live(data_dir).current()
    vector = StemEmbedder().embed(["Gently rest on day 0."])[0]
    assert len(index.nearest_passages(vector, 999)) == 57
    assert len(index.nearest_passages(vector, 3)) == 3
    # and back: its vectors are alive again
    assert build(library, data_dir).embedded == 0
    assert_right(data_dir, library, exact=True)


def test_many_withdrawn_articles_leave_a_segment_without_them(
    data_dir: Path, library: list[Article]
) -> None:
    left = library[4:]
    build(left, data_dir)
    assert_right(data_dir, left, exact=True)


def test_a_purge_leaves_nothing_of_a_withdrawn_article(
    data_dir: Path, library: list[Article]
) -> None:
    secret = article("The zebra marker stands here.", "zz", title="Zebra", version="z")
    build([*library, secret], data_dir)
    build([*library, secret, *some(1, first=60)], data_dir)
    assert find_marker(data_dir, "ZEBRA  marker") == ["zz"]
    assert "words kept with the index" in find_marker(data_dir, "zebra")
    left = [*library[1:], *some(1, first=60)]
    report = build(left, data_dir, purge=True)
    assert report.embedded == 0
    assert find_marker(data_dir, "zebra") == []
    assert_right(data_dir, left, exact=True)
    assert len(list((data_dir / "articles").iterdir())) == len(left)
    assert len(list((data_dir / "builds").iterdir())) == 2
    assert not build(left, data_dir, purge=True).changed


def test_a_purge_after_a_plain_withdrawal_rewrites_only_what_holds_it(
    data_dir: Path, library: list[Article]
) -> None:
    more = [*library, *some(1, first=70)]
    build(more, data_dir)
    build(library, data_dir)  # the small segment holds nothing that lives
    assert len(read_manifest(data_dir).segments) == 1
    first = read_manifest(data_dir).segments[0]
    assert build(library, data_dir, purge=True).changed
    assert read_manifest(data_dir).segments == (first,)
    assert {name.partition("-")[2] for name in store(data_dir).names()} == {first.name}


def test_a_lost_segment_is_noticed_and_written_again(
    data_dir: Path, library: list[Article]
) -> None:
    articles = [*library, *some(1, first=50)]
    build(articles, data_dir)
    small = read_manifest(data_dir).segments[1]
    store(data_dir).drop(small.collection("passages"))
    with pytest.raises(IndexCorrupt):
        live(data_dir).current().check_store()
    assert prove(data_dir, store(data_dir))
    assert build(articles, data_dir).embedded == 0  # its rows are copied
    assert_right(data_dir, articles)


@pytest.mark.parametrize("lost", ["segments", "articles"])
def test_lost_tables_or_records_are_made_again(
    data_dir: Path, library: list[Article], lost: str
) -> None:
    articles = [*library, *some(1, first=50)]
    build(articles, data_dir)
    shutil.rmtree(data_dir / lost)
    with pytest.raises(IndexCorrupt):
        live(data_dir).current()
    assert build(articles, data_dir).embedded == 0
    assert_right(data_dir, articles)


@pytest.mark.parametrize("version", [1, 2])
def test_an_index_of_an_earlier_format_is_refused_and_its_vectors_used_again(
    data_dir: Path, library: list[Article], version: int
) -> None:
    manifest = json.loads((data_dir / "manifest.json").read_text("utf-8"))
    del manifest["tables"]
    old = {**manifest, "format": version}
    if version == 1:
        (segment,) = old.pop("segments")
        del old["previous_segments"]
        old |= {"vectors": segment["name"], "previous_vectors": None}
    (data_dir / "manifest.json").write_text(json.dumps(old), "utf-8")
    for name in ("segments", "articles"):
        shutil.rmtree(data_dir / name)
    if version == 1:
        shutil.rmtree(data_dir / "vectors")
    with pytest.raises(IndexOutOfDate, match="earlier version"):
        live(data_dir).current()

    articles = [*library, *some(1, first=50)]
    vectors = StemEmbedder()
    build(articles, data_dir, vectors)
    assert not any(text.startswith("Gently rest") for text in vectors.embedded)
    assert_right(data_dir, articles, exact=True)


@pytest.fixture
def read(library: list[Article], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The articles' records that are read once the library is built, as they come."""
    names: list[str] = []
    real = Records.read

    def counted(self: Records, name: str) -> object:
        names.append(name)
        return real(self, name)

    monkeypatch.setattr(Records, "read", counted)
    return names


def test_one_article_is_put_and_taken_out_without_reading_the_others(
    data_dir: Path, library: list[Article], read: list[str]
) -> None:
    known = {"data_dir": data_dir, "store": store(data_dir), "embedder": StemEmbedder()}
    (new,) = some(1, first=50)
    report = change_index([new], **known)
    assert (report.articles, report.passages) == (21, 63)
    assert len(read) == 1  # its own
    assert_right(data_dir, [*library, new], exact=True)
    assert not change_index([new], **known).changed

    newer = replace(new, text=new.text.replace("Gently", "Slowly"), version="other")
    assert change_index([newer], ["a003"], **known).articles == 20
    left = [each for each in library if each.id != "a003"]
    assert_right(data_dir, [*left, newer])
    assert not build([*left, newer], data_dir).changed  # the folder is what the index holds
    assert not change_index(withdrawn=["nobody"], **known).changed
    assert change_index(withdrawn=["a004"], **known).embedded == 0
    left = [each for each in left if each.id != "a004"]
    assert_right(data_dir, [*left, newer])
    for n in range(60, 75):  # joined as they grow
        change_index(some(1, first=n), **known)
    manifest = read_manifest(data_dir)
    assert len(manifest.segments) <= segments.MOST_SEGMENTS
    assert_right(data_dir, [*left, newer, *some(15, first=60)])
    names = {segment.name for segment in manifest.segments} | {*manifest.previous_segments}
    assert {path.stem for path in (data_dir / "segments").iterdir()} == names
    assert {path.stem for path in (data_dir / "vectors").iterdir()} == names
    with pytest.raises(IndexMissing):
        change_index([new], **{**known, "data_dir": data_dir.parent / "none"})


# Very many vectors --------------------------------------------------------------------------------


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A segment of forty vectors of a kind counts as very large."""
    for name in ("rows", "writer"):
        monkeypatch.setattr(f"assistant.index.{name}.LISTED_FROM", 40)
    monkeypatch.setattr("assistant.index.neighbourhoods._IN_A_LIST", 5)


@pytest.mark.usefixtures("listed")
def test_very_many_vectors_stand_in_lists_and_not_in_the_store(data_dir: Path) -> None:
    articles = some(20)
    build(articles, data_dir)
    (segment,) = read_manifest(data_dir).segments
    assert not segment.stored
    assert store(data_dir).names() == []
    assert_right(data_dir, articles, exact=True)
    more = [*articles[1:], *some(1, first=50)]  # one in the store beside it, one gone
    assert build(more, data_dir).embedded == 3 + 4 + 4
    assert [each.stored for each in read_manifest(data_dir).segments] == [False, True]
    assert_right(data_dir, more)
    assert build(more, data_dir, purge=True).embedded == 0  # copied out of the lists
    assert_right(data_dir, more, exact=True)
    shutil.rmtree(data_dir / "vectors")
    with pytest.raises(IndexCorrupt):
        live(data_dir).current()
    assert prove(data_dir, store(data_dir))
    build(more, data_dir)
    assert_right(data_dir, more, exact=True)


@pytest.mark.usefixtures("listed")
def test_an_interrupted_large_segment_is_gone_on_with(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(StemEmbedder):
        def embed(self, texts: Sequence[str], **options: Any) -> Vectors:
            if len(self.embedded) >= 40:
                raise EmbedderUnavailable("gone")
            return super().embed(texts, **options)

    monkeypatch.setattr("assistant.index.writer._CHECKPOINT", 16)
    failing, whole = Failing(), StemEmbedder()
    with pytest.raises(EmbedderUnavailable):
        build(some(20), data_dir, failing)
    done = len(failing.embedded)
    build(some(20), data_dir, whole)
    assert done >= 40
    assert not set(whole.embedded) & set(failing.embedded)
    assert_right(data_dir, some(20), exact=True)


def test_lists_find_nearly_all_that_is_near() -> None:
    dice = np.random.default_rng(3)
    centres = dice.standard_normal((200, 32))
    vectors = centres[dice.integers(200, size=20_000)] + 0.6 * dice.standard_normal((20_000, 32))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    lists = Neighbourhoods.of(vectors)
    order = lists.order()
    assert np.array_equal(order[lists.places], np.arange(20_000))
    kept = Neighbourhoods.within(lists.tables("passages"), "passages", 20_000)
    assert kept is not None
    found = 0
    for question in vectors[::400]:
        exact = set(np.argsort(-(vectors @ question))[:10].tolist())
        places, cosines = kept.nearest(vectors[order], question, 10)
        best = order[places[np.argsort(-cosines)[:10]]]
        found += len(exact & set(best.tolist()))
    assert found >= 0.97 * 10 * 50
    everything, _ = kept.nearest(vectors[order], vectors[0], 20_000)
    assert len(everything) == 20_000


# What is wrong is said ----------------------------------------------------------------------------


def test_the_proof_names_what_is_wrong(data_dir: Path, library: list[Article]) -> None:
    build([*library, *some(1, first=50)], data_dir)
    (big, small), vectors = read_manifest(data_dir).segments, store(data_dir)
    first = next(iter(vectors.ids(big.collection("passages"))))
    found = vectors.vectors(big.collection("passages"), [first])
    vectors.add(small.collection("passages"), [first, "nobody"], np.stack([found[first]] * 2))
    problems = "\n".join(prove(data_dir, store(data_dir)))
    assert f"{small.collection('passages')} holds 5 vectors, the manifest says 3" in problems
    assert f"{small.collection('passages')} holds 2 vectors of no article" in problems
    vectors.drop(big.collection("fields"))
    assert f"{big.collection('fields')} lacks" in "\n".join(prove(data_dir, store(data_dir)))
    shutil.rmtree(data_dir / "articles")
    assert prove(data_dir, store(data_dir)) == ["An article kept with the index cannot be read."]
    with pytest.raises(ValueError, match="word"):
        find_marker(data_dir, " ")


# Plans and counts ---------------------------------------------------------------------------------


def counts(passages: int) -> dict[Kind, int]:
    return {"passages": passages, "sentences": 2 * passages, "fields": passages}


def held(*sizes: int, gone: int = 0) -> list[Held]:
    """Segments of some sizes, of the first some passages gone."""
    dead = [gone, *([0] * len(sizes))]
    return [
        Held(f"s{n}", counts(size), counts(size - own))
        for n, (size, own) in enumerate(zip(sizes, dead, strict=False))
    ]


def kept(new: int, there: list[Held], *, purge: bool = False) -> list[int]:
    return [there.index(each) for each in kept_segments(counts(new), there, purge=purge)]


def test_which_segments_stay() -> None:
    assert kept(100, []) == []
    assert kept(10, held(90)) == [0]
    assert kept(30, held(70)) == []  # a large part is new
    assert kept(0, held(91, *[1] * 7)) == [*range(8)]
    assert kept(1, held(91, *[1] * 7)) == [0]  # a ninth: those that are no larger are joined
    assert kept(1, held(9999, 500, 70, 70, 60, 60, 2, 2)) == [0, 1]
    assert kept(0, held(91, gone=10)) == [0]
    assert kept(0, held(91, gone=20)) == []
    assert kept(0, held(1000, 91, gone=10), purge=True) == []
    assert kept(0, held(10, 1000, gone=1), purge=True) == [1]
    assert kept(0, held(5, 1000, gone=5)) == [1]  # nothing of it lives


def test_more_is_asked_for_when_dead_vectors_stand_in_front() -> None:
    stored = [(f"p{n}", 1 - n / 100) for n in range(50)]
    segment = segments.Segment(name="s", counts=dict.fromkeys(KINDS, 50), dead={"passages": 30})
    asked: list[int] = []

    def ask(_name: str, count: int) -> list[tuple[str, float]]:
        asked.append(count)
        return stored[:count]

    def alive(each: str) -> bool:
        return int(each[1:]) >= 30

    found = segments.nearest_alive(segment, "passages", 4, ask, alive)
    assert [each for each, _ in found] == ["p30", "p31", "p32", "p33"]
    assert asked == [8, 16, 32, 50]
    everything = segments.nearest_alive(segment, "passages", 999, ask, alive)
    assert len(everything) == 20


def test_scores_are_those_of_bm25s_however_the_counts_came_together(tmp_path: Path) -> None:
    import bm25s

    documents = [["back", "pain", "back"], [], ["walk"], ["pain", "walk", "rest", "rest", "rest"]]
    theirs = bm25s.BM25()
    theirs.index([d or ["\0"] for d in documents], show_progress=False)
    gone = TermCounts.of([["old", "words"], documents[3], documents[0]])
    joined = gone.with_rows_of(TermCounts.of([documents[1], documents[2]])).only([2, 3, 4, 1])
    joined.save(tmp_path / "counts")
    Postings.of(TermCounts.load(tmp_path / "counts")).save(tmp_path / "bm25")
    apart = [TermCounts.of([documents[0], ["old"], documents[1]]), TermCounts.of(documents[2:])]
    in_two = Bm25([Postings.of(each) for each in apart], Numbering([3, 2], [[1], []]))
    for ours in (Bm25.of(documents), Bm25([Postings.load(tmp_path / "bm25")]), in_two):
        assert len(ours) == 4
        assert not ours.knows("old")
        for query in (["back"], ["pain", "rest"], ["walk", "unknown"]):
            known = [stem for stem in query if stem != "unknown"]
            assert np.array_equal(ours.scores(query), theirs.get_scores(known))


def test_the_best_of_a_query_are_those_of_all_scores() -> None:
    dice = random.Random(5)
    terms = [f"t{n}" for n in range(60)]
    often = [1 / (n + 1) for n in range(60)]
    documents = [dice.choices(terms, often, k=dice.randrange(12)) for _ in range(2300)]
    parts = [TermCounts.of(documents[start : start + 1150]) for start in (0, 1150)]
    taken_out = sorted(dice.sample(range(1150), 300))
    index = Bm25([Postings.of(each) for each in parts], Numbering([1150, 1150], [[], taken_out]))
    assert len(index) == 2000
    for _ in range(60):
        query = list(dict.fromkeys(dice.choices(terms, k=dice.randrange(1, 6))))
        scores = index.scores(query)
        rows, best = index.matches(query).best(20)
        expected = sorted(range(2000), key=lambda n: (-scores[n], n))[:20]
        assert rows.tolist() == [n for n in expected if scores[n] > 0]
        assert np.array_equal(best, scores[rows])


def test_opening_reads_no_article_and_a_search_only_those_it_shows(
    data_dir: Path, library: list[Article], read: list[str]
) -> None:
    index = live(data_dir).current()
    assert index.library.languages() == ("en",)
    assert list(index.library.articles) == [a.id for a in library]
    assert read == []
    hits = Retriever(StemEmbedder()).search(index, Query.of("Gently walk on day 3"), count=4)
    assert len(hits) == 4
    assert len(read) == len({hit.passage.article for hit in hits})


def test_a_stored_library_is_the_same_as_one_in_memory(
    data_dir: Path, library: list[Article]
) -> None:
    spanish = article("Camine despacio.", "es1", title="Caminar", version="s", lang="es-MX")
    build([*library, spanish], data_dir)
    assert_words_right(live(data_dir).current())
    stored, plain = live(data_dir).current().library, make_library([*library, spanish])
    assert tuple(stored.passages) == plain.passages
    assert stored.passages[-2:] == plain.passages[-2:]
    assert stored.languages() == plain.languages() == ("en", "es")
    for lang in ("en", "es", "fr"):
        mine, theirs = stored.in_language(lang), plain.in_language(lang)
        assert (mine.articles, mine.passages) == (theirs.articles, theirs.passages)
    for each in plain.passages:
        assert stored.passage(each.id) == each
        assert stored.passages_of(each.article) == plain.passages_of(each.article)
    assert "nobody" not in stored
    assert "nobody" not in stored.articles
    assert stored.passages_of("nobody") == ()
    for missing in (lambda: stored.passage("p" * 99), lambda: stored.articles["a0"]):
        with pytest.raises(KeyError):
            missing()
    with pytest.raises(IndexError):
        stored.passages[len(plain.passages)]
    next(iter((data_dir / "articles").iterdir())).write_text("{}", "utf-8")
    with pytest.raises(IndexCorrupt):
        list(live(data_dir).current().library.passages)
    assert prove(data_dir, store(data_dir))
