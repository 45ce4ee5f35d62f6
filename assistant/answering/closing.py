"""The line that ends an answer about treatment or medicine: when to see a doctor, whom to ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.answering.compose import Pick
from assistant.answering.units import quotable
from assistant.index.live import Index
from assistant.kinds import Kind
from assistant.phrases import phrase
from assistant.records import Article, Passage
from assistant.retrieval import Query
from assistant.text import plain

_CARE_KINDS = frozenset({Kind.TREATMENT, Kind.SELF_CARE})
_MEDICINE = re.compile(
    r"(?<!physical )\bmedicines?\b|\bpain relievers?\b|\bmedic(amento|ina)s?\b", re.I
)
_SEES_DOCTOR = re.compile(
    r"^(see|tell|call) (a|your) doctor\b.{0,80}\b(week|daily|keeps?|stops?|worse)\b"
    r"|^(consulte|vea|llame) (a|al|con) .{0,12}médico\b.{0,80}"
    r"\b(semana|diaria|vuelve|peor|empeora)\b",
    re.I,
)
_ASKS_FIRST = re.compile(
    r"^ask your doctor or pharmacist\b|^(pregunte|consulte) (a|con) su médico o farmacéutico\b",
    re.I,
)
_TO_CARE = re.compile(
    r"\b(see|tell|call|ask|contact|visit|talk (to|with)|speak (to|with)|check with) "
    r"(a|an|any|your|the|our)( \w+)? "
    r"(doctor|physician|physiatrist|clinician|pharmacist|nurse|midwife|care team|office|practice)\b"
    r"|\b(seek|get|need|needs) (\w+ ){0,2}(medical|emergency) (care|help|attention)\b"
    r"|\bemergency (room|department|number|services)\b|\b(911|999|112|pharmacist)\b"
    r"|\b(right away|straight away|at once|urgently|immediately|the same day)\b",
    re.I,
)
_SAYS_ASK = re.compile(r"\bpharmacist\b|\bfarmacéutic[oa]\b", re.I)


def closing(
    index: Index, query: Query, picks: Sequence[Pick], permitted: Callable[[str], bool]
) -> tuple[Pick | None, str]:
    """A sentence of the article to end on, or fixed words where it has none; both may be empty."""
    texts = [_words(index, pick.passage, pick.position) for pick in picks]
    if any(is_medicine(index.library.articles[p.passage.article]) for p in picks[:1]):
        if any(_SAYS_ASK.search(text) for text in texts):
            return None, ""
        line = _line(index, picks[0].passage.article, _ASKS_FIRST, permitted)
        return line, "" if line else phrase("pharmacist", query.lang)
    if query.kinds and query.kinds[0] in _CARE_KINDS:
        if any(_SEES_DOCTOR.search(text) for text in texts):
            return None, ""
        return _line(index, picks[0].passage.article, _SEES_DOCTOR, permitted), ""
    return None, ""


def sends_to_care(index: Index, picks: Sequence[Pick]) -> tuple[Pick, ...]:
    """Those of ``picks`` that tell the reader to see or ask somebody; a list of them stays whole.

    Nobody may say these in other words.
    """
    chosen: set[tuple[str, int]] = set()
    for pick in picks:
        if _TO_CARE.search(_words(index, pick.passage, pick.position)):
            chosen |= _own_and_lead_in(pick)
    return tuple(pick for pick in picks if _own_and_lead_in(pick) & chosen)


def _own_and_lead_in(pick: Pick) -> set[tuple[str, int]]:
    """Where ``pick`` stands and, for an item of a list, where the sentence that opens it does."""
    lead_in = pick.passage.sentences[pick.position].lead_in
    places = (pick.position,) if lead_in is None else (pick.position, lead_in)
    return {(pick.passage.id, place) for place in places}


def _line(
    index: Index, article: str, pattern: re.Pattern[str], permitted: Callable[[str], bool]
) -> Pick | None:
    """The first sentence of ``article`` that fits ``pattern`` and may be shown."""
    for passage in index.library.passages_of(article):
        for position, sentence in enumerate(passage.sentences):
            text = _words(index, passage, position)
            if (
                sentence.lead_in is None
                and pattern.search(text)
                and quotable(text)
                and permitted(text)
            ):
                return Pick(passage=passage, position=position)
    return None


def is_medicine(article: Article) -> bool:
    """Whether the article is about a medicine, by its topics."""
    return any(_MEDICINE.search(topic) for topic in article.topics)


def _words(index: Index, passage: Passage, position: int) -> str:
    article = index.library.articles[passage.article]
    return plain(passage.sentences[position].span.cut(article.text))
