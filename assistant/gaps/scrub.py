"""Taking out of a question whatever could say who asked it.

It would rather take out a word too many: what is left must tell what was asked, not who asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

from assistant.guardrail.output.private import without_identifiers
from assistant.guardrail.output.vocabulary import shipped
from assistant.guardrail.spelling import is_english
from assistant.records import Library
from assistant.text import STOP_WORDS, stems, visible, words

NUMBER, NAME = "#", "[name]"
MOST_CHARACTERS = 200

_MOST_READ = 2_000  # characters; what stands behind them would be cut away anyway
_LONGEST_WORD = 25  # letters; what is longer is a key or a code
_WEB = re.compile(
    r"(?:\w+://|www\.)\S+|(?<![\w.])@\w[\w.]+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|edu|gov|io|co|"
    r"uk|ie|us|ca|au|nz|eu|es|mx|info|health|me)\b(?:/\S*)?",
    re.I,
)
_SPOKEN_EMAIL = re.compile(r"\S+\s*[(\[]?\bat\b[)\]]?\s*\S+\s*[(\[]?\bdot\b[)\]]?\s*\w+", re.I)
_SPELLED = (
    r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|double|triple|"
    r"cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)"
)
_SPELLED_NUMBER = re.compile(rf"\b{_SPELLED}(?:[\s,.-]+{_SPELLED}){{2,}}\b", re.I)
_TITLES = r"mr|mrs|ms|mx|miss|dr|dra|prof|professor|sr|sra|srta|se[nñ]ora?|don|do[nñ]a"
_SAYS_NAME = re.compile(
    rf"\b(?:(?:my|his|her|their) (?:sur|last |first )?name(?:\s+is|['’]s)|(?:i am|i['’]?m) called|"
    rf"call me|name:|me llamo|mi nombre es|se llama|{_TITLES})\b[.:]?\s+(?=\w)",
    re.I,
)
_SAYS_PLACE = re.compile(
    r"\b(?:liv(?:e|es|ing) (?:in|near)|(?:i am|i['’]?m|come) from|moved to|works? (?:at|for)|"
    r"vivo en|soy de|trabajo en)\s+(?=\w)",
    re.I,
)
# "Dr said" names nobody.
_AFTER_TITLE = frozenset(
    "said says told tells gave thinks wants suggested recommended prescribed ordered appointment "
    "visit dice dijo".split()
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SENTENCE_END = re.compile(r"[.!?¿¡:\n]")
_ENDINGS = ("'m", "'d", "'ll", "'ve", "'re", "'s", "'t")
_SHOUTED = 0.6  # from this share of capitals on, a capital says nothing about the word


def known_words(library: Library) -> frozenset[str]:
    """The words of the articles, folded. A given name counts only if they use it as a word."""
    small: set[str] = set()
    capital: set[str] = set()
    for article in library:
        for word in _WORD.findall(f"{article.title} {article.text} {' '.join(article.topics)}"):
            (capital if word[0].isupper() else small).update(words(word))
    is_name = shipped().is_given_name
    return frozenset(small | {w for w in capital if not is_name(w)}) | STOP_WORDS


def scrub(text: str, known: Collection[str]) -> str:
    """``text`` without names, numbers, dates and addresses, at most 200 characters.

    ``known`` is what :func:`known_words` says. Empty when nothing of a question would be left, or
    when the script is one in which names cannot be told from words.
    """
    text = " ".join(visible(text)[:_MOST_READ].split())
    if not all(_is_latin(char) for char in text):
        return ""
    text = without_identifiers(text, NUMBER)
    for pattern in (_SPOKEN_EMAIL, _WEB, _SPELLED_NUMBER):
        text = pattern.sub(NUMBER, text)
    text = " ".join(_without_digits(chunk) for chunk in text.split())
    text = _without_names(text, known)
    text = re.sub(r"#(?:[\s,./()-]*#)+", NUMBER, text)
    text = re.sub(r"\[name\](?:(?:['’]s?)?[\s,.-]*\[name\])+", NAME, text)
    if not stems(text.replace(NAME, " ").replace(NUMBER, " ")):
        return ""
    return _cut(text)


def _is_latin(char: str) -> bool:
    return not char.isalpha() or unicodedata.name(char, "").startswith("LATIN")


def _without_digits(chunk: str) -> str:
    """A token with any figure in it says nothing but that; its last mark of punctuation stays."""
    if not any(char.isnumeric() for char in chunk):
        return chunk
    return NUMBER + (chunk[-1] if chunk[-1] in ".,?!;:" else "")


def _without_names(text: str, known: Collection[str]) -> str:
    found = list(_WORD.finditer(text))
    capitals = sum(match.group()[0].isupper() for match in found)
    shouted = len(found) > 2 and capitals > _SHOUTED * len(found)
    named = {match.end() for match in _SAYS_NAME.finditer(text)}
    placed = {match.end() for match in _SAYS_PLACE.finditer(text)}
    pieces: list[str] = []
    end, person = 0, False
    for match in found:
        between = text[end : match.start()]
        word = _Word(match.group(), known)
        capital = word.capital and not shouted
        introduced = match.start() in named
        surname = person and between.strip() in ("", "-")
        if introduced:
            hidden = capital or not (word.folded in STOP_WORDS or word.folded in _AFTER_TITLE)
        elif surname or match.start() in placed:
            hidden = capital or not (word.ordinary or word.folded in _AFTER_TITLE)
        else:
            starts = not pieces or _SENTENCE_END.search(between) is not None
            hidden = word.is_name(inside=capital and not starts)
        pieces += [between, NAME if hidden else match.group()]
        end, person = match.end(), hidden and (introduced or surname or word.given)
    return "".join([*pieces, text[end:]])


class _Word:
    """A word as it was written, and what the articles and the language know about it."""

    def __init__(self, written: str, known: Collection[str]) -> None:
        self.capital = written[0].isupper()
        self.too_long = len(written) > _LONGEST_WORD
        self.folded = (words(written) or [""])[0]
        self.ordinary = any(form in known for form in _forms(self.folded))

    def is_name(self, *, inside: bool) -> bool:
        """Whether it may name somebody; ``inside``: its capital is not that of a beginning."""
        if inside or self.too_long:
            return not self.ordinary or self.given
        if self.given:
            return not self.ordinary
        return self.capital and not self.ordinary and not is_english(self.folded)

    @property
    def given(self) -> bool:
        """Whether it is a person's given name."""
        return shipped().is_given_name(self.folded)


def _forms(folded: str) -> Iterator[str]:
    yield folded
    for ending in _ENDINGS:
        if folded.endswith(ending):
            yield folded.removesuffix(ending)
            yield folded.replace("'", "")


def _cut(text: str) -> str:
    if len(text) <= MOST_CHARACTERS:
        return text
    return text[: MOST_CHARACTERS - 1].rpartition(" ")[0].rstrip() + "…"
