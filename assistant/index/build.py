"""Building the index: only what changed is computed, and the old index answers until the end."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.chunking import CHUNKER_VERSION
from assistant.embedding import Embedder
from assistant.errors import (
    ArticleInvalid,
    AssistantError,
    DataDirUnusable,
    IndexBusy,
    IndexCorrupt,
)
from assistant.glossary import Glossary
from assistant.index.garbage import collect_garbage
from assistant.index.kept import SUFFIX, KeptVectors
from assistant.index.ledger import Ledger, Records, next_ledger
from assistant.index.manifest import (
    Kind,
    Manifest,
    Segment,
    make_data_dir,
    read_manifest,
    write_manifest,
)
from assistant.index.rows import Rows
from assistant.index.segments import Plan, plan, segment_of
from assistant.index.snapshot import BUILDS, LAYOUT, save_snapshot
from assistant.index.store import ChromaStore
from assistant.index.texts import make_library, texts_to_embed
from assistant.index.writer import SegmentWriter, Tick, held_segments, write_rows
from assistant.records import Article, Library

_LOCK_FILE = "build.lock"

Progress = Callable[[int, int], None]
Timed = Callable[[str, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build did. ``reason`` says why everything was embedded again, when it was."""

    articles: int
    passages: int
    embedded: int
    reused: int
    changed: bool
    reason: str | None = None


