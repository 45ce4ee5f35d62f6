"""The one error that the guardrail's data files can cause."""

from __future__ import annotations


class RuleFileError(ValueError):
    """A data file is wrong: names the file, the entry and what to change."""

    def __init__(self, file: str, entry: str, fix: str) -> None:
        super().__init__(f"{file}: {entry}: {fix}")
        self.file = file
        self.entry = entry
        self.fix = fix
