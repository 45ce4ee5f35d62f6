"""Replies as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from assistant.catalogue import page_words
from assistant.characters import printable, well_formed
from assistant.errors import InputInvalid
from assistant.guardrail.types import Level, Turn
from assistant.records import DEFAULT_LANGUAGE
from assistant.reply import Reply, review_line, writing_lines

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.chat import Assistant
    from assistant.gaps.noting import QuestionNotes
    from assistant.rephrasing import Step

KEPT = "Questions without an answer are kept for a while, without names and numbers."


def render(reply: Reply) -> str:
    """``reply`` as lines of plain text, the care message first. Control codes are removed."""
    return "\n\n".join([*_before(reply), *_answer(reply), *_after(reply)])


def _before(reply: Reply) -> list[str]:
    """What stands above the answer, the care message first."""
    message = printable(reply.decision.message.text) if reply.decision.message else ""
    return [part for part in (message, reply.decision.ask, reply.text) if part]


def _answer(reply: Reply) -> list[str]:
    lines = [_sentence(reply, n) for n in range(len(reply.sentences))]
    return ["\n".join(lines)] if lines else []


def _after(reply: Reply) -> list[str]:
    """Sources, notes and what to ask next."""
    parts: list[str] = []
    words = page_words(_language(reply))
    if reply.sentences:
        sources = (_source(reply, n) for n in range(len(reply.citations)))
        parts.append("\n".join([words["SOURCES_BELOW"], *sources]))
    if reply.note:
        parts.append(printable(reply.note))
    if lines := writing_lines(reply):
        parts.append(" ".join(lines))
    if reply.nearest:
        titles = [f"- {printable(reply.article(a).title)}" for a in reply.nearest]
        parts.append("\n".join([words["NEAREST"], *titles]))
    if reply.suggestions and reply.decision.level < Level.URGENT:
        suggested = (f"- {printable(s)}" for s in reply.suggestions)
        parts.append("\n".join([words["SUGGESTIONS"], *suggested]))
    return parts


def _language(reply: Reply) -> str:
    """The language of the articles that ``reply`` quotes or names; what is beside them is in it."""
    articles = [citation.article for citation in reply.citations] + list(reply.nearest)
    return reply.article(articles[0]).language if articles else DEFAULT_LANGUAGE


def show(steps: Iterator[Step], console: Console) -> Reply:
    """Print a reply while it is being written, sentence by sentence; returns what was kept of it.

    Ctrl-C stops the writing: what has passed the checks by then is the reply.
    """
    step = next(steps)
    if step.finished:
        console.print(render(step.kept))
        return step.kept
    told: list[str] = []
    printed = 0
    with suppress(KeyboardInterrupt):
        while not step.finished:
            _print_before(step.shown, told, console)
            printed = _print_new(step.shown, printed, console)
            step = next(steps)
    reply = step.kept
    _print_before(reply, told, console)
    if printed and reply.writing is not None and reply.writing.fallback:
        console.print("")  # quoted after all; the line under the sources says why
        printed = 0
    rest = "\n".join(_sentence(reply, n) for n in range(printed, len(reply.sentences)))
    console.print("\n\n".join(filter(None, [rest, *_after(reply)])))
    return reply


def _print_before(reply: Reply, told: list[str], console: Console) -> None:
    """Print what stands above the answer as far as it was not ``told`` yet."""
    parts = [part for part in _before(reply) if part not in told]
    console.print("".join(f"{part}\n\n" for part in parts), end="")
    told += parts


def _print_new(reply: Reply, printed: int, console: Console) -> int:
    """Print the sentences after the first ``printed``; returns how many are printed by then."""
    for position in range(printed, len(reply.sentences)):
        console.print(_sentence(reply, position))
    return len(reply.sentences)


def _sentence(reply: Reply, position: int) -> str:
    sentence = reply.sentences[position]
    marks = "".join(f" [{n}]" for n in sentence.citations)
    bullet = "- " if sentence.kind == "item" else ""
    label = f"{printable(sentence.label)}:\n" if sentence.label else ""
    return f"{label}{bullet}{printable(reply.marked_words(sentence))}{marks}"


def _source(reply: Reply, position: int) -> str:
    citation = reply.citations[position]
    article = reply.article(citation.article)
    place = " > ".join((article.title, *citation.section))
    link = f" {printable(article.url)}" if article.url else ""
    return f"[{citation.number}] {printable(place)} ({review_line(article)}){link}"


def converse(assistant: Assistant, console: Console, notes: QuestionNotes) -> None:
    """A conversation in the terminal until end of input; ``/new`` starts over.

    ``notes`` keeps questions without an answer, where the practice has switched that on.
    """
    turns: list[Turn] = []
    noting = notes.conversation()
    console.print("Ask about back pain. /new starts over, Ctrl-D ends.")
    if notes.on:
        console.print(KEPT)
    while True:
        try:
            message = well_formed(console.input("\nYou: "))
        except EOFError:
            console.print("")
            return
        if message.strip() == "/new":
            turns, noting = [], notes.conversation()
            console.print("Started over.")
            continue
        try:
            steps = assistant.reply_stream([*turns, Turn("user", message)])
        except InputInvalid as error:
            console.print(f"{error} {error.next_step}")
            continue
        console.print("")
        reply = show(steps, console)
        turns += [Turn("user", message), Turn("assistant", render(reply))]
        noting.after(reply)
