"""Raw message -> clean words that still know where they came from.

People write to a chat with emoji, typos, dictated punctuation, look-alike letters and no
spaces. Everything the guardrail matches is matched on :class:`Word`; ``start`` and ``end`` are
offsets into the raw message, so that evidence can quote the person's own words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

# How strongly the text breaks before a word.
NO_BREAK, COMMA, CLAUSE, SENTENCE = 0, 1, 2, 3

_HOMOGLYPHS = str.maketrans(
    "аеорсухіјѕԁһкмтвнαοερνικτ’‘‛`´ʼ“”„«»–—−đıł",
    "aeopcyxijsdhkmtbhaoepvikt''''''\"\"\"\"\"---dil",
)
_EMOJI = {
    "🆘": "sos help", "🔥": "burning", "💀": "dead_emoji", "☠": "dead_emoji", "🔫": "gun_emoji",
    "🔪": "knife_emoji", "💊": "pills_emoji", "⚰": "coffin_emoji", "🩸": "blood",
    "🚑": "ambulance", "🤮": "vomiting", "🤢": "nauseous", "🤒": "fever", "🌡": "temperature",
    "😵": "dizzy", "💔": "heartbroken", "🥵": "hot", "🥶": "chills", "😭": "crying",
    "🧠": "brain", "🫁": "lungs", "🦵": "leg", "🦶": "foot", "✋": "hand", "🚨": "emergency",
}  # fmt: skip
_SCRIPTS = "\u0600-\u06ff\u0e00-\u0e7f\u0400-\u04ff\u0370-\u03ff\uac00-\ud7af\u0900-\u097f"
_TOKEN = re.compile(
    r"(?<![a-z])a ?& ?e(?![a-z])"  # the British emergency department
    r"|\d+(?:[.,/:]\d+)+(?![a-z])"
    r"|(?<![a-z])[a-z]/[a-z](?![a-z])"  # b/l, n/v
    r"|[a-z0-9_]+(?:'[a-z]+)*"
    r"|[\u3040-\u30ff\u3400-\u9fff]"
    rf"|[{_SCRIPTS}]+|[^\s]"
)
_ELISION = re.compile(r"^(?:[njldmsct]|qu)'(?=[a-z]{3})")
_NUMBER_UNIT = re.compile(r"^(\d+)([a-z]+)$")
_LEET = str.maketrans("013457", "oieast")
_SYMBOL_LEET = re.compile(r"(?<=[a-z])[@$!](?=[a-z])")
_SPACED = re.compile(r"(?<![a-z0-9'])(?:[a-z]['.\-_*]?[ ]{1,4}){2,}[a-z](?![a-z0-9'])")
_BREAKS = {
    ",": COMMA, "、": COMMA, "،": COMMA, "(": COMMA, ")": COMMA, "/": NO_BREAK, "-": COMMA,
    ";": CLAUSE, ":": CLAUSE, "…": CLAUSE, "|": CLAUSE, "，": COMMA,
    ".": SENTENCE, "!": SENTENCE, "?": SENTENCE, "。": SENTENCE, "؟": SENTENCE, "\n": SENTENCE,
}  # fmt: skip
_MONTHLY = frozenset("late missed my a the no last heavy skipped overdue first next her of".split())


@dataclass(frozen=True, slots=True)
class Word:
    """One normalised word with its place in the raw message.

    ``gap`` is the strongest break between the previous word and this one; ``asks`` is true when
    the sentence that this word closes ended in a question mark; ``quoted`` when it stands
    between quotation marks.
    """

    text: str
    start: int
    end: int
    gap: int = NO_BREAK
    asks: bool = False
    quoted: bool = False


def fold(text: str) -> tuple[str, list[int]]:
    """Return ``text`` in plain lower-case letters, with each letter's raw offset."""
    out: list[str] = []
    where: list[int] = []
    for offset, char in enumerate(text):
        if char < "\x80":
            piece = char.lower() if char >= " " or char in "\n\t" else ""
        elif char in _EMOJI:
            piece = f" {_EMOJI[char]} "
        else:
            piece = _fold_char(char)
        out.append(piece)
        where.extend([offset] * len(piece))
    return _unmask("".join(out)), where


def _fold_char(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Cf", "Cc", "Mn", "Me") or category == "Cs":
        return ""
    if category == "Zl" or category == "Zp":
        return "\n"
    decomposed = unicodedata.normalize("NFKD", char)
    piece = "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Cf"))
    piece = piece.casefold().translate(_HOMOGLYPHS)
    return " " if category == "So" and not piece.isalnum() else piece


def _unmask(text: str) -> str:
    return _SYMBOL_LEET.sub(lambda m: {"@": "a", "$": "s", "!": "i"}[m.group()], text)


