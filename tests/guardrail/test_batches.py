"""Own cases in many voices. Floors are below 100 %: no phrase is special-cased to pass."""

from __future__ import annotations

from assistant.guardrail import Level
from tests.guardrail.helpers import decide, ids, read_cases


def test_positives_are_routed_at_their_level() -> None:
    cases = read_cases("positive")
    assert len(cases) >= 250
    missed = [c.text for c in cases if decide(c.text).level < Level.PROMPT]
    low = [c.text for c in cases if decide(c.text).level < c.level]
    assert len(missed) <= 0.03 * len(cases), missed
    assert len(low) <= 0.05 * len(cases), low


def test_emergencies_are_routed() -> None:
    cases = [c for c in read_cases("positive") if c.level is Level.EMERGENCY]
    missed = [c.text for c in cases if decide(c.text).level < Level.PROMPT]
    assert len(missed) <= 0.01 * len(cases), missed


def test_ordinary_messages_stay_quiet() -> None:
    cases = read_cases("negative")
    assert len(cases) >= 250
    false = [(c.text, ids(decide(c.text))) for c in cases if decide(c.text).level >= Level.PROMPT]
    assert len(false) <= 0.03 * len(cases), false


def test_general_questions_get_the_notice_without_takeover() -> None:
    cases = [c for c in read_cases("negative") if c.level is Level.NOTICE]
    wrong = [c.text for c in cases if decide(c.text).level is not Level.NOTICE]
    assert len(wrong) <= 0.05 * len(cases), wrong


def test_every_flag_has_a_positive_case() -> None:
    from assistant.guardrail.rulebook import shipped_rulebook

    covered = {c.flag for c in read_cases("positive")}
    missing = {rule.id for rule in shipped_rulebook().rules} - covered
    assert not missing


def test_evidence_quotes_the_raw_message() -> None:
    for case in read_cases("positive"):
        raw = " ".join(case.text.split())
        for flag in decide(case.text).flags:
            for part in flag.evidence.split(" … "):
                assert part in raw
