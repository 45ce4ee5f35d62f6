from __future__ import annotations

import re

import pytest
from core_support import article
from hypothesis import given
from hypothesis import strategies as st

from assistant.chunking import (
    MAX_ITEM_CHARS,
    MAX_PASSAGE_CHARS,
    embedded_text,
    passage_text,
    sentence_text,
    split_article,
)
from assistant.index.texts import texts_to_embed
from assistant.records import Article, Library, Passage
from assistant.text import plain


def assert_sound(article: Article, passages: list[Passage]) -> None:
    """What every passage of every article must hold for quotes to be true."""
    text = article.text
    assert len({p.id for p in passages}) == len(passages)
    taken: set[int] = set()
    for passage in passages:
        assert passage.article == article.id
        assert passage.sentences
        assert passage.span.start == min(s.span.start for s in passage.sentences)
        assert passage.span.end == max(s.span.end for s in passage.sentences)
        previous = -1
        for position, sentence in enumerate(passage.sentences):
            quote = sentence.span.cut(text)
            assert 0 <= sentence.span.start < sentence.span.end <= len(text)
            assert quote == quote.strip(), quote
            assert sentence.span.start > previous, "sentences stand in reading order"
            previous = sentence.span.start
            own = set(range(sentence.span.start, sentence.span.end))
            assert not own & taken, "no word is quoted from two places"
            taken |= own
            for banned in article.not_quotable:
                assert banned not in quote
                assert plain(banned) not in plain(quote)
            if sentence.lead_in is not None:
                assert 0 <= sentence.lead_in < position
                assert sentence.kind == "item"
                assert passage.sentences[sentence.lead_in].kind == "sentence"


def quotes(article: Article) -> list[str]:
    return [s.span.cut(article.text) for p in split_article(article) for s in p.sentences]


def test_every_passage_and_sentence_of_the_corpus_is_sound(real_articles) -> None:
    for each in real_articles:
        passages = split_article(each)
        assert passages, each.id
        assert_sound(each, passages)


def test_the_corpus_reads_the_same_with_and_without_markdown(real_articles) -> None:
    """A sentence shown to a reader stands in the each character for character."""
    for each in real_articles:
        for quote in quotes(each):
            assert plain(quote) == " ".join(quote.split()), (each.id, quote)


def test_banned_words_of_the_corpus_are_neither_quoted_nor_embedded(real_articles) -> None:
    for each in real_articles:
        passages = split_article(each)
        texts = texts_to_embed(Library({each.id: each}, tuple(passages)))
        body = " ".join(passage_text(each, p) for p in passages)
        for banned in each.not_quotable:
            assert plain(banned) not in body
            assert not any(banned in t for t in texts["sentences"].values())


def test_the_corpus_fits_the_embedding_model(real_articles) -> None:
    for each in real_articles:
        for passage in split_article(each):
            lists = any(s.lead_in is not None for s in passage.sentences)
            length = sum(s.span.end - s.span.start for s in passage.sentences)
            assert length <= MAX_PASSAGE_CHARS or lists or len(passage.sentences) == 1


# Markdown as people write it, and as no one should.
WORD = st.one_of(
    st.sampled_from(
        "Heat helps sore muscles Dr. e.g. 1.5 L4/L5 “rest” don’t 1½ *very* **never** `x` "
        "[link](http://x.org) <b>bold</b> &amp; \\* pain! why? back. spasms: > # - 1. | _a_".split()
    ),
    st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=6),
)
LINE = st.lists(WORD, min_size=1, max_size=9).map(" ".join)
PARAGRAPH = st.lists(LINE, min_size=1, max_size=3).map("\n".join)


def _indent(block: str, by: str) -> str:
    return block.replace("\n", "\n" + by)


