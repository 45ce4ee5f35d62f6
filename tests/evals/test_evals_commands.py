"""The command line, the mutants, peers and public sets."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from assistant.cli import app as assistant_app
from assistant.guardrail import decide
from assistant.guardrail.types import Turn
from assistant.settings import load_settings
from assistant.testing import StemEmbedder
from evals import mutants, mutations
from evals.cases import GuardrailCase
from evals.commands import app
from evals.loading import MODELS, case_files, load_cases
from evals.mutants.damage import swap
from evals.mutants.guardrail import guardrail_mutants
from evals.peers import PlainRag, bm25_ranker, chunks_of, keyword_router
from evals.public import guardrail_lines, read_set, route_rates
from evals.run import load
from evals.splitting import recursive_split
from evals.subject import Subject

ROWS = (
    {"id": "a", "text": "I have crushing chest pain right now", "expect": "route"},
    {"id": "b", "text": "hello there", "expect": "none"},
)


@pytest.fixture
def cases(tmp_path):
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(f"{json.dumps(r)}\n" for r in ROWS), "utf-8")
    return path


def invoke(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_json_is_one_clean_object(cases, tmp_path):
    done = invoke("run", "--cases", cases, "--out", tmp_path / "runs", "--json")
    assert done.exit_code == 0, done.output
    values = json.loads(done.stdout)
    assert values["suite"] == "guardrail"
    assert [c["id"] for c in values["cases"]] == ["a", "b"]
    assert values["metrics"]["recall"]["n"] == 1


def test_run_compare_gate_and_report_work_together(cases, tmp_path):
    out = tmp_path / "runs"
    assert invoke("run", "--cases", cases, "--out", out).exit_code == 0
    first = next(out.glob("*.json"))
    values = json.loads(first.read_text("utf-8"))
    for suite in values["suites"]:
        suite["cases"][0] |= {"passed": False, "values": {"recall": 0.0}}
    worse = out / "worse.json"
    worse.write_text(json.dumps(values), "utf-8")
    assert invoke("compare", first, first, "--out", out).exit_code == 0
    assert invoke("compare", first, worse, "--out", out).exit_code == 1
    assert invoke("compare", worse, first, "--out", out).exit_code == 0
    gate = tmp_path / "gate.toml"
    gate.write_text(
        '[[gate]]\nsuite = "guardrail"\nmetric = "recall"\nmin = 0.9\nreason = "so that it holds"\n'
    )
    assert invoke("gate", first, "--thresholds", gate).exit_code == 0
    failed = invoke("gate", worse, "--thresholds", gate)
    assert failed.exit_code == 1
    assert "GATE FAILED" in failed.stdout
    page = tmp_path / "page.html"
    assert invoke("report", worse, "--to", page).exit_code == 0
    assert "<svg" in page.read_text("utf-8")
    assert load("latest", out).id == values["id"]


def test_the_gate_fails_a_run_that_left_suites_out(cases, tmp_path):
    invoke("run", "--cases", cases, "--out", tmp_path)
    done = invoke("gate", "latest", "--out", tmp_path)
    assert done.exit_code == 1
    assert "was not run" in done.stdout


@pytest.mark.parametrize(
    "arguments", [("run", "--suite", "nope"), ("run", "--part", "nope"), ("gate", "nope.json")]
)
def test_mistakes_are_explained(arguments):
    from assistant.errors import AssistantError

    done = invoke(*arguments)
    assert isinstance(done.exception, AssistantError)
    assert done.exception.next_step


def test_the_assistant_s_command_line_passes_everything_on(cases, tmp_path):
    runner = CliRunner()
    arguments = ["eval", "run", "--cases", str(cases), "--out", str(tmp_path), "--json"]
    done = runner.invoke(assistant_app, arguments)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["suite"] == "guardrail"
    assert (
        runner.invoke(assistant_app, ["eval", "gate", "latest", "--out", str(tmp_path)]).exit_code
        == 1
    )
    assert "compare" in runner.invoke(assistant_app, ["eval", "--help"]).stdout


def test_without_the_evals_the_command_says_so(monkeypatch):
    from assistant.errors import AssistantError

    monkeypatch.setitem(sys.modules, "evals.commands", None)
    done = CliRunner().invoke(assistant_app, ["eval", "run"])
    assert isinstance(done.exception, AssistantError)


# --- mutants -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def few():
    """Enough cases to notice the coarse mutants."""
    chosen = load_cases(case_files("guardrail", "dev"), GuardrailCase)[:40]
    output = load_cases(case_files("output", "dev"), MODELS["output"])
    return {"guardrail": chosen, "output": output}


@pytest.mark.parametrize(
    "name", ["never routes", "always an emergency", "rules cannot be loaded", "output check off"]
)
def test_a_broken_build_turns_the_evals_red(few, name):
    chosen = [m for m in mutants.all_mutants() if m.name == name]
    outcome = mutations.run_mutants(few, Subject(load_settings()), chosen)[0]
    assert outcome.killed_by, outcome.line


def test_a_mutant_that_changes_nothing_survives(few):
    same = mutants.Mutant(
        name="same", area="x", suites=("guardrail",),
        apply=swap(decide, "CRISIS_FLAGS", decide.CRISIS_FLAGS),
    )  # fmt: skip
    outcomes = mutations.run_mutants(few, Subject(load_settings()), [same])
    assert mutations.mutation_score(outcomes) == 0
    assert "SURVIVED" in outcomes[0].line


def test_a_mutant_that_no_longer_fits_is_reported_as_broken(few):
    stale = mutants.Mutant(
        name="stale", area="x", suites=("guardrail",), apply=swap(decide, "gone", None)
    )
    outcome = mutations.run_mutants(few, Subject(load_settings()), [stale])[0]
    assert outcome.broken
    assert not outcome.killed_by


def test_every_mutant_still_fits_the_code(few):
    for mutant in mutants.all_mutants():
        with mutant.apply():
            pass


def test_damage_does_not_outlive_its_mutant(few):
    before = decide.assess
    mutations.run_mutants(few, Subject(load_settings()), guardrail_mutants()[-2:])
    assert decide.assess is before


# --- peers and public sets ---------------------------------------------------------------


def test_keyword_rules_know_no_negation():
    assert keyword_router([Turn("user", "no fever, no numbness")])
    assert not keyword_router([Turn("user", "which chair suits a long back")])


def test_rates_of_a_set_keep_no_text(tmp_path):
    path = tmp_path / "set.jsonl"
    rows = [
        {"id": "1", "text": "secret words", "route": True},
        {"id": "2", "text": "x", "route": False},
        {"id": "3", "text": "y", "route": None},
        {"id": "4", "turns": ["a", "b"], "route": False},
    ]
    path.write_text("".join(f"{json.dumps(r)}\n" for r in rows), "utf-8")
    labelled = read_set(path)
    assert len(labelled) == 3
    rates = route_rates(labelled, lambda turns: turns[-1].text == "secret words")
    assert rates["recall"].value == 1
    assert rates["false_alarm"].value == 0
    lines = list(guardrail_lines({"k": keyword_router}, labelled, tmp_path))
    assert not any("secret" in line for line in lines)
    assert sum("skipped" in line for line in lines) == 5


def test_the_peers_rank_articles():
    articles = {"heat": "Heat relaxes tight muscles. " * 60, "ice": "Cold numbs sore muscles."}
    chunks = chunks_of(articles)
    assert len(chunks) == 3
    assert bm25_ranker(chunks)("numbs")[0] == "ice"
    rag = PlainRag(chunks, StemEmbedder())
    try:
        assert rag.rank("cold numbs sore muscles")[0] == "ice"
        assert len(rag.nearest("heat")) == 3
    finally:
        rag.close()


@pytest.mark.parametrize("text", ["", "short", "a b c " * 900, "x" * 2500, "one\n\ntwo\n" * 300])
def test_chunks_are_small_and_lose_no_word(text):
    chunks = recursive_split(text)
    assert all(len(c) <= 1000 for c in chunks)
    assert set(" ".join(chunks).split()) == set(text.split()) or "x" * 1000 in text


def test_the_splitter_agrees_with_langchain_s_when_it_is_there(real_articles):
    theirs = pytest.importorskip("langchain_text_splitters")
    splitter = theirs.RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    for article in real_articles:
        assert recursive_split(article.text) == splitter.split_text(article.text)


def test_a_replaced_extra_is_kept_in_the_run_file(cases, tmp_path):
    from evals.run import save

    invoke("run", "--cases", cases, "--out", tmp_path)
    finished = replace(load("latest", tmp_path), extra={"Mutation suite": ["score 1"]})
    assert load(save(finished, tmp_path)).extra == {"Mutation suite": ["score 1"]}
