"""The staff's page: offered on request, honest about runs, never down because of a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from assistant.ui import quality_words as words
from evals.gate import Threshold, judge
from evals.judge import Judgement, Opinion, Rating
from evals.loading import MODELS, case_files, load_cases
from evals.quality import (
    against,
    case_rows,
    chosen,
    conversation,
    open_run,
    read_entry,
    suite_views,
)
from evals.run import Run, SuiteResult, save
from evals.scores import Score

from .conftest import Page

SCRIPT = """
import streamlit as st
from assistant.ui.staff import staff_pages
st.navigation([page for page in staff_pages() if page.title == "Quality"]).run()
"""


def score(case_id: str, passed: bool | None = True, **fields: object) -> Score:
    values = fields.pop("values", {"recall": float(bool(passed))})
    texts = {"got": "urgent", "wanted": "urgent", "why": "as due", "question": f"words {case_id}"}
    return Score(case_id=case_id, passed=passed, values=values, **{**texts, **fields})  # type: ignore[arg-type]


def a_run(number: int, *suites: SuiteResult, **fields: object) -> Run:
    given = {
        "id": f"2026112{number}-090000-aaaa000{number}",
        "started": f"2026-11-2{number}T09:00:00+00:00",
        "spec": {"suites": [s.suite for s in suites], "part": "dev", "cases": None},
        "settings": {"country": "US"},
        "fingerprints": {"rules": "r", "revision": f"rev{number}"},
        "results": suites,
    }
    return Run(**{**given, **fields})  # type: ignore[arg-type]


BEFORE = a_run(
    1,
    SuiteResult("guardrail", (score("a"), score("b"), score("c", False))),
    SuiteResult("retrieval", (score("r"),)),
)
AFTER = a_run(
    2,
    SuiteResult("retrieval", (score("r", details={"ranked": [["heat", "heat#Why", 1.5]]}),)),
    SuiteResult(
        "guardrail",
        (
            score("c", False),
            score("a", got="prompt"),
            score("b", False, why="not routed"),
            score("d", False, sensitive=True, question="a secret", why="not routed: a secret"),
            score("e", False, error=True, why="ValueError: <b>x</b>"),
        ),
    ),
)


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    folder = tmp_path / "runs"
    folder.mkdir()
    return folder


@pytest.fixture
def open_quality(
    open_page: Callable[[], Page], runs: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Page]:
    monkeypatch.setenv("PMR_STAFF", "1")
    monkeypatch.setattr("assistant.ui.staff.why_not_local", lambda: None)
    monkeypatch.setenv("PMR_RUNS_DIR", str(runs))
    return lambda: Page(AppTest.from_string(SCRIPT, default_timeout=60).run()).checked()


@pytest.fixture
def page(open_quality: Callable[[], Page], runs: Path) -> Page:
    save(BEFORE, runs)
    save(AFTER, runs)
    return open_quality()


def listed(page: Page) -> list[str]:
    return [part.split("</b>")[0] for part in page.html().split('<details class="pmr-case">')[1:]]


def pick(page: Page, show: str, **filters: str) -> list[str]:
    page.app.radio(key="show").set_value(show)
    if "suite" in filters:
        page.app.selectbox(key="suite").set_value(filters["suite"])
    if "find" in filters:
        page.app.text_input(key="find").set_value(filters["find"])
    page.app.run()
    return [part.rpartition("<b>")[2] for part in listed(page.checked())]


def test_without_runs_the_page_says_what_to_do(open_quality: Callable[[], Page]) -> None:
    html = open_quality().html()
    assert "pmr-assistant eval run" in html
    assert "PMR_RUNS_DIR" in html


def test_without_the_evals_the_page_says_so(
    open_quality: Callable[[], Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = [n for n in sys.modules if n.partition(".")[0] == "evals" or "ui.quality_" in n]
    for name in loaded:
        monkeypatch.delitem(sys.modules, name)

    class NoEvals:
        @staticmethod
        def find_spec(name: str, *_: object) -> None:
            if name.partition(".")[0] == "evals":
                raise ModuleNotFoundError(name, name=name)

    monkeypatch.setattr(sys, "meta_path", [NoEvals, *sys.meta_path])
    assert words.NO_EVALS in open_quality().html()


DAMAGED = {
    "cut off": '{"format": 1, "id": "x',
    "no object": "[]",
    "another format": '{"format": 99}',
    "cases of words": json.dumps({**AFTER.to_json(), "suites": [{"suite": "g", "seconds": 0,
                                                                  "cases": ["a"]}]}),
    "a head of words": json.dumps({**AFTER.to_json(), "settings": "x"}),
    "a value of words": json.dumps(AFTER.to_json()).replace('"recall": 0.0', '"recall": "no"'),
    "a verdict of words": json.dumps(AFTER.to_json()).replace('"passed": false', '"passed": "no"'),
    "a reason of nothing": json.dumps(AFTER.to_json()).replace('"why": "as due"', '"why": null'),
}  # fmt: skip


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_listed_with_its_fault(
    open_quality: Callable[[], Page], runs: Path, text: str
) -> None:
    (runs / "20261125-090000-ffff0000.json").write_text(text, "utf-8")
    page = open_quality()
    assert words.UNREADABLE in page.html()
    save(AFTER, runs)
    html = page.app.run() and page.checked().html()
    assert words.UNREADABLE in html
    assert "<h3>guardrail</h3>" in html


def test_an_unforeseen_fault_is_a_message(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant.ui import quality_view

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(quality_view, "draw_figures", fail)
    page.app.run()
    assert words.BROKEN.format(kind="ZeroDivisionError") in page.checked().html()


def test_the_newest_run_stands_beside_the_one_before_and_safety_apart(page: Page) -> None:
    html = page.html()
    run, baseline = page.app.selectbox[0], page.app.selectbox[1]
    assert (run.value, baseline.value) == (AFTER.id, "")  # other suites: no baseline by itself
    assert html.index(words.SAFETY) < html.index("<h3>guardrail") < html.index(words.QUALITY)
    assert html.index(words.QUALITY) < html.index("<h3>retrieval</h3>")
    assert "5 cases, 4 failed, 1 could not be run." in html
    assert "0.200 [0.036, 0.624]" in html
    assert len(page.app.get("vega_lite_chart")) == 2


def test_a_like_run_is_the_baseline_by_itself(page: Page, runs: Path) -> None:
    later = replace(AFTER, id="20261123-090000-aaaa0003", started="2026-11-23T09:00:00+00:00")
    save(later, runs)
    page.app.run()
    page.app.selectbox(key="run").set_value(later.id).run()
    assert page.checked().app.selectbox[1].value == AFTER.id


def test_filters(page: Page) -> None:
    assert pick(page, "all") == ["c", "a", "b", "d", "e", "r"]
    assert pick(page, "passes") == ["a", "r"]
    assert pick(page, "errors") == ["e"]
    assert pick(page, "different") == []
    assert words.NEEDS_BASELINE in page.html()
    page.app.selectbox[1].set_value(BEFORE.id).run()
    assert pick(page, "different") == ["b", "a", "d", "e"]
    assert '<span class="pmr-tag">newly failing</span>' in page.html()
    assert pick(page, "failures") == ["b", "d", "e", "c"]
    assert pick(page, "all", suite="retrieval") == ["r"]
    assert pick(page, "all", suite="", find="WORDS B") == ["b"]
    assert pick(page, "all", find="secret") == []


def test_the_comparison_names_the_regression(page: Page) -> None:
    page.app.selectbox[1].set_value(BEFORE.id).run()
    html = page.checked().html()
    assert "guardrail: b fails now" in html
    assert "Cases newly failing: 1, newly passing: 0." in html


def test_a_case_shows_everything_but_what_must_not_be_shown(page: Page) -> None:
    pick(page, "all")
    html = page.html()
    assert "<b>Patient:</b> words a" in html
    assert "ValueError: &lt;b&gt;x&lt;/b&gt;" in html
    assert '<a href="articles?article=heat" target="_blank">heat#Why</a>' in html
    assert words.HIDDEN in html
    assert "a secret" not in html


def test_the_card_of_a_case_is_drawn_without_calling_out(open_quality, runs: Path) -> None:
    asked = score("x", False, question="I can't feel my legs and I can't pee since this morning")
    save(a_run(4, SuiteResult("guardrail", (asked,))), runs)
    html = open_quality().html()
    assert "pmr-card pmr-emergency" in html
    assert 'role="alert"' not in html
    assert "its rules have changed since this run" in html


def test_many_cases_come_in_pages(open_quality, runs: Path) -> None:
    save(a_run(4, SuiteResult("guardrail", tuple(score(f"n{i}", False) for i in range(45)))), runs)
    page = open_quality()
    assert len(listed(page)) == 20
    page.app.number_input[0].set_value(3).run()
    assert len(listed(page.checked())) == 5


def test_a_run_of_the_test_part_is_marked(open_quality, runs: Path) -> None:
    save(replace(AFTER, spec={"part": "all"}), runs)
    assert words.TEST_PART in open_quality().html()


def test_a_judge_is_quoted_apart(open_quality, runs: Path) -> None:
    opinion = Opinion(score=2, reason="leaves out the heat")
    rating = Rating(suite="answers", case_id="a", opinions={"complete": opinion})
    save(replace(AFTER, judge=Judgement(model="made:up", ratings=(rating,)).to_json()), runs)
    assert "made:up" in open_quality().html()
    assert "it decides nothing" in open_quality().html()


# --- what the page is made of ------------------------------------------------------------


def test_gate_verdicts_stand_with_their_metric() -> None:
    limits = [
        Threshold(suite="guardrail", metric="recall", min=0.9, reason="people rely on it"),
        Threshold(suite="guardrail", metric="notice", min=0.9, reason="people rely on it"),
    ]
    views = suite_views(AFTER, None, judge(AFTER, limits, partial=True))
    assert [v.suite for v in views] == ["guardrail", "retrieval"]
    figures = {f.name: f for f in views[0].figures}
    assert figures["recall"].holds is False
    assert figures["passed"].holds is None
    assert [v.threshold.metric for v in views[0].missing] == ["notice"]


def test_a_flag_no_longer_named_counts_as_a_change() -> None:
    old = a_run(1, SuiteResult("guardrail", (score("a", values={"named": 1.0}),)))
    new = a_run(2, SuiteResult("guardrail", (score("a", values={"named": 0.0}),)))
    assert [r.change for r in case_rows(new, old)] == ["red flag no longer named"]
    comparison = against(old, new)
    assert comparison is not None
    assert comparison.regressions


def test_a_case_that_was_never_judged_is_no_change() -> None:
    old = a_run(1, SuiteResult("no_answer", (score("x", None, got="confidence 0.1"),)))
    new = a_run(2, SuiteResult("no_answer", (score("x", None, got="confidence 0.2"),)))
    assert chosen(case_rows(new, old), "different") == []


def test_a_run_survives_being_written_and_read(runs: Path) -> None:
    path = save(AFTER, runs)
    assert open_run(path) == AFTER
    entry = read_entry(path)
    assert (entry.judged, entry.failed, entry.problem) == (6, 4, "")


def test_our_own_conversations_get_their_turns_back() -> None:

    cases = load_cases(case_files("guardrail", "dev"), MODELS["guardrail"])
    case = next(c for c in cases if c.turns and len(c.turns) > 2)  # type: ignore[attr-defined]
    texts = [t.text for t in case.turns]  # type: ignore[attr-defined]
    run = a_run(1, SuiteResult("guardrail", ()))
    of_case = score(case.id, question=" | ".join(texts))
    assert [t.text for t in conversation(run, "guardrail", of_case) or ()] == texts
    assert conversation(run, "guardrail", replace(of_case, question="edited | since")) is None
    single = next(c for c in cases if not c.turns)  # type: ignore[attr-defined]
    shouted = score(f"{single.id}+upper", question=single.text)  # type: ignore[attr-defined]
    (turn,) = conversation(run, "robustness", shouted) or ()
    assert turn.text == single.text.upper()  # type: ignore[attr-defined]
