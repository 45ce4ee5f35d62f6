"""Asking the model for an answer, and falling back to the quoted one whatever happens."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Hashable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

from assistant.answering.answer import Answer
from assistant.errors import ModelUnavailable
from assistant.guardrail import violations
from assistant.guardrail.types import Level
from assistant.records import Fallback, Library, Passage, Writing, WrittenSentence
from assistant.settings import Settings
from assistant.text import words
from assistant.writing.breaker import Breaker
from assistant.writing.cache import RecentlyUsed
from assistant.writing.drafting import FEWEST, Draft
from assistant.writing.grounding import Grounding
from assistant.writing.layout import Version
from assistant.writing.meter import Meter
from assistant.writing.model import ChatModel, ModelChoice, chosen_model, open_model, stream_text
from assistant.writing.parsing import Parser
from assistant.writing.passages import Shown, shown_passages
from assistant.writing.prompt import PROMPT_VERSION, messages
from assistant.writing.second_look import SecondLook
from assistant.writing.timed import OutOfTime, within

_log = logging.getLogger(__name__)
_LANGUAGE = "en"  # the checks read English only


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What an answer is written from: the quoted one, and the passages it was chosen from.

    ``question`` stands alone; ``message`` is what was typed. ``keep`` tells whether the result
    may be used again for others who ask the same. ``waited_s`` is how long the reader has waited
    for the model already, out of the time that the settings allow.
    """

    library: Library
    build: str
    question: str
    message: str
    lang: str
    level: Level
    answer: Answer
    passages: Sequence[Passage]
    permitted: Callable[[str], bool]
    limit: int
    keep: bool = False
    waited_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How far the writing has come.

    ``so_far`` may be shown, ``whole`` is what remains if the writing stops here: it holds the
    quotes that no rephrasing replaces. With ``writing.fallback`` both are empty, and the quoted
    answer is to be shown.
    """

    so_far: Version
    whole: Version
    writing: Writing
    done: bool = False


class Writer:
    """Writes answers with one model. Safe to share between threads; opens the model when asked."""

    def __init__(
        self,
        choice: ModelChoice,
        settings: Settings,
        *,
        opened: Callable[[ModelChoice], ChatModel] = open_model,
        breaker: Breaker | None = None,
    ) -> None:
        self.choice = choice
        self._settings = settings
        self._open = opened
        self._model: ChatModel | None = None
        self._breaker = breaker or Breaker(choice.patience)
        # Its word lists take time to load, and most installations have no model.
        from assistant.verification import Verifier

        self._verifier = Verifier()
        self._kept: RecentlyUsed[Written] = RecentlyUsed()

    def may_write(self, brief: Brief) -> bool:
        """Whether the model may be asked at all, and has room for more than one sentence."""
        return (
            brief.level < Level.URGENT
            and brief.lang == _LANGUAGE
            and brief.limit - len(brief.answer.bound) >= FEWEST
        )

    def model(self) -> ChatModel:
        """The model, opened when it is first asked for.

        Raises:
            ModelUnavailable: it cannot be set up.
        """
        if self._model is None:
            self._model = self._open(self.choice)
        return self._model

    def warm_up(self) -> None:
        """Open the model now, so that the first answer does not wait for it.

        A model that cannot be opened is no reason not to answer: it is logged, and tried again.
        """
        try:
            self.model()
        except ModelUnavailable as error:
            _log.warning("Answers are quoted: %s %s", error, error.next_step)

    def write(self, brief: Brief) -> Generator[Written]:
        """The answer, further with every step that changes it; the last one is ``done``.

        Between changes the same step comes again and again, so that who reads it can stop. Never
        raises: what goes wrong is the last step's ``fallback``. Closing it stops the model.
        """
        key = self._key(brief)
        kept = self._kept.get(key) if brief.keep else None
        if kept is not None and self._still_fine(kept, brief):
            yield replace(kept, writing=replace(kept.writing, spent=None))
            return
        meter = Meter(self._settings.model_prices)
        if not self._breaker.allows():
            yield self._fallen("breaker", meter)
            return
        last = None
        ended = False
        try:
            for last in self._steps(brief, meter):
                yield last
            ended = True
            self._breaker.succeeded()
        except OutOfTime:
            ended = True
            self._breaker.failed()
            yield self._fallen("timeout", meter)
            return
        except Exception as error:  # noqa: BLE001 - the quoted answer stands whatever broke
            ended = True
            self._breaker.failed()
            # The kind only: a message could repeat the prompt, and with it the patient's words.
            _log.error("the model did not write: %s", type(error).__name__)
            yield self._fallen("failed", meter)
            return
        finally:
            if not ended:
                self._breaker.given_up()
        if brief.keep and last is not None and last.writing.fallback is None:
            self._kept.keep(key, last)

    def _steps(self, brief: Brief, meter: Meter) -> Iterator[Written]:
        shown = shown_passages(brief.library, brief.passages, brief.permitted)
        draft = self._draft(brief, shown)
        parser = Parser()
        step = self._step(draft, meter)
        yield step
        asked = messages(brief.question, shown, brief.limit - len(brief.answer.bound))
        # Opened before the clock runs: the first time, packages are imported.
        model = self.model()
        source = partial(stream_text, model, asked, tracing=self.choice.tracing, used=meter.used)
        meter.begin(asked)
        with closing(within(source, self.choice.timeout_s - brief.waited_s)) as pieces:
            for piece in pieces:
                meter.heard(piece)
                if draft.add_all(parser.feed(piece)):
                    step = self._step(draft, meter)
                yield step
                if draft.full or parser.overlong:
                    break
            else:
                meter.ended()
                draft.add_all(parser.finish())
        if not draft.enough:
            yield self._fallen("silent" if parser.nothing else "unsupported", meter, draft)
            return
        meter.shown()
        yield replace(self._step(draft, meter), so_far=draft.whole(), done=True)

    def _draft(self, brief: Brief, shown: Sequence[Shown]) -> Draft:
        return Draft(
            brief.library,
            Grounding(
                library=brief.library,
                shown=shown,
                verifier=self._verifier,
                refused=partial(self._refused, brief),
            ),
            brief.answer.picks,
            brief.answer.bound,
            limit=brief.limit,
            permitted=brief.permitted,
        )

    def _refused(self, brief: Brief, sentence: str) -> bool:
        """The guardrail's output checks for words that stand in no article."""
        return bool(
            violations(
                sentence,
                level=brief.level,
                country=self._settings.country,
                practice_phone=self._settings.practice_phone,
                question=brief.message,
            )
        )

    def _still_fine(self, kept: Written, brief: Brief) -> bool:
        """Whether every written sentence passes the output checks beside this message too."""
        written = [s for s in kept.whole.sentences if isinstance(s, WrittenSentence)]
        return not any(self._refused(brief, s.text) for s in written)

    def _step(self, draft: Draft, meter: Meter) -> Written:
        so_far = draft.so_far()
        if so_far.sentences:
            meter.shown()
        account = self._account(meter, draft=draft)
        return Written(so_far=so_far, whole=draft.whole(), writing=account)

    def _fallen(self, fallback: Fallback, meter: Meter, draft: Draft | None = None) -> Written:
        account = self._account(meter, fallback, draft)
        return Written(so_far=Version(), whole=Version(), writing=account, done=True)

    def _account(
        self, meter: Meter, fallback: Fallback | None = None, draft: Draft | None = None
    ) -> Writing:
        return Writing(
            model=self.choice.name,
            prompt=PROMPT_VERSION,
            removed=draft.removed if draft else 0,
            replaced=draft.replaced if draft and fallback is None else 0,
            fallback=fallback,
            spent=meter.spent(),
        )

    def _key(self, brief: Brief) -> Hashable:
        """Everything that the answer depends on."""
        return (
            tuple(words(brief.question)),
            brief.build,
            self.choice.label,
            PROMPT_VERSION,
            brief.limit,
            brief.level,
            self._settings.country,
            tuple((p.passage.id, p.position) for p in brief.answer.picks),
        )


def open_writer(settings: Settings) -> Writer | None:
    """The writer that ``settings`` ask for, ``None`` without a model. Opens nothing yet."""
    choice = chosen_model(settings)
    return Writer(choice, settings) if choice else None


def open_second_look(settings: Settings, writer: Writer | None) -> SecondLook | None:
    """A second look with the writer's model, where ``settings`` ask for one."""
    if writer is None or not settings.model_second_look:
        return None
    return SecondLook(writer.choice, settings, writer.model)
