"""Reading case files: JSONL or YAML, with errors that name file, line and fix."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from evals.cases import (
    AnswerCase,
    Case,
    GuardrailCase,
    InjectionCase,
    NoAnswerCase,
    OutputCase,
    RetrievalCase,
    VerifyCase,
)
from evals.errors import CasesInvalid

FOLDER = Path(__file__).resolve().parent
CASES = FOLDER / "cases"
SCHEMAS = FOLDER / "schema"
PARTS = ("dev", "test", "all")  # besides these, "dev2", "test2" and so on name one file
_SHOWN = 8  # problems listed at once
# Fields that stand in our files for people or for other tools.
_FOR_PEOPLE = frozenset(
    {"flag", "why", "kind", "facts", "expect", "original_label", "route", "class", "$schema"}
)

MODELS: dict[str, type[Case]] = {
    "guardrail": GuardrailCase,
    "output": OutputCase,
    "injection": InjectionCase,
    "retrieval": RetrievalCase,
    "answers": AnswerCase,
    "follow_ups": AnswerCase,
    "no_answer": NoAnswerCase,
    "verify": VerifyCase,
}
# File name patterns of each suite, below evals/cases; {part} is dev, dev2, …, test, test2, ….
_FILES: dict[str, tuple[str, ...]] = {
    "guardrail": (
        "guardrail/{part}.jsonl",
        "guardrail/conversations_{part}.jsonl",
        "guardrail/gaps_{part}.jsonl",
        "guardrail/mechanisms_{part}.jsonl",
    ),
    "output": ("output/{part}.jsonl",),
    "injection": ("injection/{part}.jsonl",),
    # The answer cases name their articles too: more questions, so a smaller change shows.
    "retrieval": ("retrieval/{part}.jsonl", "answers/answers_{part}.jsonl"),
    "answers": ("answers/answers_{part}.jsonl", "answers/other_{part}.jsonl"),
    "follow_ups": ("answers/follow_ups_{part}.jsonl",),
    "no_answer": ("answers/no_answer_{part}.jsonl",),
    "verify": ("verify/{part}.jsonl",),
}
# Attacks on the guardrail in its own format; held-out, so they belong to the test part.
_TEST_ONLY = {"guardrail": ("guardrail/injection.jsonl",)}

C = TypeVar("C", bound=Case)


class Row(NamedTuple):
    """One case as it stands in a file."""

    line: int
    values: Any


def require_part(name: str) -> None:
    """Accept dev and test (every file of that part), all, and one file's part: dev2, test2 ….

    Raises:
        CasesInvalid: there is no such part.
    """
    if name not in PARTS and re.fullmatch(r"(?:dev|test)\d+", name) is None:
        raise CasesInvalid(
            f"There is no part {name!r}.", hint="Parts: dev, dev2, …, test, test2, …, all."
        )


def case_files(suite: str, part: str) -> list[Path]:
    """Our own case files of a suite: development part, test part, one file of them, or all."""
    parts = {"all": ("dev*", "test*"), "dev": ("dev*",), "test": ("test*",)}.get(part, (part,))
    patterns = [pattern.format(part=p) for p in parts for pattern in _FILES[suite]]
    if "test*" in parts:
        patterns += _TEST_ONLY.get(suite, ())
    return [path for pattern in patterns for path in sorted(CASES.glob(pattern))]


def fingerprint(files: Sequence[Path]) -> str:
    """Changes when any of the files changes."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def load_cases(files: Sequence[Path], model: type[C]) -> list[C]:
    """All cases of ``files``, checked.

    Raises:
        CasesInvalid: lists file, line, field and fix of every problem, up to eight.
    """
    cases: list[C] = []
    problems: list[str] = []
    places: dict[str, str] = {}
    for path in files:
        for row in _rows(path):
            place = f"{path}, line {row.line}"
            problems += _unknown_fields(row.values, model, place)
            try:
                case = model.model_validate(row.values)
            except ValidationError as error:
                problems += _explain(error, place)
                continue
            if case.id in places:
                problems.append(f"{place}: id {case.id!r} is taken by {places[case.id]}")
            places[case.id] = place
            cases.append(case)
    if problems:
        more = len(problems) - _SHOWN
        shown = [*problems[:_SHOWN], *([f"… and {more} more"] if more > 0 else [])]
        raise CasesInvalid("\n".join(shown))
    if not cases:
        raise CasesInvalid(f"No cases in {', '.join(map(str, files)) or 'the case folder'}.")
    return cases


