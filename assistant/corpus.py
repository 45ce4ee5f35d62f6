"""Reading articles from a folder: Markdown files with front matter, checked on the way in.

Articles are data. What they hide, and what they order the assistant to do, is found here, before
anything is indexed: the words stay in the text, so that offsets stay true, and their places are
kept in ``Article.withheld``.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar, NamedTuple

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from assistant.article_cache import ArticleCache
from assistant.blanks import OptionalText, none_if_blank
from assistant.errors import ArticleInvalid, CorpusMissing
from assistant.records import Article, SourceNote, Span
from assistant.screening.article import Place, screen_text
from assistant.screening.disguises import Removed, without_invisible
from assistant.screening.fields import id_objection, screen_fields
from assistant.screening.findings import Finding
from assistant.screening.instructions import instruction_in

MAX_ARTICLE_BYTES = 2_000_000  # far above any article; a larger file is a mistake
_IGNORED_NAMES = {"readme.md", "template.md"}
_DATE = re.compile(r"\s*\d{4}-\d{2}-\d{2}\s*$")
SHORT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")  # an article's id


def _date_text(value: object) -> object:
    """Pydantic alone would read a bare number as seconds since 1970."""
    value = none_if_blank(value)
    if value is not None and not _DATE.match(str(value)):
        raise ValueError("not a date")
    return str(value).strip() if value is not None else None


def _without_blanks(value: object) -> object:
    """A list without empty entries: an empty not_quotable entry would match everywhere."""
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        return value
    return [part for part in value if none_if_blank(part) is not None]


def _as_list(value: object) -> object:
    return _without_blanks(value.split(",") if isinstance(value, str) else value)


def _as_phrases(value: object) -> object:
    return _without_blanks([value] if isinstance(value, str) else value)


OptionalDate = Annotated[date | None, BeforeValidator(_date_text)]
TextList = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
Phrases = Annotated[tuple[str, ...], BeforeValidator(_as_phrases)]


def _web_address(value: str | None) -> str | None:
    if value and not value.lower().startswith(("https://", "http://")):
        raise ValueError(f"url must start with https:// or http://, not {value!r}")
    return value


WebAddress = Annotated[OptionalText, AfterValidator(_web_address)]


class _SourceModel(BaseModel):
    model_config = ConfigDict(extra="ignore")
    title: str = Field(min_length=1)
    publisher: OptionalText = None
    year: int | None = Field(default=None, ge=1800, le=2200)
    url: WebAddress = None
    sections: Phrases = ()


class FrontMatter(BaseModel):
    """What an article must and may say about itself. Dates are written YYYY-MM-DD."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, coerce_numbers_to_str=True)

    id: str = Field(pattern=f"^{SHORT_NAME.pattern}$")
    title: str = Field(min_length=1, max_length=300)
    source: OptionalText = None
    url: WebAddress = None
    author: OptionalText = None
    publisher: OptionalText = None
    published: OptionalDate = None
    reviewed_by: OptionalText = None
    reviewed: OptionalDate = None
    review_by: OptionalDate = None
    licence: OptionalText = None
    topics: TextList = ()
    audience: OptionalText = None
    owner: OptionalText = None
    lang: str = Field(default="en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")
    translation_of: OptionalText = None
    sources: Annotated[tuple[_SourceModel, ...], BeforeValidator(_without_blanks)] = ()
    not_quotable: Phrases = ()
    explains: dict[str, str] = Field(default_factory=dict)
    as_is: bool = False

    @model_validator(mode="after")
    def _somebody_stands_behind_it(self) -> FrontMatter:
        if not (self.author or self.publisher or self.source):
            raise ValueError("one of author, publisher or source must say who wrote the article")
        return self


class _Loader(yaml.SafeLoader):
    """YAML in which a date stays text, so that a wrong one is explained with its field's name."""

    yaml_implicit_resolvers: ClassVar = {  # type: ignore[misc]
        first: [(tag, pattern) for tag, pattern in rules if not tag.endswith(":timestamp")]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping whose keys are all different; YAML would silently keep the last value."""
        seen: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"{key.value!r} is written twice", problem_mark=key.start_mark
                )
            seen.add(str(key.value))
        return super().construct_mapping(node, deep=deep)

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:  # noqa: ANN401 - as in PyYAML
        """A node; no alias, because a few lines of them can stand for millions of values."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="a '*' refers to another value", problem_mark=mark)
        return super().compose_node(parent, index)


class _Handler(YAMLHandler):
    def load(self, fm: str, **_: object) -> Any:  # noqa: ANN401 - whatever the YAML holds
        return yaml.load(fm, Loader=_Loader)


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
    "url": "write the whole address, or null while the article is not on the web",
}


