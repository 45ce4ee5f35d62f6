"""What a mutant is, and how a part is replaced while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

Patch = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One thing switched off or damaged.

    ``reads`` says that messages are read differently. ``note`` says what the report adds when
    nobody notices the damage: why that may be, other than a missing case.
    """

    name: str
    area: str
    suites: tuple[str, ...]
    apply: Patch
    reads: bool = False
    note: str = ""


def swap(target: Any, name: str, value: Any) -> Patch:  # noqa: ANN401 - anything can be swapped
    """``target.name`` replaced; fails when there is no such name."""

    @contextmanager
    def apply() -> Iterator[None]:
        getattr(target, name)
        with patch.object(target, name, value):
            yield

    return apply


def together(*patches: Patch) -> Patch:
    """Several replacements at once."""

    @contextmanager
    def apply() -> Iterator[None]:
        with ExitStack() as stack:
            for one in patches:
                stack.enter_context(one())
            yield

    return apply
