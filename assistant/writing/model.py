"""The language model of the settings: which one it is, and opening it through LangChain."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from assistant.errors import ModelUnavailable
from assistant.settings import Settings
from assistant.writing.breaker import FAILURES
from assistant.writing.recording import Recording, Replay, check_files
from assistant.writing.tracing import private, refuse_detours

MAX_TOKENS = 700  # six short sentences with their ids take less than half of it
_CONTEXT_TOKENS = 8192  # Ollama's own default would cut the passages off
_RETRIES = 1
# Providers with an extra of this project: their package, and where they look for the key.
_EXTRAS: Mapping[str, tuple[str, str]] = {
    "ollama": ("langchain_ollama", ""),
    "openai": ("langchain_openai", "OPENAI_API_KEY"),
    "anthropic": ("langchain_anthropic", "ANTHROPIC_API_KEY"),
}
_NO_KEY = "none"  # servers on one's own machine ask for no key, but the client wants one
_REPLAYED_S = 300.0  # recorded replies come at once; a busy machine must not change what is shown

Messages = list[tuple[str, str]]  # role, text


class ChatModel(Protocol):
    """The part of a LangChain chat model that is used here."""

    def stream(self, messages: Any, /) -> Iterator[Any]:  # noqa: ANN401 - LangChain's own signature
        """The reply in chunks; their ``text`` and ``usage_metadata`` are read."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoice:
    """Which model writes. ``name`` is ``provider:model``; no secret is ever part of it.

    What it says is written to ``record``; with ``replay`` it is read from there instead, and the
    model itself is neither opened nor called.
    """

    name: str
    url: str | None = None
    timeout_s: float = 20.0
    tracing: bool = False
    record: Path | None = None
    replay: Path | None = None

    @property
    def provider(self) -> str:
        """LangChain's name for who serves the model."""
        return self.name.partition(":")[0]

    @property
    def patience(self) -> int:
        """Failures in a row before it is left alone; a reply that was not recorded is none."""
        return sys.maxsize if self.replay else FAILURES

    @property
    def label(self) -> str:
        """The model and where it runs, for people."""
        if self.replay:
            return f"{self.name} as recorded in {self.replay}"
        return f"{self.name} at {self.url}" if self.url else self.name


def chosen_model(settings: Settings) -> ModelChoice | None:
    """The model that ``settings`` name, ``None`` when answers are only quoted."""
    if settings.model is None:
        return None
    return ModelChoice(
        name=settings.model,
        url=settings.model_url,
        timeout_s=_REPLAYED_S if settings.model_replay else settings.model_timeout,
        tracing=settings.model_tracing,
        record=settings.model_record,
        replay=settings.model_replay,
    )


def check_model(choice: ModelChoice) -> None:
    """Say whether ``choice`` can be opened, without importing its packages or calling anybody.

    Raises:
        ModelUnavailable: a package, a key, a safe way or the recorded file is missing; the hint
            says what to do.
    """
    check_files(choice.record, choice.replay)
    if choice.replay:
        return
    refuse_detours(allowed=choice.tracing, own_address=choice.url is not None)
    package, key = _EXTRAS.get(choice.provider, ("", ""))
    if package and find_spec(package) is None:
        raise ModelUnavailable(
            f"PMR_MODEL={choice.name} needs a package that is not installed.",
            hint=f"Install it with: pip install '.[{choice.provider}]'",
        )
    if key and not choice.url and not os.environ.get(key):
        raise ModelUnavailable(
            f"PMR_MODEL={choice.name} needs a key.",
            hint=f"Set {key} in the environment of the process; it is never read from .env.",
        )


def open_model(choice: ModelChoice) -> ChatModel:
    """The chat model, ready to be asked. Takes seconds the first time: packages are imported.

    Raises:
        ModelUnavailable: it cannot be set up; the message never repeats what a library said.
    """
    check_model(choice)
    if choice.replay:
        return Replay(choice.replay, choice.name)
    model = _client(choice)
    return Recording(model, choice.record, choice.name) if choice.record else model


def _client(choice: ModelChoice) -> ChatModel:
    """LangChain's own client of the provider."""
    from langchain.chat_models import init_chat_model

    try:
        model: ChatModel = init_chat_model(choice.name, **_options(choice))
    except ImportError as error:
        package = f"langchain-{choice.provider.replace('_', '-')}"
        raise ModelUnavailable(
            f"PMR_MODEL={choice.name} needs a package that is not installed.",
            hint=f"Install LangChain's package for it, probably: pip install {package}",
        ) from error
    except Exception as error:  # noqa: BLE001 - a library's words could hold a key
        raise ModelUnavailable(
            f"PMR_MODEL={choice.name} cannot be set up ({type(error).__name__})."
        ) from None
    return model


def stream_text(
    model: ChatModel,
    messages: Messages,
    *,
    tracing: bool = False,
    used: Callable[[Mapping[str, Any]], None] | None = None,
) -> Iterator[str]:
    """What ``model`` says to ``messages``, piece by piece; ``used`` hears of the tokens it took."""
    with private(allowed=tracing):
        for chunk in model.stream(messages):
            if used and chunk.usage_metadata:
                used(chunk.usage_metadata)
            yield chunk.text


def _options(choice: ModelChoice) -> dict[str, Any]:
    """What LangChain's class for the provider is made with; each names some things differently."""
    options: dict[str, Any] = {"temperature": 0, "cache": False}
    if choice.url:
        options["base_url"] = choice.url
    if choice.provider == "ollama":
        return options | {
            "num_predict": MAX_TOKENS,
            "num_ctx": _CONTEXT_TOKENS,
            "client_kwargs": {"timeout": choice.timeout_s},
        }
    options |= {"max_tokens": MAX_TOKENS, "timeout": choice.timeout_s, "max_retries": _RETRIES}
    if choice.provider == "openai":
        # The Responses API keeps what it is sent by default; chat completions do not.
        options["use_responses_api"] = False
        if choice.url and not os.environ.get("OPENAI_API_KEY"):
            options["api_key"] = _NO_KEY
    return options
