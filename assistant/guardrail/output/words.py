"""One drafted sentence -> plain words, tagged with the classes of the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from assistant.guardrail.normalise import fold
from assistant.guardrail.output.seen import seen
from assistant.guardrail.output.vocabulary import Vocabulary

# How strongly the text breaks before a word.
NONE, COMMA, CLAUSE, SENTENCE = 0, 1, 2, 3
_BREAKS = {
    ",": COMMA, "(": COMMA, ")": COMMA, "[": COMMA, "]": COMMA, ";": CLAUSE, ":": CLAUSE,
    "|": CLAUSE, "\n": CLAUSE,
    ".": SENTENCE, "!": SENTENCE, "?": SENTENCE,
}  # fmt: skip
_DASH = re.compile(r"\s*[\u2014\u2015]\s*|\s+[\u2013\u2012-]+\s+")
_FRACTION = re.compile(r"(?<!\d)(\d)\u2044(\d)")
_MASKED = re.compile(r"[A-Za-z][@$][A-Za-z]")
_RANGE = re.compile(r"(?<=\d)\s?-\s?(?=\d)")
_ABBREVIATION = re.compile(
    r"\b(e\.g|i\.e|vs|dr|mr|mrs|ms|prof|approx|hrs|a\.m|p\.m|u\.s|u\.k)\.(?=\s*[a-z0-9,])"
)
_TOKEN = re.compile(
    r"a ?& ?e\b|pm&r|\.?\d+(?:[.,]\d+)*|[a-z]+\d+[a-z\d]*|[a-z]+(?:'[a-z]+)?|'s\b"
    r"|[%.,;:!?()\[\]|\n]"
)
_ENDINGS = {"'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'m": "am"}
_IS_AFTER = frozenset(
    "it that there what here he she who how where this everything nothing".split()
)
_WRITTEN_OUT = {
    "cannot": "can not", "cant": "can not", "wont": "will not", "dont": "do not",
    "doesnt": "does not", "didnt": "did not", "isnt": "is not", "arent": "are not",
    "wasnt": "was not", "shouldnt": "should not", "couldnt": "could not",
    "wouldnt": "would not", "neednt": "need not", "mustnt": "must not", "hasnt": "has not",
    "havent": "have not", "aint": "is not", "youre": "you are", "youve": "you have",
    "youll": "you will", "youd": "you would", "theres": "there is", "thats": "that is",
    "theyre": "they are", "im": "i am", "ive": "i have", "hes": "he is",
    "shes": "she is", "whats": "what is", "gonna": "going to", "wanna": "want to",
    "gotta": "have to", "ur": "your", "pls": "please", "won't": "will not", "can't": "can not",
    "shan't": "shall not", "ain't": "is not", "let's": "let us",
}  # fmt: skip
_RANGE_WORDS = frozenset({"to", "or"})
_MASKED_CLASSES = {
    "not_drug": {"drug", "agent", "medicine", "named", "pillunit", "powder"},
    "not_people": {"people", "general"},
}
_MEDICINE_PRONOUNS = frozenset({"it", "them", "they", "these", "those", "one", "both"})


class Word(NamedTuple):
    """One plain word. ``found`` holds, by length, the classes of phrases beginning here.

    ``gap`` is the break before the word, ``tags`` are the classes of all those phrases, and
    ``code`` is what patterns are matched on: ``no/neg/noneed~2/ `` for the "no" of "no need".
    """

    text: str
    gap: int
    found: Mapping[int, AbstractSet[str]]
    tags: AbstractSet[str]
    code: str


class Token(NamedTuple):
    """A written word, or "?", with the break before it."""

    text: str
    gap: int


def split_tokens(text: str) -> list[Token]:
    """The words of ``text`` in plain lower-case letters, contractions written out."""
    text = _DASH.sub(" ; ", text.replace("<!--", " . html comment . ").replace("-->", " . "))
    shown = _FRACTION.sub(" half ", seen(text))
    # Look-alike letters need folding; plain letters do not.
    folded = shown.lower() if shown.isascii() and not _MASKED.search(shown) else fold(shown)[0]
    folded = _ABBREVIATION.sub(lambda m: m.group(1).replace(".", ""), folded)
    tokens: list[Token] = []
    gap = SENTENCE
    for match in _TOKEN.finditer(_RANGE.sub(" to ", folded)):
        piece = match.group()
        if piece in _BREAKS:
            gap = max(gap, _BREAKS[piece])
            if piece == "?":
                tokens.append(Token(piece, gap))
            continue
        for word in _written_out(piece):
            tokens.append(Token(word, gap))
            gap = NONE
    return tokens


def _written_out(piece: str) -> Sequence[str]:
    if piece in _WRITTEN_OUT:
        return _WRITTEN_OUT[piece].split()
    if "'" not in piece:
        return (piece.replace(" ", ""),)
    if piece.endswith("n't"):
        return (piece[:-3], "not")
    word, end = piece.split("'", 1)
    if f"'{end}" in _ENDINGS:
        return (word, _ENDINGS[f"'{end}"])
    ending = "is" if word in _IS_AFTER else "s"
    return (word, ending) if word else (ending,)


def tag_words(tokens: Sequence[Token], vocabulary: Vocabulary, *, medicine: bool) -> list[Word]:
    """Tag ``tokens``. Where a medicine is spoken of, "it" and "them" may mean that medicine."""
    scanned = vocabulary.scan([t.text for t in tokens], [bool(t.gap) for t in tokens])
    _join_ranges(tokens, scanned)
    medicine = medicine or any("drug" in tags for found in scanned for tags in found.values())
    _mask(scanned)
    for token, found in zip(tokens, scanned, strict=True):
        if token.gap:
            found[1].add("brk")
        if medicine and token.text in _MEDICINE_PRONOUNS:
            found[1].add("drugpro")
    return [_word(token, found) for token, found in zip(tokens, scanned, strict=True)]


def _word(token: Token, found: dict[int, set[str]]) -> Word:
    alone = found[1]
    if len(found) == 1:
        return Word(token.text, token.gap, found, alone, f"{token.text}/{'/'.join(alone)}/ ")
    longer = [f"{tag}~{size}" for size, held in found.items() if size > 1 for tag in held]
    code = f"{token.text}/{'/'.join([*alone, *longer])}/ "
    return Word(token.text, token.gap, found, alone.union(*found.values()), code)


def _mask(scanned: Sequence[dict[int, set[str]]]) -> None:
    """Words inside "physical medicine" name no medicine, inside "most likely" no people."""
    for at, found in enumerate(scanned):
        for name, hidden in _MASKED_CLASSES.items():
            size = max((size for size, tags in found.items() if name in tags), default=0)
            for inside in scanned[at : at + size]:
                for tags in inside.values():
                    tags -= hidden


def _join_ranges(tokens: Sequence[Token], scanned: list[dict[int, set[str]]]) -> None:
    """As in "4 to 6" and "two or three" are numbers too."""
    for at in range(len(tokens) - 2):
        joined = tokens[at + 1].text in _RANGE_WORDS
        if joined and all("num" in scanned[i].get(1, ()) for i in (at, at + 2)):
            scanned[at].setdefault(3, set()).add("num")
