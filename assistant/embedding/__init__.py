"""Turning text into vectors, without any network: an exported encoder, or the model it came from.

``reference`` runs the sentence-transformers model, which takes PyTorch and seconds to load. Once,
at the first index, ``export`` writes the same model as an ONNX file into the data folder and
checks it; from then on ``encoder`` runs that file, and nothing imports PyTorch. ``opening``
chooses between the two. Importing this package loads neither.
"""

from assistant.embedding.opening import LocalEmbedder, open_embedder
from assistant.embedding.reference import SentenceTransformerEmbedder
from assistant.embedding.vectors import Embedder, Progress, Vectors

__all__ = [
    "Embedder",
    "LocalEmbedder",
    "Progress",
    "SentenceTransformerEmbedder",
    "Vectors",
    "open_embedder",
]
