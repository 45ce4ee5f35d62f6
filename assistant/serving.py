"""Starts the chat page's server with everything that the page then finds in its environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from assistant.errors import AssistantError
from assistant.practice import read_practice
from assistant.practice.colours import theme_options
from assistant.settings import Settings

_PREFIX = "PMR_"


def serve_page(settings: Settings, *, port: int, headless: bool) -> None:
    """Replace this process by Streamlit, which then answers Ctrl-C itself.

    Raises:
        AssistantError: the page's files are not beside the package.
    """
    page = Path(__file__).resolve().parent.parent / "serve.py"
    if not page.is_file():
        raise AssistantError(
            "The chat page serve.py is not beside the installed package.",
            hint="Start it from the project's folder: streamlit run serve.py",
        )
    environment = page_environment(settings, os.environ)
    command = [sys.executable, "-m", "streamlit", "run", str(page), "--server.port", str(port)]
    if headless:
        command += ["--server.headless", "true"]
    os.chdir(page.parent)  # Streamlit reads .streamlit/config.toml from the working folder
    os.execve(sys.executable, command, environment)


def page_environment(settings: Settings, environment: Mapping[str, str]) -> dict[str, str]:
    """The variables of the page: it starts in another folder and must find the same settings.

    A ``.env`` of the folder one started from would otherwise be lost, and the country with it.
    """
    given = {name.upper() for name in environment}
    kept = {
        name: value
        for name, value in dotenv_values(".env", encoding="utf-8").items()
        if name.upper().startswith(_PREFIX) and name.upper() not in given and value
    }
    found = {
        "PMR_CORPUS_DIR": str(settings.corpus_dir.resolve()),
        "PMR_DATA_DIR": str(settings.data_dir.resolve()),
    }
    if settings.practice_file:
        found["PMR_PRACTICE_FILE"] = str(settings.practice_file.resolve())
    colours = theme_options(read_practice(settings.practice_file).practice.colours)
    return {**kept, **colours, **environment, **found}
