"""Reading text: sentence boundaries with offsets, plain display of Markdown, word stems."""

from __future__ import annotations

import html
import re
import threading
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from assistant.characters import printable
from assistant.records import Span

if TYPE_CHECKING:
    import pysbd
    import Stemmer

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
# A link or picture: its words, then an address and perhaps a title, which no reader sees.
LINK = re.compile(
    r"!?\[(?P<words>(?:[^\]\[]|\[[^\]\[]*\])*)\]\(\s*(?P<address><[^<>\n]*>|(?:[^()\s<]|\([^()\s]*\))"
    r"(?:[^()\s]|\([^()\s]*\))*)?"
    r"(?:\s+(?P<title>\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)"
)
_REFERENCE = re.compile(r"!?\[([^\]\[]*[^\W\d][^\]\[]*)\](?:\[[^\]\[]*\])")
_AUTOLINK = re.compile(r"<((?:https?|mailto):[^\s<>]*)>", re.I)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
# Tags that dress words, arrange them or show a picture: none of them is a word.
_DRESS = re.compile(
    r"</?(?:a|abbr|address|article|aside|b|bdi|bdo|big|blockquote|center|cite|code|data|dd|del|"
    r"details|dfn|div|dl|dt|em|figcaption|figure|font|footer|h[1-6]|header|i|img|ins|kbd|label|li|"
    r"main|mark|nav|ol|p|picture|pre|q|ruby|s|samp|section|small|span|strike|strong|sub|summary|"
    r"sup|table|tbody|td|th|thead|time|tr|tt|u|ul|var)(?:\s[^<>]*)?/?>",
    re.I,
)
_LINE_BREAK = re.compile(r"<(?:br|wbr|hr)\s*/?>", re.I)
_EMPHASIS = re.compile(r"(?<![\w*])(\*\*|\*|__|_|`)(?=\S)(.+?)(?<=\S)\1(?![\w*])")
_QUOTE_MARK = re.compile(r"\n[ \t]*>[> \t]*")  # a quotation's further lines repeat its mark
_MARK = re.compile(r"[<>\[\]*_`&\\]")  # one of these stands in everything that Markdown marks
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")

# Words that carry no topic. Kept short: "why", "how long" and the like are read elsewhere.
_ENGLISH = frozenset(
    "a about after again all also am an and any are as at be because been before being but by can "
    "could did do does doing for from get gets getting go got had has have having he her here hers "
    "him his how i if in into is it its just like make me more most my need of off on or our out "
    "please really she should so some such tell than that the their them then there these they "
    "this those to too up us use very was we were what when where which while who why will with "
    "would you your im ive dont cant whats hi hello thanks thank".split()
)
# The same of Spanish, without accents; what is an English word as well ("me", "son") is left out.
_SPANISH = frozenset(
    "al algo algun alguna alla aqui asi aun aunque cada como con cual cuales cuando cuanta cuantas "
    "cuanto cuantos de debe deberia debo del desde donde el ella ellas ellos en entre era esa ese "
    "eso esos esta estan estar estas este esto estos estoy fue ha hace hacer hacia hasta hay haber "
    "hola la las le les lo los mas mi mis mucha mucho muy nada ni nos nuestro o para pero poco por "
    "porque pues puede pueden puedo que quien quiero se sea segun ser si sobre solo soy su sus "
    "tambien tanto tengo tener tiene tienen toda todas todo todos tras tu tus un una unas uno unos "
    "usted va voy vos y ya yo gracias".split()
)
STOP_WORDS = _ENGLISH | _SPANISH
# By language, what only it has: these tell the language of a message.
SMALL_WORDS = {"en": _ENGLISH - _SPANISH, "es": _SPANISH - _ENGLISH}


def plain(text: str) -> str:
    """``text`` as a reader sees it: no Markdown marks, one space between words."""
    if not _MARK.search(text):
        return " ".join(text.split())
    text = _LINE_BREAK.sub(" ", _DRESS.sub("", _COMMENT.sub("", _QUOTE_MARK.sub(" ", text))))
    previous = None
    while previous != text:  # a picture may stand in a link, and a link in bold words
        previous, text = text, _AUTOLINK.sub(r"\1", LINK.sub(r"\g<words>", text))
        text = _EMPHASIS.sub(r"\2", _REFERENCE.sub(r"\1", text))
    if "&" in text:  # a character reference may stand for a character that nobody sees
        text = printable(html.unescape(text))
    return " ".join(_ESCAPE.sub(r"\1", text).split())


_SEGMENTING = threading.Lock()  # pysbd keeps the text it is cutting in the segmenter


@cache
def _segmenter() -> pysbd.Segmenter:
    import pysbd

    return pysbd.Segmenter(language="en", clean=False, char_span=True)


def sentence_spans(text: str, within: Span) -> list[Span]:
    """Spans of the sentences of ``text`` inside ``within``, in order, without outer blanks.

    Line breaks inside a paragraph do not end a sentence.
    """
    # pysbd treats a line break as a boundary; a blank of equal width keeps every offset.
    cuts = _sentence_cuts(within.cut(text).replace("\n", " "))
    return [Span(within.start + start, within.start + end) for start, end in cuts]


@lru_cache(maxsize=4096)  # screening and splitting cut the same paragraphs
def _sentence_cuts(paragraph: str) -> tuple[tuple[int, int], ...]:
    cuts: list[tuple[int, int]] = []
    cursor = 0
    with _SEGMENTING:
        pieces = list(_segmenter().segment(paragraph))
    for piece in pieces:
        sentence = piece.sent.strip()
        if not sentence:
            continue
        start = paragraph.find(sentence, cursor)
        if start < 0:  # pysbd altered the text: the rest of the paragraph stays one sentence
            sentence = paragraph[cursor:].strip()
            start = paragraph.find(sentence, cursor)
        if not sentence:
            break
        cursor = start + len(sentence)
        cuts.append((start, cursor))
    return tuple(cuts)


@cache
def _stemmer() -> Stemmer.Stemmer:
    import Stemmer

    return Stemmer.Stemmer("english")


def words(text: str) -> list[str]:
    """Lower-case words of ``text``, apostrophes and accents folded away."""
    if not text.isascii():
        text = _unaccented(text).replace("’", "'")
    # The whole text at once where that is the same; some letters of other scripts depend on it.
    found = _WORD.findall(text.lower()) if text.isascii() else _lowered(_WORD.findall(text))
    return [word.replace("'s", "") for word in found] if "'" in text else found


def _lowered(found: list[str]) -> list[str]:
    return [word.lower() for word in found]


def _unaccented(text: str) -> str:
    """``text`` without accents: patients leave them out on a phone."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(char for char in apart if not unicodedata.combining(char))


def stems(text: str) -> list[str]:
    """Stems of the words of ``text``, stop words left out."""
    kept = [
        word
        for word in words(text)
        if word not in STOP_WORDS and ("'" not in word or word.replace("'", "") not in STOP_WORDS)
    ]
    return list(_stemmer().stemWords(kept))
