"""Every fixed word of the patient's pages, one file per language with the same keys."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from assistant.records import DEFAULT_LANGUAGE

LANGUAGES = ("en", "es")


@cache
def page_words(lang: str = DEFAULT_LANGUAGE) -> Mapping[str, str]:
    """The words in ``lang`` by name; in English for a language that has no file."""
    name = lang if lang in LANGUAGES else DEFAULT_LANGUAGE
    text = resources.files("assistant.catalogue").joinpath(f"{name}.toml")
    return tomllib.loads(text.read_text(encoding="utf-8"))
