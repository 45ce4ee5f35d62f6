from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from core_support import article, care_message
from rich.console import Console

from assistant.chunking import split_article
from assistant.gaps.noting import QuestionNotes
from assistant.guardrail.types import Decision, Level, Turn
from assistant.records import AnswerSentence, Citation, Library, Writing, WrittenSentence
from assistant.rephrasing import Step, waiting
from assistant.reply import MODEL, Reply, review_line
from assistant.settings import Settings
from assistant.terminal import converse, render, show

TEXT = "Take 1½ rests… then **move**.\x1b[2J Options:\n\n- heat\u202e\n- cold"


def reply(lang: str = "en", **known: object) -> Reply:
    made = article(TEXT, title="Ti\x1btle", url="https://example.org/a", lang=lang)
    library = Library({"a": made}, tuple(split_article(made)))
    passage = library.passages[0]
    sentences = tuple(
        AnswerSentence(article="a", span=s.span, kind=s.kind, citations=(1,))
        for s in passage.sentences
    )
    citation = Citation(
        number=1, article="a", article_version="v", passage=passage.id, section=("S",),
        span=passage.span,
    )  # fmt: skip
    values = {
        "kind": "answer",
        "decision": Decision(level=Level.NONE),
        "care_by_turn": (Level.NONE,),
        "sentences": sentences,
        "citations": (citation,),
        "library": library,
        **known,
    }
    return Reply(**values)  # type: ignore[arg-type]


def test_words_are_printed_as_they_stand_without_control_codes() -> None:
    text = render(reply())
    assert "Take 1½ rests… then move." in text
    assert "- heat [1]" in text
    assert "https://example.org/a" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_headings_are_in_the_language_of_the_articles() -> None:
    text = render(reply("es", suggestions=("¿Qué más?",), nearest=("a",)))
    assert "Fuentes:\n[1]" in text
    assert "También puede preguntar:\n- ¿Qué más?" in text
    assert "Estos artículos son los más cercanos:\n- " in text


def test_the_care_message_comes_first() -> None:
    decision = Decision(level=Level.PROMPT, message=care_message(Level.PROMPT), ask="Since when?")
    text = render(reply(decision=decision, suggestions=("What else?",)))
    assert text.startswith("CARE prompt\n\nSince when?")
    assert text.index("CARE") < text.index("Take 1½") < text.index("What else?")


def test_a_conversation_says_that_questions_are_kept_and_starts_over(tmp_path: Path) -> None:
    asked = {"curling?": ("no_answer", Level.NONE), "numb": ("care", Level.URGENT)}

    class Fake:
        def reply_stream(self, turns: Sequence[Turn]) -> Iterator[Step]:
            kind, level = asked[turns[-1].text]
            decision = Decision(level=level, message=care_message(level) if level else None)
            finished = reply(
                kind=kind, decision=decision, care_by_turn=(level,), sentences=(), citations=(),
                text="Nothing.", resolved_question=turns[-1].text,
            )  # fmt: skip
            yield Step(finished, finished)

    def talk(notes: QuestionNotes, *said: str) -> str:
        console = Console(file=io.StringIO())
        lines = iter(said)

        def give(prompt: str) -> str:
            try:
                return next(lines)
            except StopIteration:
                raise EOFError from None

        console.input = give  # type: ignore[method-assign,assignment]
        converse(Fake(), console, notes)  # type: ignore[arg-type]
        return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]

    path = tmp_path / "questions.jsonl"
    assert "kept" not in talk(QuestionNotes(Settings()), "curling?")
    notes = QuestionNotes(Settings(questions_file=path, keep_questions_days=9))
    assert "without names and numbers" in talk(notes, "curling?", "numb")
    assert path.read_text("utf-8") == ""
    talk(notes, "numb", "/new", "curling?")
    assert path.read_text("utf-8").count("curling") == 1


def test_an_emergency_offers_nothing_else() -> None:
    decision = Decision(level=Level.EMERGENCY, message=care_message(Level.EMERGENCY))
    text = render(
        reply(kind="care", decision=decision, sentences=(), citations=(), suggestions=("More?",))
    )
    assert text == "CARE emergency"


def test_review_line() -> None:
    from datetime import date

    assert review_line(article("x")) == "Not yet clinically reviewed"
    reviewed = article("x", reviewed=date(2024, 5, 1), reviewed_by="Dr. Lee")
    assert review_line(reviewed) == "Reviewed by Dr. Lee on 01 May 2024"


def test_an_overdue_review_is_said() -> None:
    from datetime import date

    due = article("x", review_by=date(2025, 5, 1))
    assert review_line(due, today=date(2025, 5, 1)) == "Not yet clinically reviewed"
    assert "was due by 01 May 2025" in review_line(due, today=date(2025, 5, 2))


ONE, TWO = (WrittenSentence(text=text, citations=(1,)) for text in ("Rest a bit.", "Then move."))


def written(*sentences: WrittenSentence, **known: object) -> Reply:
    writing = Writing(model="m", prompt="1", **known)  # type: ignore[arg-type]
    decision = Decision(level=Level.PROMPT, message=care_message(Level.PROMPT))
    quoted = reply(decision=decision)
    if writing.fallback:
        return reply(decision=decision, writing=writing)
    shown = (*sentences, quoted.sentences[0])
    return reply(decision=decision, sentences=shown, writer=MODEL, writing=writing)


def steps(last: Reply) -> Iterator[Step]:
    yield Step(reply(decision=last.decision, sentences=()), last)
    yield Step(reply(decision=last.decision, sentences=(ONE,)), last)
    yield Step(last, last)


def printed(given: Iterator[Step]) -> str:
    out = io.StringIO()
    show(given, Console(file=out, width=200, highlight=False, markup=False))
    return out.getvalue()


def test_a_reply_printed_in_steps_reads_like_one_printed_at_once() -> None:
    last = written(ONE, TWO, removed=2)
    text = printed(steps(last))
    assert text == render(last) + "\n"
    assert "“Take 1½ rests… then move.” [1]" in text
    assert "2 sentences removed: not in our articles." in text


def test_a_quoted_answer_follows_what_was_printed_before_and_says_why() -> None:
    text = printed(steps(written(fallback="timeout")))
    assert text.count("CARE prompt") == 1
    assert text.index("Rest a bit.") < text.index("Take 1½ rests… then move.")
    assert "took too long" in text


@pytest.mark.parametrize("after", [1, 2])
def test_ctrl_c_keeps_what_passed(after: int) -> None:
    last = written(ONE, stopped=True)

    def interrupted() -> Iterator[Step]:
        yield from list(steps(last))[:after]
        raise KeyboardInterrupt

    text = printed(interrupted())
    assert text == render(last) + "\n"
    assert "You stopped this answer" in text


def test_what_a_second_look_raises_is_printed_once_when_it_comes() -> None:
    mild = Decision(level=Level.NOTICE, message=care_message(Level.NOTICE))
    grave = Decision(level=Level.URGENT, message=care_message(Level.URGENT))
    first = waiting(reply(decision=mild, text="Hello."))
    last = reply(kind="care", decision=grave, sentences=(), citations=())
    text = printed(iter([first, first, Step(last, last)]))
    assert text.split() == ["CARE", "notice", "CARE", "urgent"]
