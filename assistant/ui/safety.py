"""The guardrail's fixed words and decisions, as the page asks for them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.guardrail import assess, help_box
from assistant.guardrail.types import Decision, Level, Turn
from assistant.reply import Reply
from assistant.settings import Settings
from assistant.ui import language, words

_SHORT_NUMBER = re.compile(
    r"(?<![\d-])\d{3}(?![\d-])"
)  # emergency numbers: 911, 999, 112, 000, 111
_MOST_NUMBERS = 2


def decisions(turns: Sequence[Turn], settings: Settings) -> tuple[Decision, ...]:
    """The decision after each user turn. Needs neither model nor articles, and never raises."""
    return assess(turns, country=settings.country, practice_phone=settings.practice_phone)


def care_at_once(turns: Sequence[Turn], settings: Settings) -> Reply | None:
    """The care reply, when these turns need one that no article may delay."""
    made = decisions(turns, settings)
    if made[-1].level < Level.URGENT:
        return None
    return Reply(kind="care", decision=made[-1], care_by_turn=tuple(d.level for d in made))


def emergency_text(settings: Settings) -> str:
    """The line above the input. Its number is the one that the reviewed help box names.

    A box that names many, because the country is unknown, is no help in one line.
    """
    numbers = list(dict.fromkeys(_SHORT_NUMBER.findall(help_box(settings.country))))
    if 1 <= len(numbers) <= _MOST_NUMBERS:
        return words.EMERGENCY.format(number=words.OR.join(numbers))
    return words.EMERGENCY_LOCAL


def help_text(settings: Settings) -> str:
    """When to get help right away, in the guardrail's reviewed words."""
    return help_box(settings.country, language.drawn())
