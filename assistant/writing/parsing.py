"""Reading what a model writes, while it writes: sentences, each with the ids it ends on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.records import Span
from assistant.text import sentence_spans
from assistant.writing.prompt import NOTHING

MOST_CHARACTERS = 4000  # six short sentences take 1,000; nobody waits for the end of a ramble
_LONGEST = 600  # without an id for so long, it is no sentence of ours
_IDS = re.compile(r"\[([^\[\]\n]{1,80})\]")
_END = re.compile(r"(?P<ids>(?:\s*\[[^\[\]\n]{1,80}\])+)(?:\s?(?P<mark>[.!?]))?")
_BULLET = re.compile(r"^(?:[-*•]|\d{1,2}[.)])\s+")
_STOPS = (".", "!", "?")


class Drafted(NamedTuple):
    """A sentence as the model wrote it, and the ids that it names, known or not."""

    text: str
    keys: tuple[str, ...]


class Parser:
    """Takes pieces of text and gives back the sentences that they complete."""

    def __init__(self) -> None:
        self._rest = ""
        self._read = 0
        self._all = ""

    @property
    def overlong(self) -> bool:
        """Whether the model has written more than any answer needs."""
        return self._read > MOST_CHARACTERS

    @property
    def nothing(self) -> bool:
        """Whether the model said that the passages hold no answer, or said nothing at all."""
        return self._all.strip(" .\n\t\"'*").upper() in ("", NOTHING)

    def feed(self, piece: str) -> list[Drafted]:
        """The sentences that are finished now that ``piece`` has come."""
        self._rest += piece
        self._read += len(piece)
        if len(self._all) <= len(NOTHING) * 4:
            self._all += piece
        return list(self._finished(at_end=False))

    def finish(self) -> list[Drafted]:
        """The sentences left at the end. Words that break off in mid-sentence are dropped."""
        drafted = list(self._finished(at_end=True))
        loose = [d for d in _split(self._rest, ()) if d.text.endswith(_STOPS)]
        self._rest = ""
        return [*drafted, *([] if self.nothing else loose)]

    def _finished(self, *, at_end: bool) -> Iterator[Drafted]:
        while match := _END.search(self._rest):
            after = self._rest[match.end() :]
            if not at_end and after.lstrip()[:1] in ("", "["):
                break  # another id may follow
            keys = re.split(r"[,;\s]+", " ".join(_IDS.findall(match["ids"])).strip())
            before = self._rest[: match.start()].rstrip()
            mark = "" if before.endswith(_STOPS) else match["mark"] or ""
            self._rest = after
            yield from _split(before + mark, tuple(keys))
        if len(self._rest) > _LONGEST:
            whole, self._rest = self._rest, ""
            yield from _split(whole, ())


def _split(text: str, keys: tuple[str, ...]) -> list[Drafted]:
    """The sentences of ``text``; only the last of them stands before the ids."""
    sentences = [
        _BULLET.sub("", span.cut(line)).strip()
        for line in text.splitlines()
        for span in sentence_spans(line, Span(0, len(line)))
    ]
    sentences = [s for s in sentences if s.strip(" .!?-*•")]
    if not sentences:
        return []
    *uncited, last = sentences
    if keys and not last.endswith(_STOPS):
        last = f"{last}."
    return [*(Drafted(s, ()) for s in uncited), Drafted(last, keys)]
