from __future__ import annotations

import os
from pathlib import Path

import pytest
from core_support import PROJECT, markdown, write_article, write_corpus

from assistant.article_json import article_from_json, article_to_json
from assistant.corpus import (
    MAX_ARTICLE_BYTES,
    article_files,
    load_article,
    load_articles,
    unreviewed,
)
from assistant.errors import ArticleInvalid, CorpusError, CorpusMissing

BODY = "Heat helps sore muscles.\n"


def front(*lines: str, body: str = BODY) -> str:
    return "\n".join(["---", *lines, "---", "", body])


GOOD = ("id: heat", "title: Heat", "publisher: Our practice")

# name: (file, field the message names, words of the fix)
MISTAKES: dict[str, tuple[str | bytes, str, str]] = {
    "no front matter": (BODY, "front matter", "start the file with a line '---'"),
    "front matter not closed": ("---\nid: heat\n" + BODY, "front matter", "line '---'"),
    "front matter is a list": (front("- a", "- b"), "front matter", "id, title"),
    "broken YAML": (front(*GOOD, "source: Heat: a guide"), "front matter", "put quotes around"),
    "tab in YAML": (front(*GOOD, "topics:\n\t- heat"), "front matter", "put quotes around"),
    "python object in YAML": (
        front(*GOOD, "source: !!python/object/apply:os.getcwd []"),
        "front matter",
        "put quotes around",
    ),
    "a field twice": (front(*GOOD, "title: Other"), "front matter", "'title' is written twice"),
    "id missing": (front("title: Heat", "publisher: P"), "id", "write a short name"),
    "id with blanks": (front("id: hot pack", *GOOD[1:]), "id", "for example: id: herniated-disc"),
    "id is a path": (front("id: ../../etc/passwd", *GOOD[1:]), "id", "write a short name"),
    "id misspelled": (front("Id: heat", *GOOD[1:]), "id", "did you mean 'id'?"),
    "title missing": (front("id: heat", "publisher: P"), "title", "add a line such as"),
    "title misspelled": (front("id: h", "titel: Heat", "publisher: P"), "title", "has 'titel'"),
    "title blank": (front("id: heat", 'title: " "', "publisher: P"), "title", "add a line"),
    "nobody behind it": (front("id: heat", "title: Heat"), "front matter", "publisher:"),
    "date in words": (front(*GOOD, "published: last May"), "published", "YYYY-MM-DD"),
    "no such month": (front(*GOOD, "published: 2020-13-45"), "published", "YYYY-MM-DD"),
    "no such day": (front(*GOOD, "reviewed: 2023-02-29"), "reviewed", "YYYY-MM-DD"),
    "date as a number": (front(*GOOD, "published: 86400"), "published", "YYYY-MM-DD"),
    "date with a time": (front(*GOOD, "review_by: 2020-01-01 10:00"), "review_by", "YYYY-MM-DD"),
    "topics is a table": (front(*GOOD, "topics: {a: b}"), "topics", "write a list"),
    "sources is a text": (front(*GOOD, "sources: MedlinePlus"), "sources", "write a list"),
    "source without title": (front(*GOOD, "sources: [{year: 2020}]"), "sources", "title:"),
    "source year": (front(*GOOD, "sources: [{title: T, year: 20}]"), "sources", "year: 2020"),
    "source url": (
        front(*GOOD, 'sources: [{title: T, url: "javascript:alert(1)"}]'),
        "sources",
        "https://",
    ),
    "url without scheme": (front(*GOOD, "url: www.example.org"), "url", "https://"),
    "url is code": (front(*GOOD, 'url: "javascript:alert(1)"'), "url", "https://"),
    "lang": (front(*GOOD, "lang: English"), "lang", "such as en or es"),
    "text empty": (front(*GOOD, body=""), "text", "write the article below"),
    "text only headings": (front(*GOOD, body="# Heat\n\n## More\n"), "text", "write the article"),
    "not UTF-8": (front(*GOOD).encode() + b"\xe9", "file", "save it as UTF-8"),
    "UTF-16": (front(*GOOD).encode("utf-16"), "file", "save it as UTF-8"),
    "too large": (front(*GOOD, body="x" * (MAX_ARTICLE_BYTES + 1)), "file", "split the article"),
    "not_quotable not in the text": (
        front(*GOOD, 'not_quotable: ["Click here"]'),
        "not_quotable",
        "copy the words exactly",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_names_file_field_and_fix(tmp_path: Path, name: str) -> None:
    content, field, fix = MISTAKES[name]
    path = tmp_path / "heat.md"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ArticleInvalid) as caught:
        load_article(path)
    for line in str(caught.value).splitlines():
        assert line.startswith(f"{path}: "), line
    assert f"{path}: {field}: " in str(caught.value)
    assert fix in str(caught.value)
    assert "pmr-assistant index" in caught.value.next_step


@pytest.mark.parametrize(
    "line", ["1: x", "true: x", "null: x", "extra: {deep: [1, 2]}", "3.5: {a: b}"]
)
def test_unknown_fields_of_any_kind_are_left_alone(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(front(*GOOD, line), encoding="utf-8")
    assert load_article(path).title == "Heat"


def test_a_yaml_mistake_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(front(*GOOD, "source: Heat: a guide"), encoding="utf-8")
    with pytest.raises(ArticleInvalid, match="near line 5 "):
        load_article(path)


def test_a_missing_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ArticleInvalid, match=r"gone\.md: file: cannot be read"):
        load_article(tmp_path / "gone.md")


def test_a_dangling_link_and_a_folder_named_like_an_article_are_explained(tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "link.md").symlink_to(tmp_path / "nowhere.md")
    with pytest.raises(ArticleInvalid) as caught:
        load_articles(tmp_path)
    assert "folder.md: file: cannot be read" in str(caught.value)
    assert "link.md: file: cannot be read" in str(caught.value)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read every file"
)
def test_an_unreadable_file_is_explained(tmp_path: Path) -> None:
    path = write_article(tmp_path, "heat", BODY)
    path.chmod(0)
    with pytest.raises(ArticleInvalid, match="check its permissions"):
        load_article(path)


