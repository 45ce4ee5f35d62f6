"""A chat model that says what a test tells it to, and an assistant that writes with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core_support import build, live, write_corpus
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from assistant.chat import Assistant
from assistant.corpus import load_articles
from assistant.guardrail.types import Turn
from assistant.settings import Settings
from assistant.testing import StemEmbedder
from assistant.writing.model import ModelChoice
from assistant.writing.recording import Recording
from assistant.writing.writer import Writer

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

RECORDED = Path(__file__).parent / "files" / "recorded_answers.jsonl"
HEAT = "What does heat do for a back spasm?"
WALKING = "Does gentle walking each day help a sore back recover?"


def writes_about_everything(passages: dict[str, str]) -> Iterable[str]:
    """The recorded model: two true sentences, and one whose number was swapped."""
    if "Walking keeps" in next(iter(passages.values())):
        return saying(
            ("Walking keeps your back moving.", "Walking keeps"),
            ("A gentle walk every day helps a sore back recover.", "Walking keeps"),
        )(passages)
    return saying(
        ("Heat relaxes tight muscles.", "Heat relaxes"),
        ("A warm pack is kept on for forty minutes.", "Heat relaxes"),
        ("Heat can ease a back spasm.", "Heat relaxes"),
    )(passages)


def record(path: Path) -> None:
    """Write what the recorded model says about both questions to ``path``, as a run would."""
    with TemporaryDirectory() as place:
        corpus, data = write_corpus(Path(place) / "corpus"), Path(place) / "data"
        build(load_articles(corpus), data)
        settings = Settings(corpus_dir=corpus, data_dir=data, model=CHOICE.name, model_record=path)
        model = Recording(ScriptedModel(script=writes_about_everything), path, CHOICE.name)
        writer = Writer(CHOICE, settings, opened=lambda _choice: model)
        assistant = Assistant(settings, live(data), StemEmbedder(), writer)
        for question in (HEAT, WALKING):
            assistant.reply([Turn("user", question)])


if __name__ == "__main__":  # after a change of the prompt: python tests/writing_support.py
    RECORDED.unlink(missing_ok=True)
    record(RECORDED)
