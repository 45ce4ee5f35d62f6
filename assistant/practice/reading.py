"""Reads ``practice.toml``. Every mistake is named with its field and with what to write.

The command line refuses a file with mistakes. A page that runs already goes on without the fields
that are wrong, so that an editor's slip never takes the chat away from a patient.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from assistant.practice.colours import contrast_faults
from assistant.practice.logo import logo_address
from assistant.practice.model import NOWHERE, Practice, Said

_MOST_BYTES = 100_000
_UNKNOWN_COUNTRY = {"country": NOWHERE}
_MISSING_COUNTRY = "is missing: it decides which emergency numbers people see"
# What a number that begins with "+" says about its country; only countries we have numbers for.
_CALLING_CODES = {"US": "+1", "CA": "+1", "GB": "+44", "UK": "+44", "IE": "+353", "AU": "+61",
                  "NZ": "+64"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeRead:
    """What was found. ``faults`` are lines for the staff; ``practice`` leaves out what is wrong.

    ``path`` is ``None`` where no file is used. ``logo`` is the picture as a ``data:`` address, or
    empty.
    """

    practice: Practice
    path: Path | None = None
    logo: str = ""
    faults: tuple[str, ...] = ()


# Without a file the settings say what there is to say; their country is not this one.
NO_PRACTICE = PracticeRead(practice=Practice(country=NOWHERE))


def read_practice(path: Path | None) -> PracticeRead:
    """What the file at ``path`` says about the practice; ``None`` means that there is none.

    Never raises. While the country cannot be read, it is ``OTHER``: no numbers are better than
    those of another country.
    """
    if path is None:
        return NO_PRACTICE
    try:
        data = _parsed(path)
    except ValueError as error:
        nothing = Practice.model_validate(_UNKNOWN_COUNTRY)
        return PracticeRead(practice=nothing, path=path, faults=(f"{path}: {error}",))
    practice, faults = _checked(data)
    logo = ""
    if practice.logo:
        try:
            logo = logo_address(practice.logo, path.parent)
        except ValueError as error:
            faults.append(_line("logo", str(error)))
    return PracticeRead(
        practice=practice,
        path=path,
        logo=logo,
        faults=tuple(f"{path}: {fault}" for fault in faults),
    )


def _parsed(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise ValueError("there is no such file; PMR_PRACTICE_FILE names it") from error
    except OSError as error:
        raise ValueError(f"cannot be read ({error.strerror})") from error
    if len(content) > _MOST_BYTES:
        raise ValueError(f"has more than {_MOST_BYTES:,} bytes; is it the right file?")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError("is not saved as UTF-8; save it as plain text in UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ValueError(
            f"{error}. Each line reads: name = value, with words in quotation marks"
        ) from error


def _checked(data: Mapping[str, Any]) -> tuple[Practice, list[str]]:
    """The practice as far as ``data`` is right, and a line for each mistake."""
    faults: list[str] = []
    wrong: set[str] = set()
    try:
        practice = Practice.model_validate(data)
    except ValidationError as error:
        problems = error.errors()
        faults = [_explained(problem) for problem in problems]
        wrong = {str(problem["loc"][0]) for problem in problems}
        practice = _without(data, wrong)
    further = list(_further(practice, country_known="country" not in wrong))
    if not further:
        return practice, faults
    wrong |= {field.partition(".")[0] for field, _ in further}
    if "phone" in {field for field, _ in further}:
        wrong.add("country")  # one of the two is wrong, and nobody can say which
    return _without(data, wrong), [*faults, *(f"{name}: {what}." for name, what in further)]


def _without(data: Mapping[str, Any], wrong: set[str]) -> Practice:
    """The practice of the other fields."""
    rest = {name: value for name, value in data.items() if name not in wrong}
    return Practice.model_validate(_UNKNOWN_COUNTRY | rest)


def _further(practice: Practice, *, country_known: bool) -> Iterator[tuple[str, str]]:
    """Mistakes that show only when fields are held against each other."""
    yield from contrast_faults(practice.colours)
    code = _CALLING_CODES.get(practice.country)
    phone = practice.phone or ""
    if country_known and code and phone.startswith("+") and not phone.startswith(code):
        yield (
            "phone",
            f"{phone} is no number of the country {practice.country}, whose numbers begin with "
            f"{code}: correct the phone or the country",
        )


def _explained(problem: Mapping[str, Any]) -> str:
    """One mistake that the model found, in words for whoever wrote the file."""
    loc = [str(part) for part in problem["loc"]]
    field = ".".join(loc)
    if problem["type"] == "extra_forbidden":
        return f"{field}: {_nearest(loc)}"
    if problem["type"] == "missing":
        return _line(field, _MISSING_COUNTRY if field == "country" else "is missing")
    message = str(problem["msg"]).removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    if problem["type"] == "string_pattern_mismatch":
        message = "write a colour as # and six digits or letters a to f"
    return _line(field, f"{message} (got {_short(problem.get('input'))})")


def _line(field: str, message: str) -> str:
    """The mistake in ``field``, with an example of the right line."""
    example = _example(field.split("."))
    return f"{field}: {message}." + (f" For example: {example}" if example else "")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _nearest(loc: Sequence[str]) -> str:
    known = list(_model_at(loc[:-1]).model_fields)
    near = get_close_matches(loc[-1].lower(), known, n=1, cutoff=0.5)
    meant = f" Did you mean {near[0]}?" if near else ""
    return f"there is no such setting.{meant} There are here: {', '.join(known)}"


def _example(loc: Sequence[str]) -> str:
    for length in range(len(loc), 0, -1):  # an entry of a list has no example of its own
        field = _model_at(loc[: length - 1]).model_fields.get(loc[length - 1])
        if field is not None and field.examples:
            return str(field.examples[0])
    return ""


def _model_at(loc: Sequence[str]) -> type[BaseModel]:
    """The model that describes the table ``loc``; the nearest one above, for anything else."""
    model: type[BaseModel] = Practice
    for part in loc:
        field = model.model_fields.get(part)
        inner = getattr(field, "annotation", None)
        if inner == Said | None:
            inner = Said
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            break
        model = inner
    return model
