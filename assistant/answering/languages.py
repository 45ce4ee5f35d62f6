"""Which language a message is in, among those that the library has articles in.

Readers of one language know only its articles: a Spanish question is never answered in English
words, and an English one never meets Spanish passages.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.question import QuestionReader
from assistant.answering.terms import Vocabulary
from assistant.embedding import Embedder
from assistant.glossary import Glossary
from assistant.index.live import Index
from assistant.records import DEFAULT_LANGUAGE
from assistant.text import SMALL_WORDS, words

_SMALL_WORD = 2.0  # counts as much as this many words that one language's articles use


class Readers:
    """A reader of questions for every language of one library."""

    def __init__(self, index: Index, glossary: Glossary, embedder: Embedder) -> None:
        self._readers = {}
        self._lexis = index.lexis
        for lang, lexis in index.lexis.items():
            vocabulary = Vocabulary(index.library, lexis, embedder)
            # The glossary is English: its lay words and its terms.
            named = glossary if lang == DEFAULT_LANGUAGE else Glossary()
            self._readers[lang] = QuestionReader(lexis, named, vocabulary, lang)

    def reader(self, message: str, earlier: Sequence[str] = ()) -> QuestionReader:
        """The reader for ``message``; one that tells no language goes on in the one before it."""
        for text in (message, *reversed(earlier)):
            found = self._language(text)
            if found:
                return self._readers[found]
        return self._readers.get(DEFAULT_LANGUAGE) or next(iter(self._readers.values()))

    def _language(self, text: str) -> str | None:
        """The language that most words of ``text`` speak for, if one does."""
        found = words(text)
        votes = {lang: self._votes(lang, found) for lang in self._readers}
        best = max(votes, key=lambda lang: votes[lang])
        ties = [lang for lang, count in votes.items() if count == votes[best]]
        return best if len(ties) == 1 else None

    def _votes(self, lang: str, found: Sequence[str]) -> float:
        small = SMALL_WORDS.get(lang, frozenset())
        lexis = self._lexis[lang]
        known = (lexis.says(w) or lexis.names(w) for w in found)
        return sum(_SMALL_WORD * (w in small) + own for w, own in zip(found, known, strict=True))