def split_words(
    text: str, known: Callable[[str], bool], aliases: Mapping[str, tuple[str, ...]]
) -> list[Word]:
    """Return the words of ``text``: folded, de-leeted, contractions and shorthand spelled out.

    ``known`` says whether a word belongs to the symptom lexicon or to English; ``aliases`` maps
    one written form to the words that it stands for.
    """
    folded, where = fold(text)
    words: list[Word] = []
    gap, quoted = SENTENCE, False
    dictated = bool(re.search(r"\b(?:comma|question mark|full stop)\b", folded))
    for token, first, last in _tokens(folded, known):
        if not (token[0].isalnum() or token[0] == "_"):
            quoted = quoted ^ (token == '"')
            gap = max(gap, _BREAKS.get(token, NO_BREAK))
            if token == "?" or token == "؟":
                words[:] = _mark_question(words)
            continue
        start, end = where[first], where[last - 1] + 1
        spoken = _spoken(token, words, last == len(folded), dictated)
        if spoken and words:
            gap = max(gap, _BREAKS[spoken])
            if spoken == "?":
                words[:] = _mark_question(words)
            continue
        for piece in _expand(token, known, aliases):
            words.append(Word(piece, start, end, gap, False, quoted))
            gap = NO_BREAK
    return words


def _spoken(token: str, words: list[Word], last: bool, dictated: bool) -> str | None:
    """Punctuation that was dictated aloud; "period" only where it cannot be the monthly one."""
    if token == "mark" and words and words[-1].text == "question":
        words.pop()
        return "?"
    if token == "stop" and words and words[-1].text == "full":
        words.pop()
        return "."
    if token == "comma":
        return ","
    monthly = bool(words) and words[-1].text in _MONTHLY
    return "." if token == "period" and (last or dictated) and not monthly else None


def _mark_question(words: list[Word]) -> list[Word]:
    if words:
        last = words[-1]
        words[-1] = Word(last.text, last.start, last.end, last.gap, True, last.quoted)
    return words


def _tokens(folded: str, known: Callable[[str], bool]) -> Iterator[tuple[str, int, int]]:
    """Yield tokens with folded offsets, joining letters that were spaced out."""
    position = 0
    for match in _SPACED.finditer(folded):
        yield from _plain_tokens(folded, position, match.start())
        yield from _join_spaced(match.group(), match.start(), known)
        position = match.end()
    yield from _plain_tokens(folded, position, len(folded))


def _plain_tokens(folded: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    position = start
    for match in _TOKEN.finditer(folded, start, end):
        between = folded[position : match.start()]
        if "\n" in between:
            at = position + between.index("\n")
            yield "\n", at, at + 1
        position = match.end()
        yield match.group(), match.start(), match.end()


def _join_spaced(
    run: str, offset: int, known: Callable[[str], bool]
) -> Iterator[tuple[str, int, int]]:
    for part in re.finditer(r"[a-z](?:['.\-_*]?[ ]?[a-z])*", run):
        letters = re.sub(r"[^a-z]", "", part.group())
        for word in _segment(letters, known):
            yield word, offset + part.start(), offset + part.end()


def _segment(letters: str, known: Callable[[str], bool]) -> list[str]:
    """Split run-together letters into the fewest known words; give up as one word."""
    if len(letters) > 20_000:
        return [letters]
    best: list[list[str] | None] = [[]] + [None] * len(letters)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - 14), end):
            head, word = best[start], letters[start:end]
            if head is None or not (known(word) or word in ("i", "a")):
                continue
            held = best[end]
            if held is None or len(head) + 1 < len(held):
                best[end] = [*head, word]
    return best[-1] or [letters]


def _expand(
    token: str, known: Callable[[str], bool], aliases: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    token = token.strip("_")
    if not token:
        return ()
    if token in aliases:
        return aliases[token]
    unit = _NUMBER_UNIT.match(token)
    if any(c.isdigit() for c in token) and not token.isdigit() and "'" not in token:
        plain = token.translate(_LEET)
        if plain in aliases:
            return aliases[plain]
        if plain.isalpha() and known(plain) and not unit:
            return (plain,)
        return (unit.group(1), *_expand(unit.group(2), known, aliases)) if unit else (token,)
    if "'" in token:
        bare = token.replace("'", "")
        if bare in aliases:
            return aliases[bare]
        token = _ELISION.sub("", token).split("'")[0]
        return aliases.get(token, (token,))
    return _shorten(token, known, aliases)


def _shorten(
    token: str, known: Callable[[str], bool], aliases: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Undo stretched letters: "soooo" -> "so", "helllp" -> "help"."""
    if not re.search(r"(.)\1\1", token):
        return (token,)
    for keep in (r"\1\1", r"\1"):
        shorter = re.sub(r"(.)\1{2,}", keep, token)
        if shorter in aliases:
            return aliases[shorter]
        if known(shorter):
            return (shorter,)
    return (re.sub(r"(.)\1{2,}", r"\1", token),)
