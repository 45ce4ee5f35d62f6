"""A copy of the published articles in a folder of its own, to take elsewhere or to keep."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from assistant.articles.desk import Desk
from assistant.corpus import read_file
from assistant.errors import CorpusError, NoSuchArticle
from assistant.files import write_whole

_OVERVIEW = "library.json"


def export(desk: Desk, folder: Path, ids: Sequence[str] = ()) -> int:
    """Write the articles ``ids`` (all when empty) to ``folder``; returns how many.

    The folder gets one Markdown file for each and an overview, and ``articles sync`` reads it back.

    Raises:
        CorpusError: the folder is there and not empty, or cannot be written.
        NoSuchArticle: one of ``ids`` is not published; nothing is written.
    """
    published = desk.published()
    wanted = list(ids) or sorted(published.articles)
    for article_id in wanted:
        if article_id not in published.articles:
            raise NoSuchArticle(f"There is no published article {article_id!r}.")
    try:
        if folder.exists() and any(folder.iterdir()):
            raise CorpusError(
                f"{str(folder)!r} is not empty.", hint="Name a new folder to write to."
            )
        folder.mkdir(parents=True, exist_ok=True)
        for article_id in wanted:
            write_whole(folder / f"{article_id}.md", read_file(published.files[article_id]))
        rows = [
            {
                "id": i,
                "title": published.articles[i].title,
                "version": published.articles[i].version,
            }
            for i in wanted
        ]
        write_whole(folder / _OVERVIEW, json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
    except OSError as error:
        raise CorpusError(
            f"{str(folder)!r} cannot be written ({error.strerror or error}).",
            hint="Name a folder that you may write to.",
        ) from error
    return len(wanted)
