"""What an editor publishes on the Library page reaches a patient; what is withdrawn does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect
from sources_support import docx, paragraph

from browsing.visitor import PHONE, Visitor

GARDEN = (
    ("Title", "Gardening with a sore back"),
    ("Heading1", "What helps in the garden?"),
    ("", "Gardening on a raised bed spares a sore back from bending."),
    ("Heading1", "When should I see a doctor?"),
    ("", "See a doctor when back pain after gardening lasts longer than one week."),
)


def test_an_editor_publishes_a_word_file_and_a_patient_gets_it_cited(
    visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    file = tmp_path / "garden.docx"
    file.write_bytes(docx("".join(paragraph(text, style) for style, text in GARDEN)))
    editor = visit()
    editor.go("/library")
    page = editor.page
    page.get_by_role("tab", name="Add").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label("Who publishes it").fill("Our practice")
    page.get_by_role("button", name="Read it and check it").click()
    expect(page.get_by_text("The draft is kept")).to_be_visible()
    page.get_by_role("tab", name="Drafts").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("sore back is published")).to_be_visible()

    patient = visit(size=PHONE)
    patient.go()
    answer = patient.ask("How can I garden with a sore back?")
    expect(answer.locator(".pmr-answer")).to_contain_text("raised bed")
    sources = patient.open_sources(answer)
    expect(sources.filter(has_text="Gardening with a sore back").first).to_be_visible()

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("is withdrawn. No answer")).to_be_visible()
    patient.ask("Does a raised bed spare a sore back from bending?")
    quoting = patient.page.locator(".pmr-answer").filter(has_text="raised bed")
    expect(quoting).to_have_count(1)  # the one from before
