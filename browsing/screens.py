"""The README's pictures, taken anew of the running chat and our own articles: ``make screens``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.settings import load_settings
from browsing.chromium import NO_CHROMIUM, chromium_path, open_browser
from browsing.serving import PROJECT, make_index, serve
from browsing.visitor import PHONE, Visitor, visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDER = PROJECT / "docs" / "screens"
SIZE = (1000, 760)
MOST_BYTES = 200_000
_QUESTION = "What causes back spasms?"


def _answer(patient: Visitor) -> None:
    patient.go()
    answer = patient.ask(_QUESTION)
    patient.open_sources(answer)
    patient.page.locator("#said-1").scroll_into_view_if_needed()


def _care_card(patient: Visitor) -> None:
    patient.go()
    patient.ask("my back hurts and I can't pee since this morning")


def _article(patient: Visitor) -> None:
    patient.go()
    answer = patient.ask(_QUESTION)
    patient.open_sources(answer)
    answer.get_by_role("link", name="Read this in the article").first.click()
    patient.page.locator(".pmr-article mark").first.wait_for()
    patient.drawn()


def _visit(patient: Visitor) -> None:
    patient.go()
    patient.ask(_QUESTION)
    patient.page.get_by_role("link", name="My visit").last.click()
    patient.page.get_by_role("heading", name="What the articles said").wait_for()
    patient.drawn()


def _library(editor: Visitor) -> None:
    editor.go("/library")


_Steps = Callable[[Visitor], None]
_PATIENTS: dict[str, tuple[_Steps, tuple[int, int]]] = {
    "answer": (_answer, SIZE),
    "care-card": (_care_card, PHONE),
    "article": (_article, SIZE),
    "my-visit": (_visit, SIZE),
}
_STAFF: dict[str, tuple[_Steps, tuple[int, int]]] = {"library": (_library, SIZE)}


def take(browser: Browser, address: str, name: str, do: _Steps, size: tuple[int, int]) -> int:
    """Take one picture into ``FOLDER``; returns its bytes.

    Raises:
        RuntimeError: it is too large for a README.
    """
    person = visitor(browser, address, size=size)
    do(person)
    picture = person.page.screenshot(animations="disabled", caret="hide")
    person.page.context.close()
    if len(picture) > MOST_BYTES:
        raise RuntimeError(f"{name}.png has {len(picture):,} bytes; take a smaller window")
    (FOLDER / f"{name}.png").write_bytes(picture)
    return len(picture)


def main() -> None:
    """Take all pictures anew."""
    path = chromium_path()
    if path is None:
        sys.exit(NO_CHROMIUM)
    own = load_settings()
    settings = {
        "PMR_CORPUS_DIR": str(own.corpus_dir.resolve()),
        "PMR_DATA_DIR": str(own.data_dir.resolve()),
    }
    make_index(settings)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open_browser(path) as browser:
        for more, pictures in (({}, _PATIENTS), ({"PMR_STAFF": "1"}, _STAFF)):
            with serve({**settings, **more}) as address:
                for name, (do, size) in pictures.items():
                    kilobytes = take(browser, address, name, do, size) / 1000
                    print(f"docs/screens/{name}.png  {kilobytes:.0f} kB")


if __name__ == "__main__":
    main()
