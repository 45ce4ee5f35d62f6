"""A reply while a language model writes it: what to show now, and what to keep if it stops here."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from assistant.records import Writing
from assistant.reply import MODEL, Reply

if TYPE_CHECKING:
    from assistant.writing.writer import Brief, Writer, Written


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a reply. The care message of both is the same, from the first step on.

    Only what a second look raises comes later, and then takes the place of a milder message.

    ``shown`` is what to draw now; ``kept`` is what the turn consists of if no further step is
    wanted. The last step shows what is kept.
    """

    shown: Reply
    kept: Reply

    @property
    def finished(self) -> bool:
        """Whether nothing further comes."""
        return self.shown is self.kept


def waiting(reply: Reply) -> Step:
    """While the model takes its second look: nothing but the care message of ``reply``."""
    shown = replace(reply, text="", note="", sentences=(), citations=(), nearest=(), suggestions=())
    return Step(shown, reply)


def new_brief(**known: Any) -> Brief:  # noqa: ANN401 - the fields of a brief
    """What a model writes an answer from. Nothing of the writing is imported without a model."""
    from assistant.writing.writer import Brief

    return Brief(**known)


def rephrased(quoted: Reply, brief: Brief, writer: Writer) -> Generator[Step]:
    """The steps from ``quoted`` to the same reply in a model's words, or back to ``quoted``.

    Between changes the same step comes again and again, so that a reader can stop. Closing the
    iterator stops the model.
    """
    start = time.perf_counter()
    last: Written | None = None
    step: Step | None = None
    with closing(writer.write(brief)) as stages:
        for written in stages:
            if written is not last or step is None:
                last, step = written, _step(quoted, written, start)
            yield step


def _step(quoted: Reply, written: Written, start: float) -> Step:
    writing = written.writing
    if written.done:
        timings = _timed(quoted.timings_ms, start)
        kept = _version(replace(quoted, timings_ms=timings), written, writing)
        return Step(kept, kept)
    shown = replace(
        quoted,
        sentences=written.so_far.sentences,
        citations=written.so_far.citations,
        note="",
        suggestions=(),
        writer=MODEL,
        writing=writing,
    )
    begun = bool(written.so_far.sentences)
    stopped = replace(writing, stopped=True, fallback=None if begun else "stopped")
    return Step(shown, _version(quoted, written, stopped))


def _version(quoted: Reply, written: Written, writing: Writing) -> Reply:
    if writing.fallback is not None:
        return replace(quoted, writing=writing)
    sentences, citations = written.whole
    return replace(quoted, sentences=sentences, citations=citations, writer=MODEL, writing=writing)


def _timed(timings: Mapping[str, float], start: float) -> dict[str, float]:
    took = (time.perf_counter() - start) * 1000
    return {**timings, "writing": took, "total": timings.get("total", 0.0) + took}
