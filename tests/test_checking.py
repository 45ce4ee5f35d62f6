"""What the check of articles finds, and that our own articles pass it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from core_support import PROJECT

from assistant.checking import check_articles
from assistant.guardrail.rulebook import shipped_rulebook

TODAY = date(2026, 11, 23)
FLAGS = "\n".join(f'  {rule.id}: "In short"' for rule in shipped_rulebook().rules)
FILLER = "\n".join(
    f"Gentle walking helps the back of person {n} to move and to feel better." for n in range(45)
)
GOOD = f"""---
id: sore-back
title: "Sore back"
publisher: "A practice"
review_by: 2027-01-01
sources:
  - title: "A guideline"
    publisher: "NICE"
    year: 2020
    sections: ["In short", "What is a sore back?"]
  - title: "A review"
    publisher: "Cochrane"
    year: 2021
    sections: ["When should I see a doctor about a sore back?"]
explains:
{FLAGS}
---
## In short
A sore back often gets better with time.

## What is a sore back?
{FILLER}

## When should I see a doctor about a sore back?
See your doctor about a sore back in any of these situations:
- the pain lasts longer than a week
- the pain keeps coming back

## What can I ask my doctor about a sore back?
You can ask your doctor these questions about a sore back:
- Should I see a physiatrist or a therapist?
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "sore-back.md").write_text(GOOD, encoding="utf-8")
    return tmp_path


def kinds(corpus: Path) -> list[str]:
    return [finding.kind for finding in check_articles(corpus, today=TODAY)]


def test_a_good_article_has_nothing_to_mend(corpus: Path) -> None:
    assert check_articles(corpus, today=TODAY) == []


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("## In short", "## Summary", "shape"),
        ("## When should I see a doctor about", "## More about", "no_doctor_section"),
        (FILLER, "A sore back hurts.", "shape"),
        ("See your doctor about a sore back in any of these situations:\n", "", "shape"),
        ("A sore back often gets", "This often gets", "cannot_stand_alone"),
        ("better with time.", "better, as mentioned above.", "cannot_stand_alone"),
        (
            "A sore back often gets better with time.",
            "Musculoskeletal symptomatology characteristically necessitates rehabilitation.",
            "hard_to_read",
        ),
        ('"What is a sore back?"]', "]", "unsourced"),
        ('publisher: "Cochrane"\n    year: 2021\n', 'publisher: "Cochrane"\n', "unsourced"),
        ("review_by: 2027-01-01", "review_by: 2026-01-01", "review_overdue"),
        ("better with time.", "better with [time](no-such-article.md).", "broken_link"),
        ('  cauda-equina: "In short"\n', "", "unexplained_flag"),
        ("better with time.", "better when you take 800 mg of ibuprofen.", "unsafe_claim"),
    ],
)
def test_what_is_wrong_is_found(corpus: Path, old: str, new: str, kind: str) -> None:
    if kind == "unexplained_flag":
        old = f"{FLAGS.splitlines()[0]}\n"
    assert old in GOOD
    (corpus / "sore-back.md").write_text(GOOD.replace(old, new), encoding="utf-8")
    assert kind in kinds(corpus)


def test_an_article_taken_over_as_it_is_need_not_have_our_shape(corpus: Path) -> None:
    (corpus / "old.md").write_text(
        '---\nid: old\ntitle: "Old"\npublisher: "A practice"\nas_is: true\n---\nIt hurts.\n',
        encoding="utf-8",
    )
    assert kinds(corpus) == []


TRANSLATED = """---
id: sore-back-es
title: "Dolor de espalda"
publisher: "A practice"
lang: es
translation_of: sore-back
---
## En resumen
El dolor de espalda mejora en {weeks} semanas.
"""
ORIGINAL = (
    '---\nid: sore-back\ntitle: "Sore back"\npublisher: "A practice"\nas_is: true\n---\n'
    "## In short\nA sore back gets better in 6 weeks.\n"
)


@pytest.mark.parametrize(("weeks", "found"), [("6", []), ("16", ["translation"])])
def test_a_translation_is_held_to_its_original(
    tmp_path: Path, weeks: str, found: list[str]
) -> None:
    (tmp_path / "sore-back.md").write_text(ORIGINAL, encoding="utf-8")
    (tmp_path / "es.md").write_text(TRANSLATED.format(weeks=weeks), encoding="utf-8")
    assert [kind for kind in kinds(tmp_path) if kind == "translation"] == found


def test_a_translation_of_nothing_is_found(tmp_path: Path) -> None:
    (tmp_path / "es.md").write_text(TRANSLATED.format(weeks="6"), encoding="utf-8")
    assert "translation" in kinds(tmp_path)


def test_the_map_of_topics_has_no_holes(corpus: Path) -> None:
    topics = corpus / "topics.toml"
    topics.write_text('[[topic]]\ntitle = "Back"\narticles = ["sore-back"]\n', encoding="utf-8")
    assert kinds(corpus) == []
    topics.write_text('[[topic]]\ntitle = "Back"\narticles = ["sore-neck"]\n', encoding="utf-8")
    assert kinds(corpus) == ["topic_map", "topic_map"]


def test_articles_that_contradict_each_other_are_found(corpus: Path) -> None:
    first = "Bed rest helps most people with a sore back to get better soon."
    second = "Bed rest does not help most people with a sore back to get better soon."
    text = GOOD.replace("A sore back often gets better with time.", first)
    (corpus / "sore-back.md").write_text(text, encoding="utf-8")
    other = GOOD.replace("id: sore-back", "id: rest").replace(FILLER, f"{FILLER}\n{second}")
    (corpus / "rest.md").write_text(other, encoding="utf-8")
    found = [f for f in check_articles(corpus, today=TODAY) if f.kind == "contradiction"]
    assert len(found) == 1
    assert "repeated" in kinds(corpus)


def test_our_own_articles_pass() -> None:
    findings = check_articles(PROJECT / "corpus", today=TODAY)
    assert [
        f"{f.file}:{f.line}: {f.found}: {f.why}" for f in findings if f.severity != "info"
    ] == []
