"""Where a library keeps its articles: the published ones in sight, everything else beside them.

``corpus/articles/`` (or the corpus folder itself) holds exactly what is published: an engineer may
keep it under version control, and ``pmr-assistant index`` reads nothing else. ``corpus/.library/``
holds drafts, withdrawn articles, every version that was ever published, and who did what:

    drafts/ID.md  withdrawn/ID.md  versions/ID/VERSION.md  history/ID.jsonl  pending.json
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from assistant.corpus import articles_root
from assistant.errors import CorpusError, LibraryBusy, NoSuchArticle
from assistant.front_matter import SHORT_NAME

State = Literal["draft", "in review", "published", "withdrawn"]
STATE_FOLDER = ".library"
_PATIENCE_S = 60.0  # how long one person's change waits for another's


class Shelf:
    """The folders of one library. Nothing is created before something is kept in it."""

    def __init__(self, corpus_dir: Path, *, patience_s: float = _PATIENCE_S) -> None:
        self.corpus_dir = corpus_dir
        self.folder = corpus_dir / STATE_FOLDER
        self._patience_s = patience_s
        self._lock: FileLock | None = None

    @property
    def root(self) -> Path:
        """The folder of the published articles."""
        return articles_root(self.corpus_dir)

    def draft(self, article_id: str) -> Path:
        """Where the draft of an article is or would be."""
        return self.folder / "drafts" / f"{checked_id(article_id)}.md"

    def withdrawn(self, article_id: str) -> Path:
        """Where a withdrawn article is or would be."""
        return self.folder / "withdrawn" / f"{checked_id(article_id)}.md"

    def version(self, article_id: str, version: str) -> Path:
        """Where one published version of an article is or would be."""
        return self.folder / "versions" / checked_id(article_id) / f"{checked_id(version)}.md"

    def history(self, article_id: str) -> Path:
        """The file that says what was done to an article."""
        return self.folder / "history" / f"{checked_id(article_id)}.jsonl"

    def drafts(self) -> dict[str, Path]:
        """Every draft by its article's id."""
        return _by_id(self.folder / "drafts")

    def all_withdrawn(self) -> dict[str, Path]:
        """Every withdrawn article by its id."""
        return _by_id(self.folder / "withdrawn")

    def found(self, path: Path, article_id: str) -> Path:
        """``path`` if it is there.

        Raises:
            NoSuchArticle: it is not.
        """
        if not path.is_file():
            what = {"drafts": "draft", "withdrawn": "withdrawn article"}.get(path.parent.name)
            raise NoSuchArticle(f"There is no {what or 'version'} of {article_id!r}.")
        return path

    @contextmanager
    def locked(self, *, create: bool = True) -> Iterator[None]:
        """Keep others from changing the library meanwhile; may be entered again inside.

        Without ``create``, a library that keeps nothing yet is not locked: the folder may be one
        that cannot be written.

        Raises:
            LibraryBusy: somebody else's change takes longer than we wait.
            CorpusError: the folder cannot be written.
        """
        if not create and not self.folder.is_dir():
            yield
            return
        if self._lock is None:
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise _cannot_write(self.folder, error) from error
            self._lock = FileLock(self.folder / "lock", timeout=self._patience_s)
        try:
            self._lock.acquire()
        except Timeout as error:
            raise LibraryBusy("Somebody else is changing the articles right now.") from error
        except OSError as error:
            raise _cannot_write(self.folder, error) from error
        try:
            yield
        finally:
            self._lock.release()


def checked_id(article_id: str) -> str:
    """``article_id`` if it can be one; it becomes part of a path.

    Raises:
        NoSuchArticle: it cannot.
    """
    if not SHORT_NAME.fullmatch(article_id):
        raise NoSuchArticle(f"{article_id!r} cannot be the id of an article.")
    return article_id


def _by_id(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        return {}
    return {path.stem: path for path in sorted(folder.glob("*.md"))}


def _cannot_write(folder: Path, error: OSError) -> CorpusError:
    return CorpusError(
        f"{str(folder)!r} cannot be written ({error.strerror or error}).",
        hint="Free some space or give yourself the right to write there, then do it again.",
    )
