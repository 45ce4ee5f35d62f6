"""Reading a question and a line of an article together: does the line answer the question?

Cosines compare two texts that were read apart and tell a true paraphrase from its opposite badly;
this small encoder reads both at once. It was trained by ``training/relevance.py`` on questions
written for this library. Its opinion orders what was found and never makes anything quotable.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.guardrail.learned.classifier import Classifier, load
from assistant.records import Article, Passage
from assistant.text import plain

if TYPE_CHECKING:
    from importlib.abc import Traversable

NAME, HEADS = "relevance", ("answers",)
_YES = 1  # the label after "does not answer"
_LEAST = 1e-6


def weights() -> Traversable:
    """The folder of the shipped weights."""
    return resources.files("assistant.data") / "relevance"


def line_at(article: Article, passage: Passage, position: int) -> str:
    """The line that the sentence at ``position`` is read in: a list is read as a whole."""
    lead = passage.sentences[position].lead_in
    start = position if lead is None else lead
    items = [n for n, s in enumerate(passage.sentences) if s.lead_in == start]
    return line(article, passage, (start, *items))


def line(article: Article, passage: Passage, positions: Sequence[int]) -> str:
    """What is read beside a question: title, heading and the sentences at ``positions``."""
    words = [plain(passage.sentences[p].span.cut(article.text)) for p in positions]
    return " ".join((_closed(article.title), *map(_closed, passage.heading_path[-1:]), *words))


def _closed(text: str) -> str:
    return text if text.endswith((".", "?", "!", ":")) else f"{text}."


def opinion(question: str, text: str) -> float:
    """How surely the line ``text`` answers ``question``: the logit, between about -14 and 14.

    Raises:
        AssistantError: the shipped weights cannot be read.
    """
    chance = _reader().probabilities(text, question)[0][_YES]
    chance = min(max(chance, _LEAST), 1.0 - _LEAST)
    return math.log(chance / (1.0 - chance))


@cache
def _reader() -> Classifier:
    try:
        return load(NAME, weights())
    except Exception as error:
        raise AssistantError(
            f"The reader of relevance cannot be opened ({type(error).__name__}: {error}).",
            hint="Install the package again: a file in assistant/data/relevance is damaged.",
        ) from error
