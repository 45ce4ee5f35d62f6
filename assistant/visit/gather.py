"""Making the sheet for a visit out of what was said in the chat. It adds and judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.catalogue import LANGUAGES, page_words
from assistant.guardrail.types import Decision, Flag, Level
from assistant.records import DEFAULT_LANGUAGE
from assistant.reply import Reply
from assistant.visit.description import TICKED_PARTS, Description
from assistant.visit.quoted import doctor_questions, what_was_said
from assistant.visit.sheet import ON_THE_PAGE, PARTS, Line, Origin, PartName, Sheet

_PRIVATE = ("crisis", "safeguarding")  # what was written about these is not repeated
_ANSWERS = ("YES", "NO", "UNSURE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One message of the chat and what came back; ``described`` when the pain form wrote it."""

    said: str
    decision: Decision | None = None
    reply: Reply | None = None
    described: Description | None = None


def gather(steps: Sequence[Step], lang: str = DEFAULT_LANGUAGE) -> Sheet:
    """The sheet of a chat, in the words of ``lang``.

    The last care message that called for care today or faster stands first. Where somebody wrote
    of being hurt by another person, the sheet is private: it holds that message alone.
    """
    care = next((d for d in _decisions(reversed(steps)) if d.level >= Level.URGENT), None)
    if any(_channel(decision) == "safeguarding" for decision in _decisions(steps)):
        return Sheet(lang=lang, care=care, parts=_parts(), private=True)
    return Sheet(
        lang=lang,
        care=care,
        parts=_parts(
            questions=_questions(steps),
            said=what_was_said([s.reply for s in steps if s.reply is not None]),
            signs=_signs(steps, lang),
            tell=_tell(steps, lang),
            ask=doctor_questions([s.reply for s in steps if s.reply is not None]),
        ),
    )


def _parts(**lines: Iterator[Line]) -> dict[PartName, tuple[Line, ...]]:
    return {name: tuple(lines.get(name, ())) for name in PARTS}


def _decisions(steps: Sequence[Step] | Iterator[Step]) -> Iterator[Decision]:
    return (step.decision for step in steps if step.decision is not None)


def _channel(decision: Decision | None) -> str:
    return decision.message.channel if decision is not None and decision.message else "medical"


def _questions(steps: Sequence[Step]) -> Iterator[Line]:
    for number, step in enumerate(steps, start=1):
        form = step.described
        text = form.question.strip() if form else step.said.strip()
        if text and (form or _is_question(step)):
            origin = Origin("form" if form else "chat", number)
            yield Line(id=f"question-{number}", text=text, origin=origin)


def _is_question(step: Step) -> bool:
    if _channel(step.decision) in _PRIVATE:
        return False
    answered = step.reply is not None and step.reply.kind in ("answer", "no_answer", "declined")
    return "?" in step.said or (answered and not _is_short_answer(step.said))


def _is_short_answer(said: str) -> bool:
    return _answer_given(said) is not None


def _answer_given(said: str) -> str | None:
    """Which of the three buttons this message is the word of, in any language."""
    for lang in LANGUAGES:
        for name in _ANSWERS:
            if said.strip() == page_words(lang)[name]:
                return name
    return None


def _signs(steps: Sequence[Step], lang: str) -> Iterator[Line]:
    for number, step in enumerate(steps, start=1):
        if step.described is not None:
            yield from _form_signs(step.described, number, lang)
            continue
        yield from _asked_back(steps, number, lang)
        if step.decision is not None:
            yield from _written(steps, step.decision, number, lang)


def _form_signs(described: Description, number: int, lang: str) -> Iterator[Line]:
    words = page_words(lang)
    for sign in described.form.signs:
        answer = described.signs.get(sign.id)
        if answer is not None:
            yield Line(
                id=f"sign-{number}-{sign.id}",
                label=sign.ask,
                text=words[answer.upper()],
                origin=Origin("form", number),
            )


def _asked_back(steps: Sequence[Step], number: int, lang: str) -> Iterator[Line]:
    """The question that the guardrail put before message ``number``, when a button answered it."""
    before = steps[number - 2].decision if number > 1 else None
    given = _answer_given(steps[number - 1].said)
    if before is not None and before.ask and given is not None:
        yield Line(
            id=f"asked-{number}",
            label=before.ask,
            text=page_words(lang)[given],
            origin=Origin("chat", number),
        )


def _written(steps: Sequence[Step], decision: Decision, number: int, lang: str) -> Iterator[Line]:
    """The words of this message by which a warning sign was recognised."""
    if _channel(decision) in _PRIVATE:
        return
    said: dict[str, None] = {}
    for flag in decision.flags:
        if flag.turn == number - 1:
            said.setdefault(_evidence(steps, flag))
    for place, words in enumerate(filter(None, said)):
        yield Line(
            id=f"wrote-{number}-{place}",
            label=page_words(lang)["VISIT_WROTE"],
            text=words,
            origin=Origin("chat", number),
        )


def _evidence(steps: Sequence[Step], flag: Flag) -> str:
    """The person's own words behind ``flag``, cut from the message."""
    pieces = [
        steps[turn].said[start:end]
        for turn, start, end in flag.spans
        if turn == flag.turn and turn < len(steps)
    ]
    return " … ".join(dict.fromkeys(" ".join(piece.split()) for piece in pieces))


def _tell(steps: Sequence[Step], lang: str) -> Iterator[Line]:
    """What a doctor asks first: from the last form that was sent, else lines to fill in."""
    words = page_words(lang)
    sent = [(n, s.described) for n, s in enumerate(steps, start=1) if s.described is not None]
    number, described = sent[-1] if sent else (0, Description(lang=lang))
    told = {"where": described.where(), "since": described.how_long(), "strong": ""}
    if described.strength is not None:
        scale = words["VISIT_OUT_OF"].format(number=described.strength)
        told["strong"] = f"{scale} ({described.form.strengths[described.strength]})"
    told |= {name: described.part(name) for name in TICKED_PARTS}
    for name, text in told.items():
        yield Line(
            id=f"tell-{name}",
            label=words[f"VISIT_{name.upper()}"],
            text=text,
            origin=Origin("form", number) if text else ON_THE_PAGE,
        )
