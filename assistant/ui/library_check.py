"""What was found in a draft, and what answers may quote of it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from assistant.checking.draft import DraftCheck
from assistant.records import Article, Passage
from assistant.screening.findings import Finding
from assistant.text import plain
from assistant.ui import library_words as words
from assistant.ui.escaping import Html, fill, join

_ROW = "<tr><td>{severity}</td><td>{found}</td><td>{why}</td></tr>"
_TABLE = (
    '<div class="pmr pmr-wide" tabindex="0" role="region" aria-label="{label}">'
    "<table><tbody>{rows}</tbody></table></div>"
)


def draw_check(article: Article, check: DraftCheck) -> None:
    """Figures, findings, quotable sentences and the hardest ones."""
    facts = [words.FACTS.format(words=check.words, passages=len(check.passages))]
    if check.grade is not None:
        facts.append(words.GRADE.format(grade=check.grade))
    st.html(fill('<p class="pmr">{text}</p>', text="; ".join(facts)))
    _draw_findings(check.findings)
    with st.expander(words.QUOTES):
        st.html(_quotes(article, check.passages))
    if check.hard_sentences:
        with st.expander(words.HARD):
            items = [fill("<li>{text}</li>", text=hard.text) for hard in check.hard_sentences]
            st.html(fill('<ul class="pmr">{items}</ul>', items=join(items)))


def _draw_findings(findings: Sequence[Finding]) -> None:
    if not findings:
        st.html(fill('<p class="pmr">{text}</p>', text=words.NOTHING_FOUND))
        return
    grave = any(finding.severity == "high" for finding in findings)
    label = words.FINDINGS.format(count=len(findings))
    with st.expander(label, expanded=grave):
        rows = [
            fill(
                _ROW,
                severity=words.SEVERITY[finding.severity],
                found=finding.found,
                why=finding.why,
            )
            for finding in findings
        ]
        st.html(fill(_TABLE, label=label, rows=join(rows)))


def _quotes(article: Article, passages: Sequence[Passage]) -> Html:
    """The passages with their headings, each quotable sentence on a line of its own."""
    parts = []
    for passage in passages:
        quotable = [plain(each.span.cut(article.text)) for each in passage.sentences]
        lines = [fill("<li>{text}</li>", text=text) for text in quotable]
        heading = " > ".join(passage.heading_path)
        part = "<h3>{heading}</h3><ul>{lines}</ul>"
        parts.append(fill(part, heading=heading, lines=join(lines)))
    return fill('<div class="pmr">{parts}</div>', parts=join(parts))
