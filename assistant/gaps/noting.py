"""Which question is kept, once a reply has been shown. Nothing here can break or delay a reply."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from assistant.errors import AssistantError
from assistant.gaps.keep import KeptQuestion, Kind, question_file
from assistant.gaps.names import known_words
from assistant.gaps.scrub import scrub
from assistant.guardrail.types import Decision, Level
from assistant.index.manifest import read_manifest
from assistant.records import DEFAULT_LANGUAGE, Library
from assistant.reply import Reply
from assistant.settings import Settings

_log = logging.getLogger(__name__)

_PRIVATE_CHANNELS = frozenset({"crisis", "safeguarding", "failure"})
# A general question about these fires no flag of its own; it is nobody's to keep either.
_PRIVATE_WORDS = re.compile(
    r"suicid|self.?harm|\bkill|overdos|\babus|\brap(?:e|ed|ist)\b|assault|violen|molest|beat(?:s|en)?"
    r" me|\bhits? me|maltrat|golpea|\bviol[oóaá]|matarme",
    re.I,
)


def may_be_kept(decisions: Sequence[Decision]) -> bool:
    """Whether anything of a conversation with these decisions may be kept."""
    return not any(_is_private(decision) for decision in decisions)


def _is_private(decision: Decision) -> bool:
    message = decision.message
    return decision.level >= Level.URGENT or (
        message is not None and message.channel in _PRIVATE_CHANNELS
    )


class QuestionNotes:
    """Keeps questions for the list of gaps. Safe to share between threads; never raises."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._file = question_file(settings)
        self._known: tuple[Library, frozenset[str]] | None = None

    def conversation(self) -> Conversation:
        """A new conversation; one belongs to one person, this object to all of them."""
        return Conversation(self)

    @property
    def on(self) -> bool:
        """Whether the practice has switched keeping on."""
        return self._file is not None

    def note(self, reply: Reply, kind: Kind, decisions: Sequence[Decision]) -> str | None:
        """Keep the question that ``reply`` answers; returns its id, or ``None`` if it is not kept.

        ``decisions`` are all the guardrail's decisions of this conversation so far: once one of
        them was urgent, or about despair or violence, nothing is kept.
        """
        if self._file is None:
            return None
        levels_allow = all(level < Level.URGENT for level in reply.care_by_turn)
        if not levels_allow or not may_be_kept([*decisions, reply.decision]):
            return None
        try:
            question = self._question(reply, kind)
            if question is None:
                return None
            self._file.add(question)
        except AssistantError as error:
            _log.error("a question was not kept: %s", error)
            return None
        except Exception as error:  # noqa: BLE001 - the kind only: a message could repeat the question
            _log.error("a question was not kept: %s", type(error).__name__)
            return None
        return question.id

    def take_back(self, ids: Collection[str]) -> bool:
        """Remove what was kept under ``ids``; ``False`` when that did not succeed."""
        if self._file is None or not ids:
            return True
        try:
            self._file.remove(ids)
        except AssistantError as error:
            _log.error("a kept question was not removed: %s", error)
            return False
        return True

    def _question(self, reply: Reply, kind: Kind) -> KeptQuestion | None:
        asked, library = reply.resolved_question, reply.library
        if asked is None or library is None or _PRIVATE_WORDS.search(asked):
            return None
        text = scrub(asked, self._known_words(library))
        if not text:
            return None
        cited = [c.article for c in reply.citations]
        nearest = next(iter([*cited, *reply.nearest]), None)
        return KeptQuestion(
            id=secrets.token_hex(8),
            text=text,
            day=datetime.now().astimezone().date(),
            kind=kind,
            article=nearest,
            lang=library.articles[nearest].language if nearest else DEFAULT_LANGUAGE,
            build=self._build(),
        )

    def _known_words(self, library: Library) -> frozenset[str]:
        if self._known is None or self._known[0] is not library:
            self._known = (library, known_words(library))
        return self._known[1]

    def _build(self) -> str:
        try:
            return read_manifest(self._settings.data_dir).build
        except AssistantError:
            return ""  # the reply stands; the index has gone since


class Conversation:
    """What is kept of one conversation, reply by reply."""

    def __init__(self, notes: QuestionNotes) -> None:
        self._notes = notes
        self._decisions: list[Decision] = []
        self._ids: list[str] = []

    def after(self, reply: Reply) -> None:
        """Keep the question if ``reply`` found no answer; after a warning, take all of it back."""
        self._decisions.append(reply.decision)
        if not may_be_kept(self._decisions):
            self._notes.take_back(self._ids)
        elif reply.kind == "no_answer":
            kept = self._notes.note(reply, "no_answer", self._decisions)
            self._ids += [kept] if kept else []
