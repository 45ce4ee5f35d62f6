"""Kept questions: nobody can be told from them, they expire, and they become a list of gaps."""

from __future__ import annotations

import csv
import json
import os
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import typer
from core_support import PROJECT, article, care_message, live
from hypothesis import example, given
from hypothesis import strategies as st
from typer.testing import CliRunner

from assistant.chunking import split_article
from assistant.corpus import load_articles
from assistant.embedding import SentenceTransformerEmbedder, Vectors
from assistant.errors import AssistantError, QuestionsUnusable
from assistant.gaps import keep, noting
from assistant.gaps.cluster import cluster
from assistant.gaps.command import gaps as gaps_command
from assistant.gaps.gaps import TOGETHER, Gap, find_gaps
from assistant.gaps.keep import KeptQuestion, QuestionFile
from assistant.gaps.names import NAME, known_words
from assistant.gaps.noting import QuestionNotes
from assistant.gaps.outline import outline, topic_of
from assistant.gaps.scrub import MOST_CHARACTERS, NUMBER, scrub
from assistant.guardrail.types import Decision, Level
from assistant.records import Library
from assistant.reply import Reply
from assistant.settings import Settings
from assistant.testing import StemEmbedder

DAY = date(2026, 11, 20)
TEXT = (
    "Scoliosis is a curve of the spine. Will heat help? A brace is worn by a child. An MRI scan, "
    "an epidural or a good walk may help. The name of a right muscle. Pilates and "
    "Parkinson's disease."
)
ARTICLE = article(TEXT, "scoliosis", title="Scoliosis in adults")
LIBRARY = Library({"scoliosis": ARTICLE}, tuple(split_article(ARTICLE)))
KNOWN = known_words(LIBRARY)


def kept(text: str, number: int = 0, **fields: object) -> KeptQuestion:
    values = {"id": f"q{number}", "day": DAY, "kind": "no_answer", "article": "heat", **fields}
    return KeptQuestion(text=text, **values)  # type: ignore[arg-type]


# What is taken out ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("what helps Mary's scoliosis in Springfield?", "what helps [name] scoliosis in [name]?"),
        ("my name is kowalski, does a brace help", "my name is [name], does a brace help"),
        ("me llamo ana lopez, does heat help", "me llamo [name], does heat help"),
        ("john kowalski has scoliosis", "[name] has scoliosis"),
        ("I'm Tom. I've got scoliosis", "I'm [name]. I've got scoliosis"),
        ("CAN JOHN SMITH HAVE AN MRI WITH A BRACE", "CAN [name] HAVE AN MRI WITH A BRACE"),
        ("Kowalczyk here, is heat good", "[name] here, is heat good"),
        ("will grace help? Will heat help?", "will [name] help? Will heat help?"),
        ("dr patel said walk", "dr [name] said walk"),
        ("the dr said walk", "the dr said walk"),
        ("Mark Heat here, does a walk help", "[name] here, does a walk help"),
        ("thanks, i'm Right Brace, heat?", "thanks, i'm [name], heat?"),
        ("my son mark heat has scoliosis", "my son [name] has scoliosis"),
        ("Will Heat help with an Mri Scan?", "Will Heat help with an Mri Scan?"),
        ("i live in springfield, does heat help", "i live in [name], does heat help"),
        ("a walk with Anne-Marie O'Brien", "a walk with [name]"),
        ("i am 45 and 5'11\", does heat help", "i am # and #, does heat help"),
        ("hurt on 3/4/2026 and the 3rd of may, heat?", "hurt on # and the # of may, heat?"),
        ("½ a walk, Ⅳ walks, ٣ walks, heat?", "# a walk, [name] walks, # walks, heat?"),
        ("call five five five one two, heat?", "call #, heat?"),
        ("heat? (555) 010-1234", "heat? #"),
        ("heat? jo.b+x@mail.example.com", "heat? #"),
        ("heat? jo at gmail dot com", "heat? #"),
        ("heat? see https://x.example/a?b=c or www.foo.com or foo.org/x", "heat? see # or # or #"),
        ("heat? my record number is AB-9931", "heat? my #"),
        ("at 12 Oak Street Springfield, heat?", "at # [name], heat?"),
        ("heat for L4-L5 and COVID19", "heat for # and #"),
        ("is zanaflex good with kyphosis", "is zanaflex good with kyphosis"),
        ("Is Pilates good with Parkinson's?", "Is Pilates good with Parkinson's?"),
        ("qwertyuiopasdfghjklzxcvbnmqwe heat", "[name] heat"),
        ("he\u200bat for Ma\u200bry", "heat for [name]"),
    ],
)  # fmt: skip
def test_what_could_say_who_asked_is_taken_out(said: str, left: str) -> None:
    assert scrub(said, KNOWN) == left


