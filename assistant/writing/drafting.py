"""An answer while it is written: what passed, what was taken out, what stands in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.answering.compose import Pick
from assistant.records import Library
from assistant.text import plain, stems
from assistant.writing.grounding import Grounding, likeness
from assistant.writing.layout import Line, Passed, Version, lay_out
from assistant.writing.parsing import Drafted

FEWEST = 2  # sentences of the model; with fewer, quotes read better
_HALF = 0.5  # of its sentences must pass
_SAME = 0.75  # words in common from here on: the same is said twice
_INSTEAD = 0.3  # words a quote shares with the sentence whose place it takes


class Draft:
    """Collects lines. ``bound`` are quotes that stay in any case and end the answer."""

    def __init__(
        self,
        library: Library,
        grounding: Grounding,
        picks: Sequence[Pick],
        bound: Sequence[Pick],
        *,
        limit: int,
        permitted: Callable[[str], bool],
    ) -> None:
        self._library, self._permitted = library, permitted
        self._grounding = grounding
        self._bound = list(bound)
        self._room = limit - len(self._bound)
        self._spare = [p for p in picks if p not in self._bound and not p.label]
        self._lines: list[Line] = []
        self._said = [self._stems(pick) for pick in self._bound]
        self._heard: set[Drafted] = set()
        self.written = self.removed = self.replaced = 0

    @property
    def full(self) -> bool:
        """Whether no further line has room."""
        return len(self._lines) >= self._room

    @property
    def enough(self) -> bool:
        """Whether so much passed that it may stand in the place of the quoted answer."""
        made = self.written + self.removed
        return self.written >= FEWEST and self.written >= _HALF * made

    def add_all(self, drafted: Sequence[Drafted]) -> bool:
        """Take each sentence that passes, while there is room. Whether anything was added."""
        before = len(self._lines)
        for each in drafted:
            if not self.full:
                self._add(each)
        return len(self._lines) > before

    def _add(self, drafted: Drafted) -> None:
        """Take ``drafted`` if it passes, else perhaps a quote in its place.

        The same words again are passed over: a model that repeats itself would use up the time.
        """
        if drafted in self._heard:
            return
        self._heard.add(drafted)
        own = set(stems(drafted.text))
        places = self._grounding.places(drafted)
        if not places:
            self.removed += 1
            self._quote_instead(own)
        elif not self._says(own):
            self.written += 1
            self._keep(Passed(drafted.text, places), own)

    def so_far(self) -> Version:
        """What may be shown while more is being written; nothing before two sentences passed."""
        return self._version(self._lines) if self.written >= FEWEST else Version()

    def whole(self) -> Version:
        """The lines with the quotes that end the answer."""
        return self._version([*self._lines, *self._bound])

    def _version(self, lines: Sequence[Line]) -> Version:
        return lay_out(self._library, lines, self._permitted)

    def _quote_instead(self, lost: set[str]) -> None:
        """Put the quote that comes nearest to the removed words in their place, if one does."""
        near = [(likeness(lost, own), pick) for pick in self._spare if (own := self._stems(pick))]
        degree, pick = max(near, key=lambda pair: pair[0], default=(0.0, None))
        if pick is None or degree < _INSTEAD:
            return
        self._spare.remove(pick)
        own = self._stems(pick)
        if not self._says(own) and _stands_alone(pick):
            self.replaced += 1
            self._keep(pick, own)

    def _keep(self, line: Line, own: set[str]) -> None:
        self._lines.append(line)
        self._said.append(own)

    def _says(self, own: set[str]) -> bool:
        return any(likeness(own, said) >= _SAME for said in self._said)

    def _stems(self, pick: Pick) -> set[str]:
        return set(stems(plain(self._library.quote(pick.passage.article, pick.span))))


def _stands_alone(pick: Pick) -> bool:
    """Whether the quote is a sentence: an item or a lead-in says nothing without its list."""
    opens_list = any(s.lead_in == pick.position for s in pick.passage.sentences)
    return pick.passage.sentences[pick.position].kind == "sentence" and not opens_list
