"""Dropping what neither the live build nor the one before it needs: a reader may still use both."""

from __future__ import annotations

import shutil
from collections.abc import Set as AbstractSet
from pathlib import Path

from assistant.index.kept import SUFFIX
from assistant.index.ledger import Records
from assistant.index.manifest import KINDS, Manifest, collection_name
from assistant.index.rows import FOLDER
from assistant.index.snapshot import BUILDS, SEGMENTS
from assistant.index.store import ChromaStore


def collect_garbage(
    data_dir: Path, store: ChromaStore, manifest: Manifest, records: AbstractSet[str]
) -> None:
    """Drop collections, folders and records that neither argument names.

    ``records`` are those of all segments of the live and of the previous build.
    """
    segments = {s.name for s in manifest.segments} | {*manifest.previous_segments}
    if not store.remote:  # on a server other installations may own the other collections
        for name in store.names():
            kind, _, segment = name.partition("-")
            if kind in KINDS and segment not in segments:
                store.drop(name)
    builds = {manifest.build, manifest.previous_build or ""}
    for folder, wanted in ((BUILDS, builds), (SEGMENTS, segments), (FOLDER, segments)):
        _keep_only(data_dir / folder, wanted)
    for path in Records(data_dir).folder.iterdir():
        if path.name.removesuffix(".json") not in records:
            path.unlink(missing_ok=True)


def drop_replaced(
    data_dir: Path, store: ChromaStore, before: Manifest | None, manifest: Manifest
) -> None:
    """Drop what the build ``before`` still kept of the one before it.

    How large the library is makes no difference. Records and what killed builds left behind stay
    until everything is looked through.
    """
    if before is None:
        return
    wanted = {s.name for s in manifest.segments} | {*manifest.previous_segments}
    for name in {*before.previous_segments} - wanted:
        if not store.remote:
            for kind in KINDS:
                store.drop(collection_name(kind, name))
        for folder in (SEGMENTS, FOLDER):
            _drop(data_dir / folder / name)
    if before.previous_build and before.previous_build not in (
        manifest.build, manifest.previous_build,
    ):  # fmt: skip
        _drop(data_dir / BUILDS / before.previous_build)


def _drop(folder: Path) -> None:
    for each in (folder, folder.with_name(folder.name + SUFFIX)):
        shutil.rmtree(each, ignore_errors=True)


def _keep_only(folder: Path, names: AbstractSet[str]) -> None:
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name.removesuffix(SUFFIX) in names:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:  # the lists of an earlier version
            path.unlink(missing_ok=True)
