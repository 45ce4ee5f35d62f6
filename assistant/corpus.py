"""Reading articles from a folder: Markdown files with front matter, checked on the way in."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import frontmatter
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from assistant.errors import ArticleInvalid, CorpusMissing
from assistant.records import Article, SourceNote

MAX_ARTICLE_BYTES = 2_000_000  # far above any article; a larger file is a mistake
_IGNORED_NAMES = {"readme.md", "template.md"}


def _none_if_blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _as_list(value: object) -> object:
    if value is None:
        return ()
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


OptionalText = Annotated[str | None, BeforeValidator(_none_if_blank)]
OptionalDate = Annotated[date | None, BeforeValidator(_none_if_blank)]
TextList = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class _SourceModel(BaseModel):
    model_config = ConfigDict(extra="ignore")
    title: str = Field(min_length=1)
    publisher: OptionalText = None
    year: int | None = Field(default=None, ge=1800, le=2200)
    url: OptionalText = None


class FrontMatter(BaseModel):
    """What an article must and may say about itself. Dates are written YYYY-MM-DD."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, coerce_numbers_to_str=True)

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")
    title: str = Field(min_length=1, max_length=300)
    source: OptionalText = None
    url: OptionalText = None
    author: OptionalText = None
    publisher: OptionalText = None
    published: OptionalDate = None
    reviewed_by: OptionalText = None
    reviewed: OptionalDate = None
    review_by: OptionalDate = None
    licence: OptionalText = None
    topics: TextList = ()
    audience: OptionalText = None
    lang: str = Field(default="en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")
    sources: tuple[_SourceModel, ...] = ()
    not_quotable: TextList = ()

    @model_validator(mode="after")
    def _somebody_stands_behind_it(self) -> FrontMatter:
        if not (self.author or self.publisher or self.source):
            raise ValueError("one of author, publisher or source must say who wrote the article")
        if self.url and not self.url.lower().startswith(("https://", "http://")):
            raise ValueError(f"url must start with https:// or http://, not {self.url!r}")
        return self


# What to do about the mistakes people really make, by field.
_FIXES: Mapping[str, str] = {
    "id": "write a short name of letters, digits and hyphens, for example: id: herniated-disc",
    "title": 'add a line such as: title: "Herniated disc"',
    "published": "write the date as YYYY-MM-DD, or leave the line out",
    "reviewed": "write the date as YYYY-MM-DD, or null while nobody has reviewed the article",
    "review_by": "write the date as YYYY-MM-DD, or leave the line out",
    "topics": "write a list, for example: topics: [back pain, back spasms]",
    "sources": 'write a list of entries such as: - {title: "…", publisher: "…", year: 2020}',
    "lang": "write a language code such as en or es",
}


def article_files(folder: Path) -> list[Path]:
    """The article files under ``folder`` (or its ``articles`` sub-folder), sorted by path.

    Raises:
        CorpusMissing: the folder is not there or holds no Markdown file.
    """
    if not folder.is_dir():
        raise CorpusMissing(f"There is no articles folder at {str(folder)!r}.")
    root = folder / "articles" if (folder / "articles").is_dir() else folder
    files = sorted(p for p in root.rglob("*.md") if p.name.lower() not in _IGNORED_NAMES)
    if not files:
        raise CorpusMissing(f"There is no article (*.md) in {str(root)!r}.")
    return files


def load_articles(folder: Path) -> tuple[Article, ...]:
    """Every article in ``folder``, sorted by id.

    Raises:
        CorpusMissing: there is nothing to read.
        ArticleInvalid: one or more files cannot be used; all problems are listed at once.
    """
    articles: dict[str, tuple[Article, Path]] = {}
    problems: list[str] = []
    for path in article_files(folder):
        try:
            article = load_article(path)
        except ArticleInvalid as error:
            problems.append(str(error))
            continue
        if article.id in articles:
            other = articles[article.id][1]
            problems.append(
                f"{path}: id: {article.id!r} is already used by {other}; give one of them a new id"
            )
            continue
        articles[article.id] = (article, path)
    if problems:
        raise ArticleInvalid("\n".join(problems))
    return tuple(articles[key][0] for key in sorted(articles))


