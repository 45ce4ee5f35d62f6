"""The gate: thresholds in one reviewed file, each with its reason. Missing numbers fail."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from evals.errors import GateInvalid
from evals.loading import FOLDER
from evals.run import Run
from evals.scores import kind_of
from evals.stats import Estimate

FILE = FOLDER / "gate.toml"


class Threshold(BaseModel):
    """One limit: which metric of which suite, what it must reach, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    suite: str
    metric: str
    min: float | None = None
    max: float | None = None
    on: Literal["value", "low", "high"] = "value"
    cases: int = Field(default=1, ge=1, description="Fewer cases than this fail the gate.")
    reason: str = Field(min_length=15)

    @model_validator(mode="after")
    def _one_limit(self) -> Threshold:
        if (self.min is None) == (self.max is None):
            raise ValueError("give either min or max")
        better = kind_of(self.metric).better
        if (better == "up" and self.max is not None) or (better == "down" and self.min is not None):
            raise ValueError("the limit is on the wrong side: it would hold the good values off")
        return self

    def holds(self, estimate: Estimate) -> bool:
        """Whether the number is on the right side of the limit, over enough cases."""
        number = getattr(estimate, self.on)
        if estimate.n < self.cases or number != number:
            return False
        return bool(number >= self.min if self.min is not None else number <= self.max)

    @property
    def limit(self) -> str:
        """The limit in words."""
        sign, limit = (">=", self.min) if self.min is not None else ("<=", self.max)
        side = "" if self.on == "value" else f" ({self.on} end of the interval)"
        return f"{sign} {limit}{side}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One threshold applied to one run."""

    threshold: Threshold
    estimate: Estimate | None
    passed: bool
    note: str = ""

    @property
    def line(self) -> str:
        """The verdict in one line."""
        t, e = self.threshold, self.estimate
        got = f"{e.value:.3f} (n={e.n}, {e.low:.3f} to {e.high:.3f})" if e else self.note
        mark = "ok  " if self.passed else "FAIL"
        return f"{mark} {t.suite} {t.metric}: {got}, wanted {t.limit}"


def load_gate(path: Path = FILE) -> list[Threshold]:
    """The thresholds.

    Raises:
        GateInvalid: names the entry and what is wrong with it.
    """
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("gate", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise GateInvalid(f"{path} cannot be read: {error}.") from error
    thresholds = []
    for number, row in enumerate(rows, start=1):
        try:
            thresholds.append(Threshold.model_validate(row))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "entry"
            raise GateInvalid(f"{path}: gate {number}: {place}: {first['msg']}.") from error
    if not thresholds:
        raise GateInvalid(f"{path} holds no [[gate]] entry, so it would let everything pass.")
    return thresholds


def judge(run: Run, thresholds: Sequence[Threshold], *, partial: bool = False) -> list[Verdict]:
    """Every threshold applied to ``run``.

    A metric that is missing fails: a gate that passes what was not measured is no gate. With
    ``partial`` suites that were not run are left out; a metric missing from a suite still fails.
    """
    verdicts = []
    for threshold in thresholds:
        result = run.suite(threshold.suite)
        if result is None:
            if not partial:
                verdicts.append(
                    Verdict(threshold=threshold, estimate=None, passed=False, note="was not run")
                )
            continue
        estimate = result.metrics.get(threshold.metric)
        passed = estimate is not None and threshold.holds(estimate)
        note = "" if estimate else "no case measures it"
        verdicts.append(Verdict(threshold=threshold, estimate=estimate, passed=passed, note=note))
    return verdicts
