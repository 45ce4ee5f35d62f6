"""What the guardrail costs: rules alone, with the detector, and a keyword list, in one run.

Run with ``make bench-guardrail``. Every message is read as if it were new: what the guardrail
remembers of texts is emptied before each. The same messages are read once more beside one busy
process per core, because a served chat is never alone. Processor time says what the work costs
where other jobs make the clock wait.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from unittest.mock import patch

from assistant.guardrail import Turn, assess
from assistant.guardrail.extract import read_message
from assistant.guardrail.learned import detector
from assistant.guardrail.spelling import is_english
from benchmarks.machine import busy_neighbours, machine, p95
from evals.cases import GuardrailCase
from evals.loading import case_files, load_cases
from evals.peers import keyword_router

LONG = 300  # characters; from here a message is a story
TARGET_MS = {"rules alone": 15.0, "rules and detector": 60.0}


def main() -> None:
    """Print one table for an idle machine and one for a busy one."""
    print(machine())
    messages = _messages()
    long = sum(len(text) >= LONG for text in messages)
    print(f"{len(messages)} messages of the development cases, {long} of {LONG} characters or more")
    assess([Turn("user", "warm up, my back hurts")])
    print("\nNothing else from this benchmark running")
    _table(messages)
    with busy_neighbours():
        print("\nBeside one busy process per core")
        _table(messages)


def _messages() -> list[str]:
    cases = load_cases(case_files("guardrail", "dev"), GuardrailCase)
    return [case.text for case in cases if case.text is not None]


def _table(messages: Sequence[str]) -> None:
    ways: dict[str, Callable[[Sequence[Turn]], object]] = {
        "keyword list": keyword_router,
        "rules alone": _rules_alone,
        "rules and detector": assess,
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    work: dict[str, list[float]] = {name: [] for name in ways}
    for text in messages:
        turns = [Turn("user", text)]
        for name, way in ways.items():  # side by side, so that all meet the same disturbance
            _forget_texts()
            start, worked = time.perf_counter(), time.process_time()
            way(turns)
            work[name].append((time.process_time() - worked) * 1000)
            times[name].append((time.perf_counter() - start) * 1000)
    print(f"  {'ms':22s}{'p50':>8s}{'p95':>8s}{'worst':>8s}{'p95 of processor':>18s}{'target':>8s}")
    for name, values in times.items():
        row = f"{statistics.median(values):8.1f}{p95(values):8.1f}{max(values):8.1f}"
        target = f"{TARGET_MS[name]:8.0f}" if name in TARGET_MS else ""
        print(f"  {name:22s}{row}{p95(work[name]):18.1f}{target}")


def _rules_alone(turns: Sequence[Turn]) -> object:
    with patch.object(detector, "_detector", lambda: None):
        return assess(turns)


def _forget_texts() -> None:
    read_message.cache_clear()
    is_english.cache_clear()
    if loaded := detector._detector():
        loaded._classifier.probabilities.cache_clear()


if __name__ == "__main__":
    main()
