from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.characters import printable, visible, well_formed
from assistant.records import Span
from assistant.text import plain, sentence_spans, stems, words

HIDDEN = "\u200b\u200d\u202e\u2066\ufeff\u00ad\U000e0041"


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("  back pain  ", "back pain"),
        ("ba\u200bck pa\u00adin", "back pain"),
        ("\u202enips\u202c", "nips"),
        ("back\x00pain\x1b[31m", "back pain [31m"),
        ("ｂａｃｋ", "back"),
        (HIDDEN, ""),
        ("two\nlines\tkept", "two\nlines\tkept"),
    ],
)
def test_visible(typed: str, seen: str) -> None:
    assert visible(typed) == seen


def test_printing_keeps_the_words_of_an_article() -> None:
    assert printable("Take 1½ tablets… 5 µg ²") == "Take 1½ tablets… 5 µg ²"
    assert printable(f"re{HIDDEN}st\x1b[2J") == "rest [2J"


@given(st.text())
def test_printable_only_removes(text: str) -> None:
    shown = printable(text)
    assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t\r" for c in shown)
    assert printable(shown) == shown


@given(st.text(st.characters()))
def test_well_formed_text_can_be_written(text: str) -> None:
    well_formed(text + "\ud800").encode()
    assert well_formed("é\U0001f600") == "é\U0001f600"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("**bold** and _soft_ and `code`", "bold and soft and code"),
        ("a [link](https://x.org) here", "a link here"),
        ("an ![image](x.png) here", "an image here"),
        ("wrapped\n  line", "wrapped line"),
        ("quoted line\n> goes on\n> > deeper", "quoted line goes on deeper"),
        ("5 * 3 * 2 and 2*3*4", "5 * 3 * 2 and 2*3*4"),
        ("snake_case_name", "snake_case_name"),
        (r"a \* star", "a * star"),
        ("less than > 6 weeks", "less than > 6 weeks"),
        ("***both***", "both"),
    ],
)
def test_plain(source: str, shown: str) -> None:
    assert plain(source) == shown


@given(st.text())
def test_plain_settles(text: str) -> None:
    assert plain(plain(text).split("\\")[0]) is not None
    assert "\n" not in plain(text)


def test_sentence_spans_know_abbreviations_and_doses() -> None:
    text = "See Dr. Lee, e.g. for L4/L5. Take 1.5 tablets every 4 hrs. Call 911! Why? Ask."
    cut = [s.cut(text) for s in sentence_spans(text, Span(0, len(text)))]
    assert cut == [
        "See Dr. Lee, e.g. for L4/L5.",
        "Take 1.5 tablets every 4 hrs.",
        "Call 911!",
        "Why?",
        "Ask.",
    ]


def test_a_line_break_ends_no_sentence_and_offsets_count_from_the_text() -> None:
    text = "Before.\n\nHeat helps\nsore muscles. Cold helps too.\n\nAfter."
    within = Span(9, text.index("\n\nAfter"))
    assert [s.cut(text) for s in sentence_spans(text, within)] == [
        "Heat helps\nsore muscles.",
        "Cold helps too.",
    ]


PROSE = st.text(
    st.one_of(
        st.sampled_from(list("abc ABC ..!?,;:()[]\"'’“”…\n\t-–1½é\u00a0*_>")), st.characters()
    ),
    max_size=120,
)


@given(PROSE, PROSE, PROSE)
def test_sentence_spans_are_ordered_apart_inside_and_lose_no_word(
    before: str, text: str, after: str
) -> None:
    whole = before + text + after
    within = Span(len(before), len(before) + len(text))
    spans = sentence_spans(whole, within)
    edge = within.start
    kept = ""
    for span in spans:
        assert edge <= span.start < span.end <= within.end
        assert span.cut(whole) == span.cut(whole).strip()
        edge = span.end
        kept += span.cut(whole)
    assert [c for c in kept if not c.isspace()] == [c for c in text if not c.isspace()]


@given(st.text())
def test_words_and_stems_take_anything(text: str) -> None:
    assert all(w == w.lower() for w in words(text.lower()))
    assert all(stems(text)) is True


def test_stems_fold_endings_and_leave_stop_words_out() -> None:
    assert stems("What are the causes of back spasms?") == ["caus", "back", "spasm"]
    assert stems("What’s causing it") == stems("what's causing it") == ["caus"]


def test_sentences_are_cut_alike_in_many_threads() -> None:
    """Readers' answers are cut at the same time; the segmenter keeps the text it works on."""
    texts = [f"Heat helps {n}. Rest for {n} days. Then walk {n} miles." for n in range(300)]
    with ThreadPoolExecutor(8) as pool:
        cuts = list(pool.map(lambda text: sentence_spans(text, Span(0, len(text))), texts))
    assert {len(spans) for spans in cuts} == {3}
