"""Figures of a run: the gate, the change from the baseline, then suite by suite."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from assistant.ui import quality_words as words
from assistant.ui.escaping import Html, fill, join, markdown_safe
from assistant.ui.quality_chart import interval_chart
from evals.compare import Comparison
from evals.gate import Verdict
from evals.judge import Judgement
from evals.quality import Figure, SuiteView
from evals.scores import kind_of
from evals.show import judge_lines, number

GOOD, BAD = "pmr-good", "pmr-bad"


def draw_figures(
    suites: Sequence[SuiteView],
    verdicts: Sequence[Verdict],
    comparison: Comparison | None,
    gate_problem: str,
    judgement: Judgement | None = None,
) -> None:
    """Everything that was measured; safety suites first and never mixed with the others.

    What a judge model said stands last and apart: it decides nothing.
    """
    st.html(_gate(verdicts, gate_problem))
    if comparison is not None:
        st.html(_comparison(comparison))
    st.html(fill('<p class="pmr">{apart} {key}</p>', apart=words.APART, key=words.KEY))
    for title, safety in ((words.SAFETY, True), (words.QUALITY, False)):
        views = [view for view in suites if view.safety is safety]
        if views:
            st.html(fill('<div class="pmr pmr-part"><h2>{title}</h2></div>', title=title))
        for view in views:
            _draw_suite(view)
    if judgement is not None:
        title, *lines = judge_lines(judgement)
        items = _list([fill("<li>{line}</li>", line=line.strip()) for line in lines])
        st.html(fill('<div class="pmr"><h2>{title}</h2>{items}</div>', title=title, items=items))


def mark(text: str, *, good: bool) -> Html:
    """A verdict in words, with a sign and a colour that say the same."""
    return fill(
        '<span class="pmr-mark {style}"><span aria-hidden="true">{sign}</span> {text}</span>',
        style=GOOD if good else BAD,
        sign="✓" if good else "✗",
        text=text,
    )


def _gate(verdicts: Sequence[Verdict], problem: str) -> Html:
    if problem:
        template = '<div class="pmr"><p>{mark} {problem}</p></div>'
        return fill(template, mark=mark(words.GATE_BROKEN, good=False), problem=problem)
    if not verdicts:
        return fill('<div class="pmr"><p>{text}</p></div>', text=words.GATE_NONE)
    missed = [v for v in verdicts if not v.passed]
    title = words.GATE.format(held=len(verdicts) - len(missed), all=len(verdicts))
    items = [
        fill(
            "<li>{what}: {got}, wanted {limit}. {reason}</li>",
            what=f"{v.threshold.suite} {v.threshold.metric}",
            got=_short(v.threshold.metric, v) if v.estimate else words.NOT_MEASURED,
            limit=v.threshold.limit,
            reason=v.threshold.reason,
        )
        for v in missed
    ]
    return fill(
        '<div class="pmr"><p>{mark}</p>{items}</div>',
        mark=mark(title, good=not missed),
        items=_list(items),
    )


def _short(metric: str, verdict: Verdict) -> str:
    e = verdict.estimate
    return f"{number(metric, e.value)} (n={e.n})" if e else ""


def _comparison(comparison: Comparison) -> Html:
    reasons = comparison.regressions
    head = words.REGRESSIONS.format(count=len(reasons)) if reasons else words.NO_REGRESSION
    turned = words.TURNED.format(
        failing=len(comparison.newly_failing), passing=len(comparison.newly_passing)
    )
    notes = join(
        [
            _folded(words.UNPAIRED, comparison.unpaired),
            _folded(words.DIFFERENT, comparison.different),
        ]
    )
    return fill(
        '<div class="pmr"><h2>{title}</h2><p>{mark} {turned}</p>{reasons}{notes}</div>',
        title=words.COMPARED,
        mark=mark(head, good=not reasons),
        turned=turned,
        reasons=_list([fill("<li>{r}</li>", r=r) for r in reasons]),
        notes=notes,
    )


def _folded(title: str, lines: Sequence[str]) -> Html:
    if not lines:
        return Html("")
    items = _list([fill("<li>{line}</li>", line=line) for line in lines])
    head = f"{title} ({len(lines)})"
    return fill("<details><summary>{head}</summary>{items}</details>", head=head, items=items)


def _list(items: list[Html]) -> Html:
    return fill("<ul>{items}</ul>", items=join(items)) if items else Html("")


def _draw_suite(view: SuiteView) -> None:
    st.html(_suite_head(view))
    whole = [f for f in view.figures if f.is_share and f.is_whole]
    parts = [f for f in view.figures if f.is_share and not f.is_whole]
    _draw_chart(view.suite, whole, legend=True)
    if parts:
        title = words.SUBSETS.format(suite=markdown_safe(view.suite))
        with st.expander(f"{title} ({len(parts)})"):
            _draw_chart(f"{view.suite} subsets", parts, legend=False)
    with st.expander(words.TABLE.format(suite=markdown_safe(view.suite))):
        st.html(_table(view))


def _draw_chart(name: str, figures: Sequence[Figure], *, legend: bool) -> None:
    if figures:
        dark = st.context.theme.type == "dark"
        st.altair_chart(
            interval_chart(figures, dark=dark, legend=legend),
            width="stretch",
            key=f"chart-{name}",
            alt=words.CHART_ALT.format(suite=name),
        )


def _suite_head(view: SuiteView) -> Html:
    line = words.SUITE_LINE.format(judged=view.judged, failed=view.failed, errors=view.errors)
    missing = [
        fill(
            "<li>{mark}: {metric}, wanted {limit}</li>",
            mark=mark(words.NOT_MEASURED, good=False),
            metric=v.threshold.metric,
            limit=v.threshold.limit,
        )
        for v in view.missing
    ]
    return fill(
        '<div class="pmr"><h3>{suite}</h3><p>{line}</p>{missing}</div>',
        suite=view.suite,
        line=line,
        missing=_list(missing),
    )


def _table(view: SuiteView) -> Html:
    head = join([fill('<th scope="col">{c}</th>', c=c) for c in words.COLUMNS])
    return fill(
        '<div class="pmr pmr-wide" role="region" tabindex="0" aria-label="{label}">'
        "<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>",
        label=words.TABLE.format(suite=view.suite),
        head=head,
        rows=join([_table_row(f) for f in view.figures]),
    )


def _table_row(figure: Figure) -> Html:
    e, name = figure.estimate, figure.name
    value = f"{number(name, e.value)} [{number(name, e.low)}, {number(name, e.high)}]"
    return fill(
        '<tr><th scope="row">{name}</th><td>{value}{bound}</td><td>{n}</td><td>{limit}</td>'
        "<td>{change}</td><td>{what}</td></tr>",
        name=name,
        value=value,
        bound=_bound(figure),
        n=str(e.n),
        limit=join([_limit(v) for v in figure.verdicts]),
        change=_change(figure),
        what=_what(figure),
    )


def _bound(figure: Figure) -> Html:
    """With no event, or nothing but events, the rate that so few cases still allow."""
    e = figure.estimate
    if e.bound is None or not kind_of(figure.name).is_rate:
        return Html("")
    below = e.value == 0
    template = words.TRUE_BELOW if below else words.TRUE_ABOVE
    return fill("<br>{text}", text=template.format(bound=e.bound if below else 1 - e.bound))


def _limit(verdict: Verdict) -> Html:
    text = f"{verdict.threshold.limit}, {words.HELD if verdict.passed else words.MISSED}"
    return fill("{mark} ", mark=mark(text, good=verdict.passed))


def _change(figure: Figure) -> Html:
    if figure.change is None:
        return Html("")
    d = figure.change.difference
    text = fill("{v:}", v=f"{d.value:+.3f} [{d.low:+.3f}, {d.high:+.3f}] n={d.n}")
    if not figure.change.worse:
        return text
    return fill("{text} {mark}", text=text, mark=mark(words.WORSE, good=False))


def _what(figure: Figure) -> str:
    better = {"up": words.HIGHER, "down": words.LOWER, "none": ""}[figure.kind.better]
    return f"{figure.kind.what} ({better})" if better else figure.kind.what
