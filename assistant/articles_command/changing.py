"""``pmr-assistant articles``: adding, publishing, withdrawing and bringing back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.articles_command.common import (
    AsJson,
    By,
    Fields,
    Id,
    Reason,
    Yes,
    app,
    confirm,
    open_desk,
    print_json,
    print_lines,
    read_fields,
)
from assistant.console import OUT, progress
from assistant.errors import InputInvalid

if TYPE_CHECKING:
    from assistant.articles.desk import Desk
    from assistant.articles.drafts import DraftView
    from assistant.articles.publishing import Done
    from assistant.sources import SourceText


@app.command()
def add(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(help="A file, a folder, a web address, or - for pasted text.")
    ],
    article_id: Annotated[
        str, typer.Option("--id", help="Its id; made of the title if left out.")
    ] = "",
    title: Annotated[str, typer.Option(help="Its title, when the file has none.")] = "",
    replace: Annotated[str, typer.Option(help="Id of the article it is a new version of.")] = "",
    fields: Fields = None,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Begin drafts from a file, a folder, a web address or pasted text. Publishes nothing."""
    from assistant.articles.drafts import add_draft, view_draft
    from assistant.articles_text import check_json, check_lines

    desk = open_desk(context, by)
    sources = _sources(desk, source, title)
    if len(sources) > 1 and (article_id or replace or title):
        raise InputInvalid("--id, --title and --replace are for one file, not for a folder.")
    given = {**read_fields(fields), **({"title": title} if title else {})}
    added = []
    for text in sources:
        draft_id = add_draft(desk, text, article_id=article_id, replaces=replace, fields=given)
        view = view_draft(desk, draft_id)
        added.append(
            {**check_json(view), "notes": list(text.notes), "file": str(desk.shelf.draft(draft_id))}
        )
        if not as_json:
            print_lines([*text.notes, *check_lines(view), f"Draft: {desk.shelf.draft(draft_id)}"])
    if as_json:
        print_json(added)


@app.command()
def revise(context: typer.Context, article: Id, by: By = "") -> None:
    """Begin a draft from a published article, to be edited."""
    from assistant.articles.drafts import revise as begin

    desk = open_desk(context, by)
    begin(desk, article)
    OUT.print(f"Edit {desk.shelf.draft(article)}, then run: pmr-assistant articles check {article}")


