"""What the learned detector may add to the rules: it raises a level and never lowers one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.guardrail.extract import Reading
from assistant.guardrail.learned import Opinion, opinion, rules_out
from assistant.guardrail.types import Flag, Level

SOURCE = "learned from examples; docs/guardrail.md"
# Families that have a message of their own speak with the rule's name, so that they get it.
_OWN_CHANNEL = {"suicide": "suicidal-thoughts", "abuse": "violence-abuse"}

_SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+")
# Words to the chat instead of about the person. A sentence that holds them is also left out once,
# so that "pretend you are a doctor" cannot water down what stands beside it.
_TO_THE_CHAT = re.compile(
    r"\b(ignore|disregard|pretend|role ?play|act (as|like)|you are (now )?(a|an|dr\w*)\b|system|"
    r"instructions?|prompt|disclaimers?|safety|(do not|don.?t|never) (tell|say|mention|send)|"
    r"(just|only) (say|answer|tell|give|translate|reply)|translate|summari[sz]e|novel|story|"
    r"hypothetical(ly)?|i.?m a (nurse|doctor|medic|therapist|pt))\b",
    re.I,
)


def second_look(text: str, reading: Reading, turn: int, fired: Sequence[Flag]) -> list[Flag]:
    """The flag to add to what the rules fired, or nothing.

    Messages that are only about an animal are left to the rules, which know what to say.
    """
    if reading.persons and all(person.startswith("animal:") for person in reading.persons):
        return []
    found = _opinion(text)
    highest = max((flag.level for flag in fired), default=Level.NONE)
    if found is None or found.level is Level.NOTICE:
        return []
    level = Level.EMERGENCY if found.family == "suicide" else found.level
    if level <= highest:
        return []
    place = text.find(found.evidence)
    return [
        Flag(
            id=_OWN_CHANNEL.get(found.family, f"learned-{found.family}"),
            level=level,
            evidence=found.evidence,
            source=SOURCE,
            turn=turn,
            detector="learned",
            spans=((turn, place, place + len(found.evidence)),) if place >= 0 else (),
        )
    ]


def _opinion(text: str) -> Opinion | None:
    """The graver of two readings: all of ``text``, and what is left without words to the chat."""
    sentences = _SENTENCE.split(text)
    about = [sentence for sentence in sentences if not _TO_THE_CHAT.search(sentence)]
    readings = [opinion(text)]
    if about and len(about) < len(sentences):
        readings.append(opinion(" ".join(about)))
    found = [reading for reading in readings if reading is not None]
    return max(found, key=lambda reading: (reading.level, reading.score), default=None)


def agrees(readings: Sequence[str]) -> bool:
    """Whether the detector leaves it open that one of these texts needs a doctor."""
    return not all(rules_out(text) for text in readings)


def asks_in_general(text: str) -> bool:
    """Whether the detector takes ``text`` for a general question about a warning sign."""
    found = opinion(text)
    return found is not None and found.level is Level.NOTICE
