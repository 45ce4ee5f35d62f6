"""The fixed words beside quoted sentences, in the language of the articles they stand with."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources

from assistant.records import DEFAULT_LANGUAGE


def phrase(name: str, lang: str = DEFAULT_LANGUAGE, /, **values: str | date) -> str:
    """The phrase ``name`` of ``data/phrases.toml`` with ``values`` filled in, dates written out.

    English stands in for a language that has no phrases. Raises ``KeyError`` for unknown names.
    """
    own = _phrases().get(lang, _phrases()[DEFAULT_LANGUAGE])
    written = {
        key: f"{value:{own['day']}}" if isinstance(value, date) else value
        for key, value in values.items()
    }
    return own[name].format(**written)


@cache
def _phrases() -> Mapping[str, Mapping[str, str]]:
    text = resources.files("assistant").joinpath("data/phrases.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
