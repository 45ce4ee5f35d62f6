"""What axe-core finds on a page, in both themes and at two widths, and where the keyboard is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from browsing.visitor import DESK, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page

_STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_GRAVE = ("serious", "critical")
_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@dataclass(frozen=True)
class Violation:
    """One element that breaks one of axe's rules."""

    rule: str
    impact: str
    target: str
    html: str
    look: str

    def __str__(self) -> str:
        """One line for a report."""
        return f"{self.look}: {self.rule} ({self.impact}) at {self.target}: {self.html[:160]}"


def grave_violations(page: Page, known: Mapping[str, Sequence[str]]) -> list[Violation]:
    """Serious and critical violations on ``page``, light and dark, on a phone and a desk.

    ``known`` names by rule the selectors of elements that are left out of that rule.
    """
    return [found for look in _looks(page) for found in _run_axe(page, look, known)]


def _looks(page: Page) -> Iterator[str]:
    """The page in each theme and width. What moves is stopped first: axe reads colours at once."""
    page.add_style_tag(content="* { transition: none !important; animation: none !important; }")
    for scheme in _SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(
            "scheme => getComputedStyle(document.querySelector('.stApp')).colorScheme === scheme",
            arg=scheme,
        )
        for width, height in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": height})
            yield f"{scheme}, {width} wide"


def _run_axe(page: Page, look: str, known: Mapping[str, Sequence[str]]) -> Iterator[Violation]:
    from axe_playwright_python.sync_playwright import Axe

    options = {"resultTypes": ["violations"], "runOnly": list(_STANDARDS)}
    response: dict[str, Any] = Axe().run(page, options=options).response
    for violation in response["violations"]:
        if violation["impact"] not in _GRAVE:
            continue
        for node in violation["nodes"]:
            target = str(node["target"][0])
            if not _is_known(page, target, known.get(violation["id"], ())):
                yield Violation(violation["id"], violation["impact"], target, node["html"], look)


def _is_known(page: Page, target: str, selectors: Sequence[str]) -> bool:
    matches = "(e, all) => all.some(selector => e.matches(selector))"
    return bool(selectors) and bool(page.locator(target).evaluate(matches, list(selectors)))


@dataclass(frozen=True)
class Focus:
    """Where the keyboard is: what a screen reader calls the element, and what shows the eye."""

    name: str
    visible: bool
    on_screen: bool


# An element shows its focus when it, or a box around it, looks otherwise than without it.
_FOCUS = """
() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return null;
  const around = [focused];
  while (around.length < 5 && around.at(-1).parentElement) around.push(around.at(-1).parentElement);
  const look = () => around.map(e => {
    const s = getComputedStyle(e);
    return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor,
            s.backgroundColor, s.textDecorationLine].join();
  }).join();
  const box = focused.getBoundingClientRect();
  const middle = document.elementFromPoint(
    box.x + Math.min(box.width / 2, 40), box.y + box.height / 2);
  const withFocus = look();
  focused.blur();
  const without = look();
  focused.focus({preventScroll: true, focusVisible: true});
  const name = focused.getAttribute("aria-label") || focused.innerText || focused.title || "";
  return {name: name.trim() || focused.tagName.toLowerCase(), visible: withFocus !== without,
          on_screen: middle !== null && (focused.contains(middle) || middle.contains(focused))};
}
"""


def tab_through(page: Page, *, until: str, most: int = 80, key: str = "Tab") -> list[Focus]:
    """Press ``key`` until the element called ``until`` has the focus; returns every stop.

    Raises:
        AssertionError: it was not reached.
    """
    page.add_style_tag(content="* { transition: none !important; }")
    stops: list[Focus] = []
    for _ in range(most):
        page.keyboard.press(key)
        found = page.evaluate(_FOCUS)
        if found is None:
            continue
        stops.append(Focus(**found))
        if until in stops[-1].name:
            return stops
    raise AssertionError(f"{key} did not reach {until!r}: {[stop.name for stop in stops]}")
