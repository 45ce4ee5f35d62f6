"""Next questions to offer: headings of the articles, which the articles answer by construction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from assistant.answering.compose import Pick
from assistant.kinds import Kind, question_kinds
from assistant.records import DEFAULT_LANGUAGE, Library
from assistant.retrieval import Hit

_SHOWN = 3
_EXAMPLES = 5
# Kinds worth showing to somebody who arrives with a hurting back, in this order.
_FIRST_KINDS = (Kind.CAUSES, Kind.SELF_CARE, Kind.TREATMENT, Kind.WHO, Kind.DURATION)


def _question_headings(library: Library, article: str) -> Iterator[str]:
    seen = set()
    for passage in library.passages_of(article):
        heading = passage.heading
        if heading.endswith("?") and heading not in seen:
            seen.add(heading)
            yield heading


def _stands_alone(heading: str) -> bool:
    words = heading.lower().rstrip("?").split()
    return len(words) >= 4 and not {"it", "this", "they", "them", "these"} & set(words)


def follow_ups(library: Library, hits: Sequence[Hit], picks: Sequence[Pick]) -> tuple[str, ...]:
    """Questions near the one just asked that the same articles answer."""
    used = {p.passage.heading for p in picks}
    # Questions to take to the doctor are no questions for this chat.
    skip = {Kind.ASK}
    found: dict[str, None] = {}
    articles = dict.fromkeys([p.passage.article for p in picks] + [h.passage.article for h in hits])
    near = [h.passage.heading for h in hits if h.passage.heading.endswith("?")]
    own = [h for a in list(articles)[:1] for h in _question_headings(library, a)]
    for heading in (*near[:2], *own, *near):
        kinds = question_kinds(heading)
        if heading not in used and _stands_alone(heading) and not (kinds and kinds[0] in skip):
            found.setdefault(heading)
    return tuple(found)[:_SHOWN]


def article_questions(library: Library, article: str) -> tuple[str, ...]:
    """Questions that one article answers, in its order."""
    return tuple(filter(_stands_alone, _question_headings(library, article)))


def example_questions(
    library: Library,
    lang: str = DEFAULT_LANGUAGE,
    fit: Callable[[str], bool] = lambda _question: True,
) -> tuple[str, ...]:
    """Questions for the first screen that are ``fit``: different kinds, from different articles.

    What most articles are about comes first, because most people come for it.
    """
    by_kind: dict[Kind, list[tuple[str, str]]] = {}
    articles = [a for a in library if a.language == lang]
    main = Counter(topic for a in articles for topic in a.topics).most_common(1)
    is_main = {a.id: bool(main) and main[0][0] in a.topics for a in articles}
    for article in articles:
        for heading in _question_headings(library, article.id):
            kinds = question_kinds(heading)
            if kinds and _stands_alone(heading):
                by_kind.setdefault(kinds[0], []).append((article.id, heading))
    chosen: list[str] = []
    used: set[str] = set()
    for kind in (*_FIRST_KINDS, *by_kind):
        near = sorted(by_kind.get(kind, []), key=lambda p: (not is_main[p[0]], len(p[1])))
        for article_id, heading in near:
            if article_id not in used and heading not in chosen and fit(heading):
                chosen.append(heading)
                used.add(article_id)
                break
        if len(chosen) == _EXAMPLES:
            break
    return tuple(chosen)
