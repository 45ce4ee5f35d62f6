"""One chat and one browser for all journeys; each test is a visitor of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browsing.chromium import NO_CHROMIUM, chromium_path, open_browser
from browsing.serving import PROJECT, make_index, serve
from browsing.visitor import LONGEST_MS, Visitor, visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# As few as the journeys need: embedding an article takes two seconds.
ARTICLES = (
    "back-spasms-causes", "back-spasms-in-depth", "back-pain-emergency", "heat-and-cold",
    "herniated-disc", "sciatica", "heat-and-cold-es", "sciatica-es",
)  # fmt: skip
LOADED_MS = 600_000  # a machine that others keep busy takes minutes to load the model
CHROMIUM = chromium_path()  # asked now: no test sees a setting from outside


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM))


@dataclass(frozen=True)
class Chat:
    """A running chat: its address, its settings and the file that feedback is kept in."""

    address: str
    settings: dict[str, str]
    feedback: Path


@pytest.fixture(scope="package")
def practice(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of a practice with a few articles, which are indexed."""
    folder = tmp_path_factory.mktemp("practice")
    articles = folder / "corpus" / "articles"
    articles.mkdir(parents=True)
    for name in ARTICLES:
        shutil.copy(PROJECT / "corpus" / "articles" / f"{name}.md", articles)
    for name in ("glossary.toml", "topics.toml"):
        shutil.copy(PROJECT / "corpus" / name, folder / "corpus")
    settings = {
        "PMR_CORPUS_DIR": str(folder / "corpus"),
        "PMR_DATA_DIR": str(folder / "data"),
        "PMR_FEEDBACK_FILE": str(folder / "feedback.jsonl"),
        "PMR_RUNS_DIR": str(folder / "runs"),
        "PMR_STAFF": "1",
    }
    make_index(settings)
    return settings


@pytest.fixture(scope="package")
def chat(practice: dict[str, str], browser: Browser) -> Iterator[Chat]:
    """The practice's chat, as soon as it can answer."""
    with serve(practice) as address:
        first = visitor(browser, address)
        first.page.goto(address)
        first.page.locator("[class*=st-key-example] button").first.wait_for(timeout=LOADED_MS)
        first.page.context.close()
        yield Chat(address, practice, Path(practice["PMR_FEEDBACK_FILE"]))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, as the system brings it; the only one, and closed before other tests are run.

    Playwright keeps an event loop running in this thread as long as it is open, in which no other
    test could start one.
    """
    from playwright.sync_api import expect

    assert CHROMIUM is not None
    expect.set_options(timeout=LONGEST_MS)  # a page that is there at once is seen at once
    with open_browser(CHROMIUM) as opened:
        yield opened


@pytest.fixture
def visit(browser: Browser, chat: Chat) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors; ``size`` and ``scheme`` as for ``visitor``. Their windows are closed."""
    made: list[Visitor] = []

    def new(**how) -> Visitor:
        made.append(visitor(browser, chat.address, **how))
        return made[-1]

    yield new
    for one in made:
        one.page.context.close()
