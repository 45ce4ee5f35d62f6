"""Keeping what patients write out of LangSmith, unless the owner asks for it.

LangChain sends every prompt there as soon as one environment variable says so, which may have been
set for something else on the same machine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext

from assistant.errors import ModelUnavailable

_TRACES = (
    "LANGSMITH_TRACING_V2",
    "LANGSMITH_TRACING",
    "LANGCHAIN_TRACING_V2",
)
_GATEWAY = "LANGSMITH_GATEWAY"  # model calls go through a server of LangSmith
_RETIRED = ("LANGCHAIN_TRACING", "LANGCHAIN_HANDLER")  # LangChain refuses to work while one is set
_OFF = ("", "0", "false", "no")
_LEAVES = "With {name} set, what patients write would be sent to LangSmith."


def asked_for(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The variables that are set and would make LangChain record prompts at LangSmith."""
    env = os.environ if environment is None else environment
    return tuple(name for name in _TRACES if env.get(name, "").strip().lower() == "true")


def may_be_recorded(*, allowed: bool, environment: Mapping[str, str] | None = None) -> bool:
    """Whether LangSmith receives what the model is asked, when the owner has ``allowed`` it."""
    env = os.environ if environment is None else environment
    detour = env.get(_GATEWAY, "").strip().lower() not in _OFF
    return allowed and (detour or bool(asked_for(env)))


def refuse_detours(*, allowed: bool, own_address: bool) -> None:
    """Stop before a model is opened whose calls would take another way than the settings say.

    ``own_address`` tells that ``PMR_MODEL_URL`` says where the calls go.

    Raises:
        ModelUnavailable: names the variable to take away.
    """
    for name in _RETIRED:
        if os.environ.get(name, "").strip().lower() not in _OFF and not (allowed and asked_for()):
            raise ModelUnavailable(
                f"LangChain no longer works with {name} set.", hint=f"Unset {name}."
            )
    detour = os.environ.get(_GATEWAY, "").strip().lower() not in _OFF
    if detour and not allowed and not own_address:
        raise ModelUnavailable(
            _LEAVES.format(name=_GATEWAY),
            hint=f"Unset {_GATEWAY}, or set PMR_MODEL_TRACING=1 if that is what you want.",
        )


@contextmanager
def private(*, allowed: bool) -> Iterator[None]:
    """While inside, LangChain records nothing, unless ``allowed``. Holds for this thread only."""
    if allowed:
        with nullcontext():
            yield
        return
    from langsmith import tracing_context

    with tracing_context(enabled=False):
        yield
