"""Replies as plain text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.errors import InputInvalid
from assistant.guardrail.types import Level, Turn
from assistant.reply import Reply, review_line
from assistant.text import printable, well_formed

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.chat import Assistant
    from assistant.gaps.noting import QuestionNotes

KEPT = "Questions without an answer are kept for a while, without names and numbers."


def render(reply: Reply) -> str:
    """``reply`` as lines of plain text, the care message first. Control codes are removed."""
    parts: list[str] = []
    if reply.decision.message:
        parts.append(printable(reply.decision.message.text))
    if reply.decision.ask:
        parts.append(reply.decision.ask)
    if reply.text:
        parts.append(reply.text)
    if reply.sentences:
        parts.append("\n".join(_sentence(reply, n) for n in range(len(reply.sentences))))
        parts.append(
            "\n".join(["Sources:", *(_source(reply, n) for n in range(len(reply.citations)))])
        )
    if reply.note:
        parts.append(printable(reply.note))
    if reply.nearest:
        titles = [f"- {printable(reply.article(a).title)}" for a in reply.nearest]
        parts.append("\n".join(["Nearest articles:", *titles]))
    if reply.suggestions and reply.decision.level < Level.URGENT:
        parts.append(
            "\n".join(["You can also ask:", *(f"- {printable(s)}" for s in reply.suggestions)])
        )
    return "\n\n".join(parts)


def _sentence(reply: Reply, position: int) -> str:
    sentence = reply.sentences[position]
    marks = "".join(f" [{n}]" for n in sentence.citations)
    bullet = "- " if sentence.kind == "item" else ""
    label = f"{printable(sentence.label)}:\n" if sentence.label else ""
    return f"{label}{bullet}{printable(reply.words(sentence))}{marks}"


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
            reply = assistant.reply([*turns, Turn("user", message)])
        except InputInvalid as error:
            console.print(f"{error} {error.next_step}")
            continue
        text = render(reply)
        turns += [Turn("user", message), Turn("assistant", text)]
        console.print(f"\n{text}")
        noting.after(reply)