BLOCK = st.one_of(
    PARAGRAPH,
    PARAGRAPH.map(lambda p: p + ":"),
    st.tuples(st.integers(1, 6), LINE).map(lambda t: "#" * t[0] + " " + t[1]),
    LINE.map(lambda t: f"{t}\n==="),
    st.lists(PARAGRAPH, min_size=1, max_size=4).map(
        lambda items: "\n".join(f"- {_indent(i, '  ')}" for i in items)
    ),
    st.tuples(LINE, st.lists(PARAGRAPH, min_size=1, max_size=3)).map(
        lambda t: f"- {t[0]}\n" + "\n".join(f"  - {_indent(i, '    ')}" for i in t[1])
    ),
    st.lists(PARAGRAPH, min_size=1, max_size=3).map(
        lambda items: "\n\n".join(f"{n}. {_indent(i, '   ')}" for n, i in enumerate(items, 1))
    ),
    st.tuples(LINE, LINE).map(lambda t: f"- {t[0]}\n\n\t{t[1]}\n\t{t[0]}"),
    PARAGRAPH.map(lambda p: "> " + _indent(p, "> ")),
    LINE.map(lambda t: f"<div>\n{t}\n</div>"),
    LINE.map(lambda t: f"```\n{t}\n```"),
    st.tuples(LINE, LINE).map(lambda t: f"| {t[0]} | {t[1]} |\n|---|---|\n| c | c |"),
    st.just("---"),
    st.just("<!-- a comment -->"),
    st.text(st.characters(blacklist_categories=("Cs",)), max_size=30),
)
DOCUMENT = st.lists(BLOCK, max_size=7).map("\n\n".join)


def _as_loaded(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


@given(DOCUMENT, st.booleans())
def test_any_markdown_gives_sound_passages(text: str, windows: bool) -> None:
    text = _as_loaded(text.replace("\n", "\r\n") if windows else text)
    made = article(text)
    assert_sound(made, split_article(made))


@given(DOCUMENT, st.data())
def test_banned_words_are_in_no_sentence(text: str, data: st.DataObject) -> None:
    text = _as_loaded(text)
    parts = [w for w in text.split() if len(w) > 2] or ["absent"]
    banned = tuple(data.draw(st.lists(st.sampled_from(parts), min_size=1, max_size=3)))
    made = article(text, not_quotable=banned)
    for quote in quotes(made):
        assert not any(words in quote for words in banned)


@given(DOCUMENT)
def test_splitting_twice_gives_the_same(text: str) -> None:
    made = article(_as_loaded(text))
    assert split_article(made) == split_article(made)


@given(DOCUMENT)
def test_equal_ids_mean_equal_vectors(text: str) -> None:
    """What is stored under an id must depend on nothing but the id."""
    plain_text = _as_loaded(text)
    one, other = article(plain_text), article(re.sub(r"(?m)^ *(-|\d+\.|#+|>) ", "", plain_text))
    texts = [
        texts_to_embed(Library({a.id: a}, tuple(split_article(a))))["sentences"]
        for a in (one, other)
    ]
    for key in texts[0].keys() & texts[1].keys():
        assert texts[0][key] == texts[1][key]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("> First line\n> goes on. Second.", ["First line\n> goes on.", "Second."]),
        ("- item\n\n\tgoes on\n\tto the end.", ["item", "goes on\n\tto the end."]),
        ("1. 1\n2. 2", ["1", "2"]),
        ("a\x00b c.", ["a\x00b c."]),
        ("- 0\n\x1f\n-", ["0"]),
        ("Options:\n\n1.\n\nwords", ["Options:", "words"]),
        ("Heat\nhelps.\n\nCold\nhelps.", ["Heat\nhelps.", "Cold\nhelps."]),
        ("para one\ngoes on lazily", ["para one\ngoes on lazily"]),
        ("- a\n  - b\n    c\n- d", ["a", "b\n    c", "d"]),
        ("```\ncode\n```\n\n    more code\n\n<p>html</p>\n\nWords.", ["Words."]),
        ("- # \n- x", ["x"]),
        ("Big\nheading\n===\nWords here.", ["Words here."]),
    ],
)
def test_spans_cover_whole_units(text: str, expected: list[str]) -> None:
    assert quotes(article(text)) == expected


