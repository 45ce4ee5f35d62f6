"""Charts as inline SVG: a dot with its interval for each metric. No script, no network."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from evals.gate import Threshold
from evals.stats import Estimate

_ROW, _LABEL, _PLOT, _VALUE = 24, 250, 420, 240


class ChartRow(NamedTuple):
    """One line of a chart."""

    name: str
    estimate: Estimate
    threshold: Threshold | None = None
    failed: bool = False


def interval_chart(title: str, rows: Sequence[ChartRow]) -> str:
    """Rates between 0 and 1 with their 95% intervals; a tick marks the gate's threshold."""
    width, height = _LABEL + _PLOT + _VALUE, _ROW * (len(rows) + 1) + 8
    parts = [
        f'<svg role="img" viewBox="0 0 {width} {height}" width="100%" '
        f'style="max-width:{width}px" xmlns="http://www.w3.org/2000/svg">',
        f"<title>{escape(title)}</title>",
        *(_grid(number / 4, height) for number in range(5)),
        *(part for n, row in enumerate(rows) for part in _row(row, _ROW * (n + 1))),
        "</svg>",
    ]
    return "".join(parts)


def _x(value: float) -> float:
    return _LABEL + min(max(value, 0.0), 1.0) * _PLOT


def _grid(value: float, height: int) -> str:
    x = _x(value)
    return (
        f'<line x1="{x}" x2="{x}" y1="18" y2="{height}" class="grid"/>'
        f'<text x="{x}" y="12" text-anchor="middle" class="axis">{value:g}</text>'
    )


def _row(row: ChartRow, y: int) -> list[str]:
    e, middle = row.estimate, y + 8
    kind = "bad" if row.failed else "good" if row.threshold else "plain"
    parts = [
        f'<text x="{_LABEL - 10}" y="{middle + 4}" text-anchor="end">{escape(row.name)}</text>',
        f'<line x1="{_x(e.low)}" x2="{_x(e.high)}" y1="{middle}" y2="{middle}" '
        f'class="whisker {kind}"/>',
        f'<circle cx="{_x(e.value)}" cy="{middle}" r="5" class="{kind}"/>',
        f'<text x="{_LABEL + _PLOT + 12}" y="{middle + 4}">{e.value:.3f} '
        f"[{e.low:.3f}, {e.high:.3f}] n={e.n}</text>",
    ]
    if row.threshold is not None:
        limit = row.threshold.min if row.threshold.min is not None else row.threshold.max
        x = _x(limit or 0.0)
        parts.append(
            f'<line x1="{x}" x2="{x}" y1="{middle - 8}" y2="{middle + 8}" class="limit">'
            f"<title>gate {escape(row.threshold.limit)}</title></line>"
        )
    return parts
