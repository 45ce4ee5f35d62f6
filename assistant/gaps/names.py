"""Finding the names of people and places in what a person typed, by rules.

A name is a given name, what follows "my name is" or a title, and a capital that the articles
cannot explain. Family names that are everyday words, written small, are the ones it may miss.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from assistant.guardrail.output.vocabulary import shipped
from assistant.guardrail.spelling import is_english
from assistant.records import Library
from assistant.text import STOP_WORDS, words

NAME = "[name]"

_LONGEST_WORD = 25  # letters; what is longer is a key or a code
_TITLES = r"mr|mrs|ms|mx|miss|dr|dra|prof|professor|sr|sra|srta|se[nñ]ora?|don|do[nñ]a"
_SAYS_NAME = re.compile(
    rf"\b(?:(?:my|his|her|their) (?:sur|last |first )?name(?:\s+is|['’]s)|(?:i am|i['’]?m) called|"
    rf"call me|name:|me llamo|mi nombre es|se llama|{_TITLES})\b[.:]?\s+(?=\w)",
    re.I,
)
# Here only a given name is one: "I'm tired" and "my son says" name nobody.
_MAY_SAY_NAME = re.compile(
    r"\b(?:i am|i['’]?m|this is|hi|hello|hey|dear|thanks|thank you|soy|hola|gracias|"
    r"(?:my|his|her|our|mi) (?:wife|husband|partner|son|daughter|child|kid|mother|father|mom|mum|"
    r"dad|sister|brother|friend|boss|neighbou?r|doctor|therapist|esposa|marido|hij[oa]|madre|padre))\b,?"
    r"\s+(?=\w)",
    re.I,
)
_SAYS_PLACE = re.compile(
    r"\b(?:liv(?:e|es|ing) (?:in|near)|(?:i am|i['’]?m|come) from|moved to|works? at|i work for|"
    r"vivo en|soy de|trabajo en)\s+(?=\w)",
    re.I,
)
# "Dr said" names nobody.
_AFTER_TITLE = frozenset(
    "said says told tells gave thinks wants suggested recommended prescribed ordered appointment "
    "visit dice dijo".split()
)
# Given names that are words as well: a name where a name is due, or beside another capital.
_ALSO_GIVEN = frozenset(
    "amber april art bill chase cliff daisy dale dawn dean drew eve faith frank gene glen grace "
    "grant hope hunter iris ivy jack jay joy june lance lily mark may miles nick olive pat pearl "
    "ray rich rob rod rose ruby sue ted violet will".split()
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SENTENCE_END = re.compile(r"[.!?¿¡:\n]")
_ENDINGS = ("'m", "'d", "'ll", "'ve", "'re", "'s", "'t")
_SHOUTED = 0.6  # from this share of capitals on, a capital says nothing about the word


def known_words(library: Library) -> frozenset[str]:
    """The words of the articles and their pairs of words ("physical therapy"), folded.

    A given name counts only if they use it as a word.
    """
    small: set[str] = set()
    capital: set[str] = set()
    pairs: set[str] = set()
    for article in library:
        text = f"{article.title} {article.text} {' '.join(article.topics)}"
        for word in _WORD.findall(text):
            (capital if word[0].isupper() else small).update(words(word))
        pairs.update(map(" ".join, pairwise(words(text))))
    is_name = shipped().is_given_name
    return frozenset(small | {w for w in capital if not is_name(w)} | pairs) | STOP_WORDS


def without_names(text: str, known: Collection[str]) -> str:
    """``text`` with every name replaced by ``NAME``; ``known`` is what :func:`known_words` says."""
    found = list(_WORD.finditer(text))
    capitals = sum(match.group()[0].isupper() for match in found)
    shouted = len(found) > 2 and capitals > _SHOUTED * len(found)
    says = _Introductions(text)
    pieces: list[str] = []
    end, person, introduced = 0, False, False
    for number, match in enumerate(found):
        between = text[end : match.start()]
        word = _Word(match.group(), known)
        capital = word.capital and not shouted
        surname = person and between.strip() in ("", "-")
        if match.start() in says.names or (surname and introduced):
            hidden = person = capital or not word.says_what_was_done
            introduced = True
        elif surname or match.start() in says.places:
            hidden = person = capital or not (word.ordinary or word.says_what_was_done)
        else:
            starts = not pieces or _SENTENCE_END.search(between) is not None
            whole = capital and _is_whole_name(found[number : number + 2], text, known, starts)
            introduced = word.given and match.start() in says.given_names
            hidden = whole or introduced or word.is_name(inside=capital and not starts)
            person = hidden and (whole or word.given)
        person = person and not word.possessive
        pieces += [between, NAME if hidden else match.group()]
        end = match.end()
    return "".join([*pieces, text[end:]])


class _Introductions:
    """Where in a text a name, perhaps a given name, or a place is said next."""

    def __init__(self, text: str) -> None:
        self.names = {match.end() for match in _SAYS_NAME.finditer(text)}
        self.given_names = {match.end() for match in _MAY_SAY_NAME.finditer(text)}
        self.places = {match.end() for match in _SAYS_PLACE.finditer(text)}


def _is_whole_name(
    pair: Sequence[re.Match[str]], text: str, known: Collection[str], starts: bool
) -> bool:
    """Whether two words with capitals side by side name somebody: "Mark Stone".

    Not when the articles say the two together ("Physical Therapy"). A beginning has its capital
    anyway, so there the first must be a given name.
    """
    if len(pair) < 2 or text[pair[0].end() : pair[1].start()] != " ":
        return False
    one, two = (match.group() for match in pair)
    if len(one) < 2 or not two[0].isupper() or two.isupper() or one.isupper():
        return False
    if starts and (one.casefold() in STOP_WORDS or not _is_given(one)):
        return False
    return " ".join(words(f"{one} {two}")) not in known


class _Word:
    """A word as it was written, and what the articles and the language know about it."""

    def __init__(self, written: str, known: Collection[str]) -> None:
        self.capital = written[0].isupper()
        self.too_long = len(written) > _LONGEST_WORD
        self.folded = (words(written) or [""])[0]
        self.possessive = written.casefold().endswith(("'s", "’s"))
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
        return _is_given(self.folded)

    @property
    def says_what_was_done(self) -> bool:
        """Whether it goes on with the sentence after a name."""
        return self.folded in STOP_WORDS or self.folded in _AFTER_TITLE


def _is_given(word: str) -> bool:
    return shipped().is_given_name(word) or word.casefold() in _ALSO_GIVEN


def _forms(folded: str) -> Iterator[str]:
    yield folded
    for ending in _ENDINGS:
        if folded.endswith(ending):
            yield folded.removesuffix(ending)
            yield folded.replace("'", "")
