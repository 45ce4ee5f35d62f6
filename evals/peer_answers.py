"""What a plain LangChain pipeline would show, scored as an answer beside ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evals.cases import AnswerCase
from evals.peers import Chunk, PlainRag
from evals.scores import Score
from evals.suites.answers import score_reply

SHOWN = 4  # chunks that the tutorials put before the model


def chunk_reply(
    chunks: Sequence[Chunk], articles: Mapping[str, str], words: int | None = None
) -> dict[str, Any]:
    """The public JSON form of a reply that shows ``chunks``, cut after ``words`` words.

    Without a model nobody writes an answer of them, so what is found is what is shown: always
    an answer, never a refusal and never a care message.
    """
    sentences: list[dict[str, Any]] = []
    sources: list[dict[str, Any]] = []
    left = words
    for number, chunk in enumerate(chunks, start=1):
        text = chunk.text if left is None else _first_words(chunk.text, left)
        if not text:
            break
        left = None if left is None else left - len(text.split())
        start = articles[chunk.article].find(text)
        sentences.append({"text": text, "citations": [number]})
        sources.append(
            {"number": number, "article": chunk.article, "quote": text, "start": start,
             "end": start + len(text)}
        )  # fmt: skip
    return {
        "kind": "answer", "text": "", "sentences": sentences, "sources": sources,
        "care": {"level": "none"}, "timings_ms": {},
    }  # fmt: skip


def _first_words(text: str, count: int) -> str:
    """The beginning of ``text`` with ``count`` words, every character as it stands there."""
    words = text.split()
    if len(words) <= count:
        return text
    end = 0
    for word in words[:count]:
        end = text.index(word, end) + len(word)
    return text[:end]


def score_plain_rag(
    cases: Sequence[AnswerCase], peer: PlainRag, articles: Mapping[str, str], words: int | None
) -> list[Score]:
    """The verdicts on the pipeline's chunks, with the scorer of the assistant's own answers."""
    return [
        score_reply(case, chunk_reply(peer.nearest(_asked(case), SHOWN), articles, words), articles)
        for case in cases
    ]


def _asked(case: AnswerCase) -> str:
    return case.conversation()[-1].text
