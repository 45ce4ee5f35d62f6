"""What the learned detector may add to the rules: it raises a level and never lowers one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.guardrail.context import Assertion
from assistant.guardrail.extract import Reading
from assistant.guardrail.learned import Opinion, likelihood, opinion, rules_out
from assistant.guardrail.people import SELF, UNCLEAR
from assistant.guardrail.plain import PlainWords, all_plain
from assistant.guardrail.types import Flag, Level

SOURCE = "learned from examples; docs/guardrail.md"
# Families that have a message of their own speak with the rule's name, so that they get it.
_OWN_CHANNEL = {"suicide": "suicidal-thoughts", "abuse": "violence-abuse"}

# What tells a sign from an ache among the tags of a finding; how many denied ones make a list; and
# how sure the detector must be against a person who goes through such a list.
_SIGNS = frozenset({"nerve", "nerve_soft", "bladder", "bowel", "saddle", "systemic", "weakness"})
_LIST, _SURE = 3, 0.95
_FRAGMENT = 3  # words
# The probability that a message must have by itself before it is read with the one before it. Where
# a pair of the development conversations looked like a sign and the message alone did not, the
# wrong ones had .02 to .08 and all but two of the right ones .22 and more.
_OPEN = 0.1

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


def second_look(
    texts: Sequence[str],
    reading: Reading,
    fired: Sequence[Flag],
    plain: Sequence[PlainWords] = (),
    *,
    alone: bool = False,
    denial: bool = False,
) -> list[Flag]:
    """The flag to add to what the rules fired after the last of these user messages, or nothing.

    The last message is read alone and after the one before it, because "been leaking since then"
    says little alone, and a reply of a few words ("soaking wet") nothing. Messages that are only
    about an animal, or in ``plain`` words only, are left to the rules; and plain words after
    another message ("about a week") add nothing that the rules do not join themselves.
    A message is read ``alone`` when the one before it was taken back or has no say in it. A
    ``denial`` ("no, only when I laugh", to a question that the detector does not see) counts, like
    a tale, only when the detector is sure.
    """
    if reading.persons and all(person.startswith("animal:") for person in reading.persons):
        return []
    if all_plain(texts[-1:], plain):
        return []
    found = _gravest([_opinion(text) for text in _asked(texts, alone=alone)])
    highest = max((flag.level for flag in fired), default=Level.NONE)
    if found is None or found.level is Level.NOTICE:
        return []
    level = Level.EMERGENCY if found.family == "suicide" else found.level
    if level <= highest or (
        found.score < _SURE and (denial or _all_denied(reading) or _only_a_tale(reading))
    ):
        return []
    turn, place = _place(texts, found.evidence)
    return [
        Flag(
            id=_OWN_CHANNEL.get(found.family, f"learned-{found.family}"),
            level=level,
            evidence=found.evidence if place >= 0 else texts[-1],
            source=SOURCE,
            turn=turn,
            detector="learned",
            about_other=bool(reading.persons) and not {SELF, UNCLEAR} & set(reading.persons),
            spans=((turn, place, place + len(found.evidence)),) if place >= 0 else (),
        )
    ]


def _asked(texts: Sequence[str], *, alone: bool) -> list[str]:
    """What to read after the last of ``texts``: it alone, and with the one before it.

    Two harmless messages make a pair that looks like a sign more often than either ("im in a cast",
    "my back aches from the crutches"), so the last one must leave a doubt by itself.
    """
    if len(texts) < 2 or alone:
        return [texts[-1]]
    probability = likelihood(texts[-1])
    pair = ["\n".join(texts[-2:])] if probability is None or probability >= _OPEN else []
    fragment = len(texts[-1].split()) <= _FRAGMENT
    return pair if fragment else [texts[-1], *pair]


def _all_denied(reading: Reading) -> bool:
    """Whether the message denies a list of signs and claims none that the rules know."""
    signs = [event for event in reading.events if _SIGNS & set(event.tags)]
    denied = {event.finding for event in signs if event.assertion is Assertion.NEGATED}
    listed = len(denied) >= _LIST or (bool(denied) and "cue.denied_list" in reading.cues)
    return listed and not any(event.assertion is Assertion.PRESENT for event in signs)


def _only_a_tale(reading: Reading) -> bool:
    """Whether every sign in the message stands in a film, a novel or an exam."""
    signs = [event for event in reading.events if _SIGNS & set(event.tags)]
    told = bool(signs) and "cue.fiction" in reading.cues
    return told and all(event.assertion is not Assertion.PRESENT for event in signs)


def _place(texts: Sequence[str], evidence: str) -> tuple[int, int]:
    """The user turn and the offset of the words, latest turn first; offset -1 when in none."""
    last = len(texts) - 1
    for turn in range(last, max(last - 2, -1), -1):
        place = texts[turn].find(evidence)
        if place >= 0:
            return turn, place
    return last, -1


def _opinion(text: str) -> Opinion | None:
    """The graver of two readings: all of ``text``, and what is left without words to the chat."""
    return _gravest([opinion(reading) for reading in _readings(text)])


def _readings(text: str) -> list[str]:
    sentences = _SENTENCE.split(text)
    about = [sentence for sentence in sentences if not _TO_THE_CHAT.search(sentence)]
    left_out = bool(about) and len(about) < len(sentences)
    return [text, " ".join(about)] if left_out else [text]


def _gravest(readings: Sequence[Opinion | None]) -> Opinion | None:
    found = [reading for reading in readings if reading is not None]
    return max(found, key=lambda reading: (reading.level, reading.score), default=None)


def agrees(texts: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether the detector leaves it open that these messages need a doctor.

    ``parts`` are stretches of the messages, read alone so that more text cannot water them down.
    """
    whole = all(rules_out(reading) for text in texts for reading in _readings(text))
    return not (whole and all(rules_out(part, "part") for part in parts))


def agrees_in_story(passages: Sequence[str]) -> bool:
    """As :func:`agrees`, of the passages of a long story that hold the signs.

    A story has many chances of looking like a sign, so the detector must see more in it.
    """
    return not all(rules_out(passage, "passage") for passage in passages)


def asks_in_general(text: str) -> bool:
    """Whether the detector takes ``text`` for a general question about a warning sign."""
    found = opinion(text)
    return found is not None and found.level is Level.NOTICE
