"""The library as a LangChain retriever, for chains and tools built outside this project."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from assistant.chunking import passage_text
from assistant.embedding import Embedder
from assistant.index.live import LiveIndex
from assistant.kinds import question_kinds
from assistant.retrieval import Query, Retriever


class ArticleRetriever(BaseRetriever):
    """The ``k`` best passages for a question as LangChain documents, best first.

    Each document's metadata holds article, title, section, start, end, url and score; ``start``
    and ``end`` are character offsets into the article's text.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: LiveIndex
    embedder: Any  # an Embedder; pydantic cannot check a Protocol
    k: int = 4

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain's signature
    ) -> list[Document]:
        embedder: Embedder = self.embedder
        index = self.index.current()
        asked = Query.of(query, question_kinds(query))
        documents = []
        for hit in Retriever(embedder).search(index, asked, count=self.k):
            article = index.library.articles[hit.passage.article]
            documents.append(
                Document(
                    id=hit.passage.id,
                    page_content=passage_text(article, hit.passage),
                    metadata={
                        "article": article.id,
                        "title": article.title,
                        "section": " > ".join(hit.passage.heading_path),
                        "start": hit.passage.span.start,
                        "end": hit.passage.span.end,
                        "url": article.url,
                        "score": hit.score,
                    },
                )
            )
        return documents
