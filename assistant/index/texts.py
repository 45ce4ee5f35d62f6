"""Which texts of a library need a vector, and under which ids."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from assistant.chunking import embedded_text, passage_text, sentence_text, split_article
from assistant.index.manifest import Kind
from assistant.records import Article, Library, Passage
from assistant.text import STOP_WORDS, words

_SHORTEST_WORD = 3  # letters of a word that may carry a topic alone


def field_id(text: str) -> str:
    """Id of a title or heading: equal words share one vector."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def sentence_ids(passage_id: str, count: int) -> list[str]:
    """Ids of the ``count`` sentences of a passage, in reading order."""
    return [f"{passage_id}:{position}" for position in range(count)]


def make_library(articles: Iterable[Article]) -> Library:
    """Articles split into passages."""
    by_id = {a.id: a for a in articles}
    return Library(by_id, tuple(p for a in by_id.values() for p in split_article(a)))


def texts_to_embed(library: Library) -> dict[Kind, dict[str, str]]:
    """Every text that needs a vector, by kind and id."""
    passages: dict[str, str] = {}
    sentences: dict[str, str] = {}
    fields: dict[str, str] = {}
    for passage in library.passages:
        article = library.articles[passage.article]
        passages[passage.id] = embedded_text(article, passage)
        for position, own in enumerate(sentence_ids(passage.id, len(passage.sentences))):
            sentences[own] = sentence_text(article, passage, position)
        for text in (article.title, passage.heading):
            if text:
                fields[field_id(text)] = text
    return {"passages": passages, "sentences": sentences, "fields": fields}


def field_text(library: Library, passage: Passage) -> str:
    """Title and headings of ``passage``, matched as a field of their own."""
    return " ".join((library.articles[passage.article].title, *passage.heading_path))


def shown_text(library: Library, passage: Passage) -> str:
    """The quotable words of ``passage``."""
    return passage_text(library.articles[passage.article], passage)


def library_words(library: Library) -> list[str]:
    """The words of quotable sentences, titles and headings that may carry a topic, each once."""
    found = dict.fromkeys(
        word
        for passage in library.passages  # what is withheld stands in no passage
        for word in words(f"{field_text(library, passage)} {shown_text(library, passage)}")
        if word not in STOP_WORDS and len(word) >= _SHORTEST_WORD and word.isalpha()
    )
    return list(found)
