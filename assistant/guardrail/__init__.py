"""The safety layer: deterministic rules that send warning signs to a doctor.

``assess`` reads the raw conversation and returns one :class:`Decision` per user turn. It never
raises and never calls a model. Rules, words and messages are data files that a clinician can
read and edit (``data/``).
"""

from typing import TYPE_CHECKING, Any

from assistant.guardrail.decide import assess
from assistant.guardrail.messages import (
    care_message,
    emergency_number,
    failure_message,
    help_box,
    rules_version,
)
from assistant.guardrail.types import CareMessage, Decision, Flag, Level, Role, Turn

if TYPE_CHECKING:
    from assistant.guardrail.output import WRONG_NUMBER, violations

__all__ = [
    "WRONG_NUMBER",
    "CareMessage",
    "Decision",
    "Flag",
    "Level",
    "Role",
    "Turn",
    "assess",
    "care_message",
    "emergency_number",
    "failure_message",
    "help_box",
    "rules_version",
    "violations",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - one of the two below
    """The checks of answers, loaded with the first answer: a decision needs none of them."""
    if name in ("WRONG_NUMBER", "violations"):
        from assistant.guardrail import output

        return getattr(output, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
