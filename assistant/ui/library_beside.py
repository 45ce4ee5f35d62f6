"""Two texts beside each other, as a table of what differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from assistant.checking.side_by_side import Row
from assistant.ui.escaping import Html, fill, join

TABLE = (
    '<div class="pmr pmr-wide" tabindex="0" role="region" aria-label="{label}">'
    "<table>{head}<tbody>{rows}</tbody></table></div>"
)
_ROW = "<tr><td>{left}</td><td>{right}</td></tr>"


def beside_table(rows: Sequence[Row], label: str, heads: tuple[str, str] = ("", "")) -> Html:
    """Only what differs, told by marks and not by colour alone; ``heads`` stand above the sides."""
    head = Html("")
    if any(heads):
        names = join([fill("<th>{name}</th>", name=name) for name in heads])
        head = fill("<thead><tr>{names}</tr></thead>", names=names)
    shown = [
        fill(_ROW, left=_marked(row, "left", "−"), right=_marked(row, "right", "+"))
        for row in rows
        if row.kind != "same"
    ]
    return fill(TABLE, label=label, head=head, rows=join(shown))


def _marked(row: Row, side: Literal["left", "right"], mark: str) -> Html:
    text = row.left if side == "left" else row.right
    if not text.strip():
        return Html("")
    if row.kind != "changed":
        return fill("<mark>{mark} {text}</mark>", mark=mark, text=text)
    pieces = [
        fill("<mark>{text}</mark>" if piece.kind == side else "{text}", text=piece.text)
        for piece in row.pieces
        if piece.kind in ("same", side)
    ]
    return fill("{mark} {pieces}", mark=mark, pieces=join(pieces))
