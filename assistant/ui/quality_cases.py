"""Cases of a run: filters, a list, and everything about one case when it is opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import streamlit as st

from assistant.guardrail import assess
from assistant.guardrail.types import Turn
from assistant.ui import quality_words as words
from assistant.ui.cards import care_card
from assistant.ui.escaping import Html, fill, join
from assistant.ui.quality_figures import mark
from evals.quality import SHOWS, SORTED, CaseRow, case_rows, chosen, conversation
from evals.run import Run
from evals.scores import Score

_ON_A_PAGE = 20
_DEFAULT_SHOW = "failures"


def draw_cases(run: Run, baseline: Run | None) -> None:
    """The filters and a page of cases. A case opens in its place."""
    if run.spec.get("part") in ("test", "all"):
        st.html(fill('<p class="pmr"><b>{text}</b></p>', text=words.TEST_PART))
    rows = case_rows(run, baseline)
    show = st.radio(
        words.SHOW,
        SHOWS,
        index=SHOWS.index(_DEFAULT_SHOW),
        format_func=words.SHOWS.__getitem__,
        horizontal=True,
        key="show",
        bind="query-params",
    )
    left, right = st.columns(2)
    suites = ["", *dict.fromkeys(row.suite for row in rows)]
    suite = left.selectbox(
        words.SUITE,
        suites,
        format_func=lambda s: s or words.ALL_SUITES,
        key="suite",
        bind="query-params",
    )
    find = right.text_input(words.FIND, key="find", type="search", bind="query-params")
    if show == "different" and baseline is None:
        st.html(fill('<p class="pmr">{text}</p>', text=words.NEEDS_BASELINE))
        return
    listed = chosen(rows, show or "all", suite=suite or None, find=find or "")
    st.html(_count(listed, len(rows), changes_first=show in SORTED and baseline is not None))
    _draw_list(listed, run, f"{run.id} {show} {suite} {find}")


def _count(listed: Sequence[CaseRow], total: int, *, changes_first: bool) -> Html:
    template = words.COUNT_SORTED if changes_first else words.COUNT
    text = template.format(shown=len(listed), all=total) if listed else words.NOTHING
    return fill('<p class="pmr" role="status">{text}</p>', text=text)


def _draw_list(listed: Sequence[CaseRow], run: Run, filters: str) -> None:
    pages = -(-len(listed) // _ON_A_PAGE)
    page = 1
    if pages > 1:
        label = words.PAGE_OF.format(pages=pages)
        page = st.number_input(label, 1, pages, key=f"page of {filters}", width=200)
    shown = listed[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE]
    st.html(join([Html('<div class="pmr">'), *(_case(row, run) for row in shown), Html("</div>")]))


def _case(row: CaseRow, run: Run) -> Html:
    score = row.score
    return fill(
        '<details class="pmr-case"><summary>{verdict} <b>{id}</b> {change}'
        '<span class="pmr-why">{why}</span></summary>{details}</details>',
        verdict=_verdict(score),
        id=score.case_id,
        change=fill('<span class="pmr-tag">{c}</span>', c=row.change) if row.change else Html(""),
        why=f"{row.suite}: {_why(score)}",
        details=_details(row, run),
    )


def _verdict(score: Score) -> Html:
    if score.passed is None:
        return fill('<span class="pmr-mark">{text}</span>', text=words.NOT_JUDGED)
    text = words.ERROR if score.error else words.PASSED if score.passed else words.FAILED
    return mark(text, good=score.passed)


def _why(score: Score) -> str:
    """The reason; of a sensitive case only its first words, for the rest may quote."""
    return score.why.split(":")[0] if score.sensitive else score.why


def _details(row: CaseRow, run: Run) -> Html:
    score = row.score
    facts: list[tuple[str, Html | str]] = [
        (words.MESSAGES, words.HIDDEN if score.sensitive else _messages(row, run)),
        (words.GOT, score.got),
        (words.WANTED, score.wanted),
        (words.WHY, _why(score)),
    ]
    if row.before is not None and row.change:
        facts.append((words.BEFORE, _before(row.before, score)))
    if not score.sensitive:
        facts += [
            (_answer_name(row.suite), score.answer),
            (words.CITED, _lines(score.details.get("sources"))),
            (words.RANKED, _ranked(score)),
            (words.DETAILS, _other_details(score)),
        ]
    facts.append((words.TAGS, ", ".join(score.tags)))
    shown = [fill("<dt>{k}</dt><dd>{v}</dd>", k=k, v=v) for k, v in facts if v.strip()]
    return fill('<dl class="pmr-case-facts">{facts}</dl>', facts=join(shown))


def _answer_name(suite: str) -> str:
    guardrail = suite in ("guardrail", "robustness")
    return words.FLAGS if guardrail else words.DRAFT if suite == "output" else words.ANSWER


def _messages(row: CaseRow, run: Run) -> Html | str:
    """The messages of a case and the card that the guardrail shows for them now."""
    turns = conversation(run, row.suite, row.score)
    if not turns:
        return row.score.question
    names = {"user": words.USER, "assistant": words.ASSISTANT}
    said = [fill("<p><b>{who}:</b> {text}</p>", who=names[t.role], text=t.text) for t in turns]
    return join([*said, _card(turns, run)])


def _card(turns: Sequence[Turn], run: Run) -> Html:
    country = str(run.settings.get("country") or "US")
    version, card = _care(tuple((t.role, t.text) for t in turns), country)
    if not card:
        return Html("")
    same = version == run.fingerprints.get("rules")
    title = words.CARD_SAME if same else words.CARD_OTHER
    return fill("<p><b>{title}:</b></p>{card}", title=title, card=Html(card))


@st.cache_data(show_spinner=False, max_entries=500)
def _care(turns: tuple[tuple[Any, str], ...], country: str) -> tuple[str, str]:
    """Version of the rules, and the card after the last turn as HTML; empty when there is none."""
    decision = assess([Turn(role, text) for role, text in turns], country=country)[-1]
    return decision.rules_version, str(care_card(decision, announce=False))


def _before(before: Score, now: Score) -> str:
    verdict = words.PASSED if before.passed else words.FAILED
    same = before.sensitive or before.answer == now.answer
    return f"{verdict}: {before.got}" if same else f"{verdict}: {before.got}. {before.answer}"


def _lines(values: object) -> Html:
    if not isinstance(values, list) or not values:
        return Html("")
    return fill("<ul>{items}</ul>", items=join([fill("<li>{v}</li>", v=str(v)) for v in values]))


def _ranked(score: Score) -> Html:
    """The passages as they were ranked, those that were due marked in words."""
    ranked = score.details.get("ranked")
    rows = [r for r in ranked if isinstance(r, list) and len(r) == 3] if ranked else []
    if not rows:
        return Html("")
    due = {name.strip() for name in score.wanted.split(",")}
    head = join([fill('<th scope="col">{c}</th>', c=c) for c in words.RANKED_COLUMNS])
    body = join([_ranked_row(n, row, due) for n, row in enumerate(rows, start=1)])
    return fill(
        "<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>", head=head, body=body
    )


def _ranked_row(rank: int, row: list[object], due: set[str]) -> Html:
    article, section, value = str(row[0]), str(row[1]), row[2]
    return fill(
        '<tr><td>{rank}</td><td><a href="articles?article={link}" target="_blank">{section}</a>'
        "</td><td>{score}</td><td>{due}</td></tr>",
        rank=str(rank),
        link=quote(article, safe=""),
        section=section,
        score=f"{value:.3f}" if isinstance(value, float) else str(value),
        due=mark(words.DUE, good=True) if due & {article, section} else Html(""),
    )


def _other_details(score: Score) -> Html:
    """What else a suite keeps with a case, such as the question as it was understood."""
    others = {k: v for k, v in score.details.items() if k not in ("ranked", "sources") and v}
    return _lines([f"{k.replace('_', ' ')}: {v}" for k, v in others.items()])
