"""What a model was asked and said, kept in a file and given again without the model.

A file has one line of JSON for each reply. A reply is found by the model's name and all words of
the request; these hold the whole prompt, so a changed prompt finds nothing recorded under another.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelUnavailable
from assistant.files import OWNER_ONLY
from assistant.writing.prompt import LOOK_VERSION, PROMPT_VERSION

if TYPE_CHECKING:
    from assistant.writing.model import ChatModel, Messages

_LONGEST = 40_000  # characters; a model that never ends must not fill the disk
_AGAIN = "Record it again with PMR_MODEL_RECORD, or unset PMR_MODEL_REPLAY."


class NotRecorded(Exception):
    """No reply to this request stands in the file."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a reply that is given again, in the form in which LangChain gives it."""

    text: str
    usage_metadata: Mapping[str, Any] | None = None


class Recording:
    """A model whose replies are written to ``path`` when they are whole, and then passed on.

    **The file holds what patients typed**; only its owner may read it. A reply that breaks off is
    not kept. Safe to share between threads and processes: a line is written in one piece.
    """

    def __init__(self, model: ChatModel, path: Path, name: str) -> None:
        self._model, self._path, self._name = model, path, name

    def stream(self, messages: Messages, /) -> Iterator[Any]:
        """The model's own chunks, once the last of them has come and all are written down."""
        chunks = []
        length = 0
        for chunk in self._model.stream(messages):
            chunks.append(chunk)
            length += len(chunk.text)
            if length > _LONGEST:
                break
        self._keep(messages, chunks)
        yield from chunks

    def _keep(self, messages: Messages, chunks: Sequence[Any]) -> None:
        line = {
            "key": request_key(self._name, messages),
            "model": self._name,
            "prompts": f"{PROMPT_VERSION}, {LOOK_VERSION}",
            "messages": messages,
            "pieces": [[chunk.text, _usage(chunk)] for chunk in chunks],
        }
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, OWNER_ONLY)
        try:
            os.write(file, (json.dumps(line) + "\n").encode())
        finally:
            os.close(file)


class Replay:
    """Stands in for a model with what was recorded of it; calls nobody."""

    def __init__(self, path: Path, name: str) -> None:
        self._name = name
        self._replies = _read(path)

    def stream(self, messages: Messages, /) -> Iterator[Chunk]:
        """The recorded reply to ``messages``, the latest when there are several.

        Raises:
            NotRecorded: there is none.
        """
        pieces = self._replies.get(request_key(self._name, messages))
        if pieces is None:
            raise NotRecorded
        yield from pieces


def request_key(name: str, messages: Messages) -> str:
    """What a reply of the model ``name`` to ``messages`` (role, text) is kept under."""
    words = json.dumps([name, *([role, text] for role, text in messages)])
    return hashlib.sha256(words.encode()).hexdigest()


def check_files(record: Path | None, replay: Path | None) -> None:
    """Say whether ``record`` can be written and ``replay`` be read, as far as the folders tell.

    Raises:
        ModelUnavailable: one cannot; the hint says what to do.
    """
    if record and not record.parent.is_dir():
        raise ModelUnavailable(
            f"There is no folder {record.parent} to record into.",
            hint="Make it, or set PMR_MODEL_RECORD to another file.",
        )
    if replay and not replay.is_file():
        raise ModelUnavailable(f"There is no file {replay} to replay.", hint=_AGAIN)


def _read(path: Path) -> dict[str, tuple[Chunk, ...]]:
    """The replies in ``path`` by their key.

    Raises:
        ModelUnavailable: it or a line of it cannot be read; the message names it.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        raise ModelUnavailable(f"{path} cannot be read.", hint=_AGAIN) from None
    return dict(_reply(line, f"Line {number} of {path}") for number, line in enumerate(lines, 1))


def _reply(line: str, place: str) -> tuple[str, tuple[Chunk, ...]]:
    try:
        values = json.loads(line)
        return str(values["key"]), tuple(Chunk(*piece) for piece in values["pieces"])
    except (ValueError, KeyError, TypeError):
        raise ModelUnavailable(f"{place} holds no recorded reply.", hint=_AGAIN) from None


def _usage(chunk: Any) -> dict[str, int] | None:  # noqa: ANN401 - a chunk of any client
    if not chunk.usage_metadata:
        return None
    return {name: int(chunk.usage_metadata[name]) for name in ("input_tokens", "output_tokens")}
