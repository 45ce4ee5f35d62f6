"""The sheet for a visit: lines under five headings, each of which says where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from assistant.catalogue import page_words
from assistant.guardrail.types import CareMessage, Decision
from assistant.records import DEFAULT_LANGUAGE, Span

PartName = Literal["questions", "said", "signs", "tell", "ask"]
PARTS: tuple[PartName, ...] = ("questions", "said", "signs", "tell", "ask")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePlace:
    """Where in which version of which article the words of a line stand."""

    article: str
    title: str
    version: str
    section: tuple[str, ...]
    passage: str
    passage_start: int
    span: Span
    review: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a line comes from: a message (counted from 1), an article, or the page itself."""

    kind: Literal["chat", "form", "article", "page"]
    message: int = 0
    place: ArticlePlace | None = None

    def words(self, lang: str) -> str:
        """The origin as the reader is told it."""
        words = page_words(lang)
        if self.place is not None:
            name = "FROM_ARTICLE" if self.place.section else "FROM_ARTICLE_TOP"
            return words[name].format(
                title=self.place.title,
                section=" › ".join(self.place.section),
                version=self.place.version[:8],
                review=self.place.review,
            )
        return words[f"FROM_{self.kind.upper()}"].format(number=self.message)


ON_THE_PAGE = Origin("page")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line. ``label`` are words of the catalogue or of the form that stand before it.

    A line without ``text`` is one to fill in by hand.
    """

    id: str
    text: str
    origin: Origin
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What goes to the doctor. ``care`` is the decision whose message stands before all else.

    ``private`` says that nothing of this chat may be printed or saved.
    """

    lang: str = DEFAULT_LANGUAGE
    care: Decision | None = None
    parts: Mapping[PartName, tuple[Line, ...]]
    private: bool = False

    @property
    def message(self) -> CareMessage | None:
        """The care message that comes first, if there is one."""
        return self.care.message if self.care else None

    def edited(
        self, texts: Mapping[str, str], left_out: Iterable[str], added: Mapping[str, str]
    ) -> Sheet:
        """This sheet as the person changed it on the page.

        ``texts`` are new words by line id, ``left_out`` ids of lines to drop, ``added`` new
        questions by a new id. Changed and new words come "from this page". A question that was
        emptied is left out; another line stays, to be filled in by hand. What an article said
        can be left out but not changed.
        """
        gone = set(left_out)
        parts = {
            name: tuple(
                new
                for line in lines
                if line.id not in gone and (new := _changed(line, texts.get(line.id))) is not None
            )
            for name, lines in self.parts.items()
        }
        parts["questions"] += tuple(
            Line(id=line_id, text=text.strip(), origin=ON_THE_PAGE)
            for line_id, text in added.items()
            if text.strip()
        )
        return replace(self, parts=parts)


def _changed(line: Line, text: str | None) -> Line | None:
    if text is None or text.strip() == line.text or line.origin.kind == "article":
        return line
    if not text.strip() and not line.label:
        return None
    return replace(line, text=text.strip(), origin=ON_THE_PAGE)
