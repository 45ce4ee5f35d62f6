"""Building the index: only what changed is computed, and the old index answers until the end."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.chunking import CHUNKER_VERSION, split_article
from assistant.embedding import Embedder
from assistant.errors import (
    ArticleInvalid,
    AssistantError,
    DataDirUnusable,
    IndexBusy,
    IndexCorrupt,
    IndexOutOfDate,
)
from assistant.glossary import Glossary
from assistant.index.garbage import collect_garbage, drop_replaced
from assistant.index.kept import SUFFIX, KeptVectors, kept_folder, kept_folders, load_kept
from assistant.index.ledger import Ledger, Records
from assistant.index.manifest import (
    Kind,
    Manifest,
    Segment,
    alive_counts,
    make_data_dir,
    read_manifest,
    write_manifest,
)
from assistant.index.rows import Rows
from assistant.index.segments import Held, kept_segments, segment_of
from assistant.index.snapshot import (
    BUILDS,
    LAYOUT,
    load_catalogue,
    load_glossary,
    load_snapshot,
    save_glossary,
    save_segment,
    segment_folder,
)
from assistant.index.store import ChromaStore
from assistant.index.texts import texts_to_embed
from assistant.index.wanted import Change, Folder, Here
from assistant.index.writer import SegmentWriter, Tick, is_whole, write_rows
from assistant.records import Article, Library

_LOCK_FILE = "build.lock"
_READ_AT_ONCE = 1_000  # articles whose texts are in memory together

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
    with _locked(data_dir):
        build = _Build(data_dir, store, embedder, glossary or Glossary(), wordings, timed)
        wanted = Folder(build.here(rebuild=rebuild), build.records, articles)
        return build.run(wanted, rebuild=rebuild, purge=purge, progress=progress)


def change_index(
    put: Sequence[Article] = (),
    withdrawn: Sequence[str] = (),
    *,
    data_dir: Path,
    store: ChromaStore,
    embedder: Embedder,
    timed: Timed | None = None,
) -> BuildReport:
    """Put some articles into the index, in place of those with their ids, and take others out.

    Every other article stays as it was indexed, and so do the glossary and the wordings: nothing of
    them is read, so the work does not grow with the library. What killed builds and withdrawn
    articles left on the disk stays there until ``build_index`` looks through everything.

    Raises:
        IndexMissing, IndexCorrupt, IndexOutOfDate: ``build_index`` must make the index first.
        DataDirUnusable, IndexBusy, EmbedderUnavailable, StoreUnavailable, ArticleInvalid
    """
    with _locked(data_dir):
        manifest = read_manifest(data_dir)
        folder = data_dir / BUILDS / manifest.build
        wordings = KeptVectors.load(folder.with_name(folder.name + SUFFIX)).texts
        build = _Build(data_dir, store, embedder, load_glossary(folder), wordings, timed)
        if build.reason or not manifest.tables:
            raise IndexOutOfDate("The index was built in another way than it would be now.")
        here = [Here(data_dir, segment) for segment in manifest.segments]
        return build.run(Change(here, put, withdrawn))


@contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    make_data_dir(data_dir)
    lock = FileLock(data_dir / _LOCK_FILE, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise IndexBusy("Another process is building the index right now.") from error
    try:
        yield
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
        glossary: Glossary,
        wordings: Sequence[str],
        timed: Timed | None = None,
    ) -> None:
        self.data_dir, self.store, self.embedder = data_dir, store, embedder
        self.glossary, self.wordings = glossary, list(dict.fromkeys(wordings))
        self.records = Records(data_dir)
        self.timed: Timed = timed or (lambda _stage, _seconds: None)
        self.live, self.reason = self._live_manifest()
        self.reusable = self.live.segments if self.live and not self.reason else ()

    def run(
        self,
        wanted: Folder | Change,
        *,
        rebuild: bool = False,
        purge: bool = False,
        progress: Progress | None = None,
    ) -> BuildReport:
        if rebuild:
            self.store.set_aside_if_broken()
            self.reusable = ()
        salt = secrets.token_hex(4) if rebuild else ""
        with self._timed("words"):
            kept, ledger = self._planned(wanted, purge=purge)
        name = self._fingerprint(LAYOUT, *(row.record for row in ledger.rows), salt)
        new = ledger.contents()
        writer = SegmentWriter(self.data_dir, self.store, self.embedder, self.reusable)
        added = [segment_of(name, new, stored=writer.stores(new))] if ledger.rows else []
        listed = [*kept, *added]
        counts = alive_counts(listed)
        if not counts["passages"]:
            raise ArticleInvalid("No article holds a sentence or list item that can be quoted.")
        build = self._fingerprint(
            LAYOUT, *(f"{each.name} {each.gone}" for each in listed),
            repr(self.glossary.entries), *self.wordings,
        )  # fmt: skip
        words = ledger.quoted_words()
        total = sum(counts.values()) + len(words) + len(self.wordings)
        articles = sum(len(h) for h in wanted.here if h.segment.name in _names(kept))
        report = partial(
            BuildReport, articles=articles + len(ledger.rows), passages=counts["passages"]
        )
        if not ledger.rows and self._is_live(build, kept, purge=purge):
            return report(embedded=0, reused=total, changed=False)
        with self._timed("vectors"):
            tick = _ticker(progress, total)
            self._write_missing_rows(kept)
            embedded = 0
            if ledger.rows:
                tick(sum(alive_counts(kept).values()))
                embedded += writer.write(name, new, partial(self._texts, ledger), tick)
                embedded += self._keep(kept_folder(self.data_dir, name), words, tick)
            own = self.data_dir / BUILDS / f"{build}{SUFFIX}"
            embedded += self._keep(own, self.wordings, tick)
        with self._timed("snapshot"):
            if ledger.rows:
                save_segment(ledger, segment_folder(self.data_dir, name))
            save_glossary(self.glossary, self.data_dir / BUILDS / build)
        with self._timed("switch"):
            done = report(embedded=embedded, reused=total - embedded, changed=True)
            manifest = self._manifest(build, listed, done.articles, forget=purge)
            write_manifest(self.data_dir, manifest)
            self._collect_garbage(manifest, everything=wanted.looks_through)
        return replace(done, reason=self.reason)

    def here(self, *, rebuild: bool = False) -> list[Here]:
        """The live segments that can be read and are whole."""
        found = list[Here]()
        for segment in () if rebuild or not (self.live and self.live.tables) else self.reusable:
            with suppress(IndexCorrupt):  # its vectors may still be copied
                if is_whole(self.data_dir, self.store, segment):
                    found.append(Here(self.data_dir, segment))
        return found

    def _planned(self, wanted: Folder | Change, *, purge: bool) -> tuple[list[Segment], Ledger]:
        """The segments that stay as they are, and the ledger of the new one, which may be empty."""
        new = Ledger.of((name, self._split(name, article)) for name, article in wanted.new())
        now = {here.segment.name: here.now() for here in wanted.here}
        held = [Held(each.name, each.counts, alive_counts([each])) for each in now.values()]
        stay = {each.name for each in kept_segments(new.contents().counts(), held, purge=purge)}
        joining = [here for here in wanted.here if here.segment.name not in stay and len(here)]
        try:
            parts = [(here.ledger(), here.alive()) for here in joining]
        except IndexCorrupt:
            if not isinstance(wanted, Folder):
                raise
            wanted.here = []  # a damaged old index only costs time
            return self._planned(wanted, purge=purge)
        if parts:
            new = Ledger.joined([*parts, (new, range(len(new.rows)))])
        return [now[here.segment.name] for here in wanted.here if here.segment.name in stay], new

    def _split(self, name: str, article: Article) -> Library:
        """A new article with its passages, its record written."""
        library = Library({article.id: article}, tuple(split_article(article)))
        self.records.write(name, library)
        return library

    def _texts(self, ledger: Ledger) -> Iterator[Mapping[Kind, Mapping[str, str]]]:
        """The texts of the articles in ``ledger``, some articles after the other."""
        names = [row.record for row in ledger.rows]
        for start in range(0, len(names), _READ_AT_ONCE):
            yield texts_to_embed(self.records.library(names[start : start + _READ_AT_ONCE]))

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

    def _fingerprint(self, *parts: str) -> str:
        """A name for ``parts`` and for what every vector depends on besides its text."""
        known = (self.embedder.model_id, str(self.embedder.dimension), CHUNKER_VERSION)
        return hashlib.sha256("\n".join((*known, *parts)).encode()).hexdigest()[:16]

    def _is_live(self, build: str, listed: Sequence[Segment], *, purge: bool) -> bool:
        """Whether the live build is whole and has everything, so that nothing is left to do."""
        live = self.live
        if live is None or live.build != build or (purge and live.previous_build):
            return False
        try:
            load_snapshot(self.data_dir, live)
            whole = all(Rows.load(self.data_dir, segment) for segment in listed)
        except AssistantError:
            return False
        return whole and all(folder.is_dir() for folder in kept_folders(self.data_dir, live))

    def _write_missing_rows(self, segments: Sequence[Segment]) -> None:
        """Rows of segments that stay: they may be damaged."""
        for segment in segments:
            if not Rows.load(self.data_dir, segment):
                contents = Ledger.load(segment_folder(self.data_dir, segment.name)).contents()
                write_rows(self.data_dir, self.store, segment, contents)

    def _keep(self, folder: Path, texts: Sequence[str], tick: Tick) -> int:
        """Write the vectors of ``texts`` to ``folder``; returns how many were embedded."""
        known = KeptVectors()
        with suppress(AssistantError):  # what is damaged only costs time
            if folder.is_dir():  # a build was killed after it had written this
                KeptVectors.load(folder)
                tick(len(texts))
                return 0
            if self.reusable and self.live:
                known = load_kept(self.data_dir, self.live)
        vectors = known.before(self.embedder).embed(texts, progress=tick)
        KeptVectors(texts, vectors).save(folder)
        return known.missing(texts)

    def _manifest(
        self, build: str, segments: Sequence[Segment], articles: int, *, forget: bool
    ) -> Manifest:
        live = None if forget else self.live
        return Manifest(
            build=build,
            segments=tuple(segments),
            previous_build=live.build if live else None,
            previous_segments=tuple(s.name for s in live.segments) if live else (),
            model=self.embedder.model_id,
            dimension=self.embedder.dimension,
            chunker=CHUNKER_VERSION,
            articles=articles,
            counts=alive_counts(segments),
            built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    def _collect_garbage(self, manifest: Manifest, *, everything: bool) -> None:
        if not everything:
            drop_replaced(self.data_dir, self.store, self.live, manifest)
            return
        records: set[str] = set()
        for name in {*_names(manifest.segments), *manifest.previous_segments}:
            with suppress(IndexCorrupt):
                records.update(load_catalogue(self.data_dir, name).records)
        collect_garbage(self.data_dir, self.store, manifest, records)


def _names(segments: Sequence[Segment]) -> list[str]:
    return [segment.name for segment in segments]


def _ticker(progress: Progress | None, total: int) -> Tick:
    """Adds up counts of texts done and passes the sum on to ``progress``."""
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        if progress:
            progress(done, total)

    return tick
