"""The language model of the settings: which one it is, and opening it through LangChain."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelUnavailable
from assistant.settings import Settings
from assistant.writing.tracing import private, refuse_detours

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoice:
    """Which model writes. ``name`` is ``provider:model``; no secret is ever part of it."""

    name: str
    url: str | None = None
    timeout_s: float = 20.0
    tracing: bool = False

    @property
    def provider(self) -> str:
        """LangChain's name for who serves the model."""
        return self.name.partition(":")[0]

    @property
    def label(self) -> str:
        """The model and where it runs, for people."""
        return f"{self.name} at {self.url}" if self.url else self.name


def chosen_model(settings: Settings) -> ModelChoice | None:
    """The model that ``settings`` name, ``None`` when answers are only quoted."""
    if settings.model is None:
        return None
    return ModelChoice(
        name=settings.model,
        url=settings.model_url,
        timeout_s=settings.model_timeout,
        tracing=settings.model_tracing,
    )


def check_model(choice: ModelChoice) -> None:
    """Say whether ``choice`` can be opened, without importing its packages or calling anybody.

    Raises:
        ModelUnavailable: a package, a key or a safe way is missing; the hint says what to do.
    """
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


def open_model(choice: ModelChoice) -> BaseChatModel:
    """The chat model, ready to be asked. Takes seconds the first time: packages are imported.

    Raises:
        ModelUnavailable: it cannot be set up; the message never repeats what a library said.
    """
    check_model(choice)
    from langchain.chat_models import init_chat_model

    try:
        model: BaseChatModel = init_chat_model(choice.name, **_options(choice))
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
    model: BaseChatModel, messages: list[tuple[str, str]], *, tracing: bool = False
) -> Iterator[str]:
    """What ``model`` says to ``messages`` (role, text), piece by piece."""
    with private(allowed=tracing):
        for chunk in model.stream(messages):
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
