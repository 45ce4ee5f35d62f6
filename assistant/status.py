"""A one-look account of what is set up and what needs attention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from assistant.embedding import LocalEmbedder, open_embedder
from assistant.errors import AssistantError, ModelUnavailable
from assistant.index.live import Index, LiveIndex
from assistant.practice import read_practice
from assistant.screening.findings import Finding
from assistant.settings import Settings
from assistant.writing.model import check_model, chosen_model
from assistant.writing.tracing import asked_for

_QUOTED = "extractive (sentences quoted word for word; no language model)"
_WRITTEN = "{model} (every sentence is checked against the articles; quoted when it fails)"
_QUOTED_INSTEAD = "extractive, because the language model cannot be used:"
_TRACED = "on ({names}): patients' words are sent to LangSmith"
_NOT_TRACED = "kept off although {names} is set; PMR_MODEL_TRACING=1 would allow it"
_LOOKS = "on: what a person typed in the whole conversation is sent to the model"
_RECORDS = "on: patients' words are written to {path} (never by the chat page)"
_WRITES = "yes: articles and index may be changed from here"
_READS_ONLY = "no: PMR_READ_ONLY leaves that to another installation"
_EXPORTED = "exported: questions are answered without PyTorch"
_NO_PRACTICE_FILE = "none (docs/practice.md says what one is for)"
_NO_COUNTRY = "nobody has said so: set it if the practice is elsewhere"
_COUNTRY = "PMR_COUNTRY"
_OTHER_COUNTRY = "PMR_COUNTRY, which wins over {country} in {path}"
_NOT_EXPORTED = "not exported: starts take longer until `pmr-assistant index` has been run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """``values`` for the reader; ``problem`` is what stops the assistant from answering.

    ``findings`` are what the screening says about the articles and the glossary as they stand in
    the folder now.
    """

    values: Mapping[str, object]
    findings: Sequence[Finding] = ()
    problem: AssistantError | None = None


def read_status(settings: Settings) -> Status:
    """The state of articles and index, without changing anything."""
    from assistant.guardrail import Turn, assess
    from assistant.index.opening import open_store

    embedder = open_embedder(settings.embedding_model, settings.data_dir)
    values: dict[str, object] = {
        "articles_folder": str(settings.corpus_dir),
        "data_folder": str(settings.data_dir),
        "vector_store": settings.chroma_url or "on disk",
        "writes": _READS_ONLY if settings.read_only else _WRITES,
        "writer": _QUOTED,
        **_practice(settings),
        "guardrail_rules": assess([Turn("user", "hello")])[-1].rules_version,
    }
    values |= _writing(settings)
    try:
        values["embedding_model"] = embedder.model_id
        if isinstance(embedder, LocalEmbedder):
            values["encoder"] = _EXPORTED if embedder.exported() else _NOT_EXPORTED
        live = LiveIndex(settings.data_dir, open_store(settings), embedder).current()
        live.check_store()
    except AssistantError as error:
        return Status(values={**values, "index": "not usable"}, problem=error)
    articles = list(live.library)
    today = datetime.now(UTC).date()
    values |= {
        "index": "ready",
        "built_at": live.manifest.built_at,
        "articles": len(articles),
        "passages": len(live.library.passages),
        "not_yet_clinically_reviewed": sum(a.reviewed is None for a in articles),
        "review_overdue": [a.id for a in articles if a.review_by and a.review_by < today],
    }
    values["changed_since_indexed"], findings = _folder(settings, live)
    return Status(values=values, findings=findings)


def _practice(settings: Settings) -> dict[str, object]:
    """Which numbers patients see, and who says so: a wrong country must not go unnoticed."""
    from assistant.guardrail import emergency_number
    from assistant.guardrail.errors import RuleFileError

    found = read_practice(settings.practice_file)
    if found.path is None:
        by = _COUNTRY if "country" in settings.model_fields_set else _NO_COUNTRY
    elif found.practice.country == settings.country:
        by = str(found.path)
    else:
        by = _OTHER_COUNTRY.format(country=found.practice.country, path=found.path)
    try:
        number = emergency_number(settings.country)
    except RuleFileError as error:
        number = f"unknown: {error}"
    return {
        "practice_file": str(found.path or _NO_PRACTICE_FILE),
        "country": settings.country,
        "country_set_by": by,
        "emergency_number": number,
        "may_be_embedded_by": list(found.practice.embed_origins),
    }


def _writing(settings: Settings) -> dict[str, object]:
    """Which language model writes, whether it can, and whether its prompts stay private."""
    choice = chosen_model(settings)
    if choice is None:
        return {}
    values: dict[str, object] = {"writer": _WRITTEN.format(model=choice.label)}
    try:
        check_model(choice)
    except ModelUnavailable as error:
        values["writer"] = f"{_QUOTED_INSTEAD} {error} {error.next_step}"
    if settings.model_second_look:
        values["second_look"] = _LOOKS
    if choice.record:
        values["recording"] = _RECORDS.format(path=choice.record)
    if traced := ", ".join(asked_for()):
        values["tracing"] = (_TRACED if choice.tracing else _NOT_TRACED).format(names=traced)
    return values


def _folder(settings: Settings, live: Index) -> tuple[list[str] | str, list[Finding]]:
    """What changed in the articles' folder since the index was built, and what to look at there."""
    from assistant.article_cache import ArticleCache
    from assistant.corpus import read_articles
    from assistant.glossary import FILE_NAME, read_glossary

    try:
        articles, findings, _files = read_articles(
            settings.corpus_dir, ArticleCache.of(settings.data_dir)
        )
        glossary, more = read_glossary(settings.corpus_dir)
    except AssistantError as error:
        return f"unknown ({error})", []
    indexed = {a.id: a.version for a in live.library}
    now = {a.id: a.version for a in articles}
    changed = sorted(i for i in indexed.keys() | now.keys() if indexed.get(i) != now.get(i))
    if glossary.entries != live.glossary.entries:
        changed.append(FILE_NAME)
    return changed, [*findings, *more]
