"""Where the language model runs: on this machine, or at somebody else's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from assistant.writing.model import ModelChoice

_NAMES = {"ollama": "Ollama", "openai": "OpenAI", "anthropic": "Anthropic"}
_ELSEWHERE = "cloud"  # Ollama passes models with such a tag on to its own servers


def stays_here(choice: ModelChoice, environment: Mapping[str, str] | None = None) -> bool:
    """Whether nothing that the model is asked leaves this machine. In doubt it does."""
    env = os.environ if environment is None else environment
    if choice.replay:
        return True
    if choice.provider == "ollama":
        if choice.name.endswith(_ELSEWHERE):
            return False
        return is_here(choice.url or env.get("OLLAMA_HOST") or "localhost")
    return choice.url is not None and is_here(choice.url)


def operator(choice: ModelChoice) -> str:
    """Who receives what the model is asked: the name of its server, or of the provider."""
    host = urlsplit(choice.url).hostname if choice.url else None
    return host or _NAMES.get(choice.provider, choice.provider)


def is_here(address: str) -> bool:
    """Whether ``address``, with or without ``http://``, is one of this machine."""
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
