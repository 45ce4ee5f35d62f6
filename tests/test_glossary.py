from __future__ import annotations

from pathlib import Path

import pytest
from core_support import PROJECT, build, live
from hypothesis import given
from hypothesis import strategies as st

from assistant.corpus import load_articles
from assistant.errors import CorpusError
from assistant.glossary import Glossary, GlossaryEntry, load_glossary, read_glossary
from assistant.testing import StemEmbedder


def glossary(term: str = "herniated disc", *also: str) -> Glossary:
    return Glossary([GlossaryEntry(term=term, also=also or ("slipped disc",))])


def test_lay_words_bring_the_articles_words() -> None:
    reading = glossary().read("What helps a Slipped\n disc?")
    assert reading.words == "What helps a herniated disc?"
    assert reading.text == "What helps a Slipped\n disc? (herniated disc)"


@pytest.mark.parametrize("question", ["", "disc", "slipped discus", "un-slipped disc", "slip"])
def test_other_words_stay(question: str) -> None:
    assert glossary().read(question).text == glossary().read(question).words == question


def test_a_phrase_stands_for_more_than_one_of_it_too() -> None:
    assert glossary().read("do slipped discs heal").words == "do herniated disc heal"


@pytest.mark.parametrize(
    "question", ["slıpped dısc", "slİpped disc", "SLIPPED DISC", "ſlipped diſc"]
)
def test_letters_that_match_only_without_case_do_no_harm(question: str) -> None:
    assert glossary().read(question).words in (question, "herniated disc")


def test_blank_and_wide_entries_do_no_harm() -> None:
    assert glossary("x", "", " ").read("my disc").words == "my disc"
    assert glossary("x", "slipped  disc").read("my slipped disc").words == "my x"


@given(st.text(), st.lists(st.text(max_size=8), max_size=4))
def test_any_words_can_be_read(question: str, also: list[str]) -> None:
    reading = glossary("term", *also).read(question + " ".join(also))
    assert reading.text.startswith(question)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[[entry", "cannot be read"),
        ("entry = 5", "[[entry]]"),
        ('[entry]\nterm = "a"', "[[entry]]"),
        ('[[entry]]\nalso = ["a"]', "entry 1: term"),
        ('[[entry]]\nterm = "b"\nalso = "a"', "entry 1: also"),
        ('[[entry]]\nterm = ""', "entry 1: term"),
    ],
)
def test_a_mistake_names_file_and_entry(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "glossary.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        load_glossary(tmp_path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


def test_no_glossary_is_an_empty_one(tmp_path: Path) -> None:
    assert load_glossary(tmp_path).entries == ()


def test_the_projects_glossary_can_be_read() -> None:
    entries = load_glossary(PROJECT / "corpus").entries
    assert entries
    assert all(entry.term and entry.also for entry in entries)


def test_a_new_glossary_is_live_without_embedding(corpus: Path, built: Path) -> None:
    opened = live(built)
    assert opened.current().glossary.entries == ()
    embedder = StemEmbedder()
    build(load_articles(corpus), built, embedder, glossary=glossary())
    assert embedder.embedded == []
    assert opened.current().glossary.entries == glossary().entries


EXPLAINING = Glossary(
    [
        GlossaryEntry(term="disc", meaning="A disc is a cushion.", explain=True),
        GlossaryEntry(term="herniated disc", meaning="One that pushes out.", explain=True),
        GlossaryEntry(term="ligament", meaning="A band between bones.", explain=True),
        GlossaryEntry(term="heat", meaning="Warmth."),
    ]
)


def terms(text: str, known: str = "") -> list[str]:
    return [entry.term for entry in EXPLAINING.explain(text, known)]


def test_terms_are_explained_in_the_order_of_the_text_and_once() -> None:
    assert terms("Torn Ligaments, a herniated\ndisc, ligament.") == ["ligament", "herniated disc"]


def test_a_term_inside_another_word_or_term_is_not_explained() -> None:
    assert terms("A herniated disc, a discus.") == ["herniated disc"]
    assert terms("Heat helps.") == []  # everybody knows it


def test_what_the_question_names_is_not_explained() -> None:
    assert terms("A disc and a ligament.", known="what does a Disc do?") == ["ligament"]


def test_a_meaning_that_may_not_be_shown_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "glossary.toml").write_text(
        '[[entry]]\nterm = "x pill"\nmeaning = "Take 400 mg of it twice a day."\nexplain = true\n',
        encoding="utf-8",
    )
    glossary, findings = read_glossary(tmp_path)
    assert [entry.meaning for entry in glossary.entries] == [""]
    assert findings
