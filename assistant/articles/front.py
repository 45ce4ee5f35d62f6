"""Changing single lines of an article's front matter; everything else stays as it was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

_FENCE = re.compile(r"^---[ \t]*$", re.M)
_KEY = re.compile(r"^(?P<key>[A-Za-z_][A-Za-z0-9_]*)[ \t]*:")


def with_fields(raw: str, changes: Mapping[str, object]) -> str:
    """``raw``, an article's file, with top-level fields set; ``None`` as a value writes null.

    Comments and the order of all other lines are kept. A file without front matter gets one.
    """
    head, body = _parted(raw)
    blocks = _blocks(head)
    for key, value in changes.items():
        line = _line(key, value)
        places = [n for n, (name, _lines) in enumerate(blocks) if name == key]
        if places:
            blocks[places[0]] = (key, line)
        else:
            blocks.append((key, line))
    return f"---\n{''.join(lines for _key, lines in blocks)}---\n{body}"


def with_body(raw: str, body: str) -> str:
    """``raw`` with another text below the same front matter."""
    head, _body = _parted(raw)
    return f"---\n{head}---\n{body.strip()}\n" if head else f"{body.strip()}\n"


def body_of(raw: str) -> str:
    """The text below the front matter."""
    return _parted(raw)[1].strip()


def new_article(fields: Mapping[str, Any], body: str) -> str:
    """A file with ``fields`` as its front matter, in their order."""
    return with_fields(f"{body.strip()}\n", fields)


def _line(key: str, value: object) -> str:
    """One field as YAML: lists of plain values in one line, everything else as YAML likes it."""
    simple = isinstance(value, list | tuple) and not any(
        isinstance(part, dict | list | tuple) for part in value
    )
    shown = {key: list(value) if isinstance(value, tuple) else value}
    text = yaml.safe_dump(
        shown, allow_unicode=True, sort_keys=False, default_flow_style=simple, width=10_000
    )
    return f"{text.strip()[1:-1]}\n" if simple else text


def _parted(raw: str) -> tuple[str, str]:
    """Front matter without its fences, and what is below it."""
    raw = raw.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    opening = _FENCE.match(raw.lstrip("\n"))
    if not opening:
        return "", raw
    raw = raw.lstrip("\n")
    closing = _FENCE.search(raw, opening.end() + 1)
    if not closing:
        return "", raw
    return raw[opening.end() + 1 : closing.start()], raw[closing.end() + 1 :]


def _blocks(head: str) -> list[tuple[str, str]]:
    """The front matter cut before each top-level key: ``(key, its lines)``."""
    blocks: list[tuple[str, str]] = []
    for line in head.splitlines(keepends=True):
        match = _KEY.match(line)
        if match or not blocks:
            blocks.append((match.group("key") if match else "", line))
        else:
            key, lines = blocks[-1]
            blocks[-1] = (key, lines + line)
    return blocks
