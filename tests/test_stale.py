"""Advice of an article whose review is long overdue is not given; the rest of it still is."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from core_support import build, live, write_article

from assistant.answering.stale import out_of_date
from assistant.chat import Assistant
from assistant.corpus import load_articles
from assistant.guardrail.types import Turn
from assistant.phrases import phrase
from assistant.settings import Settings
from assistant.testing import StemEmbedder

DUE = date(2026, 1, 31)
TEXT = """## What is a frozen shoulder?

A frozen shoulder is a stiff and sore shoulder joint.

## What treatments are there for a frozen shoulder?

Treatments for a frozen shoulder include stretching of the frozen shoulder.

## When should I see a doctor about a frozen shoulder?

See a doctor about a frozen shoulder that lasts more than a week.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_article(tmp_path / "corpus", "frozen", TEXT, title="Frozen shoulder",
                  extra=[f"review_by: {DUE}"])  # fmt: skip
    build(load_articles(tmp_path / "corpus"), tmp_path / "data")
    return tmp_path


def said(folder: Path, question: str, days_late: int) -> str:
    settings = Settings(
        corpus_dir=folder / "corpus", data_dir=folder / "data", review_grace_days=30
    )
    assistant = Assistant(
        settings, live(folder / "data"), StemEmbedder(), today=lambda: DUE + timedelta(days_late)
    )
    reply = assistant.reply([Turn("user", question)])
    return " ".join([reply.text, *(reply.words(s) for s in reply.sentences)])


TREATED = "What treatments are there for a frozen shoulder?"


def test_advice_is_given_until_the_days_of_grace_are_over(folder: Path) -> None:
    for days in (-1, 1, 30):
        assert "include stretching" in said(folder, TREATED, days)
    late = said(folder, TREATED, 31)
    assert "include stretching" not in late
    assert phrase("review_waits") in late


def test_what_a_thing_is_stays_true(folder: Path) -> None:
    late = said(folder, "What is a frozen shoulder?", 400)
    assert "stiff and sore" in late
    assert "include stretching" not in late


def test_the_day_after_the_grace_counts() -> None:
    from core_support import article

    late = article("Text.", review_by=DUE)
    assert not out_of_date(late, DUE + timedelta(30), 30)
    assert out_of_date(late, DUE + timedelta(31), 30)
    assert not out_of_date(article("Text."), DUE, 0)
