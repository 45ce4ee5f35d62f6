"""What one visit consists of, and how the assistant is opened behind it.

``exchanges`` is the only chat state: what was typed, and what came back. Everything on the page
is drawn from it, so a card that was shown once is shown on every later run as well.
"""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import streamlit as st

from assistant.guardrail.types import Decision, Level, Turn
from assistant.records import DEFAULT_LANGUAGE, Library
from assistant.rephrasing import Step
from assistant.reply import Reply
from assistant.settings import Settings
from assistant.visit.description import Description

if TYPE_CHECKING:
    from assistant.answering.finding import FoundArticle
    from assistant.index.manifest import Manifest

_log = logging.getLogger(__name__)

_EXCHANGES, _EDITS, _PAIN_FORM = "exchanges", "visit-edits", "pain-form"
_LOOKED_FOR = "looked-for"


class Answers(Protocol):
    """What the page needs of an assistant; ``assistant.chat.Assistant`` is one."""

    def reply_stream(self, turns: Sequence[Turn], *, fuller: bool = False) -> Iterator[Step]:
        """What to say after the last of ``turns``, in steps; the last one is finished."""
        ...

    def example_questions(self, lang: str = DEFAULT_LANGUAGE) -> tuple[str, ...]:
        """Questions for the first screen, in ``lang`` where there are articles in it."""
        ...

    def find_articles(self, words: str, level: Level) -> list[FoundArticle]:
        """The articles nearest to ``words``, of which the guardrail said ``level``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """The assistant could not answer. The guardrail's decision stands all the same."""

    message: str
    next_step: str
    decision: Decision
    ours: bool = True  # False: the message itself cannot be used, nothing is broken
    away: bool = False  # True: the articles cannot be reached for a while


@dataclass(slots=True)
class Feedback:
    """How far the person's feedback on one reply has come.

    ``problem`` says why it could not be kept. ``care`` is what the words sent with it call for.
    """

    thumb: Literal["up", "down"] | None = None
    kept: bool = False
    problem: str = ""
    care: Decision | None = None


@dataclass(slots=True)
class Noted:
    """What became of the question of one exchange, where the practice keeps questions.

    ``id`` names it in the file while it is kept there; ``said`` is what deleting it led to.
    """

    looked: bool = False
    id: str | None = None
    said: str = ""


@dataclass(slots=True)
class Exchange:
    """One message and what came back; ``None`` while the answer is being looked for.

    ``described`` are the answers of the pain form, when the form wrote the message. ``fuller`` says
    that the person asked for more than a short answer.
    """

    said: str
    described: Description | None = None
    outcome: Reply | Problem | None = None
    fuller: bool = False
    feedback: Feedback = field(default_factory=Feedback)
    noted: Noted = field(default_factory=Noted)


@dataclass(slots=True)
class Edits:
    """New words by line, lines left out, and questions added on the page for the visit."""

    texts: dict[str, str] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    added: str = ""


def exchanges() -> list[Exchange]:
    """This visit's messages, oldest first."""
    if _EXCHANGES not in st.session_state:
        st.session_state[_EXCHANGES] = []
    kept: list[Exchange] = st.session_state[_EXCHANGES]
    return kept


def ask(question: str | None, described: Description | None = None) -> None:
    """Keep a message before any work is done for it. A blank message is no message."""
    if question and question.strip():
        exchanges().append(Exchange(question, described))


def look_again(exchange: Exchange, *, fuller: bool) -> None:
    """Find what comes back to this message once more, at the length asked for."""
    exchange.fuller = fuller
    exchange.outcome = None


def start_over() -> None:
    """Forget the whole conversation, and what the person made of it."""
    st.session_state[_EXCHANGES] = []
    st.session_state.pop(_EDITS, None)
    look_for("")
    close_pain_form()


def edits() -> Edits:
    """How the person changed the page for the visit."""
    if _EDITS not in st.session_state:
        st.session_state[_EDITS] = Edits()
    kept: Edits = st.session_state[_EDITS]
    return kept


def look_for(text: str) -> None:
    """Keep what is looked for among the articles; it is still there on the way back to them."""
    st.session_state[_LOOKED_FOR] = text.strip()


