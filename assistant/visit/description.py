"""A pain as a person describes it on the form, and the one message that this becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.records import DEFAULT_LANGUAGE
from assistant.visit.form import Choice, PainForm, pain_form

Answer = Literal["yes", "no", "unsure"]
TickedPart = Literal["feels", "worse", "better", "tried"]
TICKED_PARTS: tuple[TickedPart, ...] = ("feels", "worse", "better", "tried")


@dataclass(frozen=True, slots=True)
class Ticked:
    """What was ticked of one part of the form (ids), and what was added in own words."""

    ids: tuple[str, ...] = ()
    more: str = ""

    def words(self, offered: Mapping[str, Choice]) -> list[str]:
        """The words of what was ticked, in the form's order, own words last."""
        ticked = [choice.words for key, choice in offered.items() if key in self.ids]
        own = " ".join(self.more.split()).rstrip(".")
        return [*ticked, own] if own else ticked


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """The answers of the form. Everything may be left out.

    ``areas`` are ids of body areas, ``count`` and ``unit`` how long it has lasted, ``strength``
    is 0 to 10, ``signs`` the answers by id of the sign. ``question`` is what the person wants to
    know, in their own words. ``lang`` is the language of the form that was filled in.
    """

    areas: tuple[str, ...] = ()
    count: int | None = None
    unit: str = "days"
    strength: int | None = None
    feels: Ticked = Ticked()
    worse: Ticked = Ticked()
    better: Ticked = Ticked()
    tried: Ticked = Ticked()
    signs: Mapping[str, Answer] = field(default_factory=dict)
    question: str = ""
    lang: str = DEFAULT_LANGUAGE

    @property
    def form(self) -> PainForm:
        """The form that was filled in."""
        return pain_form(self.lang)

    def where(self) -> str:
        """The areas in words, such as "my neck and my left arm"; empty when none was ticked."""
        return _listed(Ticked(self.areas).words(self.form.areas), self.form)

    def how_long(self) -> str:
        """How long it has lasted, such as "3 days"; empty when it was not said."""
        if not self.count:
            return ""
        unit = self.form.units[self.unit]
        return f"{self.count} {unit.one if self.count == 1 else unit.many}"

    def part(self, name: TickedPart) -> str:
        """One part that is ticked, in words; empty when nothing was ticked or written."""
        ticked: Ticked = getattr(self, name)
        return _listed(ticked.words(getattr(self.form, name)), self.form)

    def message(self) -> str:
        """The message in the first person, to be sent like one that was typed.

        Signs that were denied are summed up: naming them one by one would water down what
        stands beside them (see ``data/pain_en.toml``).
        """
        say = self.form.say
        parts = [self._pain()]
        if self.strength is not None:
            parts.append(say["strength"].format(number=self.strength))
        for name in TICKED_PARTS:
            words = self.part(name)
            parts.append(_filled(say[name], words=words) if words else "")
        parts += [*self._signs(), self.question.strip() or say["question"]]
        return " ".join(part for part in parts if part)

    def _pain(self) -> str:
        say, where, time = self.form.say, self.where(), self.how_long()
        if not where:
            return ""
        return say["where_since" if time else "where"].format(areas=where, time=time)

    def _signs(self) -> list[str]:
        """The sentences of "yes" and "I don't know", then that there is nothing else."""
        say = self.form.say
        told = [
            sign.yes if self.signs[sign.id] == "yes" else sign.unsure
            for sign in self.form.signs
            if self.signs.get(sign.id) in ("yes", "unsure")
        ]
        told = list(dict.fromkeys(told))
        if all(sign.id in self.signs for sign in self.form.signs):
            told.append(say["none_other" if told else "none"])
        return told


def _listed(words: Sequence[str], form: PainForm) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {form.say['and']} {words[-1]}"


def _filled(template: str, *, words: str) -> str:
    return template.replace("{words}", words)  # own words may hold braces