def article_files(folder: Path) -> list[Path]:
    """The article files under ``folder`` (or its ``articles`` sub-folder), sorted by path.

    Raises:
        CorpusMissing: the folder is not there or holds no Markdown file.
    """
    if not folder.is_dir():
        raise CorpusMissing(f"There is no articles folder at {str(folder)!r}.")
    root = articles_root(folder)
    files = sorted(p for p in root.rglob("*.md") if not _ignored(p.relative_to(root)))
    if not files:
        raise CorpusMissing(f"There is no article (*.md) in {str(root)!r}.")
    return files


def articles_root(folder: Path) -> Path:
    """The folder that the articles of ``folder`` are in."""
    return folder / "articles" if (folder / "articles").is_dir() else folder


def _ignored(path: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.parts)  # drafts and versions are kept there
    return hidden or path.name.lower() in _IGNORED_NAMES


class ReadArticles(NamedTuple):
    """Every article that can be used, sorted by id, and what an editor should look at.

    ``files`` are the files of the articles, in the order of the articles.
    """

    articles: tuple[Article, ...]
    findings: tuple[Finding, ...]
    files: tuple[Path, ...]


def load_articles(folder: Path) -> tuple[Article, ...]:
    """Every article in ``folder``, sorted by id. ``read_articles`` has the findings as well.

    Raises:
        CorpusMissing: there is nothing to read.
        ArticleInvalid: one or more files cannot be used; all problems are listed at once.
    """
    return read_articles(folder).articles


def read_articles(folder: Path, cache: ArticleCache | None = None) -> ReadArticles:
    """Every article in ``folder``, and what the screening found in them.

    Findings stop nothing: what must not be shown is withheld, and everything else is read on.
    With a ``cache``, files that did not change are not screened again; records of files that are
    gone are dropped from it.

    Raises:
        CorpusMissing: there is nothing to read.
        ArticleInvalid: one or more files cannot be used; all problems are listed at once.
    """
    articles: dict[str, tuple[Article, Path]] = {}
    findings: list[Finding] = []
    problems: list[str] = []
    for path in article_files(folder):
        try:
            article, found = _read_once(path, cache)
        except ArticleInvalid as error:
            problems.append(str(error))
            continue
        findings += found
        if article is None:
            continue
        if article.id in articles:
            other = articles[article.id][1]
            problems.append(
                f"{path}: id: {article.id!r} is already used by {other}; give one of them a new id"
            )
            continue
        articles[article.id] = (article, path)
    if cache:
        cache.drop_unused()
    if problems:
        raise ArticleInvalid("\n".join(problems))
    used = [articles[key] for key in sorted(articles)]
    return ReadArticles(
        tuple(article for article, _path in used), tuple(findings), tuple(p for _article, p in used)
    )


def _read_once(path: Path, cache: ArticleCache | None) -> tuple[Article | None, list[Finding]]:
    """Like ``read_article``, from ``cache`` when the file did not change since."""
    content = _content(path)
    if cache is None:
        return _read(path, content)
    key = cache.key(path, content)
    record = cache.get(key)
    if record:
        with suppress(LookupError, TypeError, ValueError, AttributeError):  # another form
            article = article_from_json(record["article"]) if record["article"] else None
            return article, [Finding(**values) for values in record["findings"]]
    article, findings = _read(path, content)
    cache.put(
        key,
        {
            "article": article_to_json(article) if article else None,
            "findings": [asdict(finding) for finding in findings],
        },
    )
    return article, findings


def load_article(path: Path) -> Article:
    """One article from a Markdown file with front matter.

    Raises:
        ArticleInvalid: the message names the file, the field and the fix.
    """
    article, findings = read_article(path)
    if article is None:
        raise ArticleInvalid(f"{path}: id: {findings[-1].why}; give the article another id")
    return article


def read_article(path: Path) -> tuple[Article | None, list[Finding]]:
    """One article and what the screening found; no article when its very id must not be shown.

    Raises:
        ArticleInvalid: the message names the file, the field and the fix.
    """
    return _read(path, _content(path))


def _read(path: Path, content: bytes) -> tuple[Article | None, list[Finding]]:
    raw, removed = without_invisible(_decoded(path, content))
    metadata, body = split_front_matter(raw, str(path))
    if not metadata:
        raise ArticleInvalid(
            f"{path}: front matter: missing; start the file with a line '---', then id, title and "
            "publisher, then another line '---'"
        )
    meta, problems = _validated(metadata)
    text = body.strip()
    if not any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines()):
        problems.append("text: empty; write the article below the front matter")
    problems += [
        f"not_quotable: {words!r} is not in the text; copy the words exactly"
        for words in (meta.not_quotable if meta else ())
        if words not in text
    ]
    if meta is None or problems:
        raise ArticleInvalid("\n".join(f"{path}: {problem}" for problem in problems))
    return _screened(meta, raw, text, removed, Place(file=str(path), article=meta.id))