@pytest.mark.parametrize("said", ["", " ", "Mary 45?", "背中が痛い", "боль heat"])
def test_nothing_is_left_where_nothing_was_asked_or_names_cannot_be_told(said: str) -> None:
    assert scrub(said, KNOWN) == ""


@given(st.text(max_size=600))
@example("Heat " * 100)
@example("5\u20dd heat ①②③")
def test_no_figure_is_ever_left_and_it_stays_short(said: str) -> None:
    left = scrub(said, KNOWN)
    assert len(left) <= MOST_CHARACTERS
    assert not any(char.isnumeric() for char in left)
    assert "@" not in left or "@" in said
    assert "\n" not in left


@given(
    st.sampled_from(["Maria", "Kowalski", "Springfield", "Nguyen", "O'Brien"]),
    st.sampled_from(["does heat help {} with it", "scoliosis, says {}", "is {} right about heat"]),
)
def test_a_capital_inside_a_sentence_is_a_name_unless_the_articles_know_it(
    name: str, form: str
) -> None:
    assert scrub(form.format(name), KNOWN) == form.format(NAME)


# The file -------------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "questions.jsonl"


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_what_is_kept_expires_on_writing_and_on_reading(path: Path) -> None:
    file = QuestionFile(path, days=7)
    file.add(kept("old", 1), today=DAY)
    file.add(kept("new", 2, day=DAY + timedelta(5)), today=DAY + timedelta(5))
    assert [q.text for q in file.read(today=DAY + timedelta(6)).questions] == ["old", "new"]
    assert [q.text for q in file.read(today=DAY + timedelta(7)).questions] == ["new"]
    assert [line["text"] for line in lines(path)] == ["new"]
    file.add(kept("newest", 3, day=DAY + timedelta(30)), today=DAY + timedelta(30))
    assert [line["text"] for line in lines(path)] == ["newest"]
    assert path.stat().st_mode & 0o077 == 0
    assert sorted(lines(path)[0]) == sorted(KeptQuestion.model_fields)


def test_a_day_ahead_of_the_clock_does_not_last_for_ever(path: Path) -> None:
    file = QuestionFile(path, days=7)
    file.add(kept("heat", day=DAY + timedelta(400)), today=DAY)
    assert file.read(today=DAY).questions == ()
    assert path.read_bytes() == b""


def test_a_broken_line_is_left_out_and_said_without_its_words(path: Path) -> None:
    file = QuestionFile(path, days=7)
    file.add(kept("heat"), today=DAY)
    with path.open("ab") as stream:
        stream.write(b'{"text": "secret\n\xff\xfe\n[]\n')
    found = file.read(today=DAY)
    assert [q.text for q in found.questions] == ["heat"]
    assert [note.partition(" of ")[0] for note in found.notes] == ["Line 2", "Line 3", "Line 4"]
    assert "secret" not in "".join(found.notes)
    assert file.read(today=DAY).notes == ()


def test_another_file_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"thumb": "down"}\n', encoding="utf-8")
    file = QuestionFile(path, days=7)
    for act in (lambda: file.add(kept("heat"), today=DAY), lambda: file.read(today=DAY)):
        with pytest.raises(QuestionsUnusable, match="no file of kept questions"):
            act()
    assert path.read_text("utf-8") == '{"thumb": "down"}\n'


def test_a_full_disk_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = QuestionFile(path, days=7)
    file.add(kept("heat"), today=DAY)
    before = path.read_bytes()

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(QuestionsUnusable, match="No space left"):
        file.add(kept("ice", 1), today=DAY)
    assert path.read_bytes() == before
    assert sorted(p.name for p in path.parent.iterdir()) == [
        "questions.jsonl",
        "questions.jsonl.lock",
    ]


