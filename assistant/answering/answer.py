"""From a question to the sentences that answer it: found, judged, chosen and laid out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.answering.closing import closing, sends_to_care
from assistant.answering.compose import Pick, compose
from assistant.answering.coverage import coverage, says_what_was_asked
from assistant.answering.demands import meets_demands
from assistant.answering.disagreement import disagreement
from assistant.answering.question import Question
from assistant.answering.shapes import comparison_in
from assistant.answering.terms import Vocabulary
from assistant.answering.units import Unit, units_of
from assistant.glossary import Glossary
from assistant.index.live import Index
from assistant.phrases import phrase
from assistant.retrieval import Hit, Query, Term
from assistant.text import plain, stems

HITS = 12  # passages that sentences are chosen from
_SIDE_LINES = 2  # sentences shown for each side of a comparison
_NAMED = 0.2  # a side is named by a word at least this telling
_SAID = 0.9  # and a sentence is about it when it says the word this fully
_FEWEST_LINES = 2  # sentences for each of several questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What to quote, in reading order, and fixed words to end on. No picks: no answer.

    ``bound`` are the picks that nobody may say in other words: who to see or ask and when, and
    both sides where two articles contradict each other.
    """

    picks: tuple[Pick, ...] = ()
    note: str = ""
    bound: tuple[Pick, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """Answers questions from one build of the index."""

    index: Index
    vocabulary: Vocabulary
    permitted: Callable[[str], bool]
    suits: Callable[[str], bool]  # as ``permitted``, in the light of the message; slower
    look_up: Callable[[str], Sequence[Hit]]
    limit: int = 6

    def answer(self, parts: Sequence[tuple[Question, Sequence[Hit]]]) -> Answer:
        """The answer to every part of a message, each with the passages found for it."""
        if len(parts) == 1:
            return self._one(*parts[0], self.limit)
        share = max(_FEWEST_LINES, self.limit // len(parts))
        answers = [(q, self._one(q, hits, share)) for q, hits in parts]
        found = [(q, a) for q, a in answers if a.picks]
        if not found:
            return Answer()
        notes = [
            phrase("not_covered", q.query.lang, part=q.typed) for q, a in answers if not a.picks
        ]
        notes += [a.note for _, a in found if a.note]
        picks = [p for q, a in found for p in _labelled(a.picks, q.typed)]
        kept = _once(picks)[: self.limit]
        held = {_where(p) for _, a in found for p in a.bound}
        return Answer(
            picks=tuple(kept),
            note=" ".join(dict.fromkeys(notes)),
            bound=tuple(p for p in kept if _where(p) in held),
        )

    def _one(self, question: Question, hits: Sequence[Hit], limit: int) -> Answer:
        query = question.query
        covered = coverage(self.index, query, hits)
        if not covered.enough:
            return Answer()
        units = self._units(query, hits)
        compared = self._compared(question, units, limit)
        picks = self._suiting(compared or compose(units, query, limit=limit))
        if not picks or not self._answers(question, picks, covered.confidence):
            return Answer()
        last, note = closing(self.index, query, picks, self.permitted)
        room = limit - 1 if last is not None and limit > 1 else limit
        if room < len(picks) and not compared:  # what matters least makes place for the last line
            picks = self._suiting(compose(units, query, limit=room)) or picks
        picks, differ, sides = self._both_views(picks, hits, room)
        closed = [*picks[:room], *([last] if last is not None and limit > 1 else [])]
        once = _once(closed)
        held = {_where(p) for p in (*sends_to_care(self.index, once), *sides)}
        return Answer(
            picks=tuple(once),
            note=" ".join(filter(None, (differ, note))),
            bound=tuple(p for p in once if _where(p) in held),
        )

    def _units(self, query: Query, hits: Sequence[Hit]) -> list[Unit]:
        return units_of(self.index, self.vocabulary, query, hits, self.permitted)

    def _suiting(self, picks: Sequence[Pick]) -> list[Pick]:
        return [p for p in picks if self.suits(plain(self._quote(p)))]

    def _both_views(
        self, picks: Sequence[Pick], hits: Sequence[Hit], room: int
    ) -> tuple[list[Pick], str, tuple[Pick, ...]]:
        """``picks`` with the sentence of another article that contradicts one, and a note on it.

        The two sides come last.
        """
        found = disagreement(self.index, picks[: room - 1], hits)
        if found is None or not self.suits(plain(self._quote(found.other))):
            return list(picks), "", ()
        after = found.position + 1
        others = [p for p in picks[after:] if p.span != found.other.span]
        sides = (picks[found.position], found.other)
        return [*picks[:after], found.other, *others], found.note, sides

    def _answers(self, question: Question, picks: Sequence[Pick], confidence: float) -> bool:
        """Whether the quoted words hold what the question turns on."""
        library = self.index.library
        quoted = " ".join(map(self._quote, picks))
        headings = " ".join(
            " ".join((library.articles[p.passage.article].title, *p.passage.heading_path))
            for p in picks
        )
        said = frozenset(stems(f"{quoted} {headings}"))
        return meets_demands(question.resolved, quoted) and says_what_was_asked(
            question.query, said, confidence
        )

    def _quote(self, pick: Pick) -> str:
        return self.index.library.quote(pick.passage.article, pick.span)

    def _compared(self, question: Question, units: Sequence[Unit], limit: int) -> list[Pick]:
        """Both sides of a comparison, one below the other; empty when a side is not covered."""
        sides = comparison_in(question.resolved)
        if sides is None or limit < 2 * _SIDE_LINES:
            return []
        names = (sides.first, sides.second)
        about = [self.vocabulary.terms(name, self.index.glossary) for name in names]
        if about[0] and {t.weight for t in about[0]} == {t.weight for t in about[1]}:
            # One word of the glossary for both, such as "scan" for MRI and CT: use their own.
            about = [self.vocabulary.terms(name, Glossary()) for name in names]
        if not all(any(t.known and t.weight >= _NAMED for t in terms) for terms in about):
            return []
        lines = _lines(units)
        both = [u for u in lines if all(self._says(u, terms) for terms in about)]
        picks = [p for unit in both[:1] for p in _picks(unit)]
        for name, terms, other in zip(names, about, reversed(about), strict=True):
            own = self._only(lines, terms, other)
            if not own:  # the passages found are all about the other side
                more = self._units(question.query, self.look_up(name))
                own = self._only(_lines(more), terms, other)
            if not own:
                return []
            side = [p for unit in own[:_SIDE_LINES] for p in _picks(unit)]
            picks += _labelled(side[:_SIDE_LINES], name[:1].upper() + name[1:])
        return picks

    def _only(
        self, lines: Sequence[Unit], terms: Sequence[Term], other: Sequence[Term]
    ) -> list[Unit]:
        return [u for u in lines if self._says(u, terms) and not self._says(u, other)]

    def _says(self, unit: Unit, terms: Sequence[Term]) -> bool:
        """Whether ``unit`` is about the most telling of ``terms``."""
        sentences = self.vocabulary.sentences(unit.passage)
        own = frozenset().union(*(sentences[p] for p in unit.positions))
        telling = max((t for t in terms if t.known), key=lambda t: t.weight)
        return telling.said_by(own) >= _SAID


def _lines(units: Sequence[Unit]) -> list[Unit]:
    """Those that are no lists, best first."""
    return sorted((u for u in units if not u.is_list), key=lambda u: -u.score)


def _picks(unit: Unit) -> list[Pick]:
    return [Pick(passage=unit.passage, position=p) for p in unit.positions]


def _labelled(picks: Sequence[Pick], label: str) -> list[Pick]:
    """``picks`` with ``label`` above the first of them."""
    return [replace(p, label=label if n == 0 else "") for n, p in enumerate(picks)]


def _where(pick: Pick) -> tuple[str, int]:
    return pick.passage.article, pick.span.start


def _once(picks: Sequence[Pick]) -> list[Pick]:
    """``picks`` without a sentence that was there before."""
    seen: set[tuple[str, int]] = set()
    kept = []
    for pick in picks:
        key = _where(pick)
        if key not in seen:
            seen.add(key)
            kept.append(pick)
    return kept
