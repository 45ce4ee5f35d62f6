"""Does the answer hold the key facts, in the articles' own words, with citations that hold?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import takewhile
from typing import Any

from assistant.readability import reading_grade, word_count
from assistant.text import plain
from assistant.verification import Verifier
from evals.cases import AnswerCase, FactSpan
from evals.scores import Score
from evals.subject import Subject
from evals.text_metrics import normal

_LIST_MARK = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+", re.M)


def score(case: AnswerCase, subject: Subject) -> list[Score]:
    """The verdict on the reply to the case's question."""
    reply, turns = subject.converse(case.conversation())
    verdict = score_reply(case, reply, subject.article_texts())
    if case.expect == "answer" and case.facts:
        earlier = [turn.text for turn in turns[:-1] if turn.role == "user"]
        first = subject.first_passage(turns[-1].text, earlier)
        found = float(any(_stands_in(fact, *first) for fact in case.facts))
        verdict = replace(verdict, values={**verdict.values, "passage_hit@1": found})
    return [verdict]


def score_reply(case: AnswerCase, reply: Mapping[str, Any], articles: Mapping[str, str]) -> Score:
    """The verdict on a reply in the public JSON form, the assistant's or a peer's.

    Passes when the kind is right and, for an answer, every key fact is there, every sentence
    stands in an article and every citation supports its sentence.
    """
    values, problems = _kind_values(case, reply)
    if case.expect == "answer":
        missing = missing_facts(case, reply, articles)
        values |= _fact_values(case, missing)
        problems += [f"missing: {_fact_name(fact)}" for fact in missing]
    values |= _written(reply)
    if reply["kind"] == "answer":
        values |= quote_values(reply, articles, case.relevant)
        if case.expect == "answer" and case.facts:
            opening = {**reply, "sentences": _opening(reply["sentences"])}
            unsaid = missing_facts(case, {**opening, "sources": []}, articles)
            values["opens_with_fact"] = float(len(unsaid) < len(case.facts))
        problems += _quote_problems(values)
    text = " ".join(s["text"] for s in reply["sentences"])
    return Score(
        case_id=case.id,
        passed=not problems,
        got=f"{reply['kind']}, {len(reply['sentences'])} sentences",
        wanted=_wanted(case),
        why="; ".join(problems) or "as expected",
        values=values | _latencies(reply),
        question=" | ".join(t.text for t in case.conversation()),
        answer=text or reply["text"],
        tags=tuple(t for t in (case.group, *case.tags) if t),
        sensitive=case.sensitive,
        details=_details(reply),
    )


def _kind_values(case: AnswerCase, reply: Mapping[str, Any]) -> tuple[dict[str, float], list[str]]:
    got = reply["kind"]
    right = float(got == case.expect)
    values = {"right_kind": right, f"right_kind/{case.expect}": right}
    if case.expect == "answer":
        values["false_refusal"] = float(got == "no_answer")
        values["false_care"] = float(got == "care")
    return values, [] if right else [f"{case.expect} was due, got {got}"]


def _written(reply: Mapping[str, Any]) -> dict[str, float]:
    """Whether the model that was asked wrote the answer, and how much of its own was removed."""
    writing = reply.get("writing")
    if writing is None:
        return {}
    return {
        "written": float(reply["writer"] == "model"),
        "removed": float(writing["removed"]),
    }


def _fact_values(case: AnswerCase, missing: Sequence[object]) -> dict[str, float]:
    if not case.facts:
        return {}
    recall = 1 - len(missing) / len(case.facts)
    return {"fact_recall": recall, **({f"fact_recall/{case.group}": recall} if case.group else {})}


def _details(reply: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": reply["kind"],
        "care": reply["care"]["level"],
        **({"writing": reply["writing"]} if "writing" in reply else {}),
        "resolved_question": reply.get("resolved_question"),
        "sources": [f"{s['article']}: {s.get('section', '')}" for s in reply["sources"]],
        "spans": [[s["article"], s["start"], s["end"]] for s in reply["sources"]],
    }


def missing_facts(
    case: AnswerCase, reply: Mapping[str, Any], articles: Mapping[str, str]
) -> list[list[str] | FactSpan]:
    """The key facts that the quoted sentences do not hold."""
    answer = normal(" \n ".join(s["text"] for s in reply["sentences"]))
    return [f for f in case.facts if not _present(f, answer, reply, articles)]


def _present(
    fact: list[str] | FactSpan, answer: str, reply: Mapping[str, Any], articles: Mapping[str, str]
) -> bool:
    if isinstance(fact, list):
        return any(normal(phrase) in answer for phrase in fact if phrase.strip())
    start = articles.get(fact.article, "").find(fact.quote)
    if start < 0:
        return False
    end = start + len(fact.quote)
    return normal(fact.quote) in answer or any(
        s["article"] == fact.article and s["start"] <= start and end <= s["end"]
        for s in reply["sources"]
    )


