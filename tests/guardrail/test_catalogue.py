"""The red-flag catalogue's own phrasings, near misses and context cases, with floors.

Measured 2026-11-22: phrasings routed .998, at the flag's tier or above .989; near misses 0 of 328
fired; context cases 96 of 96. Development data: these numbers are not an estimate of new text.
"""

from __future__ import annotations

import json
import re

import pytest

from assistant.guardrail import Level, Turn, assess
from tests.guardrail.helpers import SHARED, decide, ids, needs_shared

_SOFT = ("(prompt", "(ask", "urgent", "warning", "(pharm", "(past")


@needs_shared
def test_phrasings() -> None:
    flags = json.loads((SHARED / "catalogue.json").read_text(encoding="utf-8"))
    pairs = [(flag, text) for flag in flags for text in flag["phrasings"]]
    routed = sum(decide(text).level >= Level.PROMPT for _, text in pairs)
    tier = sum(decide(text).level >= Level[flag["tier"].upper()] for flag, text in pairs)
    assert routed >= 0.97 * len(pairs)
    assert tier >= 0.95 * len(pairs)


@needs_shared
def test_near_misses() -> None:
    flags = json.loads((SHARED / "catalogue.json").read_text(encoding="utf-8"))
    texts = [t for f in flags for t in f["near_misses"] if not any(s in t for s in _SOFT)]
    fired = [t for t in texts if decide(re.sub(r"\(.*?\)", "", t)).level >= Level.PROMPT]
    assert len(fired) <= 0.03 * len(texts), fired


def _context_cases() -> list[dict[str, object]]:
    path = SHARED / "context_cases.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@needs_shared
@pytest.mark.parametrize("case", _context_cases(), ids=lambda case: str(case["id"]))
def test_context_case(case: dict[str, object]) -> None:
    texts = case.get("turns") or [case["text"]]
    assert isinstance(texts, list)
    decision = assess([Turn("user", str(text)) for text in texts])[-1]
    label = str(case["original_label"])
    if case["route"] is None:
        if "answer+warning" in label or "quoted" in label or "fiction" in label:
            assert decision.level is Level.NOTICE, ids(decision)
        return
    assert (decision.level >= Level.PROMPT) == case["route"], ids(decision)
    tier = label.split("|")[1].strip()
    if case["route"] and tier in ("emergency", "urgent"):
        assert decision.level >= Level[tier.upper()]
