"""What the tests of the evals share: replies in the public JSON form, a steered subject."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from assistant.guardrail.types import Decision, Flag, Level, Turn
from evals.run import Run, SuiteResult
from evals.scores import Score

ARTICLES = {
    "heat": "Heat relaxes tight muscles. A warm pack is kept on for twenty minutes.",
    "ice": "Cold numbs sore muscles. Wrap the pack in a towel.",
}


def reply(*quotes: tuple[str, str], kind: str = "answer", **changes: Any) -> dict[str, Any]:
    """A reply that quotes ``(article, words)``, each with a citation of its own."""
    sources, sentences = [], []
    for number, (article, words) in enumerate(quotes, start=1):
        start = max(ARTICLES[article].find(words), 0)
        sources.append(
            {"number": number, "article": article, "title": article, "section": "", "url": None,
             "quote": words, "start": start, "end": start + len(words)}
        )  # fmt: skip
        sentences.append({"text": words, "citations": [number]})
    return {
        "kind": kind, "text": "", "sentences": sentences, "sources": sources, "nearest": [],
        "suggestions": [], "care": {"level": "none", "message": "", "ask": None},
        "timings_ms": {}, "resolved_question": None, **changes,
    }  # fmt: skip


class SteeredSubject:
    """Stands in for the assistant: every message gets the level that ``level_of`` says."""

    def __init__(
        self,
        level_of: Callable[[str], Level] = lambda _text: Level.NONE,
        *,
        replies: Callable[[Sequence[Turn]], dict[str, Any]] | None = None,
        refused: Callable[[str], list[str]] = lambda _text: [],
        ranking: Sequence[str] = (),
        flag: str = "made-up",
    ) -> None:
        self.level_of, self.replies, self.refused = level_of, replies, refused
        self.ranking, self.flag = ranking, flag
        self.settings = None

    def decisions(self, turns: Sequence[Turn]) -> tuple[Decision, ...]:
        return tuple(self._decide(t.text, n) for n, t in enumerate(turns) if t.role == "user")

    def _decide(self, text: str, turn: int) -> Decision:
        level = self.level_of(text)
        flags = (Flag(id=self.flag, level=level, evidence=text, source="t", turn=turn),)
        return Decision(level=level, flags=flags if level >= Level.PROMPT else ())

    def levels(self, turns: Sequence[Turn]) -> list[Level]:
        return [d.level for d in self.decisions(turns)]

    def violations(self, text: str, _level: Level, _question: str = "") -> list[str]:
        return self.refused(text)

    def reply(self, turns: Sequence[Turn]) -> dict[str, Any]:
        assert self.replies is not None
        return self.replies(turns)

    def converse(self, turns: Sequence[Turn]) -> tuple[dict[str, Any], list[Turn]]:
        return self.reply(turns), list(turns)

    def article_texts(self) -> dict[str, str]:
        return ARTICLES

    def confidence(self, question: str, _earlier: Sequence[str] = ()) -> float:
        return 0.9 if "heat" in question else 0.1

    def first_passage(self, _question: str, _earlier: Sequence[str] = ()) -> tuple[str, str]:
        return next(((name, ARTICLES[name]) for name in self.ranking), ("", ""))

    def rank(self, _question: str) -> list[Any]:
        from evals.subject import Found

        return [Found(name.partition("#")[0], name, 1.0) for name in self.ranking]


def score(case_id: str, passed: bool, suite_value: str = "recall", **values: float) -> Score:
    """A verdict with one value that follows it."""
    return Score(
        case_id=case_id, passed=passed, got="", wanted="", why="",
        values={suite_value: float(passed), **values},
    )  # fmt: skip


def run_of(**suites: Sequence[Score]) -> Run:
    """A run with these suites."""
    results = tuple(SuiteResult(name, tuple(scores)) for name, scores in suites.items())
    return Run(id="r", started="", spec={}, settings={}, fingerprints={}, results=results)