def split_front_matter(raw: str, name: str) -> tuple[dict[str, Any], str]:
    """The front matter of a text, empty if there is none and not yet validated, and the rest.

    Raises:
        ArticleInvalid: the front matter is not valid YAML; ``name`` begins the message.
    """
    try:
        return frontmatter.parse(raw, handler=_Handler())
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" near line {mark.line + 1}" if mark else ""
        raise ArticleInvalid(
            f"{name}: front matter: not valid YAML{where} ({getattr(error, 'problem', error)}); "
            "put quotes around values that hold a colon or a quote mark"
        ) from error


def _screened(
    meta: FrontMatter, raw: str, text: str, removed: list[Removed], place: Place
) -> tuple[Article | None, list[Finding]]:
    """The article with what must not be shown withheld, and the findings."""
    findings = [_invisible(each, place) for each in removed]
    refused = id_objection(meta.id)
    if refused:
        why = f"{refused.why}; the whole article is left out"
        return None, [*findings, place.finding(refused.kind, 1, meta.id, why)]
    before = front_of(raw, text)
    fields, found = screen_fields(meta.model_dump(), before, place)
    findings += found
    below = Place(file=place.file, article=place.article, first_line=before.count("\n") + 1)
    withheld, found = screen_text(text, below, lang=meta.lang)
    return _article(meta, fields, text, withheld), findings + found


def front_of(raw: str, text: str) -> str:
    """What stands in a file before its article's text: the front matter and blank lines."""
    return raw[: len(raw.rstrip()) - len(text)]


def _invisible(removed: Removed, place: Place) -> Finding:
    why = f"{removed.characters} characters that nobody sees; taken out"
    if removed.meaning and instruction_in(removed.meaning):
        why = f"invisible characters spell orders to the assistant; {why}"
        return place.finding("hidden_instruction", removed.line, removed.meaning, why)
    return place.finding("hidden_text", removed.line, removed.meaning or "(invisible)", why)


def read_file(path: Path) -> str:
    """The text of an article's file, line ends made alike.

    Raises:
        ArticleInvalid: the file is too large, not UTF-8, or cannot be read.
    """
    return _decoded(path, _content(path))


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_ARTICLE_BYTES:
            raise ArticleInvalid(
                f"{path}: file: larger than {MAX_ARTICLE_BYTES // 1_000_000} MB; split the article"
            )
        return path.read_bytes()
    except OSError as error:
        raise ArticleInvalid(
            f"{path}: file: cannot be read ({error.strerror}); check its permissions"
        ) from error


def _decoded(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise ArticleInvalid(f"{path}: file: not UTF-8 text; save it as UTF-8") from error


def _validated(metadata: Mapping[str, Any]) -> tuple[FrontMatter | None, list[str]]:
    """The front matter, or every problem it has."""
    try:
        return FrontMatter.model_validate(dict(metadata)), []
    except ValidationError as error:
        return None, [_explain(e["loc"], e["msg"], metadata) for e in error.errors()]


def _explain(loc: tuple[int | str, ...], message: str, metadata: Mapping[str, Any]) -> str:
    name = str(loc[0]) if loc else "front matter"
    fix = _FIXES.get(name, "correct or remove this line")
    if not loc:
        fix = 'add a line such as: publisher: "Our practice"'
    if message == "Field required" and name not in metadata:
        keys = {str(key).lower(): key for key in metadata}
        alike = difflib.get_close_matches(name, keys, n=1)
        if alike:
            fix = f"the file has {keys[alike[0]]!r}; did you mean {name!r}?"
    got = f" (got {metadata[name]!r})" if name in metadata else ""
    return f"{name}: {message.removeprefix('Value error, ')}{got}; {fix}"


def _article(
    meta: FrontMatter, fields: Mapping[str, Any], text: str, withheld: tuple[Span, ...]
) -> Article:
    known = {k: v for k, v in fields.items() if k not in ("sources", "explains")}
    known["explains"] = tuple(meta.explains.items())
    sources = tuple(SourceNote(**s) for s in fields["sources"])
    # Without defaults: a field that is new in the program makes no new version of every article.
    whole = f"{meta.model_dump_json(exclude_defaults=True)}\n{text}"
    if withheld or fields != meta.model_dump():  # a stricter screening makes another version
        whole += f"\n{withheld!r}\n{fields!r}"
    digest = hashlib.sha256(whole.encode())
    return Article(
        **known, sources=sources, text=text, withheld=withheld, version=digest.hexdigest()[:12]
    )


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
    known["sources"] = tuple(
        SourceNote(**{**s, "sections": tuple(s.get("sections", ()))}) for s in known["sources"]
    )
    known["explains"] = tuple((flag, heading) for flag, heading in known.get("explains", ()))
    known["topics"] = tuple(known["topics"])
    known["not_quotable"] = tuple(known["not_quotable"])
    known["withheld"] = tuple(Span(**s) for s in known.get("withheld", ()))
    return Article(**known)


def unreviewed(articles: Iterable[Article]) -> list[str]:
    """Ids of the articles that no clinician has reviewed yet."""
    return [a.id for a in articles if a.reviewed is None]
