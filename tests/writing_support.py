"""A chat model that says what a test tells it to, and an assistant that writes with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from assistant.writing.model import ModelChoice

_PASSAGE = re.compile(r"== data \w{16} == passage (p\w+)\n(.*?)\n== data \w{16} == end", re.S)

# From the passages the model was shown (text by id) to the pieces that it streams.
Script = Callable[[dict[str, str]], Iterable[str]]


class ScriptedModel(BaseChatModel):
    """Streams what ``script`` makes of the passages in the prompt; keeps every prompt."""

    script: Any
    _asked: list[list[BaseMessage]] = PrivateAttr(default_factory=list)
    _closed: int = PrivateAttr(default=0)

    @property
    def asked(self) -> list[list[BaseMessage]]:
        return self._asked

    @property
    def closed(self) -> int:
        """How often a stream of it came to an end, by itself or because it was closed."""
        return self._closed

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, *_given: Any, **_options: Any) -> ChatResult:
        raise NotImplementedError

    def _stream(
        self, messages: list[BaseMessage], *_given: Any, **_options: Any
    ) -> Iterator[ChatGenerationChunk]:
        self._asked.append(messages)
        try:
            for piece in self.script(passages_in(messages)):
                yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        finally:
            self._closed += 1


def passages_in(messages: list[BaseMessage]) -> dict[str, str]:
    """The passages of a prompt, their words by id."""
    return dict(_PASSAGE.findall(str(messages[-1].content)))


def saying(*sentences: tuple[str, str]) -> Script:
    """Sentences, each citing the passage that holds the words given beside it."""

    def script(passages: dict[str, str]) -> Iterator[str]:
        for text, words in sentences:
            key = next(key for key, passage in passages.items() if words in passage)
            yield from pieces(f"{text} [{key}] ")

    return script


def pieces(text: str, size: int = 5) -> Iterator[str]:
    """``text`` as a model sends it, a few letters at a time."""
    for start in range(0, len(text), size):
        yield text[start : start + size]


CHOICE = ModelChoice(name="openai:scripted", timeout_s=20.0)
