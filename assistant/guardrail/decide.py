"""Turns in, decisions out: rules over the patient state, the latch, and the fail-safe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.guardrail.asks import question_for
from assistant.guardrail.doubts import Doubts, as_notice
from assistant.guardrail.expressions import Facts
from assistant.guardrail.extract import Reading, read_message
from assistant.guardrail.languages import ENGLISH, written_in
from assistant.guardrail.messages import care_message, failure_message, language_message
from assistant.guardrail.people import SELF, UNCLEAR
from assistant.guardrail.rulebook import Case, Rule, Rulebook, shipped_rulebook
from assistant.guardrail.second import asks_in_general, second_look
from assistant.guardrail.spoken import in_language
from assistant.guardrail.state import Person, Seen, State, as_turns
from assistant.guardrail.thread import Thread
from assistant.guardrail.types import CareMessage, Decision, Flag, Level, Turn

_WRITER = frozenset({SELF, UNCLEAR})  # who is spoken of when it may be the writer
_LEARNED_SOFT = "learned-cancer_and_pattern"  # weight loss, night pain, a lump, first pain in age
CRISIS_FLAGS = frozenset({"suicidal-plan-or-attempt", "suicidal-thoughts"})


@dataclass(frozen=True, slots=True)
class Setting:
    """What the practice configured, and the language that the person writes."""

    country: str
    practice_phone: str | None
    lang: str = ENGLISH


def assess(
    turns: Sequence[Turn], *, country: str = "US", practice_phone: str | None = None
) -> tuple[Decision, ...]:
    """Return one decision per user turn; the last one is what counts now.

    Never raises: if anything breaks, every turn gets a fail-safe decision that stops the chat
    from answering and says how to get help.
    """
    try:
        setting = Setting(country, practice_phone)
        return tuple(_decisions(turns, shipped_rulebook(), setting))
    except Exception:  # noqa: BLE001  (fails closed, whatever broke)
        return _fail_safe(turns, country, practice_phone)


def _fail_safe(
    turns: Sequence[Turn], country: str, practice_phone: str | None
) -> tuple[Decision, ...]:
    try:
        count = sum(1 for turn in turns if getattr(turn, "role", "user") == "user")
    except Exception:  # noqa: BLE001  (the turns themselves may be broken)
        count = 1
    flag = Flag(
        id="guardrail-failure", level=Level.URGENT, evidence="", source="internal",
        turn=max(count - 1, 0), detector="failure",
    )  # fmt: skip
    decision = Decision(
        level=Level.URGENT,
        flags=(flag,),
        message=failure_message(country, practice_phone),
        rules_version="unavailable",
    )
    return (decision,) * max(count, 1)


def _decisions(turns: Sequence[Turn], book: Rulebook, setting: Setting) -> list[Decision]:
    thread, latch, doubts = Thread(book), _Latch(), Doubts(book)
    state = thread.state
    decisions: list[Decision] = []
    for turn in as_turns(turns):
        if turn.role == "assistant":
            thread.ask(turn.text)
            continue
        number = len(decisions)
        setting = replace(setting, lang=written_in(turn.text, book.small_words) or setting.lang)
        heard = thread.hear(turn.text, number)
        reading = heard.reading
        doubts.hear(heard.question, turn.text)
        possible = fire(state, book)
        fired = fire(state, book, doubts.sure) if possible else []
        fired += second_look(
            doubts.texts, reading, fired, book.plain, alone=heard.alone, denial=heard.denial
        )
        if not fired and (heard.unsure or heard.goes_on or asks_in_general(turn.text)):
            reading = replace(reading, cues=reading.cues | {"asked.topic"})
        thread.left_open(asked="asked.topic" in reading.cues)
        certain = {flag.id for flag in fired}
        doubtful = [flag for flag in possible if flag.id not in certain]
        decision = latch.decide(fired, reading, state, number, book, setting)
        decision = _with_doubt(decision, doubtful, doubts, state, setting)
        decisions.append(replace(decision, ask=in_language(decision.ask, setting.lang, book)))
    return decisions


def _with_doubt(
    decision: Decision, doubtful: Sequence[Flag], doubts: Doubts, state: State, setting: Setting
) -> Decision:
    """Add what doubtful words call for: at least a notice, and one question."""
    open_ = as_notice(doubtful, doubts.cleared)
    if not open_ or decision.level >= Level.URGENT:
        return decision
    ask = decision.ask or doubts.question(doubtful, state.said)
    if decision.level > Level.NOTICE:
        return replace(decision, ask=ask)
    flags = (*decision.flags, *open_)
    message = _message(Level.NOTICE, flags, doubts.book, setting)
    return replace(decision, level=Level.NOTICE, flags=flags, message=message, ask=ask)


class _Latch:
    """Keeps what has fired for the rest of the conversation."""

    def __init__(self) -> None:
        self._flags: dict[str, Flag] = {}
        self._retracted = False
        self._crisis: Flag | None = None

    def decide(
        self,
        fired: Sequence[Flag],
        reading: Reading,
        state: State,
        turn: int,
        book: Rulebook,
        setting: Setting,
    ) -> Decision:
        before = dict(self._flags)
        for flag in fired:
            held = self._flags.get(flag.id)
            if held is None or flag.level > held.level:
                self._flags[flag.id] = flag
            if flag.id in CRISIS_FLAGS:
                self._crisis = self._flags[flag.id]
        self._join()
        flags = sorted(self._flags.values(), key=lambda f: (-f.level, -f.turn))
        if flags:
            latched = self._flags == before
            decision = self._decision(flags[0].level, flags, latched, book, setting)
            if latched and _takes_back(reading):
                self._take_back(state)
            return decision
        if self._retracted:
            kept = [self._crisis] if self._crisis else []
            return self._decision(Level.NOTICE, kept, True, book, setting)
        return _unflagged(reading, state, turn, book, setting)

    def _join(self) -> None:
        """A soft flag of the detector and one of the rules, from two turns, mean care today.

        The rules join their own (``_combined``). The detector names a family only, so two flags of
        one message may be the same sign, and only its family of soft signs counts.
        """
        soft = [flag for flag in self._flags.values() if flag.level is Level.PROMPT]
        learned = [flag for flag in soft if flag.id == _LEARNED_SOFT]
        for flag in learned:
            others = [f for f in soft if f.detector == "rules" and f.turn != flag.turn]
            if any(other.about_other == flag.about_other for other in others):
                self._flags[flag.id] = replace(flag, level=Level.URGENT)

    def _take_back(self, state: State) -> None:
        """An explicit "I was joking": this turn still shows the message, later ones a notice."""
        self._flags.clear()
        self._retracted = True
        state.forget()

    def _decision(
        self, level: Level, flags: Sequence[Flag], latched: bool, book: Rulebook, setting: Setting
    ) -> Decision:
        message = _message(level, flags, book, setting)
        asks = {rule.id: rule.ask for rule in book.rules}
        ask = next((asks[f.id] for f in flags if asks.get(f.id)), None)
        return Decision(
            level=level, flags=tuple(flags), message=message, latched=latched, ask=ask,
            rules_version=book.version,
        )  # fmt: skip


def _takes_back(reading: Reading) -> bool:
    """Say whether the person takes a report back; an order to the chat never does."""
    return "cue.retraction" in reading.cues and "cue.instruction" not in reading.cues


def _unflagged(
    reading: Reading, state: State, turn: int, book: Rulebook, setting: Setting
) -> Decision:
    ask = question_for(book.asks, map(state.facts, state.people.values()), state.said)
    notice = ask or "asked.topic" in reading.cues or _asked_about(state, turn, book)
    foreign = "language.unread" in reading.cues and not notice
    level = Level.NOTICE if notice or foreign else Level.NONE
    message = _message(level, (), book, setting)
    if foreign:
        message = language_message(book, setting.country, setting.practice_phone)
    return Decision(
        level=level,
        message=message,
        ask=ask,
        rules_version=book.version,
    )


def _asked_about(state: State, turn: int, book: Rulebook) -> bool:
    """Say whether the general question would fire a red flag if it were about a person."""
    asked: dict[str, tuple[int, ...]] = {}
    for seen in state.general:
        if seen.turn == turn:
            asked.update(dict.fromkeys((seen.event.finding, *seen.event.tags), ()))
    facts = Facts(asked, None)
    return any(
        case.level > Level.PROMPT and case.when(facts) is not None
        for rule in book.rules
        for case in rule.cases
    )


def _message(
    level: Level, flags: Sequence[Flag], book: Rulebook, setting: Setting
) -> CareMessage | None:
    if level is Level.NONE:
        return None
    return care_message(
        level, flags, book, country=setting.country, practice_phone=setting.practice_phone,
        lang=setting.lang,
    )  # fmt: skip


Sure = Callable[[Rule, Sequence[Seen], int | None], bool]


def fire(state: State, book: Rulebook, sure: Sure | None = None) -> list[Flag]:
    """Return every flag that holds for any one person, most urgent first.

    ``sure`` says of a rule and the events behind it whether they count; without it all do.
    """
    best: dict[str, Flag] = {}
    for name, person in state.people.items():
        facts = state.facts(person)
        flags = [
            flag for rule in book.rules if (flag := _rule_flag(rule, facts, state, person, sure))
        ]
        flags += _combined(flags, book)
        if name not in _WRITER:
            flags = [replace(flag, about_other=True) for flag in flags]
        for flag in flags:
            held = best.get(flag.id)
            if held is None or flag.level > held.level:
                best[flag.id] = flag
    return sorted(best.values(), key=lambda flag: -flag.level)


def fired_cases(text: str, book: Rulebook) -> list[tuple[Rule, Case, list[Seen]]]:
    """Every case of every rule that one message alone fulfils, with the events behind it."""
    state = State()
    state.add(read_message(text, book), 0)
    found = []
    for person in state.people.values():
        facts = state.facts(person)
        for rule in book.rules:
            for case in rule.cases:
                support = case.when(facts)
                if support is not None:
                    found.append((rule, case, [state.seen[n] for n in sorted(set(support))]))
    return found


def _rule_flag(
    rule: Rule, facts: Facts, state: State, person: Person, sure: Sure | None
) -> Flag | None:
    fired: Flag | None = None
    for case in rule.cases:
        if fired is not None and case.level <= fired.level:
            continue
        support = case.when(facts)
        if support is None:
            continue
        seen = [state.seen[number] for number in sorted(set(support))]
        aged_at = person.aged_at if case.when(facts.ageless()) is None else None
        if sure and not sure(rule, seen, aged_at):
            continue
        quoted = _telling(seen)
        fired = Flag(
            id=rule.id,
            level=case.level,
            evidence=" … ".join(dict.fromkeys(s.event.evidence for s in quoted)),
            source=", ".join(rule.sources),
            turn=max((s.turn for s in seen), default=0),
            spans=tuple((s.turn, s.event.start, s.event.end) for s in quoted),
        )
    return fired


def _telling(seen: Sequence[Seen]) -> list[Seen]:
    """The events to quote: the longest stretches that do not overlap, in reading order."""
    kept: list[Seen] = []
    for one in sorted(seen, key=lambda s: s.event.start - s.event.end):
        apart = all(
            one.turn != k.turn or one.event.end <= k.event.start or k.event.end <= one.event.start
            for k in kept
        )
        if apart and len(kept) < 3:
            kept.append(one)
    return sorted(kept, key=lambda s: (s.turn, s.event.start))


def _combined(flags: Sequence[Flag], book: Rulebook) -> list[Flag]:
    """Two prompt flags of different groups in one person mean care today (catalogue, 2)."""
    groups = {rule.id: rule.group for rule in book.rules}
    prompts = [flag for flag in flags if flag.level is Level.PROMPT]
    if len({groups[flag.id] for flag in prompts}) < 2:
        return []
    return [replace(flag, level=Level.URGENT) for flag in prompts]
