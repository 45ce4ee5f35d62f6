"""The safety layer: deterministic rules that send warning signs to a doctor.

``assess`` reads the raw conversation and returns one :class:`Decision` per user turn. It never
raises and never calls a model. Rules, words and messages are data files that a clinician can
read and edit (``data/``).
"""

from assistant.guardrail.decide import assess
from assistant.guardrail.messages import (
    care_message,
    emergency_number,
    failure_message,
    help_box,
    rules_version,
)
from assistant.guardrail.output import WRONG_NUMBER, violations
from assistant.guardrail.types import CareMessage, Decision, Flag, Level, Role, Turn

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
