"""Text as words, with fixed phrases read as what they mean and lists as sentences of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.guardrail.output.words import NONE, Token, split_tokens
from assistant.guardrail.quantities import number
from assistant.verification.words import Words, stem

NUMBER_WORDS = frozenset(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred thousand million half third thirds quarter quarters fifth tenth twice "
    "eighties seventies sixties fifties forties thirties twenties nineties".split()
)


def meant(text: str, words: Words) -> list[Token]:
    """The words of ``text``: lists spelt out, phrases and limits read as what they mean."""
    return _limits(_until(_away(list(_meant(split_tokens(_apart(text)), words)))))


def _apart(text: str) -> str:
    """``text`` with each list item as a sentence of its own, the words before the list in front."""
    pieces: list[str] = []
    for sentence in _ENDS.split(text):
        head, colon, rest = sentence.partition(":")
        if ";" not in sentence:
            pieces.append(sentence)
        elif colon and ";" in rest and ";" not in head:
            pieces += [
                f"{head} {item.strip(' .')}." for item in rest.split(";") if item.strip(" .")
            ]
        else:
            pieces += [f"{item.strip(' .')}." for item in sentence.split(";") if item.strip(" .")]
    return " ".join(pieces)


_ENDS = re.compile(r"(?<=[.!?])\s+")


def _limits(tokens: list[Token]) -> list[Token]:
    """The words with "does not last longer than a day" as "does last at most a day".

    "Not rare", which by now is "not not common", becomes "common".
    """
    twice = [at for at, (a, b) in enumerate(pairwise(tokens)) if a.text == b.text == "not"]
    tokens = [t for at, t in enumerate(tokens) if not {at, at - 1} & set(twice)]
    texts = [token.text for token in tokens]
    for at, text in enumerate(texts):
        if text not in ("not", "no"):
            continue
        for than in range(at + 2, min(at + 5, len(texts) - 1)):
            if texts[than] == "than" and texts[than - 1] in ("longer", "more", "later"):
                after = texts[than + 1 : than + 3]
                if any(word[0].isdigit() or word in NUMBER_WORDS for word in after):
                    tokens[at] = tokens[at]._replace(text="do")
                    tokens[than - 1] = tokens[than - 1]._replace(text="at")
                    tokens[than] = tokens[than]._replace(text="most")
    return tokens


def _until(tokens: list[Token]) -> list[Token]:
    """The words with "may not start until hours later" as "may start after hours later"."""
    for at, token in enumerate(tokens):
        if token.text not in ("not", "no"):
            continue
        for end in range(at + 2, min(at + 2 + _REACH, len(tokens))):
            if tokens[end].gap:
                break
            if tokens[end].text == "until":
                tokens[at] = token._replace(text="do" if token.text == "not" else "the")
                tokens[end] = tokens[end]._replace(text="after")
                break
    return tokens


def _away(tokens: list[Token]) -> list[Token]:
    """The words with "take the pain away" as "settle the pain".

    "Not shown to keep it from" becomes "not shown to prevent": one denial, not two.
    """
    for at, token in enumerate(tokens):
        pairs = _APART_VERBS.get(token.text, ())
        for end in range(at + 2, min(at + 2 + _REACH, len(tokens))):
            if tokens[end].gap or tokens[end].text in _VERB_ENDS:
                break
            reading = dict(pairs).get(tokens[end].text)
            twice = any(other.text in ("not", "no") for other in tokens[:at])
            if reading and (twice or reading != "prevent"):
                tokens[at] = token._replace(text=reading)
                tokens[end] = tokens[end]._replace(text="of")
                break
    return tokens


_REACH = 4  # words between a verb and what belongs to it
_APART_VERBS = {
    **dict.fromkeys(("take", "takes", "taking"), (("away", "settle"),)),
    **dict.fromkeys(("keep", "keeps", "keeping", "stop", "stops"), (("from", "prevent"),)),
}
_VERB_ENDS = frozenset("to and or but not is are may can".split())


def _meant(tokens: Sequence[Token], words: Words) -> Iterator[Token]:
    at, keys = 0, [stem(token.text) for token in tokens]
    while at < len(tokens):
        token = tokens[at]
        size, meaning = _phrase_at(tokens, keys, at, words)
        if size:
            for place, word in enumerate(meaning):
                yield Token(word, NONE if place else token.gap)
        elif token.text != "?":
            yield token
        at += size or 1


def _phrase_at(
    tokens: Sequence[Token], keys: Sequence[str], at: int, words: Words
) -> tuple[int, Sequence[str]]:
    """The length of the fixed phrase that begins at ``at``, 0 for none, and its meaning."""
    written = tokens[at].text
    for key in dict.fromkeys((keys[at], written, written.removesuffix("s"))):
        for phrase, meaning in words.phrases.get(key, ()):
            size = len(phrase)
            if phrase[0] == "~":
                if phrase[1] == keys[at]:
                    return 1, meaning
            elif size == 1:
                if written in (phrase[0], f"{phrase[0]}s"):
                    return 1, meaning
            elif meaning[0] in ("orolder", "oryounger") and not _aged(tokens, at):
                continue
            elif phrase[-1] == "back" and set(keys[at + size : at + size + 1]) & _OF_THE_BACK:
                continue  # "get back pain"
            elif tuple(keys[at : at + size]) == phrase and not any(
                token.gap for token in tokens[at + 1 : at + size]
            ):
                return size, meaning
    return _parted(tokens, keys, at, words)


def _parted(
    tokens: Sequence[Token], keys: Sequence[str], at: int, words: Words
) -> tuple[int, Sequence[str]]:
    """A verb and its particle with a pronoun between them: "take it away"."""
    if at + 2 >= len(tokens) or tokens[at + 2].gap:
        return 0, ()
    if tokens[at + 1].text in _PRONOUNS and tokens[at + 2].text in _PARTICLES:
        for phrase, meaning in words.phrases.get(keys[at], ()):
            if phrase == (keys[at], keys[at + 2]):
                return 3, (*meaning, tokens[at + 1].text)
    return 0, ()


_OF_THE_BACK = frozenset("pain ach spasm troubl problem injuri surgeri sprain strain".split())
_PRONOUNS = frozenset("it them this that".split())
_PARTICLES = frozenset("away out off up down back on over".split())


def _aged(tokens: Sequence[Token], at: int) -> bool:
    """Whether a number stands before, or a number of years: "65 and older"."""
    before = [token.text for token in tokens[max(0, at - 3) : at]]
    return any(text[0].isdigit() or number(text) is not None for text in before)