def load_article(path: Path) -> Article:
    """One article from a Markdown file with front matter.

    Raises:
        ArticleInvalid: the message names the file, the field and the fix.
    """
    raw = _read(path)
    try:
        post = frontmatter.loads(raw)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" near line {mark.line + 2}" if mark else ""
        raise ArticleInvalid(
            f"{path}: front matter: not valid YAML{where} ({getattr(error, 'problem', error)}); "
            "put quotes around values that hold a colon or a quote mark"
        ) from error
    if not post.metadata:
        raise ArticleInvalid(
            f"{path}: front matter: missing; start the file with a line '---', then id, title and "
            "publisher, then another line '---'"
        )
    meta = _validated(post.metadata, path)
    text = post.content.strip()
    if not any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines()):
        raise ArticleInvalid(f"{path}: text: empty; write the article below the front matter")
    missing = [words for words in meta.not_quotable if words not in text]
    if missing:
        raise ArticleInvalid(
            f"{path}: not_quotable: {missing[0]!r} is not in the text; copy the words exactly"
        )
    return _article(meta, text)


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_ARTICLE_BYTES:
            raise ArticleInvalid(
                f"{path}: file: larger than {MAX_ARTICLE_BYTES // 1_000_000} MB; split the article"
            )
        return path.read_text(encoding="utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise ArticleInvalid(f"{path}: file: not UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise ArticleInvalid(
            f"{path}: file: cannot be read ({error.strerror}); check its permissions"
        ) from error


def _validated(metadata: Mapping[str, Any], path: Path) -> FrontMatter:
    try:
        return FrontMatter.model_validate(dict(metadata))
    except ValidationError as error:
        problems = [_explain(e["loc"], e["msg"], metadata) for e in error.errors()]
        raise ArticleInvalid("\n".join(f"{path}: {p}" for p in problems)) from error


def _explain(loc: tuple[int | str, ...], message: str, metadata: Mapping[str, Any]) -> str:
    name = str(loc[0]) if loc else "front matter"
    fix = _FIXES.get(name, "correct or remove this line")
    if not loc:
        fix = 'add a line such as: publisher: "Our practice"'
    if message == "Field required":
        alike = difflib.get_close_matches(name, [str(key) for key in metadata], n=1)
        if alike:
            fix = f"the file has {alike[0]!r}; did you mean {name!r}?"
    got = f" (got {metadata[name]!r})" if name in metadata else ""
    return f"{name}: {message.removeprefix('Value error, ')}{got}; {fix}"


def _article(meta: FrontMatter, text: str) -> Article:
    known = meta.model_dump(exclude={"sources"})
    sources = tuple(SourceNote(**s.model_dump()) for s in meta.sources)
    digest = hashlib.sha256(f"{meta.model_dump_json()}\n{text}".encode()).hexdigest()
    return Article(**known, sources=sources, text=text, version=digest[:12])


def article_to_json(article: Article) -> dict[str, Any]:
    """``article`` as plain JSON values; the inverse of ``article_from_json``."""
    values = asdict(article)
    for key in ("published", "reviewed", "review_by"):
        values[key] = values[key].isoformat() if values[key] else None
    return values


def article_from_json(values: Mapping[str, Any]) -> Article:
    """An article from what ``article_to_json`` wrote."""
    known = dict(values)
    for key in ("published", "reviewed", "review_by"):
        known[key] = date.fromisoformat(known[key]) if known[key] else None
    known["sources"] = tuple(SourceNote(**s) for s in known["sources"])
    known["topics"] = tuple(known["topics"])
    known["not_quotable"] = tuple(known["not_quotable"])
    return Article(**known)


def unreviewed(articles: Iterable[Article]) -> list[str]:
    """Ids of the articles that no clinician has reviewed yet."""
    return [a.id for a in articles if a.reviewed is None]
