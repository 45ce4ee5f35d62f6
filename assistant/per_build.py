"""What is made once for a build of the index, and kept until the next one answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from assistant.answering.fixed import NearestReply
from assistant.answering.languages import Readers
from assistant.answering.suggest import example_questions
from assistant.embedding import Embedder
from assistant.index.live import Index


@dataclass(slots=True)
class _Made:
    """What was made for one build so far."""

    index: Index
    readers: Readers | None = None
    nearest: NearestReply | None = None
    examples: dict[str, tuple[str, ...]] = field(default_factory=dict)


class PerBuild:
    """Readers of questions, fixed replies by nearness, and the first screen's questions.

    Safe to share between threads: a thread that still answers from an older build makes these anew.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._last: _Made | None = None

    def readers(self, index: Index) -> Readers:
        """The readers of questions of every language of the library."""
        made = self._made(index)
        if made.readers is None:
            made.readers = Readers(index, index.glossary, index.kept.before(self._embedder))
        return made.readers

    def nearest_reply(self, index: Index) -> NearestReply:
        """What finds the fixed reply to a message that is no question."""
        made = self._made(index)
        if made.nearest is None:
            made.nearest = NearestReply(index.kept.before(self._embedder))
        return made.nearest

    def examples(self, index: Index, lang: str, fit: Callable[[str], bool]) -> tuple[str, ...]:
        """Questions in ``lang``, else in English, that the library answers and that are ``fit``.

        Every visit begins with them, and finding them reads every heading of the library.
        """
        kept = self._made(index).examples
        if lang not in kept:
            library = index.library
            kept[lang] = example_questions(library, lang, fit=fit) or example_questions(
                library, fit=fit
            )
        return kept[lang]

    def _made(self, index: Index) -> _Made:
        made = self._last
        if made is None or made.index is not index:
            made = self._last = _Made(index)
        return made
