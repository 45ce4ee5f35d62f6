"""The way of a message through the assistant: guardrail, question, retrieval, answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from assistant.answering.answer import HITS, Composer
from assistant.answering.citing import cite
from assistant.answering.compose import Pick
from assistant.answering.errand import is_surely_question
from assistant.answering.finding import FoundArticle, found_articles
from assistant.answering.fixed import FixedReply, fixed_reply, reply_to_errand
from assistant.answering.leaning import listed_in
from assistant.answering.question import Question, QuestionReader
from assistant.answering.stale import without_stale_advice
from assistant.answering.suggest import follow_ups
from assistant.characters import visible
from assistant.clock import Clock
from assistant.embedding import Embedder
from assistant.errors import AssistantError, InputInvalid
from assistant.guardrail import assess, violations
from assistant.guardrail.types import Decision, Level, Turn
from assistant.index.live import Index, LiveIndex
from assistant.per_build import PerBuild
from assistant.phrases import phrase
from assistant.records import DEFAULT_LANGUAGE
from assistant.rephrasing import Step, new_brief, rephrased, waiting
from assistant.reply import Reply
from assistant.retrieval import Hit, Query, Retriever
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.writing.second_look import SecondLook
    from assistant.writing.writer import Brief, Writer

_log = logging.getLogger(__name__)

_EXPLAINED = 3  # terms; a longer list is a lesson
_FULLER = 10  # sentences and list items for a reader who asks for more
_REMEMBERED = 20_000  # sentences of articles, each at a level
NOT_WORKING = "We cannot quote our articles right now. The advice above stands."
TOO_LONG = "Your message has {length:,} characters; I can read questions of up to {limit:,}."


class Assistant:
    """Answers a conversation. Safe to share between threads."""

    def __init__(
        self,
        settings: Settings,
        index: LiveIndex,
        embedder: Embedder,
        writer: Writer | None = None,
        second_look: SecondLook | None = None,
        *,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        self._settings = settings
        self._today = today
        self._index = index
        self._retriever = Retriever(embedder)
        self._kept = PerBuild(embedder)
        self._writer = writer
        self._second_look = second_look
        # The same sentences are looked at for question after question.
        self._allowed = lru_cache(maxsize=_REMEMBERED)(self._may_be_shown)

    def warm_up(self) -> None:
        """Load the model and the index now, so that the first question does not wait.

        Raises:
            AssistantError: there is nothing to answer from; the message says what to do.
        """
        index = self._index.current()
        self._kept.readers(index)
        self._retriever.search(index, Query.of("hello"))  # a large library's graph is read now
        self._kept.nearest_reply(index)
        self.assess([Turn("user", "hello")])
        if self._writer:
            self._writer.warm_up()

    def assess(self, turns: Sequence[Turn]) -> tuple[Decision, ...]:
        """The guardrail's decision after each user turn. Needs no index and never raises.

        No language model is asked, and nothing that one said before counts.
        """
        return assess(
            turns, country=self._settings.country, practice_phone=self._settings.practice_phone
        )

    def _decisions(self, turns: Sequence[Turn]) -> tuple[Decision, ...]:
        """The guardrail's decisions, raised by what a second look has found so far."""
        decisions = self.assess(turns)
        return self._second_look.add_to(turns, decisions) if self._second_look else decisions

    def reply(self, turns: Sequence[Turn]) -> Reply:
        """What to say after the last of ``turns``, which must be a user turn.

        Raises:
            InputInvalid: the message is empty or too long, and shows no warning sign.
            AssistantError: there is no usable index, and the message shows no warning sign.
        """
        *_, last = self.reply_stream(turns)
        return last.kept

    def reply_stream(self, turns: Sequence[Turn], *, fuller: bool = False) -> Iterator[Step]:
        """The reply to ``turns`` in steps; the last one shows what :meth:`reply` gives.

        With ``fuller`` an answer may be longer, for a reader who asks for more. There is one step
        unless a language model is asked, for a second look or to write. It is asked after
        everything else is done, and only about messages without an urgent sign.
        Raises as :meth:`reply`, at once.
        """
        limit = _FULLER if fuller else self._settings.answer_sentences
        reply, brief = self._quoted_reply(turns, limit)
        if self._second_look is not None and reply.decision.level < Level.URGENT:
            return self._looked_at(turns, limit, reply, brief, self._second_look)
        return self._told(reply, brief)

    def _looked_at(
        self,
        turns: Sequence[Turn],
        limit: int,
        reply: Reply,
        brief: Brief | None,
        second_look: SecondLook,
    ) -> Generator[Step]:
        """The steps of ``reply``, or of the one that is due once the second look is taken."""
        step, found = waiting(reply), None
        with closing(second_look.look(turns)) as looks:
            for looked in looks:
                found = looked
                yield step
        waited_s = found.spent.total_ms / 1000 if found and found.spent else 0.0
        if found and found.level and self._decisions(turns)[-1].level > reply.decision.level:
            reply, brief = self._quoted_reply(turns, limit)
        reply = replace(reply, second_look=found)
        yield from self._told(reply, replace(brief, waited_s=waited_s) if brief else None)

    def _told(self, reply: Reply, brief: Brief | None) -> Iterator[Step]:
        if brief is None or self._writer is None or not self._writer.may_write(brief):
            return iter([Step(reply, reply)])
        return rephrased(reply, brief, self._writer)

    def _quoted_reply(self, turns: Sequence[Turn], limit: int) -> tuple[Reply, Brief | None]:
        """The reply in the articles' words, and what a model needs to say it in others.

        It has at most ``limit`` sentences and list items.

        The guardrail reads the whole conversation first. Nothing that fails later can take its
        message away: with a warning sign, a failing index leaves the care message standing.
        """
        if not turns or turns[-1].role != "user":
            raise InputInvalid("There is no message to answer.")
        clock = Clock()
        with clock.stage("guardrail"):
            decisions = self._decisions(turns)
        decision = decisions[-1]
        build = partial(Reply, decision=decision, care_by_turn=tuple(d.level for d in decisions))
        if decision.level >= Level.URGENT:
            return build(kind="care", timings_ms=clock.total()), None
        try:
            reply, brief = self._answer(turns, decision, limit, clock, build)
        except AssistantError as error:
            if decision.level is Level.NONE:
                raise
            text = f"{error} {error.next_step}"
            return build(kind="care", text=text, timings_ms=clock.total()), None
        except Exception as error:
            if decision.level is Level.NONE:
                raise
            # The kind only: a message or a traceback could repeat what the patient wrote.
            _log.error("no answer beside a care message: %s", type(error).__name__)
            return build(kind="care", text=NOT_WORKING, timings_ms=clock.total()), None
        silent = all(d.level is Level.NONE and not d.flags and not d.ask for d in decisions)
        return reply, replace(brief, keep=silent) if brief else None

    def example_questions(self, lang: str = DEFAULT_LANGUAGE) -> tuple[str, ...]:
        """Questions the library answers well, for the first screen.

        They are in ``lang`` where the library has articles in it, else in English.
        """
        return self._kept.examples(self._index.current(), lang, self._is_calm)

    def find_articles(self, words: str, level: Level) -> list[FoundArticle]:
        """The articles nearest to what somebody looks for, best first, with their best sections.

        The caller has asked the guardrail about ``words``: ``level`` is what it decided.

        Raises:
            AssistantError: ``words`` cannot be used, or there is no index to search.
        """
        words = _checked(words, self._settings.max_message_chars)
        index = self._index.current()
        reader = self._kept.readers(index).reader(words, [])
        hits = self._search(index, reader.read(words))
        return found_articles(index.library, hits, partial(self._allowed, level))

    def current_index(self) -> Index:
        """The build that answers right now."""
        return self._index.current()

    def _answer(
        self,
        turns: Sequence[Turn],
        decision: Decision,
        limit: int,
        clock: Clock,
        build: Callable[..., Reply],
    ) -> tuple[Reply, Brief | None]:
        message = _checked(turns[-1].text, self._settings.max_message_chars)
        with clock.stage("index"):
            index = self._index.current()
            readers = self._kept.readers(index)
        earlier = [t.text for t in turns[:-1] if t.role == "user" and not _no_question(t.text)]
        reader = readers.reader(message, earlier)
        fixed = fixed_reply(message) or reply_to_errand(
            message, later=len(turns) > 1, lang=reader.lang
        )
        if fixed and not fixed.name_articles:
            build = partial(build, library=index.library)
            return _said(build, fixed, clock), None
        with clock.stage("question"):
            shown = listed_in(next((t.text for t in turns[-2:-1] if t.role == "assistant"), ""))
            parts = reader.read_parts(message, earlier, shown)
        question = parts[0] if len(parts) == 1 else reader.read(message, earlier, shown)
        with clock.stage("embedding"):
            vector = self._retriever.embed(question.query.text)
        with clock.stage("retrieval"):
            hits = self._retriever.search(index, question.query, vector=vector, count=HITS)
            if fixed is None and not is_surely_question(message):
                fixed = self._kept.nearest_reply(index).find(vector, _best_sentence(hits))
            found_all, hits = hits, self._fresh(index, question, hits)
        build = partial(build, library=index.library, resolved_question=question.resolved)
        if fixed and not fixed.name_articles:
            return _said(build, fixed, clock), None
        composer = Composer(
            index=index,
            vocabulary=reader.vocabulary,
            permitted=partial(self._allowed, decision.level),
            suits=partial(self._may_be_shown, decision.level, question=message),
            look_up=lambda text: self._search(index, reader.read(text)),
            limit=limit,
        )
        if fixed:
            condition = reader.about_condition(question)
            return self._declined(fixed, condition, hits, composer, clock, build), None
        with clock.stage("answer"):
            found = [(question, hits)]
            if len(parts) > 1:
                found = [(part, self._search(index, part)) for part in parts]
            waits = found_all[:1] != hits[:1]
            brief = partial(new_brief, message=message, level=decision.level)
            return self._composed(composer, found, hits, clock, build, brief, waits=waits)

    def _search(self, index: Index, question: Question) -> list[Hit]:
        vector = self._retriever.embed(question.query.text)
        hits = self._retriever.search(index, question.query, vector=vector, count=HITS)
        return self._fresh(index, question, hits)

    def _fresh(self, index: Index, question: Question, hits: Sequence[Hit]) -> list[Hit]:
        return without_stale_advice(
            index.library,
            question.query,
            hits,
            today=self._today(),
            grace_days=self._settings.review_grace_days,
        )

    def _composed(
        self,
        composer: Composer,
        found: Sequence[tuple[Question, Sequence[Hit]]],
        hits: Sequence[Hit],
        clock: Clock,
        build: Callable[..., Reply],
        brief: Callable[..., Brief],
        *,
        waits: bool,
    ) -> tuple[Reply, Brief | None]:
        """What the articles say; ``waits`` when the best passage may not advise at present."""
        index, permitted = composer.index, composer.permitted
        answer = composer.answer(found)
        suggestions = tuple(filter(permitted, follow_ups(index.library, hits, answer.picks)))
        if not answer.picks:
            reply = build(
                kind="no_answer",
                text=phrase("review_waits" if waits else "not_found", found[0][0].query.lang),
                nearest=_nearest(index, hits, permitted),
                suggestions=suggestions,
                timings_ms=clock.total(),
            )
            return reply, None
        sentences, citations = cite(index.library, answer.picks, permitted)
        reply = build(
            kind="answer",
            note=answer.note,
            sentences=sentences,
            citations=citations,
            suggestions=suggestions,
            timings_ms=clock.total(),
        )
        reply = replace(reply, explained=self._explained(index, reply, found, permitted))
        if self._writer is None:  # nobody would read it
            return reply, None
        return reply, brief(
            library=index.library,
            build=index.manifest.build,
            question=" ".join(part.resolved for part, _ in found),
            lang=found[0][0].query.lang,
            answer=answer,
            passages=[p.passage for p in answer.picks] + [hit.passage for hit in hits],
            permitted=permitted,
            limit=composer.limit,
        )

    def _explained(
        self,
        index: Index,
        reply: Reply,
        found: Sequence[tuple[Question, Sequence[Hit]]],
        permitted: Callable[[str], bool],
    ) -> tuple[tuple[str, str], ...]:
        """Terms that the answer uses and the question does not; the glossary is English."""
        if found[0][0].query.lang != DEFAULT_LANGUAGE:
            return ()
        text = " ".join(reply.words(sentence) for sentence in reply.sentences)
        asked = " ".join(question.resolved for question, _ in found)
        terms = index.glossary.explain(text, known=asked)
        return tuple((e.term, e.meaning) for e in terms if permitted(e.meaning))[:_EXPLAINED]

    def _declined(
        self,
        fixed: FixedReply,
        condition: Question | None,
        hits: Sequence[Hit],
        composer: Composer,
        clock: Clock,
        build: Callable[..., Reply],
    ) -> Reply:
        """Fixed words; beside "I cannot diagnose" also what the condition is like."""
        index, permitted = composer.index, composer.permitted
        picks: Sequence[Pick] = ()
        if fixed.quotes_condition and condition is not None:
            picks = composer.answer([(condition, self._search(index, condition))]).picks
        sentences, citations = cite(index.library, picks, permitted)
        return build(
            kind=fixed.kind,
            text=fixed.text,
            sentences=sentences,
            citations=citations,
            nearest=_nearest(index, hits, permitted),
            suggestions=tuple(filter(permitted, follow_ups(index.library, hits, picks))),
            timings_ms=clock.total(),
        )

    def _may_be_shown(self, level: Level, text: str, question: str = "") -> bool:
        """Whether words of an article may be shown while ``level`` is in force."""
        return not violations(
            text,
            level=level,
            country=self._settings.country,
            practice_phone=self._settings.practice_phone,
            question=question,
            quoted=True,
        )

    def _is_calm(self, question: str) -> bool:
        """Whether a question is about no warning sign: nobody is greeted with cancer."""
        decision = self.assess([Turn("user", question)])[-1]
        return decision.level is Level.NONE and not decision.flags

    def reader(self, message: str, earlier: Sequence[str] = ()) -> QuestionReader:
        """What reads ``message``, in its language, over the build that answers right now."""
        return self._kept.readers(self.current_index()).reader(message, earlier)


def _said(build: Callable[..., Reply], fixed: FixedReply, clock: Clock) -> Reply:
    """The words of ``fixed`` alone."""
    return build(kind=fixed.kind, text=fixed.text, contact=fixed.contact, timings_ms=clock.total())


def _checked(message: str, limit: int) -> str:
    text = visible(message)
    if not text:
        raise InputInvalid("Your message is empty.")
    if len(text) > limit:
        raise InputInvalid(TOO_LONG.format(length=len(text), limit=limit))
    return text


def _no_question(message: str) -> bool:
    fixed = fixed_reply(visible(message))
    return fixed is not None and not fixed.name_articles


def _best_sentence(hits: Sequence[Hit]) -> float:
    return max((float(hit.sentence_cosines.max()) for hit in hits), default=0.0)


def _nearest(
    index: Index, hits: Sequence[Hit], permitted: Callable[[str], bool]
) -> tuple[str, ...]:
    """Ids of the nearest articles whose titles may be shown."""
    near = dict.fromkeys(hit.passage.article for hit in hits)
    return tuple(a for a in near if permitted(index.library.articles[a].title))[:3]
