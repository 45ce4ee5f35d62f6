"""A chat model as judge: rubric scores that stand beside the other figures and decide nothing.

Two judges of one benchmark differed by up to 73 points on some categories (docs/evals.md), so
the gate and the comparison never read these scores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from evals.errors import JudgeUnavailable
from evals.judge_prompt import CRITERIA, Opinion, Problem, again, prompt, read_opinions
from evals.run import Run
from evals.scores import Score
from evals.stats import Estimate, bootstrap

JUDGED = ("answers", "follow_ups")
_AROUND = 800  # characters of an article shown before and after a quote
_PATIENCE = 3  # cases in a row without any reply, before the model counts as gone

Progress = Callable[[str, int, int], None]


class ChatModel(Protocol):
    """The part of a LangChain chat model that is used here."""

    def invoke(self, input: Any, /) -> Any:  # noqa: ANN401 - LangChain's own signature
        """The reply to a list of messages; its ``text`` is read."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What the judge said of one answer.

    A criterion that is missing from ``opinions`` was not scored, which is not a low score;
    ``unscored`` says why.
    """

    suite: str
    case_id: str
    opinions: Mapping[str, Opinion]
    unscored: str = ""
    sensitive: bool = False

    def to_json(self) -> dict[str, Any]:
        """The form kept in run files."""
        opinions = {name: o._asdict() for name, o in self.opinions.items()}
        return {
            "suite": self.suite, "id": self.case_id, "opinions": opinions,
            "unscored": self.unscored, "sensitive": self.sensitive,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """All ratings of one run by one model."""

    model: str
    ratings: tuple[Rating, ...]

    def metrics(self, suite: str) -> dict[str, Estimate]:
        """Mean of each criterion over the answers of ``suite`` that have it, 1 to 5."""
        mine = [r for r in self.ratings if r.suite == suite]
        columns = {
            name: [float(r.opinions[name].score) for r in mine if name in r.opinions]
            for name in CRITERIA
        }
        return {name: bootstrap(values) for name, values in columns.items() if values}

    def unscored(self, suite: str) -> list[Rating]:
        """The answers of ``suite`` that lack at least one score."""
        return [r for r in self.ratings if r.suite == suite and len(r.opinions) < len(CRITERIA)]

    def to_json(self) -> dict[str, Any]:
        """The form kept in run files."""
        return {"model": self.model, "ratings": [r.to_json() for r in self.ratings]}

    def public_json(self) -> dict[str, Any]:
        """The form that ``--json`` prints after the suites; documented in docs/evals.md."""
        return {
            "model": self.model,
            "metrics": {
                suite: {
                    name: {"value": e.value, "n": e.n, "low": e.low, "high": e.high}
                    for name, e in self.metrics(suite).items()
                }
                for suite in JUDGED
            },
            "cases": [r.to_json() for r in self.ratings],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Judgement | None:
        """The judgement kept in a run file; ``None`` when no judge was asked."""
        if not values:
            return None
        ratings = tuple(
            Rating(
                suite=r["suite"], case_id=r["id"], unscored=r["unscored"],
                sensitive=r["sensitive"],
                opinions={name: Opinion(**o) for name, o in r["opinions"].items()},
            )
            for r in values["ratings"]
        )  # fmt: skip
        return cls(model=values["model"], ratings=ratings)


def open_model(name: str, base_url: str | None = None) -> ChatModel:
    """The chat model that LangChain calls ``provider:model``.

    Raises:
        JudgeUnavailable: the provider is unknown, its package is missing, or it wants a key.
    """
    from langchain.chat_models import init_chat_model

    settings: dict[str, Any] = {"temperature": 0}
    if base_url:
        if urlsplit(base_url).scheme not in ("http", "https"):
            raise JudgeUnavailable(
                f"{base_url!r} is no address.", hint="Write it like http://localhost:8080/v1"
            )
        settings["base_url"] = base_url
    try:
        model: ChatModel = init_chat_model(name, **settings)
    except ImportError as error:
        raise JudgeUnavailable(
            f"The judge {name!r} needs a package that is not installed.", hint=f"{error}"
        ) from error
    except Exception as error:  # each provider raises its own kinds, often for a missing key
        raise JudgeUnavailable(
            f"The judge {name!r} cannot be set up: {_short(error)}",
            hint="Write --judge provider:model, and set the provider's key in the environment.",
        ) from error
    return model


def judge_run(
    finished: Run,
    model: ChatModel,
    name: str,
    articles: Mapping[str, str],
    *,
    progress: Progress | None = None,
) -> Judgement:
    """Rate every answer of the judged suites.

    Nothing is raised for a model that fails: what it did not rate is unscored, with the reason.
    An interruption keeps what was rated.
    """
    waiting = [(suite, s) for suite in JUDGED for s in _answers(finished, suite)]
    ratings: list[Rating] = []
    silent, gone = 0, ""
    for number, (suite, score) in enumerate(waiting, start=1):
        rating, error = _unscored(suite, score, gone), ""
        if not gone:
            try:
                rating, error = _rate(suite, score, model, articles)
            except KeyboardInterrupt:
                gone = "interrupted before it was rated"
                rating = _unscored(suite, score, gone)
        silent = silent + 1 if error else 0
        if silent >= _PATIENCE:
            gone = f"not asked, the model had failed {silent} times in a row: {error}"
        ratings.append(rating)
        if progress:
            progress("judge", number, len(waiting))
    return Judgement(model=name, ratings=tuple(ratings))


def _answers(finished: Run, suite: str) -> Sequence[Score]:
    result = finished.suite(suite)
    found = result.scores if result else ()
    return [s for s in found if s.details.get("kind") == "answer" and s.answer]


def _unscored(suite: str, score: Score, why: str) -> Rating:
    return Rating(
        suite=suite, case_id=score.case_id, opinions={}, unscored=why, sensitive=score.sensitive
    )


def _rate(
    suite: str, score: Score, model: ChatModel, articles: Mapping[str, str]
) -> tuple[Rating, str]:
    """The rating of one answer, asked for twice at most, and the error when the model failed."""
    points = score.wanted.partition(": ")[2]
    messages = prompt(score.question, score.answer, _documents(score, articles), points)
    opinions: dict[str, Opinion] = {}
    problem: Problem | None = None
    for _attempt in range(2):
        asked = messages if problem is None else [*messages, *again(problem)]
        try:
            text = str(model.invoke(asked).text)
        except Exception as error:  # noqa: BLE001 - each provider raises its own kinds
            return _rating(suite, score, opinions, f"the model failed: {_short(error)}"), _short(
                error
            )
        found, missing = read_opinions(text)
        opinions = {**opinions, **found}
        if len(opinions) == len(CRITERIA):
            break
        problem = Problem(text, missing)
    return _rating(suite, score, opinions, problem.why if problem else ""), ""


def _rating(suite: str, score: Score, opinions: Mapping[str, Opinion], why: str) -> Rating:
    return Rating(
        suite=suite,
        case_id=score.case_id,
        opinions=opinions,
        unscored=why if len(opinions) < len(CRITERIA) else "",
        sensitive=score.sensitive,
    )


def _documents(score: Score, articles: Mapping[str, str]) -> list[str]:
    """What stands around each quote, one text for each article."""
    windows: dict[str, tuple[int, int]] = {}
    for article, start, end in score.details.get("spans", ()):
        low, high = windows.get(article, (start, end))
        windows[article] = (min(low, start), max(high, end))
    return [
        articles.get(article, "")[max(0, low - _AROUND) : high + _AROUND]
        for article, (low, high) in windows.items()
    ]


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"
