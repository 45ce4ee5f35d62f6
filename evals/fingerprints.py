"""What a run was made of: articles, rules, model, code. Two runs of equal prints must agree."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Iterable
from pathlib import Path

from assistant.embedding import open_embedder
from assistant.errors import AssistantError
from assistant.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent


def fingerprints(settings: Settings) -> dict[str, str]:
    """One short value for each thing that can change a result."""
    return {
        "corpus": _digest(sorted(settings.corpus_dir.rglob("*.*"))),
        "rules": _rules(),
        "model": _model(settings),
        "code": _digest(_code_files()),
        "revision": _revision(),
        "python": platform.python_version(),
    }


def shown_settings(settings: Settings) -> dict[str, object]:
    """The settings that can change a result; addresses and phone numbers are left out."""
    return {
        "country": settings.country,
        "answer_sentences": settings.answer_sentences,
        "max_message_chars": settings.max_message_chars,
        "corpus_dir": settings.corpus_dir.name,
        "vector_store": "server" if settings.chroma_url else "on disk",
        **_writing(settings),
    }


def _writing(settings: Settings) -> dict[str, object]:
    """The language model that writes, and what of it is given again; nothing without one."""
    from assistant.writing.prompt import LOOK_VERSION, PROMPT_VERSION

    if settings.model is None:
        return {}
    values: dict[str, object] = {"model": settings.model, "prompt": PROMPT_VERSION}
    if settings.model_second_look:
        values["second_look"] = LOOK_VERSION
    if settings.model_replay:
        values["replayed"] = _digest([settings.model_replay])
    return values


def _code_files() -> list[Path]:
    folders = (PROJECT / "assistant", PROJECT / "evals")
    found = [p for folder in folders for p in folder.rglob("*") if p.suffix in (".py", ".toml")]
    return sorted(p for p in found if "runs" not in p.parts)


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _rules() -> str:
    try:
        from assistant.guardrail.rulebook import shipped_rulebook

        return shipped_rulebook().version
    except (ImportError, ValueError) as error:  # a broken rule file is a result, not a crash
        return f"unavailable: {type(error).__name__}"


def _model(settings: Settings) -> str:
    try:
        return open_embedder(settings.embedding_model, settings.data_dir).model_id
    except AssistantError:
        return "unavailable"


def _revision() -> str:
    """The commit, with a mark when files differ from it; empty outside a repository."""
    try:
        commit = _git("rev-parse", "--short=12", "HEAD")
        dirty = _git("status", "--porcelain", "--", "assistant", "evals", "corpus")
    except (OSError, subprocess.SubprocessError):
        return ""
    return f"{commit}{'+changes' if dirty else ''}"


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(PROJECT), *arguments],
        capture_output=True, text=True, timeout=20, check=True,
    )  # fmt: skip
    return done.stdout.strip()
