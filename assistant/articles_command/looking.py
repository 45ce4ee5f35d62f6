"""``pmr-assistant articles``: looking at what there is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.articles_command.common import (
    AsJson,
    Id,
    app,
    open_desk,
    print_json,
    print_lines,
    text_of,
)
from assistant.console import OUT, progress
from assistant.gaps.command import gaps

if TYPE_CHECKING:
    from assistant.articles.desk import Desk
    from assistant.articles.impact import Impact

app.command()(gaps)


@app.command("list")
def list_(
    context: typer.Context,
    state: Annotated[
        str, typer.Option(help="Only published, draft, in review or withdrawn ones.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List the articles in every state, with what needs attention."""
    from assistant.articles.listing import list_articles
    from assistant.articles_text import list_lines, row_json

    rows = [r for r in list_articles(open_desk(context)) if state in ("", r.state)]
    if as_json:
        print_json([row_json(row) for row in rows])
    else:
        print_lines(list_lines(rows) if rows else ["There is none."])


@app.command()
def show(
    context: typer.Context,
    article: Id,
    draft: Annotated[bool, typer.Option("--draft", help="The draft.")] = False,
    version: Annotated[str, typer.Option(help="An earlier version.")] = "",
) -> None:
    """Print an article's file: the published one, its draft, or an earlier version."""
    desk = open_desk(context)
    typer.echo(text_of(desk, article, "draft" if draft else version))


@app.command()
def check(
    context: typer.Context,
    article: Id,
    impact: Annotated[
        bool, typer.Option("--impact", help="Also ask the known questions before and after.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say what to mend in a draft and, with --impact, which answers it would change.

    Exit code 1 when something must be mended or decided.
    """
    from assistant.articles.drafts import view_draft
    from assistant.articles.publishing import undecided
    from assistant.articles_text import check_json, check_lines, impact_json, impact_lines

    desk = open_desk(context)
    view = view_draft(desk, article)
    shown = _impact(desk, article) if impact and not view.problems else None
    if as_json:
        print_json({**check_json(view), **({"impact": impact_json(shown)} if shown else {})})
    else:
        print_lines([*check_lines(view), *(["", *impact_lines(shown)] if shown else [])])
    blocked = view.check is not None and view.check.blocked
    if view.problems or view.stale or blocked or undecided(view, {}):
        raise typer.Exit(1)


@app.command()
def history(context: typer.Context, article: Id, as_json: AsJson = False) -> None:
    """Say who did what to an article, and which versions there are."""
    from assistant.articles.history import read_history
    from assistant.articles_text import history_lines

    events = read_history(open_desk(context).shelf, article)
    if as_json:
        print_json([event.model_dump(mode="json") for event in events])
    else:
        print_lines(history_lines(events) if events else ["Nothing was done to it here yet."])


@app.command()
def diff(
    context: typer.Context,
    article: Id,
    before: Annotated[str, typer.Argument(help="A version; the published one if left out.")] = "",
    after: Annotated[str, typer.Argument(help="A version; the draft if left out.")] = "draft",
    other: Annotated[str, typer.Option("--with", help="Another published article.")] = "",
) -> None:
    """Show what changed between two versions, or between the published article and its draft.

    With --with, a draft is compared with another published article.
    """
    from assistant.articles_text import diff_lines

    desk = open_desk(context)
    names = (other or before or "published", after)
    first = text_of(desk, other, "") if other else text_of(desk, article, before)
    lines = list(diff_lines(first, text_of(desk, article, after), names))
    print_lines(lines or ["They are equal."])


@app.command()
def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A new folder.")],
    ids: Annotated[list[str] | None, typer.Argument(help="Ids; all if left out.")] = None,
) -> None:
    """Copy the published articles to a folder."""
    from assistant.articles.export import export as copy_out

    count = copy_out(open_desk(context), folder, ids or [])
    OUT.print(f"{count} articles are in {folder}.")


@app.command()
def verify(
    context: typer.Context,
    phrase: Annotated[str, typer.Option(help="Words that must be in no article any more.")] = "",
    as_json: AsJson = False,
) -> None:
    """Prove that the index holds the published articles and nothing else; exit code 1 if not."""
    from assistant.index.opening import open_store
    from assistant.index.proof import find_marker, prove

    settings = open_desk(context).settings
    problems = prove(settings.data_dir, open_store(settings))
    if phrase.strip():
        problems += [f"{phrase!r} is in {p}" for p in find_marker(settings.data_dir, phrase)]
    if as_json:
        print_json({"holds": not problems, "problems": problems})
    else:
        print_lines(problems or ["The index holds the published articles and nothing else."])
    if problems:
        raise typer.Exit(1)


def _impact(desk: Desk, article: str) -> Impact:
    from assistant.articles.impact import preview
    from assistant.articles.known import known_questions

    known = known_questions(desk.settings)
    with progress("Asking") as advance:
        return preview(desk, article, known.questions, score=known.score, advance=advance)
