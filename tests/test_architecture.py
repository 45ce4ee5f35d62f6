"""Imports follow the data: corpus -> index -> retrieval -> answering -> chat -> faces."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from core_support import PROJECT

# A module may import modules of a lower layer, or of its own part.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("errors", "records", "guardrail", "blanks", "characters", "environment", "files", "clock"),
    (
        "catalogue",
        "article_cache",
        "article_json",
        "text",
        "practice",
        "blocks",
        "readability",
        "phrases",
        "verification",
        "json_lines",
    ),
    ("settings",),
    (
        "kinds",
        "chunking",
        "embedding",
        "screening",
        "contradiction",
        "front_matter",
        "topic_names",
        "body_parts",
    ),
    ("corpus", "glossary", "topics"),
    ("index", "testing", "checking", "ranking", "expected", "sources"),
    ("retrieval",),
    ("answering", "langchain_retriever"),
    ("writing", "reply", "per_build"),
    ("rephrasing",),
    ("chat",),
    ("opening",),
    ("visit",),
    ("console", "gaps"),
    ("articles",),
    ("articles_text", "privacy"),
    (
        "articles_command",
        "conversations",
        "serving",
        "terminal",
        "status",
        "triage",
        "ui",
        "verify_command",
    ),
    ("cli",),
    ("__main__",),
)
LAYER = {part: level for level, parts in enumerate(LAYERS) for part in parts}
SIBLINGS = {("corpus", "chunking"), ("chunking", "corpus")}


def modules() -> list[Path]:
    return sorted((PROJECT / "assistant").rglob("*.py"))


def part_of(path: Path) -> str:
    """The part of the package a file belongs to: ``index`` for assistant/index/live.py."""
    return path.relative_to(PROJECT / "assistant").parts[0].removesuffix(".py")


def type_checking_blocks(tree: ast.AST) -> set[int]:
    inside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            inside |= {id(child) for part in node.body for child in ast.walk(part)}
    return inside


@cache
def imports(path: Path) -> frozenset[str]:
    """Every module ``path`` imports at run time, also inside functions."""
    return frozenset(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = type_checking_blocks(tree)
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            module = node.module or ""
            yield from (
                f"{module}.{alias.name}" if module == "assistant" else module
                for alias in node.names
            )


def own_parts(path: Path) -> set[str]:
    names = (name.split(".") for name in imports(path))
    return {parts[1] for parts in names if parts[0] == "assistant" and len(parts) > 1}


def test_every_part_has_a_layer() -> None:
    assert {part_of(p) for p in modules()} - {"__init__"} <= set(LAYER)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PROJECT)))
def test_no_module_imports_upward_or_sideways(path: Path) -> None:
    part = part_of(path)
    if part == "__init__":
        assert not own_parts(path)
        return
    for other in own_parts(path) - {part}:
        lower = LAYER[other] < LAYER[part]
        assert lower or (part, other) in SIBLINGS, f"{part} imports {other}"


def test_the_guardrail_imports_nothing_of_the_rest() -> None:
    for path in modules():
        if part_of(path) == "guardrail":
            assert own_parts(path) <= {"guardrail"}, path


@pytest.mark.parametrize(
    ("library", "allowed"),
    [
        ("streamlit", {"ui"}),
        ("altair", {"ui"}),
        ("filelock", {"index", "articles", "gaps", "ui"}),
        ("chromadb", {"index"}),
        ("sentence_transformers", {"embedding"}),
        ("torch", {"embedding"}),
        ("langchain", {"langchain_retriever", "writing"}),
        ("langchain_core", {"langchain_retriever"}),
        ("langsmith", {"writing"}),
        ("typer", {"cli", "articles_command", "gaps"}),
        ("pysbd", {"text"}),
        ("frontmatter", {"front_matter"}),
        ("markdown_it", {"blocks", "chunking", "ui"}),
        ("rapidfuzz", {"guardrail", "answering"}),
        ("trafilatura", {"sources"}),
        ("mammoth", {"sources"}),
        ("markdownify", {"sources"}),
        ("pypdf", {"sources"}),
        ("fpdf", {"visit"}),
        ("lxml", {"sources"}),
    ],
)
def test_a_library_is_used_in_one_place(library: str, allowed: set[str]) -> None:
    users = {part_of(p) for p in modules() if library in {i.split(".")[0] for i in imports(p)}}
    assert users <= allowed


def test_the_evals_are_used_by_the_staffs_page_and_the_command_only() -> None:
    for path in modules():
        if "evals" in {name.split(".")[0] for name in imports(path)}:
            assert path.name in ("cli.py", "known.py") or path.name.startswith("quality_"), path


def test_nothing_imports_a_network_client() -> None:
    for path in modules():
        used = {name.split(".")[0] for name in imports(path)}
        clients = {"requests", "urllib3", "aiohttp", "socket", "openai", "anthropic"}
        if path.parent.name == "sources" and path.name in ("addresses.py", "fetching.py"):
            clients.remove("socket")  # fetches a page where the owner has switched that on
        assert not used & clients, path
        if "httpx" in used:
            # What the configured Chroma server says of itself, and the errors of its client.
            assert (path.parent.name, path.name) in (("index", "store.py"), ("index", "server.py"))


HEAVY = (
    *("torch", "chromadb", "langchain", "langchain_core", "streamlit", "sentence_transformers"),
    *("trafilatura", "mammoth", "markdownify", "pypdf", "lxml", "bs4", "fpdf"),
)


def loaded_by(module: str) -> set[str]:
    """The top-level packages that importing ``module`` loads."""
    return {name.split(".")[0] for name in modules_after(module)}


def own_modules(module: str) -> set[str]:
    """The modules of the assistant that importing ``module`` loads."""
    return {name for name in modules_after(module) if name.startswith("assistant.")}


def modules_after(module: str) -> set[str]:
    code = f"import {module}, sys; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return set(run.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "assistant.guardrail",
        "assistant.cli",
        "assistant.chat",
        "assistant.embedding",
        "assistant.sources",
        "assistant.verification",
        "assistant.writing.writer",
        "assistant.visit.gather, assistant.visit.pdf",
    ],
)
def test_importing_loads_nothing_heavy(module: str) -> None:
    assert not loaded_by(module) & set(HEAVY)


@pytest.mark.parametrize("module", ["evals.quality", "evals.commands"])
def test_the_evals_need_no_page(module: str) -> None:
    assert not loaded_by(module) & {"streamlit", "altair"}


def test_the_chat_needs_no_evals() -> None:
    assert not loaded_by("assistant.ui.chat, assistant.ui.quality") & {"evals", "altair"}


def test_importing_the_guardrail_loads_no_other_part() -> None:
    assert all(m.startswith("assistant.guardrail") for m in own_modules("assistant.guardrail"))


@pytest.mark.parametrize(
    ("module", "unneeded"),
    [
        # Every command starts with it, also `triage`, which must be there at once.
        ("assistant.cli", ("assistant.guardrail", "assistant.gaps.keep", "assistant.corpus")),
        # Most installations have no language model to check.
        ("assistant.chat", ("assistant.verification",)),
    ],
)
def test_a_start_loads_nothing_that_most_of_them_do_not_need(
    module: str, unneeded: tuple[str, ...]
) -> None:
    assert not [m for m in own_modules(module) if m.startswith(unneeded)]
