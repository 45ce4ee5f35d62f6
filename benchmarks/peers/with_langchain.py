"""LangChain over Chroma."""

from __future__ import annotations

from collections.abc import Callable

from langchain_chroma import Chroma
from langchain_huggingface import HuggingFaceEmbeddings
from shared import COUNT, PASSAGE_CHARS, articles, run


def embeddings(model: str) -> HuggingFaceEmbeddings:
    return HuggingFaceEmbeddings(model_name=model, model_kwargs={"device": "cpu"})


def index(folder: str, model: str, corpus: str) -> int:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=PASSAGE_CHARS, chunk_overlap=0)
    passages = [passage for text in articles(corpus) for passage in splitter.split_text(text)]
    Chroma.from_texts(passages, embeddings(model), persist_directory=folder)
    return len(passages)


def opened(folder: str, model: str) -> Chroma:
    return Chroma(persist_directory=folder, embedding_function=embeddings(model))


def search(store: Chroma, question: str) -> list[str]:
    return [found.page_content for found in store.similarity_search(question, k=COUNT)]


def parts(store: Chroma) -> dict[str, Callable[[str], object]]:
    """The encoder alone, and Chroma's search of its graph alone."""
    encoder = store.embeddings
    assert encoder is not None
    vector = encoder.embed_query("What causes back spasms?")
    return {
        "raw encoder, PyTorch": encoder.embed_query,
        "raw HNSW query, Chroma": lambda _: store._collection.query(
            query_embeddings=[vector], n_results=COUNT, include=["distances"]
        ),
    }


if __name__ == "__main__":
    run(index, opened, search, parts)
