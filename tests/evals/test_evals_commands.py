"""The command line, the mutants and the peers."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import numpy as np
import pytest
from evals_support import SteeredSubject, reply
from typer.testing import CliRunner

from assistant import guardrail
from assistant.cli import app as assistant_app
from assistant.guardrail import decide
from assistant.guardrail.types import Turn
from assistant.ranking import SIGNALS, Ranking
from assistant.settings import load_settings
from assistant.testing import StemEmbedder
from evals import mutants, mutations
from evals.cases import AnswerCase, GuardrailCase
from evals.commands import app
from evals.loading import MODELS, case_files, load_cases
from evals.mutants.answering import ranking_mutants
from evals.mutants.damage import swap
from evals.mutants.guardrail import guardrail_mutants
from evals.peer_answers import chunk_reply
from evals.peer_figures import answer_lines
from evals.peers import Chunk, PlainRag, bm25_ranker, chunks_of, keyword_router
from evals.run import load
from evals.splitting import recursive_split
from evals.subject import Subject
from evals.suites.answers import score_reply

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


@pytest.mark.parametrize("mutant", ranking_mutants(), ids=lambda m: m.name)
def test_a_damaged_signal_counts_nothing_for_a_ranking_in_use(mutant):
    whole = Ranking(headed=dict.fromkeys(SIGNALS, 1.0), bare=dict.fromkeys(SIGNALS, 1.0))
    signals, headed = np.ones((1, len(SIGNALS)), dtype=np.float32), np.array([True])
    before = whole.scores(signals, headed)[0]
    with mutant.apply():
        damaged = whole.scores(signals, headed)[0]
    assert damaged < before == len(SIGNALS)
    assert whole.scores(signals, headed)[0] == before


def test_a_build_that_is_broken_already_proves_nothing(few, monkeypatch):
    from assistant.errors import AssistantError

    monkeypatch.setattr(Subject, "violations", lambda *_: 1 / 0)
    chosen = [m for m in mutants.all_mutants() if m.name == "output check refuses all"]
    with pytest.raises(AssistantError, match="undamaged build"):
        mutations.run_mutants(few, Subject(load_settings()), chosen)


def test_a_mutant_that_no_longer_fits_is_reported_as_broken(few):
    stale = mutants.Mutant(
        name="stale", area="x", suites=("guardrail",), apply=swap(decide, "gone", None)
    )
    outcome = mutations.run_mutants(few, Subject(load_settings()), [stale])[0]
    assert outcome.broken
    assert not outcome.killed_by


def test_a_mutant_that_only_raises_has_not_been_noticed(few):
    wrong = mutants.Mutant(
        name="wrong", area="x", suites=("output",),
        apply=swap(guardrail, "violations", list),
    )  # fmt: skip
    outcome = mutations.run_mutants(few, Subject(load_settings()), [wrong])[0]
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


# --- peers ---------------------------------------------------------------


def test_keyword_rules_know_no_negation():
    assert keyword_router([Turn("user", "no fever, no numbness")])
    assert not keyword_router([Turn("user", "which chair suits a long back")])


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


def test_a_plain_pipeline_s_chunks_are_scored_like_an_answer():
    articles = {"heat": "Heat relaxes tight muscles.\n\nKeep it on.", "ice": "Cold numbs."}
    chunks = [Chunk("heat", articles["heat"]), Chunk("ice", articles["ice"])]
    case = AnswerCase(id="a", question="heat?", facts=[["relaxes tight"]], relevant=["heat"])
    values = score_reply(case, chunk_reply(chunks, articles), articles).values
    assert values["fact_recall"] == values["citation_precision"] == 1
    assert values["off_topic"] == 0.5
    assert values["words"] == 9
    cut = chunk_reply(chunks, articles, words=2)
    assert [s["text"] for s in cut["sentences"]] == ["Heat relaxes"]
    assert score_reply(case, cut, articles).values["fact_recall"] == 0
    assert chunk_reply(chunks, articles, words=5)["sentences"][0]["text"].endswith(
        "muscles.\n\nKeep"
    )


def test_peers_stand_beside_our_answers_of_the_same_run():
    articles = {"heat": "Heat relaxes tight muscles.", "ice": "Cold numbs sore muscles."}
    subject = SteeredSubject(replies=lambda _t: reply(("heat", "Heat relaxes tight muscles.")))
    case = AnswerCase(id="a", question="heat?", facts=[["relaxes tight"]], relevant=["heat"])
    rag = PlainRag(chunks_of(articles), StemEmbedder())
    try:
        lines = " ".join("\n".join(answer_lines(subject, rag, [case], articles)).split())
    finally:
        rag.close()
    assert "assistant off_topic 0.000" in lines
    assert "its 4 chunks off_topic 0.500" in lines
    assert "its first 4 words" in lines
    assert "ours -0.500 more" in lines


# --- another library ---------------------------------------------------------------------


def test_another_library_is_indexed_for_the_run(tmp_path, monkeypatch):
    monkeypatch.setattr("evals.console.open_embedder", lambda *_: StemEmbedder())
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in (("tea", "Green tea is brewed below boiling."), ("bread", "Rye is dense.")):
        front = f'---\nid: {name}\ntitle: About {name}\npublisher: "A kitchen"\n---\n'
        (corpus / f"{name}.md").write_text(f"{front}\n{text}\n", "utf-8")
    cases = tmp_path / "q.jsonl"
    row = {"id": "q", "question": "how is green tea brewed", "relevant": ["tea"], "class": "basic"}
    cases.write_text(json.dumps(row), "utf-8")
    out = tmp_path / "runs"
    done = invoke(
        "run", "--suite", "retrieval", "--cases", cases, "--corpus", corpus, "--out", out, "--json"
    )
    assert done.exit_code == 0, done.output
    values = json.loads(done.stdout)
    assert values["metrics"]["hit@1"]["value"] == 1
    assert values["cases"][0]["got"].startswith("tea")
    assert load("latest", out).settings["corpus_dir"] == "corpus"


def test_a_library_that_cannot_be_read_is_explained(tmp_path, cases):
    from assistant.errors import AssistantError

    done = invoke("run", "--cases", cases, "--corpus", tmp_path / "none", "--out", tmp_path)
    assert isinstance(done.exception, AssistantError)
    assert "none" in str(done.exception)
