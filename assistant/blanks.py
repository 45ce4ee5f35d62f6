"""Blank values in files that people write: an empty text means that nothing was said."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator


def none_if_blank(value: object) -> object:
    """``None`` for a text of nothing but white space, anything else as it is."""
    return None if isinstance(value, str) and not value.strip() else value


OptionalText = Annotated[str | None, BeforeValidator(none_if_blank)]