def test_only_the_newest_stay_and_each_can_be_taken_out(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep, "MOST_KEPT", 3)
    file = QuestionFile(path, days=300)
    today = date.today()  # noqa: DTZ011 - removing looks at the real day
    for number in range(5):
        file.add(kept("heat", number, day=today))
    file.remove(["q3", "never there"])
    assert [line["id"] for line in lines(path)] == ["q2", "q4"]
    assert keep.forget(path) == 2
    assert not path.exists()
    assert keep.forget(path) == 0


def test_writers_at_once_lose_nothing(path: Path) -> None:
    def write(number: int) -> None:
        for n in range(5):
            QuestionFile(path, days=7).add(kept("heat", 10 * number + n), today=DAY)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({line["id"] for line in lines(path)}) == 20


# What is kept of a conversation ---------------------------------------------------------------


def decided(level: Level = Level.NONE, channel: str = "medical") -> Decision:
    return Decision(level=level, message=care_message(level, channel) if level else None)


def reply(question: str | None = "does heat help with scoliosis", **fields: object) -> Reply:
    values = {
        "kind": "no_answer",
        "decision": decided(),
        "care_by_turn": (Level.NONE,),
        "nearest": ("scoliosis",),
        "library": LIBRARY,
        "resolved_question": question,
        **fields,
    }
    return Reply(**values)  # type: ignore[arg-type]


@pytest.fixture
def notes(path: Path) -> QuestionNotes:
    return QuestionNotes(Settings(questions_file=path, keep_questions_days=30))


@pytest.mark.parametrize("given", [{"keep_questions_days": 30}, {"questions_file": True}, {}])
def test_nothing_is_kept_unless_both_are_set(path: Path, given: dict[str, object]) -> None:
    if "questions_file" in given:
        given = {"questions_file": path}
    notes = QuestionNotes(Settings(**given))  # type: ignore[arg-type]
    assert not notes.on
    assert notes.note(reply(), "no_answer", []) is None
    assert not path.parent.exists()


def test_the_question_is_kept_and_can_be_taken_back(notes: QuestionNotes, path: Path) -> None:
    key = notes.note(reply("does heat help Mary with 2 braces"), "no_answer", [decided()])
    (line,) = lines(path)
    assert line["text"] == f"does heat help {NAME} with {NUMBER} braces"
    assert (line["id"], line["article"], line["lang"]) == (key, "scoliosis", "en")
    assert notes.take_back([key or ""])
    assert lines(path) == []


@pytest.mark.parametrize(
    "before",
    [
        decided(Level.URGENT),
        decided(Level.EMERGENCY),
        decided(Level.PROMPT, "crisis"),
        decided(Level.NOTICE, "safeguarding"),
        decided(Level.NOTICE, "failure"),
    ],
)
def test_nothing_of_a_conversation_with_a_warning_is_kept(
    notes: QuestionNotes, path: Path, before: Decision
) -> None:
    assert notes.note(reply(), "no_answer", [decided(), before]) is None
    assert notes.note(reply(decision=before), "no_answer", []) is None
    levels = (max(before.level, Level.URGENT), Level.NONE)
    assert notes.note(reply(care_by_turn=levels), "no_answer", []) is None
    assert not path.exists()


@pytest.mark.parametrize(
    "question", ["is suicide common with scoliosis", "he beats me, does heat help", None]
)
def test_neither_is_a_message_about_violence_or_despair(
    notes: QuestionNotes, path: Path, question: str | None
) -> None:
    assert notes.note(reply(question), "no_answer", []) is None
    assert not path.exists()


def test_a_later_warning_takes_back_what_was_kept(notes: QuestionNotes, path: Path) -> None:
    other, mine = notes.conversation(), notes.conversation()
    other.after(reply("does ice help with scoliosis"))
    mine.after(reply())
    mine.after(reply(kind="answer"))
    assert len(lines(path)) == 2
    mine.after(reply(kind="care", decision=decided(Level.URGENT)))
    assert [line["text"] for line in lines(path)] == ["does ice help with scoliosis"]
    mine.after(reply())
    assert len(lines(path)) == 1