def test_all_problems_of_all_files_are_listed_at_once(tmp_path: Path) -> None:
    write_article(tmp_path, "good", BODY)
    (tmp_path / "one.md").write_text(
        front("id: a b", "titel: T", "published: soon", "reviewed: x", body=""), encoding="utf-8"
    )
    (tmp_path / "two.md").write_text(BODY, encoding="utf-8")
    (tmp_path / "three.md").write_text(
        front("id: three", *GOOD[1:], 'not_quotable: ["Not here", "Nor here"]'), encoding="utf-8"
    )
    (tmp_path / "zero.md").write_text(markdown("good", BODY), encoding="utf-8")
    with pytest.raises(ArticleInvalid) as caught:
        load_articles(tmp_path)
    text = str(caught.value)
    for words in (
        "one.md: id: ",
        "one.md: title: ",
        "one.md: published: ",
        "one.md: reviewed: ",
        "one.md: text: empty",
        "two.md: front matter: missing",
        "three.md: not_quotable: 'Not here'",
        "three.md: not_quotable: 'Nor here'",
        "zero.md: id: 'good' is already used by ",
    ):
        assert words in text, words
    assert "good.md: id" not in text.replace("used by", "")


@pytest.mark.parametrize("blank", ['""', "[]", '[""]', "null", "", '" "'])
def test_a_blank_not_quotable_bans_nothing(tmp_path: Path, blank: str) -> None:
    from assistant.chunking import split_article

    path = tmp_path / "a.md"
    path.write_text(front(*GOOD, f"not_quotable: {blank}"), encoding="utf-8")
    article = load_article(path)
    assert article.not_quotable == ()
    assert split_article(article)


