"""Screening what an article says about itself: its front matter, also the parts nobody reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from assistant.screening.article import Objection, Place, objection
from assistant.screening.findings import Finding
from assistant.screening.instructions import instruction_in
from assistant.screening.markup import marks

# Free text that a reader may be shown. A title never goes missing: it has a stand-in.
_TEXTS = ("source", "author", "publisher", "reviewed_by", "licence", "audience")
# Checks that the names of publications and publishers do not break: "Safety during your MRI".
_OF_SOURCES = frozenset(
    "privacy ed-discouragement delay interpretation diagnosis persona personal-claim".split()
)
_LABEL = re.compile(r"^[\s#-]*(?:[\w-]+:\s*)?")


def id_objection(article_id: str) -> Objection | None:
    """What stands against showing an article's id, which also names it in JSON and addresses."""
    order = instruction_in(re.sub(r"[._-]+", " ", article_id))
    if order is None:
        return None
    return Objection("hidden_instruction", f"the id gives orders to the assistant ({order})")


def screen_fields(
    values: Mapping[str, Any], raw: str, place: Place
) -> tuple[dict[str, Any], list[Finding]]:
    """``values`` without what must not be shown, and the findings.

    ``values`` are the checked fields of the front matter; ``raw`` is the front matter as it
    stands in the file, for line numbers and for the fields and comments that nobody reads.
    A title that must not be shown is replaced by the article's id in words.
    """
    screen = _Fields(raw.split("\n"), place)
    clean = dict(values)
    title = screen.checked("title", clean["title"])
    clean["title"] = title or re.sub(r"[._-]+", " ", clean["id"]).strip().capitalize()
    for name in _TEXTS:
        if clean.get(name):
            clean[name] = screen.checked(name, clean[name])
    clean["topics"] = tuple(t for t in clean["topics"] if screen.checked("topics", t))
    clean["sources"] = tuple(
        source
        for source in clean["sources"]
        if all(
            screen.checked("sources", str(value))
            for name, value in source.items()
            if value and name != "sections"  # headings, screened where they stand
        )
    )
    if clean.get("url"):
        clean["url"] = screen.checked("url", clean["url"])
    screen.read_the_rest()
    return clean, screen.findings


class _Fields:
    def __init__(self, lines: list[str], place: Place) -> None:
        self._lines, self._place = lines, place
        self._reported: set[int] = set()
        self.findings: list[Finding] = []

    def checked(self, name: str, value: str) -> str | None:
        """``value`` when it may be shown, otherwise ``None`` with a finding."""
        found = _field_objection(name, value)
        if found is None:
            return value
        line = self._line_of(name, value)
        self._reported.add(line)
        what = f"{name}: {found.why}; the field is left out"
        self.findings.append(self._place.finding(found.kind, line, value, what))
        return None

    def read_the_rest(self) -> None:
        """Report orders in comments and in fields that are not used: nothing of them is shown."""
        for number, line in enumerate(self._lines, start=1):
            order = instruction_in(line.strip()) or instruction_in(
                _LABEL.sub("", line).strip(" \"'")
            )
            if order and number not in self._reported:
                why = f"front matter gives orders to the assistant ({order}); it is not used"
                self.findings.append(
                    self._place.finding("hidden_instruction", number, line.strip(), why)
                )

    def _line_of(self, name: str, value: str) -> int:
        """The line of ``value``, looked for from the line of its field on."""
        numbered = list(enumerate(self._lines, start=1))
        field = next((n for n, line in numbered if line.startswith(f"{name}:")), 1)
        words = " ".join(value.split()[:3])
        below = (n for n, line in numbered[field - 1 :] if words in " ".join(line.split()))
        return next(below, field)


@lru_cache(maxsize=4096)  # articles share publishers, licences and sources
def _field_objection(name: str, value: str) -> Objection | None:
    mark = next(marks(value), None)
    if mark is not None:
        return Objection(mark.kind, mark.why)
    if "://" in value:  # numbers and names in an address claim nothing
        order = instruction_in(re.sub(r"[/?&=+_.#-]+", " ", value))
        return Objection("hidden_instruction", f"it gives orders ({order})") if order else None
    if value.rstrip().endswith("?") and instruction_in(value) is None:
        return None  # a question claims nothing
    found = objection(value, spared=_OF_SOURCES if name == "sources" else frozenset())
    return None if found and found.kind == "other_language" else found
