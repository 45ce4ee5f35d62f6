"""``pmr-assistant articles``: adding, checking, publishing and withdrawing articles.

The staff's Library page calls the same functions of ``assistant.articles``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
import yaml

from assistant.console import OUT, progress
from assistant.errors import InputInvalid, NotYet
from assistant.gaps.command import gaps
from assistant.settings import load_settings

if TYPE_CHECKING:
    from assistant.articles.desk import Desk
    from assistant.articles.drafts import DraftView
    from assistant.articles.impact import Impact
    from assistant.articles.publishing import Done
    from assistant.sources import SourceText

app = typer.Typer(
    help="Add, check, publish, withdraw and bring back articles.",
    no_args_is_help=True,
    add_completion=False,
)

app.command()(gaps)

Id = Annotated[str, typer.Argument(help="The article's id.", metavar="ID")]
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
By = Annotated[str, typer.Option("--by", help="Who does it; your user name when left out.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; for scripts.")]
Fields = Annotated[
    list[str] | None, typer.Option("--set", help="A front-matter field: NAME=VALUE; repeatable.")
]
Reason = Annotated[str, typer.Option(help="Kept in the article's history.")]


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

    rows = [r for r in list_articles(_desk(context)) if state in ("", r.state)]
    if as_json:
        _json([row_json(row) for row in rows])
    else:
        _lines(list_lines(rows) if rows else ["There is none."])


@app.command()
def show(
    context: typer.Context,
    article: Id,
    draft: Annotated[bool, typer.Option("--draft", help="The draft.")] = False,
    version: Annotated[str, typer.Option(help="An earlier version.")] = "",
) -> None:
    """Print an article's file: the published one, its draft, or an earlier version."""
    desk = _desk(context)
    typer.echo(_text_of(desk, article, "draft" if draft else version))


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

    desk = _desk(context, by)
    sources = _sources(desk, source, title)
    if len(sources) > 1 and (article_id or replace or title):
        raise InputInvalid("--id, --title and --replace are for one file, not for a folder.")
    given = {**_fields(fields), **({"title": title} if title else {})}
    added = []
    for text in sources:
        draft_id = add_draft(desk, text, article_id=article_id, replaces=replace, fields=given)
        view = view_draft(desk, draft_id)
        added.append(
            {**check_json(view), "notes": list(text.notes), "file": str(desk.shelf.draft(draft_id))}
        )
        if not as_json:
            _lines([*text.notes, *check_lines(view), f"Draft: {desk.shelf.draft(draft_id)}"])
    if as_json:
        _json(added)


@app.command()
def revise(context: typer.Context, article: Id, by: By = "") -> None:
    """Begin a draft from a published article, to be edited."""
    from assistant.articles.drafts import revise as begin

    desk = _desk(context, by)
    begin(desk, article)
    OUT.print(f"Edit {desk.shelf.draft(article)}, then run: pmr-assistant articles check {article}")


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

    desk = _desk(context)
    view = view_draft(desk, article)
    shown = _impact(desk, article) if impact and not view.problems else None
    if as_json:
        _json({**check_json(view), **({"impact": impact_json(shown)} if shown else {})})
    else:
        _lines([*check_lines(view), *(["", *impact_lines(shown)] if shown else [])])
    blocked = view.check is not None and view.check.blocked
    if view.problems or view.stale or blocked or undecided(view, {}):
        raise typer.Exit(1)


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
    desk = _desk(context, by)
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

    desk = _desk(context, by)
    if desk.shelf.draft(article).is_file():
        set_fields(desk, article, _fields(fields))
        OUT.print(f"The draft of {article} is changed.")
        return
    with progress("Indexing") as desk.progress:
        done = edit_metadata(desk, article, _fields(fields))
    _said_done(done, "published", as_json=as_json)


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

    desk = _desk(context, by)
    view = view_draft(desk, article)
    if not as_json:
        _lines(check_lines(view))
    _confirm(f"Publish {article}?", yes=yes)
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

    desk = _desk(context, by)
    _confirm(f"Withdraw {article}?", yes=yes)
    with progress("Indexing") as desk.progress:
        done = take_out(desk, article, reason=reason)
    _said_done(done, "withdrawn", as_json=as_json)


@app.command()
def discard(context: typer.Context, article: Id, by: By = "", yes: Yes = False) -> None:
    """Throw a draft away; what is published stays."""
    from assistant.articles.drafts import discard as throw_away

    desk = _desk(context, by)
    _confirm(f"Throw the draft of {article} away?", yes=yes)
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

    desk = _desk(context, by)
    _confirm(f"Bring {version or 'the last version'} of {article} back?", yes=yes)
    with progress("Indexing") as desk.progress:
        done = bring_back(desk, article, version=version, reason=reason)
    _said_done(done, "restored", as_json=as_json)


