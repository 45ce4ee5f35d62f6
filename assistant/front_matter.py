"""What an article says about itself: YAML above its text, checked field by field."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar

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

from assistant.blanks import OptionalText, none_if_blank
from assistant.errors import ArticleInvalid

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


def validated(metadata: Mapping[str, Any]) -> tuple[FrontMatter | None, list[str]]:
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
