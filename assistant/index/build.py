"""Building the index: only what changed is embedded, and the old index answers until the end."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from assistant.chunking import CHUNKER_VERSION, embedded_text, sentence_text, split_article
from assistant.embedding import Embedder, Vectors
from assistant.errors import ArticleInvalid, AssistantError, DataDirUnusable, IndexBusy
from assistant.glossary import Glossary
from assistant.index.kept import SUFFIX, KeptVectors
from assistant.index.manifest import (
    KINDS,
    Kind,
    Manifest,
    collection_name,
    make_data_dir,
    read_manifest,
    write_manifest,
)
from assistant.index.snapshot import library_words, make_snapshot, save_snapshot
from assistant.index.store import ChromaStore
from assistant.records import Article, Library

# Vectors are stored every so many texts: an interrupted build resumes there.
_CHECKPOINT = 256
_LOCK_FILE = "build.lock"

Progress = Callable[[int, int], None]
Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build did. ``reason`` says why everything was embedded again, when it was."""

    articles: int
    passages: int
    embedded: int
    reused: int
    changed: bool
    reason: str | None = None


def field_id(text: str) -> str:
    """Id of a title or heading: equal words share one vector."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


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
        for position in range(len(passage.sentences)):
            sentences[f"{passage.id}:{position}"] = sentence_text(article, passage, position)
        for text in (article.title, passage.heading):
            if text:
                fields[field_id(text)] = text
    return {"passages": passages, "sentences": sentences, "fields": fields}


def build_index(
    articles: Sequence[Article],
    *,
    data_dir: Path,
    store: ChromaStore,
    embedder: Embedder,
    glossary: Glossary | None = None,
    wordings: Sequence[str] = (),
    rebuild: bool = False,
    progress: Progress | None = None,
) -> BuildReport:
    """Make the index in ``data_dir`` equal to ``articles``.

    ``progress`` is called with ``(texts done, texts in all)``. ``wordings`` are further texts that
    every start needs the vectors of. With ``rebuild`` nothing of an existing index is used again.

    Raises:
        DataDirUnusable, IndexBusy, EmbedderUnavailable, StoreUnavailable
        ArticleInvalid: no article holds a sentence that could be quoted.
    """
    make_data_dir(data_dir)
    lock = FileLock(data_dir / _LOCK_FILE, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise IndexBusy("Another process is building the index right now.") from error
    try:
        library = make_library(articles)
        if not library.passages:
            raise ArticleInvalid("No article holds a sentence or list item that can be quoted.")
        if rebuild:
            store.set_aside_if_broken()
        build = _Build(data_dir, store, embedder, library, glossary or Glossary(), wordings)
        return build.run(rebuild=rebuild, progress=progress or (lambda _done, _all: None))
    except OSError as error:
        raise DataDirUnusable(
            f"The data folder {str(data_dir)!r} cannot be written ({error.strerror or error})."
        ) from error
    finally:
        lock.release()


class _Build:
    def __init__(
        self,
        data_dir: Path,
        store: ChromaStore,
        embedder: Embedder,
        library: Library,
        glossary: Glossary,
        wordings: Sequence[str],
    ) -> None:
        self.data_dir, self.store, self.embedder = data_dir, store, embedder
        self.library, self.glossary = library, glossary
        self.kept = list(dict.fromkeys((*library_words(library), *wordings)))
        self.texts = texts_to_embed(library)
        self.live, self.reason = self._live_manifest()

    def run(self, *, rebuild: bool, progress: Progress) -> BuildReport:
        live = None if rebuild else self.live
        reusable = live if self.reason is None else None
        salt = secrets.token_hex(4) if rebuild else ""
        vectors = self._fingerprint(*self.texts["passages"], *self.texts["fields"], salt)
        build = self._fingerprint(
            vectors,
            *(a.version for a in self.library),
            repr(self.glossary.entries),
            *self.kept,
            salt,
        )
        if live and live.build == build and self._is_complete(live):
            return self._report(embedded=0, changed=False)
        tick = self._ticker(progress)
        embedded = self._embed_missing(vectors, reusable, tick)
        embedded += self._keep(build, reusable, tick)
        save_snapshot(make_snapshot(self.library, self.glossary), self.data_dir / "builds" / build)
        manifest = Manifest(
            build=build,
            vectors=vectors,
            previous_build=self.live.build if self.live else None,
            previous_vectors=self.live.vectors if self.live else None,
            model=self.embedder.model_id,
            dimension=self.embedder.dimension,
            chunker=CHUNKER_VERSION,
            articles=len(self.library.articles),
            counts={kind: len(self.texts[kind]) for kind in KINDS},
            built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        write_manifest(self.data_dir, manifest)
        self._collect_garbage(manifest)
        return self._report(embedded=embedded, changed=True)

    def _report(self, *, embedded: int, changed: bool) -> BuildReport:
        return BuildReport(
            articles=len(self.library.articles),
            passages=len(self.library.passages),
            embedded=embedded,
            reused=self._total - embedded,
            changed=changed,
            reason=self.reason if changed else None,
        )

    def _live_manifest(self) -> tuple[Manifest | None, str | None]:
        """The live manifest, and why its vectors cannot be used again (``None`` when they can)."""
        try:
            live = read_manifest(self.data_dir)
        except AssistantError:
            return None, None  # nothing to use again: a full build replaces what is broken
        if live.model != self.embedder.model_id:
            return (
                live,
                f"the embedding model changed from {live.model} to {self.embedder.model_id}",
            )
        if live.chunker != CHUNKER_VERSION:
            return live, f"the chunker changed from version {live.chunker} to {CHUNKER_VERSION}"
        return live, None

    def _fingerprint(self, *parts: str) -> str:
        known = (self.embedder.model_id, str(self.embedder.dimension), CHUNKER_VERSION, *parts)
        return hashlib.sha256("\n".join(known).encode()).hexdigest()[:16]

    def _is_complete(self, manifest: Manifest) -> bool:
        try:
            folders = (self.data_dir / "builds" / manifest.build, self._kept_folder(manifest.build))
            return all(folder.is_dir() for folder in folders) and all(
                self.store.count(manifest.collection(kind)) == len(self.texts[kind])
                for kind in KINDS
            )
        except AssistantError:
            return False

    @property
    def _total(self) -> int:
        return sum(len(texts) for texts in self.texts.values()) + len(self.kept)

    def _ticker(self, progress: Progress) -> Tick:
        """Adds up counts of texts done and passes the sum on to ``progress``."""
        done = 0

        def tick(count: int) -> None:
            nonlocal done
            done += count
            progress(done, self._total)

        return tick

    def _embed_missing(self, vectors: str, reusable: Manifest | None, tick: Tick) -> int:
        """Fill the build's collections; returns how many texts had to be embedded."""
        embedded = 0
        written = []
        for kind in KINDS:
            name = collection_name(kind, vectors)
            missing = self._missing(kind, name)
            known = self._known_vectors(kind, reusable, missing)
            if known:
                self.store.add(name, list(known), np.stack(list(known.values())))
            tick(len(self.texts[kind]) - len(missing) + len(known))
            fresh = {i: text for i, text in missing.items() if i not in known}
            embedded += len(fresh)
            self._embed(name, fresh, tick)
            if missing or self.live is None or self.live.collection(kind) != name:
                written.append(name)  # what answers questions stays untouched
        self.store.settle(written)
        return embedded

    def _keep(self, build: str, reusable: Manifest | None, tick: Tick) -> int:
        """Write what every start needs beside the build; returns how many had to be embedded."""
        own, known = self._kept_folder(build), KeptVectors()
        with suppress(AssistantError):  # what is damaged only costs time
            if own.is_dir():  # a build was killed after it had written this
                KeptVectors.load(own)
                tick(len(self.kept))
                return 0
            if reusable:
                known = KeptVectors.load(self._kept_folder(reusable.build))
        vectors = known.before(self.embedder).embed(self.kept, progress=tick)
        KeptVectors(self.kept, vectors).save(own)
        return known.missing(self.kept)

    def _kept_folder(self, build: str) -> Path:
        return self.data_dir / "builds" / f"{build}{SUFFIX}"

    def _missing(self, kind: Kind, name: str) -> dict[str, str]:
        present = self.store.ids(name)
        return {i: text for i, text in self.texts[kind].items() if i not in present}

    def _known_vectors(
        self, kind: Kind, reusable: Manifest | None, missing: Mapping[str, str]
    ) -> dict[str, Vectors]:
        if reusable is None or not missing:
            return {}
        try:
            return self.store.vectors(reusable.collection(kind), missing)
        except AssistantError:
            return {}  # a damaged old index only costs time

    def _embed(self, name: str, texts: Mapping[str, str], tick: Tick) -> None:
        # Similar lengths together: one long text would stretch a whole batch.
        ids = sorted(texts, key=lambda i: len(texts[i]))
        for start in range(0, len(ids), _CHECKPOINT):
            part = ids[start : start + _CHECKPOINT]
            self.store.add(name, part, self.embedder.embed([texts[i] for i in part], progress=tick))

    def _collect_garbage(self, manifest: Manifest) -> None:
        """Drop what neither the live nor the previous build needs (a reader may still use it)."""
        keep_vectors = {manifest.vectors, manifest.previous_vectors}
        keep_builds = {manifest.build, manifest.previous_build}
        for name in self.store.names():
            kind, _, vectors = name.partition("-")
            if kind in KINDS and vectors not in keep_vectors and not self.shares_server:
                self.store.drop(name)
        for folder in (self.data_dir / "builds").iterdir():
            if folder.name.removesuffix(SUFFIX) not in keep_builds:
                shutil.rmtree(folder, ignore_errors=True)

    @property
    def shares_server(self) -> bool:
        """On a server other installations may own the other collections: leave them alone."""
        return self.store.remote