def build_index(
    articles: Sequence[Article],
    *,
    data_dir: Path,
    store: ChromaStore,
    embedder: Embedder,
    glossary: Glossary | None = None,
    wordings: Sequence[str] = (),
    rebuild: bool = False,
    purge: bool = False,
    progress: Progress | None = None,
    timed: Timed | None = None,
) -> BuildReport:
    """Make the index in ``data_dir`` equal to ``articles``.

    ``progress`` is called with ``(texts done, texts in all)``. ``wordings`` are further texts that
    every start needs the vectors of. With ``rebuild`` nothing of an existing index is used again.
    With ``purge`` nothing of an article that is gone stays behind: no vector, and no build before
    this one (on a Chroma server its collections stay, because others may use them). ``timed`` is
    called with the name and the seconds of each stage: words, vectors, snapshot, switch.

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
        build = _Build(data_dir, store, embedder, articles, glossary or Glossary(), wordings, timed)
        return build.run(rebuild=rebuild, purge=purge, progress=progress or (lambda _d, _a: None))
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
        articles: Sequence[Article],
        glossary: Glossary,
        wordings: Sequence[str],
        timed: Timed | None = None,
    ) -> None:
        self.data_dir, self.store, self.embedder = data_dir, store, embedder
        self.articles, self.glossary, self.wordings = articles, glossary, wordings
        self.records = Records(data_dir)
        self.timed: Timed = timed or (lambda _stage, _seconds: None)
        self.live, self.reason = self._live_manifest()

    def run(self, *, rebuild: bool, purge: bool, progress: Progress) -> BuildReport:
        with self._timed("words"):
            self._read(None if rebuild else self.live_ledger)
        if rebuild:
            self.store.set_aside_if_broken()
        salt = secrets.token_hex(4) if rebuild else ""
        names = (row.record for row in self.ledger.rows)
        build = self._fingerprint(LAYOUT, *names, repr(self.glossary.entries), *self.wordings, salt)
        reusable = self.live.segments if self.live and not (rebuild or self.reason) else ()
        tick = self._ticker(progress)
        with self._timed("vectors"):
            held = held_segments(self.data_dir, self.store, reusable)
            planned = plan(self.wanted, held, purge=purge)
            if self._is_live(build, planned, purge=purge):
                return self._report(embedded=0, changed=False)
            self._write_missing_rows(planned, reusable)
            segments, embedded = self._write_vectors(planned, reusable, salt, tick)
            embedded += self._keep(build, tick, again=bool(reusable))
        with self._timed("snapshot"):
            self._save(build)
        with self._timed("switch"):
            manifest = self._manifest(build, segments, forget=purge)
            write_manifest(self.data_dir, manifest)
            self._collect_garbage(manifest)
        return self._report(embedded=embedded, changed=True)

    def _read(self, previous: Ledger | None) -> None:
        """Split and count what is new; ``previous`` knows the rest."""
        try:
            self.ledger, self.fresh = next_ledger(self.articles, previous, self.records)
        except IndexCorrupt:  # a damaged old index only costs time
            self.ledger, self.fresh = next_ledger(self.articles, None, self.records)
        self.wanted = self.ledger.contents()
        self.kept = list(dict.fromkeys((*self.ledger.quoted_words(), *self.wordings)))
        if not self.wanted.passages:
            raise ArticleInvalid("No article holds a sentence or list item that can be quoted.")

    def _report(self, *, embedded: int, changed: bool) -> BuildReport:
        return BuildReport(
            articles=len(self.articles),
            passages=len(self.wanted.passages),
            embedded=embedded,
            reused=self._total - embedded,
            changed=changed,
            reason=self.reason if changed else None,
        )

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.timed(stage, time.perf_counter() - start)

    def _live_manifest(self) -> tuple[Manifest | None, str | None]:
        """The live manifest, and why its vectors cannot be used again (``None`` when they can)."""
        try:
            live = read_manifest(self.data_dir)
        except AssistantError:
            return None, None  # nothing to use again: a full build replaces what is broken
        if live.model != self.embedder.model_id:
            now = self.embedder.model_id
            return live, f"the embedding model changed from {live.model} to {now}"
        if live.chunker != CHUNKER_VERSION:
            return live, f"the chunker changed from version {live.chunker} to {CHUNKER_VERSION}"
        return live, None

    @cached_property
    def live_ledger(self) -> Ledger | None:
        """The ledger of the live build; ``None`` when there is none that can be read."""
        if self.live is None:
            return None
        with suppress(IndexCorrupt):  # damaged, or written before there were ledgers
            return Ledger.load(self._folder(self.live.build))
        return None

    def _folder(self, build: str) -> Path:
        return self.data_dir / BUILDS / build

    @property
    def _known(self) -> tuple[str, str, str]:
        """What every vector depends on besides its text."""
        return self.embedder.model_id, str(self.embedder.dimension), CHUNKER_VERSION

    def _fingerprint(self, *parts: str) -> str:
        return hashlib.sha256("\n".join((*self._known, *parts)).encode()).hexdigest()[:16]

    def _is_live(self, build: str, planned: Plan, *, purge: bool) -> bool:
        """Whether the live build is whole and has everything, so that nothing is left to do."""
        live = self.live
        if live is None or live.build != build or self.live_ledger is None:
            return False
        names = [segment.name for segment in live.segments]
        if planned.new or [name for name, _, _ in planned.kept] != names or self.fresh:
            return False
        if not all(Rows.load(self.data_dir, segment) for segment in live.segments):
            return False
        folders = (self._folder(build), self._folder(build + SUFFIX))
        forgotten = not purge or live.previous_build is None
        return forgotten and all(folder.is_dir() for folder in folders)

    @property
    def _total(self) -> int:
        return sum(self.wanted.counts().values()) + len(self.kept)

    def _ticker(self, progress: Progress) -> Tick:
        """Adds up counts of texts done and passes the sum on to ``progress``."""
        done = 0

        def tick(count: int) -> None:
            nonlocal done
            done += count
            progress(done, self._total)

        return tick

    def _write_missing_rows(self, planned: Plan, reusable: Sequence[Segment]) -> None:
        """Rows of segments that stay: an earlier version wrote none, and they may be damaged."""
        contents = {name: own for name, own, _ in planned.kept}
        for segment in reusable:
            if segment.name in contents and not Rows.load(self.data_dir, segment):
                write_rows(self.data_dir, self.store, segment, contents[segment.name])

    def _write_vectors(
        self, planned: Plan, reusable: Sequence[Segment], salt: str, tick: Tick
    ) -> tuple[list[Segment], int]:
        """The segments of the build, the new one written; and how many texts were embedded."""
        listed = list(planned.kept)
        tick(sum(sum(live.values()) for _, _, live in listed))
        embedded = 0
        if planned.new:
            name = planned.new.fingerprint(*self._known, salt)
            writer = SegmentWriter(self.data_dir, self.store, self.embedder, reusable)
            embedded = writer.write(name, planned.new, self._texts, tick)
            listed.append((name, planned.new, planned.new.counts()))
        return [segment_of(*each) for each in listed], embedded

    def _texts(self, kind: Kind, ids: Sequence[str]) -> Mapping[str, str]:
        """The texts of ``ids``: those of new articles, and of all when that is not enough."""
        found = self._new_texts[kind]
        return found if all(each in found for each in ids) else self._all_texts[kind]

    @cached_property
    def _new_texts(self) -> dict[Kind, dict[str, str]]:
        new = self.fresh.values()
        articles = {article.id: article for library in new for article in library}
        return texts_to_embed(Library(articles, tuple(p for each in new for p in each.passages)))

    @cached_property
    def _all_texts(self) -> dict[Kind, dict[str, str]]:
        return texts_to_embed(make_library(self.articles))

    def _keep(self, build: str, tick: Tick, *, again: bool) -> int:
        """Write what every start needs beside the build; returns how many had to be embedded."""
        own, known = self._folder(build + SUFFIX), KeptVectors()
        with suppress(AssistantError):  # what is damaged only costs time
            if own.is_dir():  # a build was killed after it had written this
                KeptVectors.load(own)
                tick(len(self.kept))
                return 0
            if again and self.live:
                known = KeptVectors.load(self._folder(self.live.build + SUFFIX))
        vectors = known.before(self.embedder).embed(self.kept, progress=tick)
        KeptVectors(self.kept, vectors).save(own)
        return known.missing(self.kept)

    def _save(self, build: str) -> None:
        """Write records and snapshot, unless the live build is the same but for its vectors."""
        for name, library in self.fresh.items():
            self.records.write(name, library)
        same = self.live is not None and self.live.build == build and not self.fresh
        if not (same and self.live_ledger):
            save_snapshot(self.ledger, self.articles, self.glossary, self._folder(build))

    def _manifest(self, build: str, segments: Sequence[Segment], *, forget: bool) -> Manifest:
        live = None if forget else self.live
        return Manifest(
            build=build,
            segments=tuple(segments),
            previous_build=live.build if live else None,
            previous_segments=tuple(s.name for s in live.segments) if live else (),
            model=self.embedder.model_id,
            dimension=self.embedder.dimension,
            chunker=CHUNKER_VERSION,
            articles=len(self.articles),
            counts=self.wanted.counts(),
            built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    def _collect_garbage(self, manifest: Manifest) -> None:
        records = {row.record for row in self.ledger.rows}
        if manifest.previous_build and self.live_ledger:
            records |= {row.record for row in self.live_ledger.rows}
        collect_garbage(self.data_dir, self.store, manifest, records)