def looked_for() -> str:
    """What is looked for among the articles; empty when all of them are shown."""
    return str(st.session_state.get(_LOOKED_FOR, ""))


def pain_form_is_open() -> bool:
    """Whether the pain form stands on the chat page."""
    return bool(st.session_state.get(_PAIN_FORM))


def open_pain_form() -> None:
    """Put the pain form on the chat page."""
    st.session_state[_PAIN_FORM] = True


def close_pain_form() -> None:
    """Take the pain form from the chat page; what was ticked is forgotten with it."""
    st.session_state[_PAIN_FORM] = False


def as_turns(before: Sequence[Exchange], said: str) -> list[Turn]:
    """The conversation as the assistant reads it: ``before``, then the message ``said``."""
    turns: list[Turn] = []
    for exchange in before:
        turns.append(Turn(role="user", text=exchange.said))
        turns.append(Turn(role="assistant", text=spoken(exchange.outcome)))
    return [*turns, Turn(role="user", text=said)]


def spoken(outcome: Reply | Problem | None) -> str:
    """What the page said, as plain text. A question asked back comes last."""
    if outcome is None:
        return ""
    decision = outcome.decision
    parts = [decision.message.text if decision.message else ""]
    if isinstance(outcome, Reply):
        parts += [outcome.text, *(outcome.words(s) for s in outcome.sentences)]
    parts.append(decision.ask or "")
    return "\n".join(part for part in parts if part)


class Opening:
    """An assistant that is opened in the background, so that the first screen need not wait."""

    def __init__(self, open_it: Callable[[], Answers]) -> None:
        self._open_it = open_it
        self._lock = threading.Lock()
        self._future: Future[Answers] | None = None

    def future(self, *, retry: bool = False) -> Future[Answers]:
        """The assistant to come. With ``retry``, a failed opening is tried once more."""
        with self._lock:
            failed = self._future is not None and self._future.done() and self._future.exception()
            if self._future is None or (failed and retry):
                self._future = Future()
                threading.Thread(target=self._run, args=(self._future,), daemon=True).start()
            return self._future

    def _run(self, future: Future[Answers]) -> None:
        try:
            future.set_result(self._open_it())
        except BaseException as error:  # noqa: BLE001 - handed to whoever asks for the result
            future.set_exception(error)


def open_assistant(settings: Settings) -> Answers:
    """The real assistant, ready to answer. Its libraries take seconds to import: only here.

    It never records what patients type, whatever ``PMR_MODEL_RECORD`` says.
    """
    from assistant.opening import open_assistant

    if settings.model_record:
        _log.warning("The chat page does not record: PMR_MODEL_RECORD is for the command line.")
        settings = settings.model_copy(update={"model_record": None})
    assistant = open_assistant(settings)
    assistant.warm_up()
    # Streamlit collects garbage after every run of the page. What was just opened stays for good;
    # looking through all of it each time took longer than finding and drawing an answer.
    gc.collect()
    gc.freeze()
    return assistant


def opening(settings: Settings) -> Opening:
    """The one opening that all visits share. Tests put a fake ``open_assistant`` behind it."""
    return _opening(settings.model_dump_json(), settings)


@st.cache_resource(show_spinner=False, max_entries=2)  # the practice's file may change
def _opening(key: str, _settings: Settings) -> Opening:  # noqa: ARG001 - the cache reads the key
    return Opening(lambda: open_assistant(_settings))


def open_library(settings: Settings) -> Library:
    """The articles of the live index, read without the embedding model.

    Raises:
        AssistantError: there is no index, or it cannot be read.
    """
    from assistant.index.manifest import read_manifest

    manifest = read_manifest(settings.data_dir)
    return _library(str(settings.data_dir), manifest.build, manifest)


@st.cache_resource(show_spinner=False, max_entries=2)
def _library(data_dir: str, build: str, _manifest: Manifest) -> Library:  # noqa: ARG001 - the key
    from assistant.index.snapshot import load_snapshot

    return load_snapshot(Path(data_dir), _manifest).library
