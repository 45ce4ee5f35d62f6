"""What the learned detector may add to the rules: it raises a level and never lowers one."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.guardrail.extract import Reading
from assistant.guardrail.learned import opinion
from assistant.guardrail.types import Flag, Level

SOURCE = "learned from examples; docs/guardrail.md"
# Families that have a message of their own speak with the rule's name, so that they get it.
_OWN_CHANNEL = {"suicide": "suicidal-thoughts", "abuse": "violence-abuse"}


def second_look(text: str, reading: Reading, turn: int, fired: Sequence[Flag]) -> list[Flag]:
    """The flag to add to what the rules fired, or nothing.

    Messages that are only about an animal are left to the rules, which know what to say.
    """
    if reading.persons and all(person.startswith("animal:") for person in reading.persons):
        return []
    found = opinion(text)
    highest = max((flag.level for flag in fired), default=Level.NONE)
    if found is None:
        return []
    level = Level.EMERGENCY if found.family == "suicide" else found.level
    if level <= highest:
        return []
    return [
        Flag(
            id=_OWN_CHANNEL.get(found.family, f"learned-{found.family}"),
            level=level,
            evidence=found.evidence,
            source=SOURCE,
            turn=turn,
            detector="learned",
        )
    ]