def test_no_unit_is_cut_short(real_articles) -> None:
    """Outside headings, tables, banned and withheld words, all of the corpus can be quoted."""
    for each in real_articles:
        if re.search(r"(?m)^\s*(\||<|```|    )", each.text):
            continue
        body = re.sub(r"(?m)^#.*$", " ", each.text)
        spans = [s.span for p in split_article(each) for s in p.sentences]
        quoted = set(" ".join(s.cut(each.text) for s in spans).split())
        banned = set(" ".join(each.not_quotable).split())
        headings = {w for p in split_article(each) for h in p.heading_path for w in h.split()}
        held = {w for span in each.withheld for w in span.cut(each.text).split()}
        rest = [w for w in body.split() if w not in quoted | banned | headings | held]
        assert [w for w in rest if not re.fullmatch(r"\d+\.|[-*>]", w)] == [], each.id


def test_headings_lists_and_lead_ins() -> None:
    made = article(
        "# Title\n\nIntro words.\n\n## Care\n\nTreatments may include:\n\n- heat\n- cold\n\n"
        "After the list.\n\n### Deeper\n\nDeep words.\n\n## Next\n\n- alone\n"
    )
    intro, care, deep, after = split_article(made)
    assert [p.heading_path for p in (intro, care, deep, after)] == [
        (),
        ("Care",),
        ("Care", "Deeper"),
        ("Next",),
    ]
    assert [s.lead_in for s in care.sentences] == [None, 0, 0, None]
    assert sentence_text(made, care, 1) == "Treatments may include: heat"
    assert embedded_text(made, care).startswith("Title\nCare\nTreatments may include: heat cold")
    assert after.sentences[0].lead_in is None
    assert after.heading == "Next"


def test_a_numbered_item_above_a_paragraph_is_item_and_heading() -> None:
    made = article(
        "Most spasms come from:\n\n1. A strain.\n\nA strain heals in a week.\n\n"
        "2. A disc.\n\nA disc takes longer.\n"
    )
    outer, strain, disc = split_article(made)
    assert [s.kind for s in outer.sentences] == ["sentence", "item", "item"]
    assert [s.lead_in for s in outer.sentences] == [None, 0, 0]
    assert strain.heading == "A strain."
    assert disc.heading == "A disc."
    assert_sound(made, [outer, strain, disc])


def test_long_sections_are_cut_and_a_list_stays_with_its_lead_in() -> None:
    sentence = "Gentle movement every day keeps the lower back supple and strong again. "
    made = article(sentence * 40 + "\n\nOptions are:\n\n" + "- walking in the park\n" * 5)
    passages = split_article(made)
    assert len(passages) > 2
    assert_sound(made, passages)
    items = [p for p in passages for s in p.sentences if s.kind == "item"]
    assert all(s.lead_in is not None for p in items for s in p.sentences if s.kind == "item")


def test_a_very_long_item_is_read_as_sentences() -> None:
    long = "Heat eases a spasm in most people. " * 12
    assert len(long) > MAX_ITEM_CHARS
    assert len(quotes(article(f"- {long}\n- short"))) == 13


def test_the_same_words_twice_get_ids_of_their_own() -> None:
    made = article("## A\n\nSame words.\n\n## A\n\nSame words.\n")
    first, second = split_article(made)
    assert first.id != second.id


def test_a_list_turned_into_a_paragraph_gets_another_id() -> None:
    as_list = article("Options include:\n\n- Heat helps.\n- Cold helps.\n")
    as_text = article("Options include: Heat helps. Cold helps.\n")
    assert split_article(as_list)[0].id != split_article(as_text)[0].id