def test_a_single_not_quotable_text_is_one_phrase_also_with_a_comma(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    words = "To meet a physiatrist, click here"
    path.write_text(front(*GOOD, f'not_quotable: "{words}"', body=f"{BODY}\n{words}"), "utf-8")
    assert load_article(path).not_quotable == (words,)


@pytest.mark.parametrize(
    ("line", "topics"),
    [
        ("topics: back pain, heat,", ("back pain", "heat")),
        ("topics: [back pain, 7]", ("back pain", "7")),
        ('topics: ""', ()),
        ("topics:", ()),
    ],
)
def test_topics_are_a_list_or_a_line_of_words(
    tmp_path: Path, line: str, topics: tuple[str, ...]
) -> None:
    path = tmp_path / "a.md"
    path.write_text(front(*GOOD, line), encoding="utf-8")
    assert load_article(path).topics == topics


def test_optional_fields_may_be_left_blank(tmp_path: Path) -> None:
    names = ("source", "url", "author", "published", "reviewed", "review_by", "sources", "topics")
    path = tmp_path / "a.md"
    path.write_text(front(*GOOD, *(f"{n}:" for n in names)), encoding="utf-8")
    article = load_article(path)
    assert article.published is None
    assert article.sources == ()


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark_do_not_change_the_text(
    tmp_path: Path, newline: str
) -> None:
    path = tmp_path / "a.md"
    content = front(*GOOD, "published: 2024-02-29", body="One.\n\nTwo.\n")
    path.write_bytes(b"\xef\xbb\xbf" + content.replace("\n", newline).encode())
    article = load_article(path)
    assert article.text == "One.\n\nTwo."
    assert str(article.published) == "2024-02-29"


def test_the_version_changes_with_text_and_with_front_matter(tmp_path: Path) -> None:
    def version(*lines: str, body: str = BODY) -> str:
        path = tmp_path / "a.md"
        path.write_text(front(*GOOD, *lines, body=body), encoding="utf-8")
        return load_article(path).version

    assert version() == version()
    assert len({version(), version("reviewed: 2024-01-01"), version(body=BODY + "More.")}) == 3


@pytest.mark.parametrize("make", ["missing", "file", "empty", "only readme"])
def test_a_folder_without_articles_is_explained(tmp_path: Path, make: str) -> None:
    folder = tmp_path / "corpus"
    if make == "file":
        folder.write_text("x", encoding="utf-8")
    elif make != "missing":
        folder.mkdir()
    if make == "only readme":
        (folder / "README.md").write_text("x", encoding="utf-8")
    with pytest.raises(CorpusMissing) as caught:
        load_articles(folder)
    assert str(folder) in str(caught.value)
    assert "--corpus" in caught.value.next_step
    assert isinstance(caught.value, CorpusError)


def test_articles_come_from_the_articles_folder_sorted_by_id(tmp_path: Path) -> None:
    write_corpus(tmp_path / "articles" / "deeper")
    write_article(tmp_path, "outside", BODY)
    assert [a.id for a in load_articles(tmp_path)] == ["heat", "ice", "walking"]
    assert all("articles" in p.parts for p in article_files(tmp_path))


def test_articles_survive_json(real_articles) -> None:
    import json

    for article in real_articles:
        assert article_from_json(json.loads(json.dumps(article_to_json(article)))) == article


def test_the_seed_article_is_word_for_word(real_articles) -> None:
    seed = PROJECT.parent / "shared" / "seed-article.txt"
    if not seed.is_file():
        pytest.skip("the practice's original text is not beside this checkout")
    article = next(a for a in real_articles if a.id == "back-spasms-causes")
    assert article.text == seed.read_text(encoding="utf-8").strip()


def test_no_article_claims_a_review_that_did_not_happen(real_articles) -> None:
    assert unreviewed(real_articles) == [a.id for a in real_articles]
