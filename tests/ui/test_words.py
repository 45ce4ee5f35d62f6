"""The page's own words stay readable for a person in pain."""

from __future__ import annotations

import re

from assistant.ui import words

SENTENCES = (words.PURPOSE, words.CAN, words.CANNOT, words.MISREAD, words.BROKEN_TEXT,
             words.ARTICLES_INTRO, words.NOT_FOUND, words.NO_SUCH_ARTICLE, words.KEEPS,
             words.TICK_FIRST, words.THANKS, words.NOT_KEPT, words.CARD_FIRST,
             words.CARD_STANDS, words.QUESTIONS_KEPT, words.NOTED, words.NOTED_GONE,
             words.NOTED_STAYS)  # fmt: skip
FIXED = {name: value for name, value in vars(words).items() if name.isupper()}


def syllables(word: str) -> int:
    word = re.sub(r"(?:[^laeiouy]es|ed|[^laeiouy]e)$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", word)))


def test_reading_grade_is_six_or_lower() -> None:
    text = " ".join(SENTENCES).replace("{practice}", "our practice").replace("{days}", "thirty")
    found = re.findall(r"[A-Za-z']+", text)
    sentences = len(re.findall(r"[.!?]", text))
    grade = 0.39 * len(found) / sentences + 11.8 * sum(map(syllables, found)) / len(found) - 15.59
    assert grade <= 6


def test_no_negative_contractions_except_in_the_readers_own_answer() -> None:
    for name, value in FIXED.items():
        if name != "UNSURE":
            assert not re.search(r"n['’]t\b", value), name
