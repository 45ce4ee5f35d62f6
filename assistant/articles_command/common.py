"""What the commands of ``articles`` share: options, the desk, asking, and printing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.console import OUT
from assistant.errors import InputInvalid, NotYet
from assistant.settings import load_settings

if TYPE_CHECKING:
    from assistant.articles.desk import Desk

app = typer.Typer(
    help="Add, check, publish, withdraw and bring back articles.",
    no_args_is_help=True,
    add_completion=False,
)

Id = Annotated[str, typer.Argument(help="The article's id.", metavar="ID")]
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
By = Annotated[str, typer.Option("--by", help="Who does it; your user name when left out.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; for scripts.")]
Fields = Annotated[
    list[str] | None, typer.Option("--set", help="A front-matter field: NAME=VALUE; repeatable.")
]
Reason = Annotated[str, typer.Option(help="Kept in the article's history.")]


def open_desk(context: typer.Context, by: str = "") -> Desk:
    """The desk over the library that the command line names."""
    from assistant.articles.desk import Desk

    return Desk(settings=load_settings(**context.obj), by=by)


def text_of(desk: Desk, article: str, which: str) -> str:
    """A file's text: the draft, the published article (""), or a version."""
    from assistant.corpus import read_file

    if which in ("", "published"):
        return read_file(desk.published_file(article))
    shelf = desk.shelf
    path = shelf.draft(article) if which == "draft" else shelf.version(article, which)
    return read_file(shelf.found(path, article))


def read_fields(given: Iterable[str] | None) -> dict[str, object]:
    """``NAME=VALUE`` read as a line of front matter: lists and null work as they do there.

    Raises:
        InputInvalid: there is no "=".
    """
    import yaml

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


def confirm(question: str, *, yes: bool) -> None:
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


def print_json(values: object) -> None:
    """Print ``values`` for another program."""
    typer.echo(json.dumps(values, ensure_ascii=False, indent=2))


def print_lines(lines: Iterable[str]) -> None:
    """Print ``lines`` for a person."""
    for line in lines:
        OUT.print(line)
