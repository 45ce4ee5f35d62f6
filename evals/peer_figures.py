"""The assistant and its peers on our own cases: routing, ranking, and whole answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.cases import AnswerCase, GuardrailCase
from evals.loading import MODELS, case_files, load_cases
from evals.peer_answers import SHOWN, score_plain_rag
from evals.peers import PlainRag, Ranker, bm25_ranker, chunks_of
from evals.public.bench import Bench
from evals.public.files import SHARED
from evals.public.guardrail import CATALOGUE, Labelled, route_rates, routers
from evals.scores import Score, columns
from evals.show import estimate, number
from evals.stats import mean, paired_difference, rate
from evals.subject import Subject
from evals.suites import answers, score_case
from evals.suites.retrieval import ranking_values

_COMPARED = ("fact_recall", "right_kind", "off_topic", "words", "grade")

Progress = Callable[[str, int, int], None]


def peer_lines(
    subject: Subject, part: str, *, shared: Path = SHARED, progress: Progress | None = None
) -> Iterator[str]:
    """All peers on our own cases."""
    bench = Bench(settings=subject.settings, embedder=subject.embedder, shared=shared)
    yield from routing_lines(bench, own_messages(part), progress)
    articles = subject.article_texts()
    chunks = chunks_of(articles)
    plain_rag = PlainRag(chunks, subject.embedder)
    try:
        rankers: dict[str, Ranker] = {
            "assistant": lambda q: list(dict.fromkeys(f.article for f in subject.rank(q)))[:10],
            "plain LangChain pipeline": plain_rag.rank,
            "BM25 alone": bm25_ranker(chunks),
        }
        cases = load_cases(case_files("retrieval", part), MODELS["retrieval"])
        yield "\nRight article among our own"
        yield from ranking_lines(rankers, cases, progress)
        questions = load_cases(case_files("answers", part), AnswerCase)
        yield from answer_lines(subject, plain_rag, questions, articles, progress)
    finally:
        plain_rag.close()


def own_messages(part: str) -> list[Labelled]:
    """Our single messages as routed or not. General questions count as not routed."""
    cases = load_cases(case_files("guardrail", part), GuardrailCase)
    return [
        Labelled(c.id, tuple(c.conversation()), c.expect == "route") for c in cases if not c.turns
    ]


def routing_lines(
    bench: Bench, rows: Sequence[Labelled], progress: Progress | None = None
) -> Iterator[str]:
    """Every router on the same messages."""
    yield "Sent to care, on our own messages"
    for name, router in routers(bench).items():
        for metric, e in route_rates(rows, router, _ticker(progress, name)).items():
            yield f"  {name:<34} {metric:<11} {estimate(metric, e)}"
    if not (bench.shared / CATALOGUE).is_file():
        yield f"  nearest phrasing: skipped, {CATALOGUE} is not in {bench.shared}"


def ranking_lines(
    rankers: Mapping[str, Ranker], cases: Sequence[Any], progress: Progress | None = None
) -> Iterator[str]:
    """Every ranker on the same questions (cases that name articles, not sections)."""
    chosen = [c for c in cases if not any("#" in name for name in c.relevant)]
    for name, rank in rankers.items():
        tick, values = _ticker(progress, f"ranking, {name}"), []
        for done, case in enumerate(chosen, start=1):
            values.append(ranking_values(rank(case.question), case.relevant))
            tick(done, len(chosen))
        for metric in ("hit@1", "hit@5", "mrr@10", "ndcg@10"):
            column = [v[metric] for v in values]
            e = rate(column) if metric.startswith("hit") else mean(column)
            yield f"  {name:<34} {metric:<11} {estimate(metric, e)}"


def answer_lines(
    subject: Subject,
    plain_rag: PlainRag,
    cases: Sequence[AnswerCase],
    articles: Mapping[str, str],
    progress: Progress | None = None,
) -> Iterator[str]:
    """Our answers beside the pipeline's chunks, and beside as many of its words as ours have."""
    tick, ours = _ticker(progress, "answers"), []
    for done, case in enumerate(cases, start=1):
        ours += score_case(answers.score, case, subject)
        tick(done, len(cases))
    lengths = list(columns(ours).get("words", {}).values())
    length = max(1, round(sum(lengths) / len(lengths))) if lengths else 1
    shown = {
        "assistant": ours,
        f"plain LangChain, its {SHOWN} chunks": score_plain_rag(cases, plain_rag, articles, None),
        f"the same, its first {length} words": score_plain_rag(cases, plain_rag, articles, length),
    }
    yield f"\nShown as the answer, on {len(cases)} of our own questions"
    for name, scores in shown.items():
        yield from _answer_figures(name, scores, ours)


def _answer_figures(name: str, scores: Sequence[Score], ours: Sequence[Score]) -> Iterator[str]:
    own, table = columns(ours), columns(scores)
    for metric in _COMPARED:
        column = table.get(metric, {})
        if not column:
            continue
        e = (rate if metric == "right_kind" else mean)(list(column.values()))
        line = f"  {name:<34} {metric:<11} {estimate(metric, e)}"
        both = [i for i in column if i in own.get(metric, {})]
        if scores is not ours and both:
            d = paired_difference([column[i] for i in both], [own[metric][i] for i in both])
            low, high = number(metric, d.low), number(metric, d.high)
            line += f"  (ours {number(metric, d.value)} more, {low} to {high}, n={d.n})"
        yield line


def _ticker(progress: Progress | None, name: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(name, done, total) if progress else None
