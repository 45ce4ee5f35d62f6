"""Reading articles from a folder: Markdown files with front matter, checked on the way in.

Articles are data. What they hide, and what they order the assistant to do, is found here, before
anything is indexed: the words stay in the text, so that offsets stay true, and their places are
kept in ``Article.withheld``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from assistant.article_cache import ArticleCache
from assistant.article_json import article_from_json, article_to_json
from assistant.errors import ArticleInvalid, CorpusMissing
from assistant.front_matter import FrontMatter, split_front_matter, validated
from assistant.records import Article, SourceNote, Span
from assistant.screening.article import Place, screen_text
from assistant.screening.disguises import Removed, without_invisible
from assistant.screening.fields import id_objection, screen_fields
from assistant.screening.findings import Finding
from assistant.screening.instructions import instruction_in

MAX_ARTICLE_BYTES = 2_000_000  # far above any article; a larger file is a mistake
_IGNORED_NAMES = {"readme.md", "template.md"}


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
            found = record["findings"]
            return article, [Finding(**{**values, "file": str(path)}) for values in found]
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
    meta, problems = validated(metadata)
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


def unreviewed(articles: Iterable[Article]) -> list[str]:
    """Ids of the articles that no clinician has reviewed yet."""
    return [a.id for a in articles if a.reviewed is None]
