"""Does the assistant say so when the articles do not cover a question?"""

from __future__ import annotations

from evals.cases import AnswerCase
from evals.scores import Score
from evals.subject import Subject

CONTRAST = "contrast"  # tag of covered questions that only serve AUROC and false refusals


def score(case: AnswerCase, subject: Subject) -> list[Score]:
    """The verdict on one question that the articles do not answer."""
    reply, turns = subject.converse(case.conversation())
    answered = reply["kind"] == "answer"
    values = {"false_answer": float(answered), **_confidence(case, subject, covered=False)}
    if case.group:
        values[f"false_answer/{case.group}"] = float(answered)
    if case.expect == "no_answer":
        values["right_kind"] = float(reply["kind"] == "no_answer")
    quoted = " ".join(s["text"] for s in reply["sentences"])
    return [
        Score(
            case_id=case.id,
            passed=not answered and reply["kind"] == case.expect,
            got=reply["kind"],
            wanted=case.expect,
            why=f"not covered ({getattr(case, 'why', '')}), but answered" if answered else "held",
            values=values,
            question=turns[-1].text,
            answer=quoted or reply["text"],
            tags=(case.group, *case.tags) if case.group else tuple(case.tags),
            sensitive=case.sensitive,
        )
    ]


def score_contrast(case: AnswerCase, subject: Subject) -> list[Score]:
    """A covered question, for AUROC: it has no verdict of its own here."""
    values = _confidence(case, subject, covered=True)
    return [
        Score(
            case_id=f"{CONTRAST}:{case.id}",
            passed=None,
            got=f"confidence {values['confidence']:.3f}",
            wanted="covered",
            why="counted in AUROC only",
            values=values,
            tags=(CONTRAST,),
        )
    ]


def _confidence(case: AnswerCase, subject: Subject, *, covered: bool) -> dict[str, float]:
    users = [t.text for t in case.conversation() if t.role == "user"]
    confidence = subject.confidence(users[-1], users[:-1])
    return {"confidence": confidence, "covered": float(covered)}
