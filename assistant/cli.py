"""The command line: ``chat, ask, triage, verify, index, check, articles, status, eval``.

Exit codes: 0 done, 1 what was measured or checked does not hold, 2 the person must change something
(the message says what), 130 interrupted.
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from assistant.errors import AssistantError, InputInvalid

if TYPE_CHECKING:
    from assistant.settings import Settings

_COLLECTED_AFTER = 100_000  # objects more than there were; Python's own number is 700


class _Commands(TyperGroup):
    """The commands; those of ``articles``, twice as many, are made when somebody asks for them."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - Typer's own Click
        """All names, as ``--help`` lists them."""
        return [*super().list_commands(ctx), "articles"]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - as above
        """The command of this name, or ``None``."""
        if cmd_name != "articles":
            return super().get_command(ctx, cmd_name)
        from assistant.articles_command import app as articles

        return typer.main.get_command(articles)


app = typer.Typer(
    cls=_Commands,
    help="Answers from a practice's own articles, with citations; red flags go to a doctor.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _options(
    context: typer.Context,
    corpus: Annotated[Path | None, typer.Option(help="Folder with the articles.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder for the index.")] = None,
) -> None:
    context.obj = {"corpus_dir": corpus, "data_dir": data_dir}


def _settings(context: typer.Context) -> Settings:
    from assistant.settings import load_settings

    return load_settings(**context.obj)