@app.command("edit-metadata")
def edit_metadata_(
    context: typer.Context,
    article: Id,
    fields: Annotated[list[str], typer.Argument(help="NAME=VALUE …", metavar="NAME=VALUE")],
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Set front-matter fields: of the draft when there is one, else of the published article."""
    from assistant.articles.drafts import set_fields
    from assistant.articles.publishing import edit_metadata

    desk = open_desk(context, by)
    if desk.shelf.draft(article).is_file():
        set_fields(desk, article, read_fields(fields))
        OUT.print(f"The draft of {article} is changed.")
        return
    with progress("Indexing") as desk.progress:
        done = edit_metadata(desk, article, read_fields(fields))
    _said_done(done, "published", as_json=as_json)


@app.command()
def review(
    context: typer.Context,
    article: Id,
    send: Annotated[bool, typer.Option("--send", help="Say that it waits for review.")] = False,
    reviewer: Annotated[str, typer.Option(help="Who has reviewed it: a real person.")] = "",
    on: Annotated[str, typer.Option(help="Day of the review, YYYY-MM-DD; today if left out.")] = "",
    until: Annotated[str, typer.Option(help="Day the next review is due, YYYY-MM-DD.")] = "",
    by: By = "",
) -> None:
    """Send a draft to its reviewer, or write down that somebody has reviewed an article."""
    from assistant.articles.drafts import send_for_review, set_fields
    from assistant.articles.publishing import edit_metadata

    if send == bool(reviewer):
        raise InputInvalid("Give either --send or --reviewer NAME --until DAY.")
    desk = open_desk(context, by)
    if send:
        send_for_review(desk, article)
        OUT.print(f"{article} waits for review.")
        return
    if not until:
        raise InputInvalid("When is the next review due? Give --until YYYY-MM-DD.")
    changes = {
        "reviewed_by": reviewer,
        "reviewed": on or desk.today.isoformat(),
        "review_by": until,
    }
    if desk.shelf.draft(article).is_file():
        set_fields(desk, article, changes)
        OUT.print(f"The review is in the draft of {article}.")
        return
    with progress("Indexing") as desk.progress:
        _said_done(edit_metadata(desk, article, changes), "reviewed", as_json=False)


@app.command()
def publish(
    context: typer.Context,
    article: Id,
    because: Annotated[
        list[str] | None,
        typer.Option(help="Why it goes out in spite of the grave findings: KIND=REASON or REASON."),
    ] = None,
    by: By = "",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Publish a draft: from the next question on, answers may quote it."""
    from assistant.articles.drafts import view_draft
    from assistant.articles.publishing import publish as put_out
    from assistant.articles_text import check_lines

    desk = open_desk(context, by)
    view = view_draft(desk, article)
    if not as_json:
        print_lines(check_lines(view))
    confirm(f"Publish {article}?", yes=yes)
    with progress("Indexing") as desk.progress:
        done = put_out(desk, article, reasons=_reasons(view, because or []))
    _said_done(done, "published", as_json=as_json)


@app.command()
def withdraw(
    context: typer.Context,
    article: Id,
    reason: Reason = "",
    by: By = "",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Take an article out of every answer at once; it can be brought back."""
    from assistant.articles.publishing import withdraw as take_out

    desk = open_desk(context, by)
    confirm(f"Withdraw {article}?", yes=yes)
    with progress("Indexing") as desk.progress:
        done = take_out(desk, article, reason=reason)
    _said_done(done, "withdrawn", as_json=as_json)


@app.command()
def discard(context: typer.Context, article: Id, by: By = "", yes: Yes = False) -> None:
    """Throw a draft away; what is published stays."""
    from assistant.articles.drafts import discard as throw_away

    desk = open_desk(context, by)
    confirm(f"Throw the draft of {article} away?", yes=yes)
    throw_away(desk, article)
    OUT.print(f"The draft of {article} is gone.")


@app.command()
def restore(
    context: typer.Context,
    article: Id,
    version: Annotated[str, typer.Option(help="The version; the last one if left out.")] = "",
    reason: Reason = "",
    by: By = "",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Publish an earlier version again, also of a withdrawn article: undo."""
    from assistant.articles.publishing import restore as bring_back

    desk = open_desk(context, by)
    confirm(f"Bring {version or 'the last version'} of {article} back?", yes=yes)
    with progress("Indexing") as desk.progress:
        done = bring_back(desk, article, version=version, reason=reason)
    _said_done(done, "restored", as_json=as_json)


@app.command()
def sync(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder with Markdown articles.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    most_removed: Annotated[
        float, typer.Option(help="Share of the articles that may be withdrawn, 0 to 1.")
    ] = 0.2,
    reason: Reason = "",
    by: By = "",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Make the published articles equal to a folder: + added, ~ changed, - withdrawn."""
    from dataclasses import asdict

    from assistant.articles.sync import plan_sync
    from assistant.articles.sync import sync as carry_out
    from assistant.articles_text import plan_lines
    from assistant.screening.findings import findings_as_json, findings_as_lines

    desk = open_desk(context, by)
    plan = plan_sync(desk, folder)
    if not as_json:
        print_lines([*plan_lines(plan), *findings_as_lines(plan.findings)])
    if not dry_run:
        if plan.anything:
            confirm("Go on?", yes=yes)
        with progress("Indexing") as desk.progress:
            plan, _update = carry_out(desk, folder, most_removed=most_removed, reason=reason)
    if as_json:
        values = {**asdict(plan), "findings": findings_as_json(plan.findings)}
        print_json({**values, "done": not dry_run})
    elif not dry_run:
        OUT.print("The articles are equal to the folder.")


def _sources(desk: Desk, source: str, title: str) -> list[SourceText]:
    from assistant.sources import fetch_source, pasted, read_source_file, read_source_folder

    if source == "-":
        return [pasted(sys.stdin.read(), title)]
    if source.lower().startswith(("http://", "https://")):
        return [fetch_source(source, allowed=desk.settings.fetch_urls)]
    path = Path(source)
    if not path.is_dir():
        return [read_source_file(path)]
    # All are read before the first draft is kept: a bad file leaves nothing half added.
    return [read_source_file(each) for each in read_source_folder(path)]


def _reasons(view: DraftView, because: list[str]) -> dict[str, str]:
    """The reasons given, for the findings they are meant for."""
    from assistant.articles.publishing import finding_key, undecided

    by_kind = dict(part.split("=", 1) for part in because if "=" in part)
    for_all = next((part for part in because if "=" not in part), "")
    return {finding_key(f): by_kind.get(f.kind, for_all) for f in undecided(view, {})}


def _said_done(done: Done, what: str, *, as_json: bool) -> None:
    from assistant.articles_text import done_json

    if as_json:
        print_json({**done_json(done), "done": what})
        return
    version = f" (version {done.version})" if done.version else ""
    OUT.print(
        f"{done.article} is {what}{version}. The index holds {done.update.report.articles} "
        f"articles; {done.update.report.embedded} texts were embedded."
    )
