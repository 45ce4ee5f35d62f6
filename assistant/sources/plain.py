"""Plain and pasted text to Markdown: paragraphs, lists and the headings that are safely told."""

from __future__ import annotations

import re

from assistant.sources.records import Draft

_BULLET = re.compile(r"[•●▪◦‣⁃·∙*–—-][ \t]+(?=\S)")
_NUMBER = re.compile(r"(\d{1,3})[.)][ \t]+(?=\S)")
_UNDERLINE = re.compile(r"(=|-|~){3,}$")
_RULE = re.compile(r"[-=_*~#•. ]{3,}$")
_LOOKS_LIKE_MARKDOWN = re.compile(r"---\n|#{1,6} \S|.*^#{1,6} \S", re.S | re.M)
_LONGEST_TITLE = 120
_LONGEST_HEADING = 90


def looks_like_markdown(text: str) -> bool:
    """Whether pasted words bring front matter or headings of Markdown."""
    return bool(_LOOKS_LIKE_MARKDOWN.match(text))


def read_plain(text: str) -> Draft:
    """The paragraphs, lists and headings of ``text``; a short first line apart is the title."""
    lines = [line.strip() for line in text.split("\n")]
    title, lines = _titled(lines)
    out: list[str] = []
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else ""
        after = lines[number + 1] if number + 1 < len(lines) else ""
        if _UNDERLINE.match(line) and _may_head(before):
            continue  # written with its heading
        if line and _RULE.match(line):
            out.append("")
        elif _is_heading(line, before, after):
            out += ["", f"## {line}", ""]
        else:
            out += _marked(line, out[-1] if out else "")
    return Draft(re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip(), title)


def _titled(lines: list[str]) -> tuple[str, list[str]]:
    first = next((n for n, line in enumerate(lines) if line), len(lines))
    rest = lines[first + 1 :]
    words = lines[first] if first < len(lines) else ""
    if rest and _UNDERLINE.match(rest[0]):
        rest = rest[1:]
    ends = words.endswith((".", ":", ";", ",")) or _BULLET.match(words) or _NUMBER.match(words)
    if not words or ends or len(words) > _LONGEST_TITLE or (rest and rest[0]) or not any(rest):
        return "", lines
    return words, rest


def _may_head(line: str) -> bool:
    """Whether a line may be a heading at all: short, with letters, not the end of a sentence."""
    return (
        0 < len(line) <= _LONGEST_HEADING
        and any(c.isalpha() for c in line)
        and not line.endswith((".", ",", ";", ":"))
        and not _BULLET.match(line)
    )


def _is_heading(line: str, before: str, after: str) -> bool:
    if not _may_head(line) or (before and not _RULE.match(before)):
        return False
    if _UNDERLINE.match(after):
        return True
    # One word in capitals may be a warning or an abbreviation; two and a blank line are a heading.
    return not after and line.isupper() and len(line.split()) > 1


def _marked(line: str, before: str) -> list[str]:
    """``line`` as Markdown; a blank line goes before a list, which Markdown may need."""
    item = _BULLET.match(line)
    number = _NUMBER.match(line)
    if item:
        line = f"- {line[item.end() :]}"
    elif number:
        line = f"{number[1]}. {line[number.end() :]}"
    elif re.match(r"[#>+]|\d+[.)]$", line):
        line = f"\\{line}"  # a sign in the text, no mark of Markdown
    starts_list = bool(item or number) and bool(before) and not re.match(r"- |\d+\. ", before)
    return ["", line] if starts_list else [line]