@app.command()
def index(
    context: typer.Context,
    rebuild: Annotated[bool, typer.Option(help="Use nothing of an existing index again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Make the index equal to the articles. Only what changed is embedded."""
    from assistant.articles.indexing import update_index
    from assistant.console import ERR, OUT, progress
    from assistant.corpus import unreviewed
    from assistant.screening.findings import findings_as_json, findings_as_lines

    settings = _settings(context)
    with progress("Indexing") as advance:
        update = update_index(settings, rebuild=rebuild, progress=advance)
    report, articles, findings = update.report, update.articles, update.findings
    waiting = unreviewed(articles)
    if as_json:
        values = {name: getattr(report, name) for name in report.__slots__}
        values |= {"unreviewed": waiting, "findings": findings_as_json(findings)}
        values |= {"finished": update.finished}
        typer.echo(json.dumps(values))
        return
    if update.finished:
        ERR.print(f"An interrupted change was carried through: {update.finished}.")
    if report.reason:
        ERR.print(f"Everything was embedded again: {report.reason}.")
    state = "is up to date" if not report.changed else "is ready"
    OUT.print(
        f"The index {state}: {report.articles} articles, {report.passages} passages, "
        f"{report.embedded} texts embedded, {report.reused} used again."
    )
    if waiting:
        OUT.print(f"{len(waiting)} articles are not yet clinically reviewed.")
    for line in findings_as_lines(findings):
        OUT.print(line)


@app.command()
def check(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Say what to mend in the articles before they are published; exit 1 when there is anything."""
    from assistant.article_cache import ArticleCache
    from assistant.checking import check_articles
    from assistant.console import OUT
    from assistant.screening.findings import findings_as_json, findings_as_lines

    settings = _settings(context)
    findings = check_articles(settings.corpus_dir, cache=ArticleCache.of(settings.data_dir))
    if as_json:
        typer.echo(json.dumps(findings_as_json(findings), ensure_ascii=False, indent=2))
    else:
        for line in findings_as_lines(findings) or ["Nothing to mend."]:
            OUT.print(line)
    if any(finding.severity != "info" for finding in findings):
        raise typer.Exit(1)


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[str | None, typer.Argument(help="The question, in quotes.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    jsonl: Annotated[
        Path | None, typer.Option(help="Answer every line of a JSONL file ('-': standard input).")
    ] = None,
) -> None:
    """Answer one question, or every line of a file."""
    from assistant.console import OUT
    from assistant.conversations import read_cases, text_case
    from assistant.opening import open_assistant
    from assistant.reply import reply_to_json
    from assistant.terminal import show

    if (question is None) == (jsonl is None):
        raise InputInvalid(
            "Give one question or --jsonl FILE.",
            hint='For example: pmr-assistant ask "What helps?"',
        )
    settings = _settings(context)
    cases = read_cases(jsonl) if jsonl else [text_case(question or "")]
    assistant = open_assistant(settings)
    for case in cases:
        if jsonl:
            typer.echo(json.dumps(case.answer(assistant), ensure_ascii=False))
            sys.stdout.flush()
            continue
        if as_json:
            reply = assistant.reply(case.turns)
            typer.echo(json.dumps(reply_to_json(reply), ensure_ascii=False, indent=2))
        else:
            show(assistant.reply_stream(case.turns), OUT)


@app.command()
def triage(
    message: Annotated[str | None, typer.Argument(help="The message, in quotes.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    jsonl: Annotated[
        Path | None, typer.Option(help="Judge every line of a JSONL file ('-': standard input).")
    ] = None,
) -> None:
    """Show what the guardrail decides about a message, and why. Nothing is answered or kept."""
    from assistant.conversations import read_cases
    from assistant.triage import place, triage, triage_text

    if (message is None) == (jsonl is None):
        raise InputInvalid(
            "Give one message or --jsonl FILE.",
            hint='For example: pmr-assistant triage "I cannot feel my legs"',
        )
    country, phone = place()
    if message is not None:
        typer.echo(triage_text(message, country, phone, as_json=as_json))
    for case in read_cases(jsonl) if jsonl else ():
        result = triage(case.turns, country=country, practice_phone=phone)
        typer.echo(json.dumps({"id": case.id, **result}, ensure_ascii=False))


@app.command()
def verify(
    passage: Annotated[list[str] | None, typer.Option(help="A passage; may be repeated.")] = None,
    sentence: Annotated[str | None, typer.Option(help="The sentence written from it.")] = None,
    jsonl: Annotated[
        Path | None, typer.Option(help="Check every line of a JSONL file ('-': standard input).")
    ] = None,
) -> None:
    """Say whether passages support a rephrased sentence, and why not. No model is asked."""
    from assistant.console import OUT
    from assistant.verification import Verifier
    from assistant.verify_command import check_pairs, one_pair, read_pairs, render

    if jsonl is not None and (passage or sentence):
        raise InputInvalid("Give either --jsonl or a passage with a sentence.")
    pairs = read_pairs(jsonl) if jsonl else [one_pair(passage or [], sentence or "")]
    verifier = Verifier()
    if jsonl is None:
        OUT.print(render(verifier.check(pairs[0].passages, pairs[0].sentence)))
        return
    for result in check_pairs(pairs, verifier):
        typer.echo(json.dumps(result, ensure_ascii=False))


@app.command()
def chat(
    context: typer.Context,
    terminal: Annotated[bool, typer.Option(help="Chat here instead of in the browser.")] = False,
    port: Annotated[int, typer.Option(help="Port of the page.")] = 8501,
    headless: Annotated[bool, typer.Option(help="Do not open a browser.")] = False,
) -> None:
    """Open the chat in the browser (or here with --terminal)."""
    from assistant.console import ERR, OUT

    settings = _settings(context)
    _finish_interrupted(settings)
    if terminal:
        from assistant.gaps.noting import QuestionNotes
        from assistant.opening import open_assistant
        from assistant.terminal import converse

        assistant = open_assistant(settings)
        ERR.print("Getting our articles ready…")
        assistant.warm_up()
        converse(assistant, OUT, QuestionNotes(settings))
        return
    from assistant.serving import serve_page

    serve_page(settings, port=port, headless=headless)


@app.command()
def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Say what is set up, what the index holds and what needs attention."""
    from assistant.console import OUT
    from assistant.screening.findings import findings_as_json, findings_as_lines
    from assistant.status import read_status

    report = read_status(_settings(context))
    if as_json:
        values = {**report.values, "findings": findings_as_json(report.findings)}
        typer.echo(json.dumps(values, ensure_ascii=False, indent=2))
    else:
        for name, value in report.values.items():
            OUT.print(f"{name.replace('_', ' ')}: {value}")
        for line in findings_as_lines(report.findings):
            OUT.print(line)
    if report.problem:
        raise report.problem


@app.command(
    "eval",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)
def evaluate(context: typer.Context) -> None:
    """Measure the assistant: run, compare, gate, report (see: eval --help)."""
    try:
        from evals.commands import app as evals_app
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("evals"):
            raise
        raise AssistantError(
            "The evals are not installed here.",
            hint="They come with the project's folder: run this there, or install with pip -e.",
        ) from error
    given = {key: value for key, value in context.obj.items() if value is not None}
    code = evals_app(context.args, prog_name="pmr-assistant eval", obj=given, standalone_mode=False)
    raise typer.Exit(code if isinstance(code, int) else 0)


def _finish_interrupted(settings: Settings) -> None:
    """Carry a change of the articles through that was killed on its way."""
    from assistant.articles.changes import pending
    from assistant.articles.shelf import Shelf

    if settings.read_only or not pending(Shelf(settings.corpus_dir)):
        return
    from assistant.articles.indexing import update_index
    from assistant.console import progress

    with progress("Finishing an interrupted change") as advance:
        update_index(settings, progress=advance)


def main() -> None:
    """Run the command line; explained errors end with exit code 2, never with a traceback."""
    # Rules, words and modules are made once and kept: looking through them again and again for
    # what could be thrown away took a sixth of the time to the first answer.
    gc.set_threshold(_COLLECTED_AFTER)
    try:
        app()
    except AssistantError as error:
        _say(f"{error}\n{error.next_step}")
        sys.exit(2)
    except KeyboardInterrupt:
        _say("Interrupted. Nothing was lost; run the same command again to go on.")
        sys.exit(130)


def _say(line: str) -> None:
    from assistant.console import ERR

    ERR.print(line)
