"""The questions that are learned from, as files and cases hold them, and their folds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import NamedTuple

from assistant.text import plain
from evals.cases import AnswerCase
from evals.loading import CASES
from training.messages import ROOT

FOLDER = ROOT / "training" / "questions"


class Written(NamedTuple):
    """A question written for an article, and the sentences of it that answer."""

    text: str
    article: str
    answers: list[str]


def written_questions() -> Iterator[Written]:
    """The questions written for training that an article answers."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            if row["answers"]:
                yield Written(row["question"], row["article"], row["answers"])


def answerable_cases(*suites: str) -> Iterator[AnswerCase]:
    """The development cases of ``suites`` (``answers``, ``follow_ups``) that are to be answered."""
    paths = [path for suite in suites for path in (CASES / "answers").glob(f"{suite}_dev*.jsonl")]
    for path in sorted(paths):
        for line in path.read_text("utf-8").splitlines():
            case = AnswerCase.model_validate_json(line)
            if case.expect == "answer":
                yield case


def facts_of(case: AnswerCase) -> list[list[str]]:
    """The key facts of a case that are told by phrases: of each any one will do."""
    return [fact for fact in case.facts if isinstance(fact, list)]


def normal(text: str) -> str:
    """Words as they are compared."""
    return " ".join(plain(text).lower().replace("’", "'").split())


def fold_of(article: str, folds: int) -> int:
    """The fold of an article, from 0; a translation is in that of its original."""
    name = article.removesuffix("-es").encode()
    return int(hashlib.md5(name).hexdigest(), 16) % folds
