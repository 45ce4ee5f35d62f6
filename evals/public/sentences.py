"""Which sentence answers? Candidates of public sets, ranked by the assistant and by its peers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assistant.records import Span
from assistant.text import sentence_spans
from evals.public.files import read_rows
from evals.text_metrics import normal

RELEVANT = 3  # MEDIQA grades 1 to 4; 3 and 4 answer the question, as its organisers counted


class Task(NamedTuple):
    """A question with its candidates. ``gold`` are positions, ``grades`` one for each candidate.

    ``group`` names what the candidates stand in, such as a paragraph asked about several times.
    """

    group: str
    question: str
    candidates: tuple[str, ...]
    gold: frozenset[int]
    grades: tuple[int, ...] = ()
    given: tuple[int, ...] = ()  # another system's order, when the set holds it


def listed(path: Path) -> list[Task]:
    """SelQA and TREC QA: every question has its own list of sentences."""
    return read_rows(path, _listed)


def _listed(row: dict[str, Any]) -> Task:
    return Task(row["qid"], row["text"], tuple(row["cands"]), frozenset(row["gold"]))


def squad(path: Path) -> list[Task]:
    """SQuAD: the sentences of the paragraph; gold is any that holds the usual short answer."""
    return [task for tasks in read_rows(path, _squad) for task in tasks]


def _squad(row: dict[str, Any]) -> list[Task]:
    sentences = split(row["context"])
    group = f"{row['article']}/{row['para']}"
    tasks = []
    for qa in row["qas"]:
        # Annotators differ; the answer most of them gave stands for all.
        answer = normal(Counter(qa["answers"]).most_common(1)[0][0])
        gold = frozenset(n for n, s in enumerate(sentences) if answer in normal(s))
        tasks.append(Task(group, qa["q"], sentences, gold))
    return tasks


def mas(path: Path) -> list[Task]:
    """MEDIQA-MAS: sentences of all answers; gold are those in the extractive summary."""
    return read_rows(path, _mas)


def _mas(row: dict[str, Any]) -> Task:
    sentences = tuple(s for _id, text in row["answers"] for s in split(text))
    summary = normal(row["extractive"])
    gold = frozenset(n for n, s in enumerate(sentences) if normal(s) in summary)
    return Task(row["qid"], row["text"], sentences, gold)


def mediqa(path: Path) -> list[Task]:
    """MEDIQA-QA: whole answers with grades, in the order of the CHiQA system."""
    return read_rows(path, _mediqa)


def _mediqa(row: dict[str, Any]) -> Task:
    answers = row["answers"]
    grades = tuple(int(a["score"]) for a in answers)
    return Task(
        group=row["qid"],
        question=row["text"],
        candidates=tuple(a["text"] for a in answers),
        gold=frozenset(n for n, grade in enumerate(grades) if grade >= RELEVANT),
        grades=grades,
        given=tuple(sorted(range(len(answers)), key=lambda n: answers[n]["sys"])),
    )


def split(text: str) -> tuple[str, ...]:
    """Sentences of a text, also where the blank after a full stop was lost."""
    spaced = re.sub(r"(?<=[a-z)])([.?!])(?=[A-Z][a-z])", r"\1 ", text)
    return tuple(span.cut(spaced) for span in sentence_spans(spaced, Span(0, len(spaced))))


def judgeable(tasks: Sequence[Task]) -> list[Task]:
    """Tasks with something to find and something to pass over; the others say nothing."""
    return [t for t in tasks if t.gold and len(t.gold) < len(t.candidates)]


Loader = Callable[[Path], list[Task]]


def grouped(tasks: Sequence[Task]) -> Iterator[list[Task]]:
    """Neighbouring tasks over the same candidates."""
    held: list[Task] = []
    for task in tasks:
        if held and task.group != held[0].group:
            yield held
            held = []
        held.append(task)
    if held:
        yield held
