"""What the environment says of the settings: variables that start with ``PMR_``, or ``.env``.

Only texts, and in what folder things stand; ``settings.py`` says what they mean and whether they
can work. This much is there at once, without the libraries that check it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

COUNTRY = "US"  # where nothing says another
PRACTICE_FILE = "practice.toml"
_PREFIX = "pmr_"
_FILE = Path(".env")
_PROJECT = Path(__file__).resolve().parent.parent


def said_settings() -> dict[str, str]:
    """Every setting that is said, by its name without ``PMR_`` in lower case.

    The environment wins over ``.env``. An empty line is no setting; as a folder it would mean ".".
    """
    return {**_ours(_env_file()), **_ours(os.environ)}


def practice_says_something() -> bool:
    """Whether a setting or a practice's file is there at all, so that they must be read."""
    folders = {"corpus_dir", "data_dir"}  # say nothing of the practice
    return bool(said_settings().keys() - folders) or practice_file() is not None


def practice_file() -> Path | None:
    """The practice's file where there is one; a practice can do without."""
    found = beside_project(PRACTICE_FILE)
    return found if found.exists() else None


def beside_project(name: str) -> Path:
    """``name`` in the current folder, or in the project's folder when it is not here."""
    here = Path(name)
    return here if here.exists() or not (_PROJECT / "corpus").is_dir() else _PROJECT / name


def _env_file() -> Mapping[str, str | None]:
    if not (_FILE.is_file() or _FILE.is_fifo()):
        return {}
    from dotenv import dotenv_values

    return dotenv_values(_FILE, encoding="utf-8")


def _ours(values: Mapping[str, str | None]) -> dict[str, str]:
    named: Iterable[tuple[str, str | None]] = ((k.lower(), v) for k, v in values.items())
    return {k.removeprefix(_PREFIX): v for k, v in named if k.startswith(_PREFIX) and v}