def _opening(sentences: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What a reader meets first: one sentence, or a lead-in with the items of its list."""
    if not sentences or not sentences[0]["text"].endswith(":"):
        return list(sentences[:1])
    items = takewhile(lambda s: not s["text"].endswith((".", "!", "?", ":")), sentences[1:])
    return [sentences[0], *items]


def _stands_in(fact: list[str] | FactSpan, article: str, text: str) -> bool:
    """Whether the words ``text`` of ``article`` hold ``fact``."""
    if isinstance(fact, FactSpan):
        return fact.article == article and normal(fact.quote) in normal(text)
    return any(normal(phrase) in normal(text) for phrase in fact if phrase.strip())


def quote_values(
    reply: Mapping[str, Any], articles: Mapping[str, str], relevant: Sequence[str]
) -> dict[str, float]:
    """Citation precision and recall, verbatim check, off-topic share, grade and length.

    A citation supports a sentence when the article's own text between the cited offsets holds
    the sentence word for word; those of a rephrased sentence when the check of rephrased sentences
    passes it against all of them. An answer without sentences has precision and recall 0.
    """
    spans = {s["number"]: cited_text(s, articles) for s in reply["sources"]}
    pairs = [(n, s["text"]) for s in reply["sentences"] for n in s["citations"]]
    rephrased = [s for s in reply["sentences"] if s.get("rephrased")]
    verified = {s["text"] for s in rephrased if _supported(s, reply["sources"], spans)}
    own = {s["text"] for s in rephrased}
    good = [
        (n, text)
        for n, text in pairs
        if (text in verified if text in own else _holds(spans.get(n, ""), text))
    ]
    supported = {text for _n, text in good}
    texts = [s["text"] for s in reply["sentences"]]
    bodies = [normal(plain(text)) for text in articles.values()]
    unused = len(spans.keys() - {n for n, _text in pairs})  # shown as a source, never cited
    values = {
        "citation_precision": len(good) / (len(pairs) + unused) if pairs else 0.0,
        "citation_recall": sum(t in supported for t in texts) / len(texts) if texts else 0.0,
        "not_verbatim": float(
            any(not _in_any(t, bodies) for t in texts if t not in own) or not texts
        ),
        "words": float(sum(word_count(t) for t in texts)),
    }
    if own:
        values["unsupported"] = 1 - len(verified) / len(own)
    article_of = {s["number"]: s["article"] for s in reply["sources"]}
    if relevant and texts:
        off = [
            not {article_of.get(n) for n in s["citations"]} & set(relevant)
            for s in reply["sentences"]
        ]
        values["off_topic"] = sum(off) / len(off)
    # A list item has no full stop; it is read as a sentence of its own.
    grade = reading_grade("\n".join(texts))
    return values if grade is None else {**values, "grade": grade}


def cited_text(source: Mapping[str, Any], articles: Mapping[str, str]) -> str:
    """What stands in the article between the cited offsets; empty when it is not the quote."""
    text = articles.get(source["article"], "")[source["start"] : source["end"]]
    # A quote is what a reader sees, so the marks before the items of a list are not in it.
    seen = plain(_LIST_MARK.sub("", text))
    return text if normal(seen) == normal(plain(source["quote"])) else ""


def _holds(cited: str, sentence: str) -> bool:
    return bool(normal(sentence)) and normal(plain(sentence)) in normal(plain(cited))


def _supported(
    sentence: Mapping[str, Any],
    sources: Sequence[Mapping[str, Any]],
    spans: Mapping[int, str],
) -> bool:
    """Whether what a rephrased sentence cites says it. A source with false offsets says nothing."""
    cited = [s["quote"] for s in sources if s["number"] in sentence["citations"]]
    honest = all(spans.get(n) for n in sentence["citations"])
    return honest and _verifier().check(cited, sentence["text"]).supported


@cache
def _verifier() -> Verifier:
    """One for all cases; its word lists are read once."""
    return Verifier()


def _in_any(sentence: str, bodies: Sequence[str]) -> bool:
    words = normal(plain(sentence))
    return bool(words) and any(words in body for body in bodies)


def _quote_problems(values: Mapping[str, float]) -> list[str]:
    problems = []
    if values["citation_precision"] < 1:
        problems.append("a citation does not support its sentence")
    if values["citation_recall"] < 1:
        problems.append("a sentence has no citation that supports it")
    if values["not_verbatim"]:
        problems.append("a sentence stands in no article")
    return problems


def _latencies(reply: Mapping[str, Any]) -> dict[str, float]:
    stages = dict(reply.get("timings_ms", {}))
    total = stages.pop("total", None)
    values = {f"latency_ms/{name}": float(ms) for name, ms in stages.items()}
    return values if total is None else {"latency_ms": float(total), **values}


def _fact_name(fact: list[str] | FactSpan) -> str:
    return fact.quote if isinstance(fact, FactSpan) else " / ".join(fact)


def _wanted(case: AnswerCase) -> str:
    facts = "; ".join(_fact_name(f) for f in case.facts)
    return f"{case.expect}: {facts}" if facts else case.expect
