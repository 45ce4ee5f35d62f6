"""LlamaIndex with its own store, a table in memory that is written down as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llama_index.core import Document, StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from shared import COUNT, PASSAGE_CHARS, articles, run


def embedding(model: str) -> HuggingFaceEmbedding:
    return HuggingFaceEmbedding(model_name=model, device="cpu")


def index(folder: str, model: str, corpus: str) -> int:
    from llama_index.core.node_parser import SentenceSplitter

    # Counted in tokens there; four letters a token.
    splitter = SentenceSplitter(chunk_size=PASSAGE_CHARS // 4, chunk_overlap=0)
    documents = [Document(text=text) for text in articles(corpus)]
    made = VectorStoreIndex.from_documents(
        documents, transformations=[splitter], embed_model=embedding(model)
    )
    made.storage_context.persist(folder)
    return len(made.docstore.docs)


def opened(folder: str, model: str) -> Any:
    context = StorageContext.from_defaults(persist_dir=folder)
    loaded = load_index_from_storage(context, embed_model=embedding(model))
    return loaded.as_retriever(similarity_top_k=COUNT)


def search(retriever: Any, question: str) -> list[str]:
    return [found.get_content() for found in retriever.retrieve(question)]


def parts(_: Any) -> dict[str, Callable[[str], object]]:
    return {}


if __name__ == "__main__":
    run(index, opened, search, parts)
