"""What can go wrong in an eval, each with the next step. Shown without a traceback."""

from __future__ import annotations

from assistant.errors import AssistantError


class EvalError(AssistantError):
    """Base of all errors of the evals."""

    hint = "See docs/evals.md."


class CasesInvalid(EvalError):
    """A case file cannot be used; the message names file, line and problem."""

    hint = "Correct the lines named above; evals/schema/ has a JSON Schema for every suite."


class RunUnreadable(EvalError):
    """A run file is missing, damaged or of another format."""

    hint = "Make a run with: pmr-assistant eval run"


class GateInvalid(EvalError):
    """The file with the thresholds cannot be used."""

    hint = "Correct evals/gate.toml; every entry needs suite, metric, a limit and a reason."
