from __future__ import annotations

from pathlib import Path

import pytest
from core_support import live
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from assistant.errors import IndexMissing
from assistant.langchain_retriever import ArticleRetriever
from assistant.testing import StemEmbedder
from assistant.text import plain


def retriever(data_dir: Path, **options: int) -> ArticleRetriever:
    return ArticleRetriever(index=live(data_dir), embedder=StemEmbedder(), **options)


def test_it_is_a_langchain_retriever(built: Path) -> None:
    made = retriever(built, k=2)
    assert isinstance(made, BaseRetriever)
    documents = made.invoke("Does walking help a sore back?")
    assert len(documents) == 2
    assert all(isinstance(d, Document) for d in documents)
    best = documents[0]
    assert best.metadata["article"] == "walking"
    assert best.metadata["score"] >= documents[1].metadata["score"]
    article = live(built).current().library.articles["walking"]
    place = slice(best.metadata["start"], best.metadata["end"])
    assert plain(article.text[place]) == best.page_content
    assert set(best.metadata) == {
        "article", "title", "section", "start", "end", "url", "score",
    }  # fmt: skip


def test_it_works_in_a_chain_and_in_batches(built: Path) -> None:
    chain = retriever(built, k=1) | (lambda documents: documents[0].metadata["article"])
    assert chain.invoke("walking") == "walking"
    assert chain.batch(["walking", "an ice pack in a towel"]) == ["walking", "ice"]


def test_a_missing_index_is_explained(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        retriever(tmp_path).invoke("walking")
