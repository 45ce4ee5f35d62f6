"""A drawing of a body, front and back, on which the places that hurt are marked."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.ui import words
from assistant.ui.escaping import Html, fill, join
from assistant.visit.form import Choice

_FRONT, _BACK = 55, 165  # where the middle of each body stands


@dataclass(frozen=True, slots=True)
class _Shape:
    """A rounded box, by its distance from the middle line towards the person's own left."""

    left: float
    top: float
    width: float
    height: float
    round: float


# Colours that stand out on a light and on a dark page.
_STYLE = Html(
    "<style>rect{fill:#8a94a3;fill-opacity:.25;stroke:#7c8796;stroke-width:1.5}"
    ".hurts{fill:#d0443a;fill-opacity:1;stroke:#7a1510;stroke-width:3}</style>"
)

_HEAD = _Shape(-12, 4, 24, 28, 12)
_TORSO = _Shape(-22, 40, 44, 70, 10)
_BOTH_SIDES: Mapping[str, _Shape] = {
    "neck": _Shape(-7, 30, 14, 13, 4),
    "left_shoulder": _Shape(16, 38, 16, 16, 7),
    "right_shoulder": _Shape(-32, 38, 16, 16, 7),
    "left_arm": _Shape(24, 52, 10, 64, 5),
    "right_arm": _Shape(-34, 52, 10, 64, 5),
    "left_hip": _Shape(2, 103, 20, 22, 7),
    "right_hip": _Shape(-22, 103, 20, 22, 7),
    "left_leg": _Shape(3, 123, 16, 82, 7),
    "right_leg": _Shape(-19, 123, 16, 82, 7),
    "left_foot": _Shape(3, 202, 20, 12, 6),
    "right_foot": _Shape(-23, 202, 20, 12, 6),
}
_ONLY_BACK: Mapping[str, _Shape] = {
    "upper_back": _Shape(-16, 44, 32, 31, 6),
    "lower_back": _Shape(-16, 77, 32, 25, 6),
    "tailbone": _Shape(-5, 102, 10, 13, 5),
}


def sketch(marked: Sequence[str], areas: Mapping[str, Choice]) -> Html:
    """The drawing with the ``marked`` areas (ids) filled; a screen reader hears their names."""
    named = ", ".join(areas[area].label for area in areas if area in marked)
    says = words.PAIN_SKETCH.format(areas=named) if named else words.PAIN_SKETCH_EMPTY
    drawing = fill(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 220 220">{style}{shapes}</svg>',
        style=_STYLE,
        shapes=join([*_body(_FRONT, 1, marked), *_body(_BACK, -1, marked)]),
    )
    # The page lets no SVG elements in; as a picture it may come, and brings its own colours.
    return fill(
        '<div class="pmr-sketch"><img alt="{says}" src="data:image/svg+xml;base64,{drawing}">'
        '<p aria-hidden="true"><span>{front}</span><span>{back}</span></p></div>',
        says=says,
        drawing=b64encode(drawing.encode()).decode(),
        front=words.PAIN_FRONT,
        back=words.PAIN_BACK,
    )


def _body(middle: float, own_left: int, marked: Sequence[str]) -> Iterator[Html]:
    """One body. ``own_left`` is 1 where the person's left is the viewer's right."""
    for shape in (_HEAD, _TORSO):
        yield _box(shape, middle, own_left, "")
    parts = _BOTH_SIDES if own_left == 1 else {**_BOTH_SIDES, **_ONLY_BACK}
    for area, shape in parts.items():
        yield _box(shape, middle, own_left, "hurts" if area in marked else "")


def _box(shape: _Shape, middle: float, own_left: int, style: str) -> Html:
    left = shape.left if own_left == 1 else -shape.left - shape.width
    return fill(
        '<rect class="{style}" x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}"/>',
        style=style,
        x=str(middle + left),
        y=str(shape.top),
        w=str(shape.width),
        h=str(shape.height),
        r=str(shape.round),
    )