def test_trouble_never_reaches_the_chat_and_says_no_words(
    notes: QuestionNotes,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path.parent.write_text("a file where the folder should be", encoding="utf-8")
    assert notes.note(reply(), "no_answer", []) is None
    assert not notes.take_back(["x"]) or not path.exists()

    def broken(*_: object) -> str:
        raise ValueError("does heat help")

    monkeypatch.setattr(noting, "scrub", broken)
    assert notes.note(reply(), "no_answer", []) is None
    assert len(caplog.records) >= 2
    assert "heat" not in caplog.text


# Clusters and the list ------------------------------------------------------------------------


def labelled(part: str) -> list[tuple[str, str]]:
    with (PROJECT / "tests" / "gap_questions.tsv").open(encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [(row["gap"], row["question"]) for row in rows if row["part"] == part]


def agreement(labels: Sequence[str], groups: list[list[int]]) -> tuple[float, float]:
    """Purity, and the B-cubed F1: how well each question's group matches its label's."""
    purity = sum(max(Counter(labels[n] for n in g).values()) for g in groups) / len(labels)
    group_of = {n: set(group) for group in groups for n in group}
    precision = recall = 0.0
    for n, label in enumerate(labels):
        own = {m for m, other in enumerate(labels) if other == label}
        precision += len(own & group_of[n]) / len(group_of[n]) / len(labels)
        recall += len(own & group_of[n]) / len(own) / len(labels)
    return purity, 2 * precision * recall / (precision + recall)


@pytest.mark.slow
def test_the_threshold_is_the_best_of_one_half_and_holds_on_the_other() -> None:
    embedder = SentenceTransformerEmbedder()
    found: dict[str, dict[float, tuple[float, float]]] = {}
    for part in ("choose", "report"):
        rows = labelled(part)
        vectors = embedder.embed([question for _, question in rows])
        found[part] = {
            step / 40: agreement([label for label, _ in rows], cluster(vectors, step / 40))
            for step in range(12, 29)
        }
    assert max(found["choose"], key=lambda t: found["choose"][t][1]) == TOGETHER
    purity, f1 = found["report"][TOGETHER]  # 1.0 and 0.96 when this was written
    assert purity >= 0.95
    assert f1 >= 0.93


def slow_clusters(vectors: Vectors, threshold: float) -> list[list[int]]:
    """Average linkage by the book: join the closest two until none are close enough."""
    similar = vectors @ vectors.T
    groups = [[n] for n in range(len(vectors))]
    while len(groups) > 1:
        pairs = [(a, b) for b in range(len(groups)) for a in range(b)]
        means = [float(similar[np.ix_(groups[a], groups[b])].mean()) for a, b in pairs]
        best = int(np.argmax(means))
        if means[best] < threshold:
            break
        a, b = pairs[best]
        groups[a] += groups.pop(b)
    return sorted(sorted(group) for group in groups)


@given(st.integers(0, 10_000), st.integers(0, 14), st.floats(-0.2, 0.9))
def test_clusters_are_those_of_plain_average_linkage(
    seed: int, count: int, threshold: float
) -> None:
    vectors = np.random.default_rng(seed).normal(size=(count, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert cluster(vectors, threshold) == slow_clusters(vectors, threshold)


def test_equal_questions_are_one_cluster_without_end() -> None:
    vectors = np.ones((50, 4), dtype=np.float32) / 2
    assert cluster(vectors, 0.9) == [list(range(50))]


ASKED = (
    kept("does cupping help", 1, day=DAY - timedelta(3)),
    kept("Does cupping help?", 2),
    kept("does cupping help sore muscles", 3, kind="thumbs_down"),
    kept("which mattress is best", 4),
    kept("ayuda el calor", 5, lang="es"),
)


def test_the_list_says_how_often_when_and_what_comes_nearest(built: Path) -> None:
    index, embedder = live(built).current(), StemEmbedder()
    found = find_gaps(ASKED, embedder, index)
    assert [(gap.count, gap.lang) for gap in found] == [(3, "en"), (1, "es"), (1, "en")]
    first = found[0]
    assert first.question == "Does cupping help?"
    assert set(first.examples) == {"Does cupping help?", "does cupping help sore muscles"}
    assert first.kinds == {"no_answer": 2, "thumbs_down": 1}
    assert (first.first, first.last) == (DAY - timedelta(3), DAY)
    assert first.nearest is not None
    assert first.nearest.id in index.library.articles
    assert found[1].nearest is None  # there is no Spanish article
    assert find_gaps(ASKED[::-1], embedder, index) == found
    assert find_gaps((), embedder, index) == []


def gap(*questions: str, **fields: object) -> Gap:
    values = {
        "count": len(questions), "kinds": {"no_answer": len(questions)}, "first": DAY, "last": DAY,
        "lang": "en", "nearest": None, **fields,
    }  # fmt: skip
    return Gap(question=questions[0], examples=questions, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("questions", "topic"),
    [
        (("do inversion tables work", "inversion table for back pain"), "inversion tables"),
        (("is a standing desk better for my back", "standing desks"), "standing desk"),
        (("does cupping hurt",), "cupping"),
        (("does it help?",), "this topic"),
        ((f"what does {NAME} say about {NUMBER} stem cells",), "stem cells"),
    ],
)
def test_the_topic_is_what_the_questions_share(questions: tuple[str, ...], topic: str) -> None:
    assert topic_of(gap(*questions)) == topic


def test_the_outline_is_our_template_and_says_nothing_of_its_own(tmp_path: Path) -> None:
    text = outline(
        gap("what is cupping?", "does cupping hurt --> <b>now</b>", "what causes cupping marks")
    )
    for heading in (
        "In short",
        "What causes cupping?",
        "When should I see a doctor about cupping?",
    ):
        assert f"## {heading}\n" in text
    assert "## What is cupping?\n<!-- Answer: what is cupping? -->\n…" in text
    assert "## What causes cupping?\n<!-- Answer: what causes cupping marks -->\n…" in text
    assert "<b>" not in text
    assert text.count("-->") == text.count("<!--") == 4
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "cupping.md").write_text(text, encoding="utf-8")
    (draft,) = load_articles(tmp_path)
    assert (draft.id, draft.title, draft.reviewed, draft.sources) == (
        "cupping",
        "Cupping",
        None,
        (),
    )


# The command ----------------------------------------------------------------------------------


@pytest.fixture
def run(
    built: Path, path: Path, stem_embedder: StemEmbedder, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    monkeypatch.chdir(built.parent)
    app = typer.Typer()

    @app.callback()
    def _options(context: typer.Context) -> None:
        context.obj = {"data_dir": built, "corpus_dir": None}

    app.command("gaps")(gaps_command)

    def call(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["gaps", *arguments])
        if isinstance(result.exception, AssistantError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.stdout

    return call


@pytest.fixture
def on(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMR_KEEP_QUESTIONS_DAYS", "365")
    monkeypatch.setenv("PMR_QUESTIONS_FILE", str(path))


@pytest.mark.usefixtures("on")
def test_the_command_lists_outlines_and_forgets(run: Callable[..., str], path: Path) -> None:
    assert "No question" in run()
    today = date.today()  # noqa: DTZ011 - the command looks at the real day
    for question in ASKED:
        QuestionFile(path, 365).add(question.model_copy(update={"day": today}))
    text = run()
    assert text.startswith("1. Does cupping help?\n   asked 3 times, ")
    assert "nearest: " in text
    listed = json.loads(run("--json"))
    assert [row["count"] for row in listed] == [3, 1, 1]
    assert listed[0]["first"] == today.isoformat()
    assert "## What is cupping?" in run("--outline", "1")
    with pytest.raises(AssistantError, match="no gap 9"):
        run("--outline", "9")
    assert run("--forget") == "5 questions deleted.\n"
    assert not path.exists()
    assert json.loads(run("--json")) == []


def test_the_command_says_how_to_switch_it_on(
    run: Callable[..., str], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments in ((), ("--forget",)):
        with pytest.raises(AssistantError) as caught:
            run(*arguments)
        assert "PMR_KEEP_QUESTIONS_DAYS" in caught.value.next_step
    monkeypatch.setenv("PMR_QUESTIONS_FILE", str(path))
    assert run("--forget") == "0 questions deleted.\n"  # also after it was switched off
