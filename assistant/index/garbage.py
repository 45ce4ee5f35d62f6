"""Dropping what neither the live build nor the one before it needs: a reader may still use both."""

from __future__ import annotations

import shutil
from collections.abc import Set as AbstractSet
from pathlib import Path

from assistant.index.kept import SUFFIX
from assistant.index.ledger import Records
from assistant.index.manifest import KINDS, Manifest
from assistant.index.rows import drop_rows
from assistant.index.segments import contents_path
from assistant.index.snapshot import BUILDS
from assistant.index.store import ChromaStore


def collect_garbage(
    data_dir: Path, store: ChromaStore, manifest: Manifest, records: AbstractSet[str]
) -> None:
    """Drop collections, lists, rows, builds and records that neither argument names.

    ``records`` are those of the live and of the previous build.
    """
    segments = {s.name for s in manifest.segments} | {*manifest.previous_segments}
    if not store.remote:  # on a server other installations may own the other collections
        for name in store.names():
            kind, _, segment = name.partition("-")
            if kind in KINDS and segment not in segments:
                store.drop(name)
    builds = {manifest.build, manifest.previous_build}
    for folder in (data_dir / BUILDS).iterdir():
        if folder.name.removesuffix(SUFFIX) not in builds:
            shutil.rmtree(folder, ignore_errors=True)
    _keep_only(contents_path(data_dir, "any").parent, segments)
    drop_rows(data_dir, segments)
    _keep_only(Records(data_dir).folder, records)


def _keep_only(folder: Path, names: AbstractSet[str]) -> None:
    wanted = {f"{name}.json" for name in names}
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink(missing_ok=True)
