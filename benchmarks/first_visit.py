"""How soon a visitor sees the page, can type and is answered: at once after a start, and later."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, NamedTuple

from browsing.chromium import open_browser
from browsing.serving import serve
from browsing.visitor import visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WARM_VISITS = 5
QUESTION = "What causes back spasms?"
_PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


class FirstVisit(NamedTuple):
    """Seconds from opening the address to first paint, to the question box, and to the answer.

    The question is typed as soon as there is a box for it.
    """

    paint: float
    box: float
    answer: float


def first_visits(chromium: str, settings: dict[str, str]) -> dict[str, FirstVisit]:
    """A visit right after a server's start, the median of later ones, each with a new window."""
    with open_browser(chromium) as browser:
        with serve(settings) as warming:  # files and the browser itself are read once
            one_visit(browser, warming)
        with serve(settings) as address:
            cold = one_visit(browser, address)
            warm = [one_visit(browser, address) for _ in range(WARM_VISITS)]
    median = FirstVisit(*map(statistics.median, zip(*warm, strict=True)))
    return {"server just started": cold, f"later, median of {WARM_VISITS}": median}


def one_visit(browser: Browser, address: str) -> FirstVisit:
    """Open the page in a new window and ask at once."""
    person = visitor(browser, address)
    start = time.perf_counter()
    person.page.goto(address, wait_until="commit")
    person.box.wait_for()
    box = time.perf_counter() - start
    person.type(QUESTION)
    person.reply()
    answer = time.perf_counter() - start
    paint = float(person.page.evaluate(_PAINTED)) / 1000
    person.page.context.close()
    return FirstVisit(paint, box, answer)
