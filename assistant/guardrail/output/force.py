"""What a clause does with an action: orders or allows it, forbids it, or merely speaks of it."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from enum import Enum

from assistant.guardrail.output.reading import Clause, Unit
from assistant.guardrail.output.vocabulary import FORMS

# Each of these turns the meaning round; two of them cancel out ("no reason not to stop").
REVERSING = frozenset({"neg", "avoid", "flip", "noneed"})
_FRONT = frozenset({"prep", "soft", "perday", "often", "ownway"})  # "from tomorrow, …"
_FRONT_UNITS = 4
_CHAIN = frozenset({"and", "then", "but", "so", "and_then"})  # "talk to her and stop it"
_NO_RUN_ON = frozenset(
    "you people clinician modal coord neg hedge det prep soft advice speaker asks ifwords often "
    "deictic".split()
)

_SHAPE = FORMS | {"brk"}


class Force(Enum):
    """How an action reaches the reader."""

    TOLD = "told"  # ordered, advised or allowed
    FORBIDDEN = "forbidden"
    MENTIONED = "mentioned"


def reversals(units: Sequence[Unit]) -> int:
    """How many of ``units`` turn the meaning round."""
    return sum(1 for unit in units if unit.tags & REVERSING)


def force(clause: Clause, at: int) -> Force:
    """The force of the action that begins at word ``at`` of ``clause``."""
    left, shape = clause.before(at), clause.words[at].tags & _SHAPE
    if clause.asks:
        told = any(unit.text in ("why_not", "how_about", "what_about") for unit in left)
        return Force.TOLD if told else Force.MENTIONED
    if clause.open:
        return Force.TOLD if _runs_on(left, shape) else Force.MENTIONED
    if not _reaches_reader(clause, left, shape, at):
        return Force.MENTIONED
    return Force.FORBIDDEN if reversals(left) % 2 else Force.TOLD


def _reaches_reader(clause: Clause, left: Sequence[Unit], shape: AbstractSet[str], at: int) -> bool:
    if "vbd" in shape and _passive(left):
        return _passive_told(left)
    if _by_others(left):
        return False
    if "vbg" in shape:
        right = [unit for unit in clause.units if unit.at > at]
        return _advised(left) or (_empty(left) and _praised(right))
    return _ordered(left, shape) or _addressed(left) or _advised(left)


def _runs_on(left: Sequence[Unit], shape: AbstractSet[str]) -> bool:
    """As in "When you feel better stop your baclofen": an order that no comma sets off."""
    if "vb" not in shape or "brk" in shape or len(left) < 3:
        return False
    before = left[-1]
    return not before.tags & _NO_RUN_ON and before.text not in ("to", "not", "ever", "they")


def _passive(left: Sequence[Unit]) -> bool:
    """Whether the words end in "is", "be", with at most an adverb after it: "can be simply"."""
    near = [unit for unit in left if not unit.tags & {"soft", "hedge", "neg"}]
    return bool(near) and "be" in near[-1].tags


def _passive_told(left: Sequence[Unit]) -> bool:
    """As in "can be stopped", "should be left out"; not "may need to be stopped"."""
    modals = [unit for unit in left if "modal" in unit.tags]
    return bool(modals) and not any("maymight" in unit.tags for unit in modals)


def _by_others(left: Sequence[Unit]) -> bool:
    """Whether somebody else acts: "your doctor may lower it", "people often stop"."""
    if not any(unit.tags & {"clinician", "people"} for unit in left):
        return False
    first = next((unit for unit in left if not unit.tags & {"soft", "neg"}), None)
    ordered = first is not None and bool(first.tags & {"vb", "you"})
    return not (left[-1].text in _CHAIN and ordered)


def _empty(left: Sequence[Unit]) -> bool:
    return all(unit.tags & ({"soft"} | REVERSING) for unit in left)


def _ordered(left: Sequence[Unit], shape: AbstractSet[str]) -> bool:
    if shape & FORMS and "vb" not in shape:
        return False
    if _empty(left):
        return True
    content = [unit for unit in left if not unit.tags & ({"soft"} | REVERSING)]
    if _chained(left) and content and content[0].tags & {"vb", "asks"}:
        return True
    subject = any(
        unit.tags & {"modal", "be", "you", "speaker", "have"} or unit.text == "to" for unit in left
    )
    fronted = len(left) <= _FRONT_UNITS and left[0].tags & _FRONT and "vb" in shape
    return bool(fronted) and not subject and not left[-1].tags & {"det", "prep"}


def _chained(left: Sequence[Unit]) -> bool:
    """As in "talk to her and stop", "do not crush, chew or cut"; not "a plan to lower or stop"."""
    return left[-1].text in _CHAIN or (left[-1].text in ("or", "nor") and reversals(left) % 2 == 1)


def _addressed(left: Sequence[Unit]) -> bool:
    """As in "you can …", "you may want to …"; not "you may need to …"."""
    at = next((i for i, unit in enumerate(left) if "you" in unit.tags), None)
    if at is None:
        return False
    modals = [unit for unit in left[at + 1 :] if unit.tags & {"modal", "advice"}]
    if not modals or ("prep" in left[-1].tags and left[-1].text != "to"):
        return False
    if any(unit.text == "able" for unit in left):
        return False
    return not ("maymight" in modals[0].tags and len(modals) > 1 and "advice" not in modals[1].tags)


def _advised(left: Sequence[Unit]) -> bool:
    """As in "it is best to …", "consider …", "I'd …": the words just before the action."""
    near = list(left)
    while near and near[-1].tags & {"soft", "you"} and not near[-1].tags & {"advice", "coord"}:
        near.pop()
    if not near:
        return False
    if "advice" in near[-1].tags:
        return True
    judged = any(unit.tags & {"okay", "noneed", "avoid"} for unit in near)
    return near[-1].text in ("to", "in") and judged


def _praised(right: Sequence[Unit]) -> bool:
    """As in "Stopping it is fine" recommends, "stopping it is risky" warns."""
    for at, unit in enumerate(right):
        if "risky" in unit.tags:
            return bool(reversals(right[:at]) % 2)
        if "okay" in unit.tags:
            return not reversals(right[:at]) % 2
    return False