def guess_suite(path: Path) -> str:
    """The suite that a file's first case belongs to, told by its fields.

    Raises:
        CasesInvalid: the fields fit no suite.
    """
    first = next(iter(_rows(path)), None)
    fields = set(first.values) if first and isinstance(first.values, dict) else set()
    expect = first.values.get("expect") if first and isinstance(first.values, dict) else None
    for suite, fits in (
        ("output", "draft" in fields),
        ("injection", "where" in fields),
        ("verify", "sentence" in fields),
        ("guardrail", expect in ("route", "notice", "none")),
        ("retrieval", "relevant" in fields and not fields & {"facts", "expect", "turns"}),
        ("follow_ups", "turns" in fields),
        ("no_answer", expect == "no_answer"),
        ("answers", "question" in fields),
    ):
        if fits:
            return suite
    raise CasesInvalid(
        f"{path}: the first case has the fields {', '.join(sorted(fields)) or 'of no suite'}.",
        hint="Name the suite: --suite guardrail (or output, injection, retrieval, answers, …).",
    )


def _rows(path: Path) -> Iterator[Row]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CasesInvalid(f"{path} cannot be read: {error}.") from error
    if path.suffix.lower() in (".yaml", ".yml"):
        yield from _yaml_rows(path, text)
        return
    if path.suffix.lower() == ".json" and text.lstrip().startswith("["):
        try:
            yield from (Row(n, v) for n, v in enumerate(json.loads(text), start=1))
        except ValueError as error:
            raise CasesInvalid(f"{path} is not JSON: {error}.") from error
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield Row(number, json.loads(line))
        except ValueError as error:
            raise CasesInvalid(
                f"{path}, line {number} is not JSON: {error}.",
                hint="Write one JSON object on each line, or a YAML list in a .yaml file.",
            ) from error


def _yaml_rows(path: Path, text: str) -> Iterator[Row]:
    import yaml

    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise CasesInvalid(f"{path} is not YAML: {error}.") from error
    if isinstance(values, dict) and isinstance(values.get("cases"), list):
        pairs = node.value if node is not None else []
        node = next(v for k, v in pairs if k.value == "cases")
        values = values["cases"]
    if not isinstance(values, list):
        raise CasesInvalid(f"{path}: a YAML file must hold a list of cases.")
    items = node.value if node is not None else []
    for item, value in zip(items, values, strict=True):
        yield Row(item.start_mark.line + 1, value)


def _unknown_fields(values: object, model: type[Case], place: str) -> list[str]:
    """A misspelled optional field would be ignored in silence: name it instead."""
    if not isinstance(values, dict):
        return []
    known = {f.alias or name for name, f in model.model_fields.items()} | _FOR_PEOPLE
    problems = []
    for name in sorted(set(map(str, values)) - known):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
        if near and near[0] not in values:
            problems.append(f"{place}: unknown field {name!r}; did you mean {near[0]!r}?")
        else:
            print(f"{place}: field {name!r} is not used", file=sys.stderr)  # noqa: T201
    return problems


def _explain(error: ValidationError, place: str) -> list[str]:
    lines = []
    for problem in error.errors():
        field = ".".join(str(part) for part in problem["loc"]) or "case"
        message = problem["msg"].removeprefix("Value error, ")
        given = problem.get("input")
        value = f" (got {given!r})" if isinstance(given, str | int | float) else ""
        lines.append(f"{place}: {field}: {message}{value}")
    return lines


def write_schemas(folder: Path = SCHEMAS) -> list[Path]:
    """Write one JSON Schema for each suite, so that an editor completes and checks cases."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for suite, model in MODELS.items():
        path = folder / f"{suite}.schema.json"
        path.write_text(json.dumps(schema(suite, model), indent=2) + "\n", encoding="utf-8")
        written.append(path)
    return written


def schema(suite: str, model: type[Case]) -> dict[str, Any]:
    """The JSON Schema of one case of ``suite``; a turn may be a plain string."""
    values = model.model_json_schema(by_alias=True)
    definitions = values.get("$defs", {})
    if "TurnText" in definitions:
        definitions["TurnText"] = {"anyOf": [{"type": "string"}, definitions["TurnText"]]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **values,
        "title": f"A case of the suite {suite}",
    }
