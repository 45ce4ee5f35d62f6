"""What can go wrong in an eval. Like all of the assistant's errors, each says what to do next."""

from __future__ import annotations

from assistant.errors import AssistantError


class CasesInvalid(AssistantError):
    """A case file cannot be used; the message names file, line and problem."""

    hint = "Correct the lines named above; evals/schema/ has a JSON Schema for every suite."


class RunUnreadable(AssistantError):
    """A run file is missing, damaged or of another format."""

    hint = "Make a run with: pmr-assistant eval run"


class GateInvalid(AssistantError):
    """The file with the thresholds cannot be used."""

    hint = "Correct evals/gate.toml; every entry needs suite, metric, a limit and a reason."


class JudgeUnavailable(AssistantError):
    """The chat model that should judge cannot be set up or does not answer."""

    hint = "Leave out --judge: every other figure needs no model. docs/evals.md says what it needs."


class PublicDataInvalid(AssistantError):
    """A file of a public set is there, but is not what its name says."""

    hint = (
        "Fetch the set again, or move it away: absent sets are skipped. docs/evals.md lists them."
    )