@app.command()
def history(context: typer.Context, article: Id, as_json: AsJson = False) -> None:
    """Say who did what to an article, and which versions there are."""
    from assistant.articles.history import read_history
    from assistant.articles_text import history_lines

    events = read_history(_desk(context).shelf, article)
    if as_json:
        _json([event.model_dump(mode="json") for event in events])
    else:
        _lines(history_lines(events) if events else ["Nothing was done to it here yet."])


@app.command()
def diff(
    context: typer.Context,
    article: Id,
    before: Annotated[str, typer.Argument(help="A version; the published one if left out.")] = "",
    after: Annotated[str, typer.Argument(help="A version; the draft if left out.")] = "draft",
) -> None:
    """Show what changed between two versions, or between the published article and its draft."""
    from assistant.articles_text import diff_lines

    desk = _desk(context)
    names = (before or "published", after)
    lines = list(diff_lines(_text_of(desk, article, before), _text_of(desk, article, after), names))
    _lines(lines or ["They are equal."])


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

    desk = _desk(context, by)
    plan = plan_sync(desk, folder)
    if not as_json:
        _lines([*plan_lines(plan), *findings_as_lines(plan.findings)])
    if not dry_run:
        if plan.anything:
            _confirm("Go on?", yes=yes)
        with progress("Indexing") as desk.progress:
            plan, _update = carry_out(desk, folder, most_removed=most_removed, reason=reason)
    if as_json:
        values = {**asdict(plan), "findings": findings_as_json(plan.findings)}
        _json({**values, "done": not dry_run})
    elif not dry_run:
        OUT.print("The articles are equal to the folder.")


@app.command()
def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A new folder.")],
    ids: Annotated[list[str] | None, typer.Argument(help="Ids; all if left out.")] = None,
) -> None:
    """Copy the published articles to a folder."""
    from assistant.articles.export import export as copy_out

    count = copy_out(_desk(context), folder, ids or [])
    OUT.print(f"{count} articles are in {folder}.")


def _desk(context: typer.Context, by: str = "") -> Desk:
    from assistant.articles.desk import Desk

    return Desk(settings=load_settings(**context.obj), by=by)


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


def _text_of(desk: Desk, article: str, which: str) -> str:
    """A file's text: the draft, the published article (""), or a version."""
    from assistant.corpus import read_file

    if which in ("", "published"):
        return read_file(desk.published_file(article))
    shelf = desk.shelf
    path = shelf.draft(article) if which == "draft" else shelf.version(article, which)
    return read_file(shelf.found(path, article))


def _impact(desk: Desk, article: str) -> Impact:
    from assistant.articles.impact import preview
    from assistant.articles.known import known_questions

    known = known_questions(desk.settings)
    with progress("Asking") as advance:
        return preview(desk, article, known.questions, score=known.score, advance=advance)


def _fields(given: Iterable[str] | None) -> dict[str, object]:
    """``NAME=VALUE`` read as a line of front matter: lists and null work as they do there.

    Raises:
        InputInvalid: there is no "=".
    """
    fields: dict[str, object] = {}
    for line in given or ():
        name, sign, value = line.partition("=")
        if not sign or not name.strip():
            raise InputInvalid(f"{line!r} is not NAME=VALUE.", hint='Such as: owner="A. Writer"')
        try:
            read = yaml.safe_load(value) if value.strip()[:1] in ("[", "{") else value.strip()
        except yaml.YAMLError:
            read = value.strip()
        fields[name.strip()] = None if read in ("", "null") else read
    return fields


def _reasons(view: DraftView, because: list[str]) -> dict[str, str]:
    """The reasons given, for the findings they are meant for."""
    from assistant.articles.publishing import finding_key, undecided

    by_kind = dict(part.split("=", 1) for part in because if "=" in part)
    for_all = next((part for part in because if "=" not in part), "")
    return {finding_key(f): by_kind.get(f.kind, for_all) for f in undecided(view, {})}


def _confirm(question: str, *, yes: bool) -> None:
    """Ask a person; a script must say --yes.

    Raises:
        NotYet: nobody is there to ask, or the answer is no.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise NotYet("Nothing was done: nobody is there to say yes.", hint="Add --yes in scripts.")
    if not typer.confirm(question, err=True):
        raise NotYet("Nothing was done.", hint="Run it again when you are ready.")


def _said_done(done: Done, what: str, *, as_json: bool) -> None:
    from assistant.articles_text import done_json

    if as_json:
        _json({**done_json(done), "done": what})
        return
    version = f" (version {done.version})" if done.version else ""
    OUT.print(
        f"{done.article} is {what}{version}. The index holds {done.update.report.articles} "
        f"articles; {done.update.report.embedded} texts were embedded."
    )


def _json(values: object) -> None:
    typer.echo(json.dumps(values, ensure_ascii=False, indent=2))


def _lines(lines: Iterable[str]) -> None:
    for line in lines:
        OUT.print(line)
