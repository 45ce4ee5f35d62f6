"""What is kept of a chat and what leaves the machine, as the settings have it at this moment.

Each fact names words of the catalogue (``PRIVACY_...``), so the page can say nothing that the
settings do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from assistant.gaps.keep import question_file
from assistant.gaps.scrub import MOST_CHARACTERS
from assistant.settings import Settings
from assistant.writing.model import ModelChoice, chosen_model
from assistant.writing.place import is_here, operator, stays_here
from assistant.writing.tracing import may_be_recorded


@dataclass(frozen=True, slots=True)
class Fact:
    """The name of one paragraph and what goes into its braces."""

    words: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What the page alone knows: whether its maker gets figures about its use, and the visit."""

    statistics: bool
    visit: bool


def privacy_facts(settings: Settings, page: PageFacts) -> Mapping[str, tuple[Fact, ...]]:
    """The facts under each heading (also a name of the catalogue), in the order of the page."""
    return {
        "PRIVACY_KEPT": tuple(_kept(settings)),
        "PRIVACY_LEAVES": tuple(_leaves(settings, page)),
        "PRIVACY_DEVICE": tuple(_on_the_device(page)),
    }


def _kept(settings: Settings) -> Iterator[Fact]:
    questions = question_file(settings) is not None
    feedback = settings.feedback_file is not None
    yield Fact("PRIVACY_MEMORY")
    yield Fact("PRIVACY_DISK_BUT" if questions or feedback else "PRIVACY_DISK_NOTHING")
    if feedback:
        yield Fact("PRIVACY_FEEDBACK")
    if questions:
        fields = {"days": str(settings.keep_questions_days), "most": str(MOST_CHARACTERS)}
        yield Fact("PRIVACY_QUESTIONS", fields)
    yield Fact("PRIVACY_LOG")


def _leaves(settings: Settings, page: PageFacts) -> Iterator[Fact]:
    choice = chosen_model(settings)
    away = [*_sent(settings, choice)]
    if not away:
        yield Fact("PRIVACY_NOBODY")
    if choice is None:
        yield Fact("PRIVACY_NO_MODEL")
    elif stays_here(choice):
        yield Fact("PRIVACY_MODEL_HERE", {"model": _name(choice)})
    yield from away
    yield Fact("PRIVACY_STATISTICS" if page.statistics else "PRIVACY_NO_STATISTICS")
    yield Fact("PRIVACY_LINKS")


def _sent(settings: Settings, choice: ModelChoice | None) -> Iterator[Fact]:
    """What of a person's words goes to another machine."""
    if choice is not None and not stays_here(choice):
        yield Fact("PRIVACY_MODEL_AWAY", {"model": _name(choice), "operator": operator(choice)})
        if settings.model_second_look:
            yield Fact("PRIVACY_MODEL_ALL", {"operator": operator(choice)})
    if choice is not None and may_be_recorded(allowed=choice.tracing):
        yield Fact("PRIVACY_TRACING")
    if settings.chroma_url and not is_here(settings.chroma_url):
        yield Fact("PRIVACY_SERVER", {"server": settings.chroma_url})


def _name(choice: ModelChoice) -> str:
    return choice.name.partition(":")[2]


def _on_the_device(page: PageFacts) -> Iterator[Fact]:
    yield Fact("PRIVACY_BROWSER")
    if page.visit:
        yield Fact("PRIVACY_VISIT")
