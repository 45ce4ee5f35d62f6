"""Whether words stay legible in the colours of a practice.

The measure is the contrast ratio of WCAG 2.2: 1 for equal colours, 21 for black on white. Its level
AA asks for 4.5 where there are words (success criterion 1.4.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from assistant.practice.model import Colours, Palette

LEAST = 4.5
_LITTLE = 0.06
ThemeName = Literal["light", "dark"]

# What .streamlit/config.toml says; a test holds the two together.
DEFAULTS: Mapping[ThemeName, Mapping[str, str]] = {
    "light": {
        "primaryColor": "#0b5cad",
        "backgroundColor": "#ffffff",
        "textColor": "#1a2230",
        "linkColor": "#0b4f96",
    },
    "dark": {
        "primaryColor": "#7db8f5",
        "backgroundColor": "#10151d",
        "textColor": "#eef2f7",
        "linkColor": "#9cc9ff",
    },
}


def contrast(one: str, other: str) -> float:
    """The contrast ratio, 1 to 21, of two colours such as ``#0b5cad``."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """How bright ``colour`` is, 0 to 1."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast_faults(colours: Colours) -> Iterator[tuple[str, str]]:
    """Each colour that makes words hard to read: its field and what is wrong."""
    for theme in DEFAULTS:
        yield from _faults(theme, getattr(colours, theme))


def _faults(theme: ThemeName, palette: Palette) -> Iterator[tuple[str, str]]:
    """The worst of what each given colour does to words, where that is not enough."""
    ours = DEFAULTS[theme]
    background = palette.background or ours["backgroundColor"]
    shade = _shade(theme, background) if palette.background else background
    drawn = {
        "text": (ours["textColor"], shade),
        "links": (ours["linkColor"], shade),
        "the primary colour": (palette.primary or ours["primaryColor"], background),
    }
    worst: dict[str, tuple[float, str, str]] = {}
    for name, (colour, ground) in drawn.items():
        field = "primary" if colour == palette.primary else "background"
        if getattr(palette, field):
            found = (contrast(colour, ground), name, colour)
            worst[field] = min(worst.get(field, found), found)
    for field, (ratio, name, colour) in worst.items():
        if ratio < LEAST:
            darker = (theme == "light") == (field == "primary")
            yield (
                f"colours.{theme}.{field}",
                f"the contrast of {name} ({colour}) and the background ({background}) is "
                f"{ratio:.2f}:1 and must be at least {LEAST}:1: choose a "
                f"{'darker' if darker else 'lighter'} colour",
            )


def _shade(theme: ThemeName, background: str) -> str:
    """The ground of fields and of what a person wrote: the background with a little of the text."""
    text = DEFAULTS[theme]["textColor"]
    pairs = ((int(background[i : i + 2], 16), int(text[i : i + 2], 16)) for i in (1, 3, 5))
    mixed = (round(ground + _LITTLE * (ink - ground)) for ground, ink in pairs)
    return "#" + "".join(f"{part:02x}" for part in mixed)


def theme_options(colours: Colours) -> dict[str, str]:
    """The colours as variables that Streamlit's server reads when it starts."""
    found: dict[str, str] = {}
    for theme in DEFAULTS:
        palette: Palette = getattr(colours, theme)
        prefix = f"STREAMLIT_THEME_{theme.upper()}"
        given = {"PRIMARY_COLOR": palette.primary, "BACKGROUND_COLOR": palette.background}
        if palette.background:
            given["SECONDARY_BACKGROUND_COLOR"] = _shade(theme, palette.background)
        found |= {f"{prefix}_{name}": value for name, value in given.items() if value}
    return found
