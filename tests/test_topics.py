from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import CorpusError
from assistant.records import Article, Library
from assistant.topics import by_topic, read_topics, related


def article(name: str, *topics: str, lang: str = "en", original: str | None = None) -> Article:
    return Article(
        id=name, title=name.title(), text="x", version="1", topics=topics, lang=lang,
        translation_of=original,
    )  # fmt: skip


LIBRARY = Library(
    {
        a.id: a
        for a in (
            article("disc", "back pain", "nerve pain"),
            article("sciatica", "back pain", "nerve pain"),
            article("strain", "back pain"),
            article("heat", "self-care"),
            article("calor", "self-care", lang="es", original="heat"),
        )
    },
    (),
)


def topics(folder: Path, text: str) -> Path:
    (folder / "topics.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_translation_stands_under_the_topic_of_its_original(tmp_path: Path) -> None:
    found = read_topics(
        topics(tmp_path, '[[topic]]\ntitle = "At home"\ntitles.es = "En casa"\narticles = ["heat"]')
    )
    groups = by_topic(LIBRARY, found, "es")
    assert [(topic and topic.title("es"), [a.id for a in own]) for topic, own in groups] == [
        ("En casa", ["calor"])
    ]
    assert found[0].title("fr") == "At home"


def test_articles_without_a_topic_come_last(tmp_path: Path) -> None:
    found = read_topics(topics(tmp_path, '[[topic]]\ntitle = "Discs"\narticles = ["disc", "gone"]'))
    last, rest = by_topic(LIBRARY, found, "en")[-1]
    assert last is None
    assert [a.id for a in rest] == ["heat", "sciatica", "strain"]


def test_no_map_is_no_topic(tmp_path: Path) -> None:
    assert read_topics(tmp_path) == ()


def test_a_broken_map_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"topics\.toml"):
        read_topics(topics(tmp_path, "[[topic]]\narticles = 3"))


def test_the_article_that_shares_the_rarer_subject_is_nearer() -> None:
    assert [a.id for a in related(LIBRARY, LIBRARY.articles["disc"], 5)] == ["sciatica", "strain"]
    assert related(LIBRARY, LIBRARY.articles["heat"], 5) == []  # no other language
