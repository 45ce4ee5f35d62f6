"""``gaps``: what to write about next, from the questions that found no answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.characters import printable
from assistant.errors import InputInvalid, SettingsInvalid
from assistant.settings import Settings, load_settings

if TYPE_CHECKING:
    from assistant.gaps.gaps import Gap

_HOW = (
    "Set PMR_KEEP_QUESTIONS_DAYS (1 to 365) and PMR_QUESTIONS_FILE (a whole path); "
    "README.md says what is then kept."
)


def gaps(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
    outline: Annotated[
        int | None, typer.Option(help="Print the start of an article for this gap of the list.")
    ] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Delete every kept question.")] = False,
) -> None:
    """List what patients asked without an answer, questions that ask the same together."""
    settings = load_settings(**context.obj)
    if forget:
        _forget(settings)
        return
    found, notes = _find(settings)
    for note in notes:
        typer.echo(note, err=True)
    if outline is not None:
        typer.echo(_outline(found, outline))
    elif as_json:
        typer.echo(json.dumps([_as_json(gap) for gap in found], ensure_ascii=False, indent=2))
    else:
        for number, gap in enumerate(found, start=1):
            typer.echo(_as_text(number, gap))
        if not found:
            typer.echo("No question without an answer is kept.")


def _forget(settings: Settings) -> None:
    from assistant.gaps.keep import forget as forget_questions

    if settings.questions_file is None:
        raise SettingsInvalid("PMR_QUESTIONS_FILE is not set: nothing is kept.", hint=_HOW)
    typer.echo(f"{forget_questions(settings.questions_file)} questions deleted.")


def _find(settings: Settings) -> tuple[list[Gap], Sequence[str]]:
    from assistant.embedding import open_embedder
    from assistant.gaps.gaps import find_gaps
    from assistant.gaps.keep import question_file
    from assistant.index.live import LiveIndex
    from assistant.index.opening import open_store

    file = question_file(settings)
    if file is None:
        raise SettingsInvalid("No questions are kept: it is not switched on.", hint=_HOW)
    reading = file.read()
    if not reading.questions:
        return [], reading.notes
    embedder = open_embedder(settings.embedding_model, settings.data_dir)
    index = LiveIndex(settings.data_dir, open_store(settings), embedder).current()
    return find_gaps(reading.questions, embedder, index), reading.notes


def _outline(found: Sequence[Gap], number: int) -> str:
    from assistant.gaps.outline import outline

    if not 1 <= number <= len(found):
        there = f"from 1 to {len(found)}" if found else "none yet"
        raise InputInvalid(
            f"There is no gap {number}.", hint=f"The list has gaps {there}: run gaps without it."
        )
    return outline(found[number - 1])


def _as_json(gap: Gap) -> dict[str, object]:
    return {**asdict(gap), "first": gap.first.isoformat(), "last": gap.last.isoformat()}


def _as_text(number: int, gap: Gap) -> str:
    times = "once" if gap.count == 1 else f"{gap.count} times"
    days = str(gap.first) if gap.first == gap.last else f"{gap.first} to {gap.last}"
    why = ", ".join(f"{kind.replace('_', ' ')} {count}" for kind, count in gap.kinds.items())
    lines = [f"{number}. {printable(gap.question)}", f"   asked {times}, {days} ({why})"]
    lines += [f"   also: {printable(text)}" for text in gap.examples if text != gap.question]
    if gap.nearest is not None:
        near = gap.nearest
        lines.append(f"   nearest: {near.id}, {printable(near.title)} ({near.similarity:.2f})")
    return "\n".join(lines)
