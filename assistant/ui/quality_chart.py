"""Intervals as a chart: shape and words say what colour says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from assistant.ui import quality_words as words
from evals.quality import Figure

_ROW = 26
# Text of the page; Streamlit's own chart text is too pale for small letters.
_TEXT = {"light": "#1a2230", "dark": "#eef2f7"}
# Read at 3:1 or better on the white and on the dark page alike.
_BLUE, _RED, _GREY, _ORANGE = "#3578c9", "#d9483b", "#7c8796", "#b8721a"
_STATES = (words.HELD, words.MISSED, words.NO_LIMIT)
_SHAPES = ("circle", "cross", "circle")


def interval_chart(
    figures: Sequence[Figure], *, dark: bool = False, legend: bool = True
) -> alt.LayerChart | alt.FacetChart:
    """Value, 95% interval, limits of the gate and baseline of each metric, from 0 to 1.

    Beside long names a legend finds no room on a phone; such a chart goes without.
    """
    text = _TEXT["dark" if dark else "light"]
    rows = alt.InlineData(values=[_row(f) for f in figures])
    limits = alt.InlineData(values=[r for f in figures for r in _limits(f)])
    names = alt.Y(
        "name:N",
        sort=[f.name for f in figures],
        title=None,
        axis=alt.Axis(
            labelLimit=190,
            labelOverlap=False,
            labelColor=text,
            labelFontSize=13,
            labelFlush=False,
            ticks=False,
        ),
    )
    share = alt.Scale(domain=[0, 1])
    shares = alt.Axis(
        tickCount=4, format=".2f", labelColor=text, labelFontSize=13, labelFlush=False
    )
    state = alt.Color(
        "state:N",
        scale=alt.Scale(domain=_STATES, range=(_BLUE, _RED, _GREY)),
        legend=alt.Legend(title=None, orient="top", labelColor=text, labelFontSize=13)
        if legend
        else None,
    )
    shape = alt.Shape("state:N", scale=alt.Scale(domain=_STATES, range=_SHAPES))
    fills = alt.Scale(domain=_STATES, range=(_BLUE, _RED, "transparent"))
    tips = [alt.Tooltip(f"{name}:N", title=name) for name in ("metric", "value", "n", "gate")]
    base = alt.Chart(rows).encode(y=names, tooltip=tips)
    whiskers = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", scale=share, title=None, axis=shares), x2="high:Q", color=state
    )
    dots = base.mark_point(size=110, strokeWidth=2, opacity=1).encode(
        x=alt.X("value_at:Q", scale=share),
        color=state,
        shape=shape,
        fill=alt.Fill("state:N", scale=fills),
    )
    before = base.mark_point(shape="diamond", size=90, strokeWidth=2, opacity=1, color=_GREY)
    ticks = alt.Chart(limits).mark_tick(thickness=3, size=18, color=_ORANGE, opacity=1)
    return alt.layer(
        whiskers,
        ticks.encode(y=names, x=alt.X("limit:Q", scale=share)),
        before.transform_filter("isValid(datum.before)").encode(x=alt.X("before:Q", scale=share)),
        dots,
    ).properties(height=alt.Step(_ROW))


def _row(figure: Figure) -> dict[str, Any]:
    e = figure.estimate
    state = {True: words.HELD, False: words.MISSED, None: words.NO_LIMIT}[figure.holds]
    return {
        "name": figure.name,
        "metric": figure.name,
        "value_at": e.value,
        "value": f"{e.value:.3f} [{e.low:.3f}, {e.high:.3f}]",
        "low": e.low,
        "high": e.high,
        "n": e.n,
        "state": state,
        "gate": "; ".join(v.threshold.limit for v in figure.verdicts) or "none",
        "before": figure.change.before if figure.change else None,
    }


def _limits(figure: Figure) -> list[dict[str, Any]]:
    return [
        {"name": figure.name, "limit": t.min if t.min is not None else t.max}
        for t in (v.threshold for v in figure.verdicts)
    ]
