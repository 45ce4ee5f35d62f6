"""The real page in a real browser, with the real assistant and the project's own articles."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sources_support import docx, paragraph

if TYPE_CHECKING:
    from playwright.sync_api import Page

PROJECT = Path(__file__).resolve().parents[2]
CHROMIUM = (
    os.environ.get("PMR_CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)
FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update "
    "--disable-sync --no-first-run"
).split()
LOAD_MS = 120_000  # the model is loaded once, on whatever machine this is

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium on this machine; set PMR_CHROMIUM to one"
    ),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, core_library: Path) -> Iterator[str]:
    """Where the page runs, over articles and an index of this test's own."""
    data_dir = tmp_path_factory.mktemp("data")
    corpus = shutil.copytree(core_library, tmp_path_factory.mktemp("library") / "corpus")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PMR_")}
    environment |= {"PMR_DATA_DIR": str(data_dir), "PMR_CORPUS_DIR": str(corpus), "PMR_STAFF": "1"}
    main = "from assistant.cli import main; main()"
    subprocess.run(
        [sys.executable, "-c", main, "index"], cwd=PROJECT, env=environment, check=True, timeout=600
    )
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    process = subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        url = f"http://localhost:{port}"
        _wait_for(url)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str) -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
        else:
            return
    raise RuntimeError(f"the page did not start at {url}")


def _say(page: Page, text: str, number: int) -> None:
    """Send a message and wait until the page says that something came back."""
    from playwright.sync_api import expect

    page.get_by_test_id("stChatInputTextArea").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator(f"#said-{number}")).to_be_visible(timeout=LOAD_MS)
    expect(page.locator(".pmr-hidden[role=status]")).to_contain_text(f" {number}", timeout=LOAD_MS)


def test_a_visit_on_a_phone(address: str) -> None:
    from playwright.sync_api import expect, sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        page = browser.new_page(viewport={"width": 360, "height": 740})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))

        page.goto(address)
        expect(page.get_by_test_id("stChatInput")).to_be_visible(timeout=LOAD_MS)
        expect(page.locator(".pmr-emergency-line")).to_be_visible()

        _say(page, "What causes back spasms?", 1)
        expect(page.locator(".pmr-answer").first).to_contain_text("spasm")
        page.get_by_text("Sources (").first.click()
        expect(page.locator(".pmr-source mark").first).to_be_visible()

        _say(page, "my back hurts and I can't pee since this morning", 2)
        card = page.locator(".pmr-emergency").first
        expect(card).to_be_in_viewport()
        expect(card.locator("a[href='tel:911']").first).to_be_visible()
        assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"

        _say(page, "which stretches help?", 3)
        expect(card).to_be_attached()
        expect(page.locator(".pmr-answer")).to_have_count(1)  # the one from before the card
        expect(page.locator(".pmr-emergency-line")).to_be_visible()

        wide = "e => e.scrollWidth > e.clientWidth"
        assert not page.locator("html").evaluate(wide)
        assert not page.get_by_test_id("stMain").evaluate(wide)
        elsewhere = [u for u in asked if "://localhost" not in u and "://" in u]
        assert not [u for u in elsewhere if not u.startswith(("data:", "blob:"))]
        browser.close()


GARDEN = (
    ("Title", "Gardening with a sore back"),
    ("Heading1", "What helps in the garden?"),
    ("", "Gardening on a raised bed spares a sore back from bending."),
    ("Heading1", "When should I see a doctor?"),
    ("", "See a doctor when back pain after gardening lasts longer than one week."),
)


def test_an_editor_publishes_a_word_file_and_a_patient_gets_it_cited(
    address: str, tmp_path: Path
) -> None:
    from playwright.sync_api import expect, sync_playwright

    file = tmp_path / "garden.docx"
    file.write_bytes(docx("".join(paragraph(text, style) for style, text in GARDEN)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(LOAD_MS)
        page.goto(f"{address}/library")
        page.get_by_role("tab", name="Add").click()
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_label("Who publishes it").fill("Our practice")
        page.get_by_role("button", name="Read it and check it").click()
        expect(page.get_by_text("The draft is kept")).to_be_visible(timeout=LOAD_MS)
        page.get_by_role("tab", name="Drafts").click()
        page.get_by_role("button", name="Publish", exact=True).click()
        expect(page.get_by_text("sore back is published")).to_be_visible(timeout=LOAD_MS)

        patient = browser.new_page(viewport={"width": 390, "height": 844})
        patient.goto(address)
        _say(patient, "How can I garden with a sore back?", 1)
        expect(patient.locator(".pmr-answer").first).to_contain_text("raised bed")
        patient.get_by_text("Sources (").first.click()
        sources = patient.locator(".pmr-source")
        expect(sources.filter(has_text="Gardening with a sore back").first).to_be_visible()

        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("is withdrawn. No answer")).to_be_visible(timeout=LOAD_MS)
        _say(patient, "Does a raised bed spare a sore back from bending?", 2)
        expect(patient.locator(".pmr-answer").filter(has_text="raised bed")).to_have_count(1)
        browser.close()
