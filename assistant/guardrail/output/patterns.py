"""The pattern language of ``data/output_checks.toml``, compiled to regular expressions.

``{stop}``          one word of that class; ``{drug|drugpro}`` of either, ``{stop+vbd}`` of both
``cold_turkey``     the word itself; ``_`` stands between the words of a phrase
``(a b|{c})``       a choice
``?`` and ``*``     after a piece: it may be missing; it may come up to four times
``..3``             at most three other words; ``..3~{neg}`` of which none is of that class
``!{food}``         and none of that class comes next
``@``               before a piece: the action whose force is read (else the first piece)
``^`` and ``$``     the clause begins or ends here
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache

_PIECE = re.compile(
    r"(?P<mark>[!@])?(?:(?P<group>\([^()]*\))|(?P<gap>\.\.\d+)(?:~\{(?P<out>[a-z_|]+)\})?"
    r"|\{(?P<tags>[a-z_|+]+)\}|(?P<edge>[\^$])|(?P<word>[a-z0-9%&_]+))(?P<times>[?*])?"
)
_BAR = re.compile(r"\|(?![^{]*\})")
_RUN = 4  # how often a piece with "*" may come
# Classes that the code gives: a break before the word, a pronoun that may mean a medicine.
GIVEN = frozenset({"brk", "drugpro"})
_FREQUENT = frozenset(
    "you your neg be det prep deictic soft modal num have general okay condition symptom examverb "
    "=is =are =it =this =that =in =on =to =of =if =your =you =for =with =by =from "
    "=not =a =the".split()
)
_ANY = frozenset({"brk"})  # every first word has it
Classes = Mapping[str, Collection[int]]  # each class with the lengths of its phrases


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern line. ``needs`` are classes (or ``=word``) without which it cannot match."""

    source: str
    expression: str
    needs: tuple[frozenset[str], ...]

    @property
    def regex(self) -> re.Pattern[str]:
        """The regular expression, compiled when a sentence first passes the cheap test.

        Most patterns never are, and compiling them all took most of the time to the first answer.
        """
        return _compiled(self.expression)

    def possible(self, present: AbstractSet[str]) -> bool:
        """A cheap test before matching."""
        return not any(names.isdisjoint(present) for names in self.needs)

    def rarest(self) -> frozenset[str]:
        """Classes of which one must be there, chosen so that few sentences have it."""
        return min(
            self.needs, key=lambda names: (bool(names & _FREQUENT), len(names)), default=_ANY
        )


def compile_pattern(source: str, classes: Classes) -> Pattern:
    """Compile one pattern line.

    Raises:
        ValueError: the line cannot be read or names an unknown class.
    """
    regex, needs = _sequence(source, classes)
    return Pattern(source, rf"(?<![^ ]){regex}", tuple(needs))


_compiled = cache(re.compile)


def _sequence(source: str, classes: Classes) -> tuple[str, list[frozenset[str]]]:
    source = source.strip()
    at, parts, needs = 0, [], []
    while at < len(source):
        match = _PIECE.match(source, at)
        if match is None:
            raise ValueError(f"pattern {source!r} cannot be read at {source[at:]!r}")
        regex, names = _piece(match, classes)
        parts.append(regex)
        if names and not match["times"] and match["mark"] != "!":
            needs.append(names)
        at = match.end() + len(source[match.end() :]) - len(source[match.end() :].lstrip())
    return "".join(parts), needs


def _piece(match: re.Match[str], classes: Classes) -> tuple[str, frozenset[str]]:
    names: frozenset[str] = frozenset()
    if match["edge"]:
        return match["edge"], names
    if match["gap"]:
        stop = f"(?!{_unit(match['out'], classes)})" if match["out"] else ""
        return f"(?:{stop}[^ ]+ ){{0,{match['gap'][2:]}}}?", names
    if match["group"]:
        regex, names = _group(match["group"][1:-1], classes)
    elif match["tags"]:
        regex, names = _unit(match["tags"], classes), frozenset(match["tags"].split("|"))
        names = frozenset(name.replace("+", ".") for name in names)
    else:
        regex, names = _word(match["word"])
    if match["mark"] == "!":
        return f"(?!{regex})", names
    opening = "(?P<event>" if match["mark"] == "@" else "(?:"
    return f"{opening}{regex}){_times(match['times'])}", names


def _times(mark: str | None) -> str:
    return {None: "", "?": "?", "*": f"{{0,{_RUN}}}"}[mark]


def _group(inside: str, classes: Classes) -> tuple[str, frozenset[str]]:
    """A choice needs one word of any of its options; an option without a need has no test."""
    options = [_sequence(option, classes) for option in _BAR.split(inside)]
    regex = "|".join(option for option, _ in options)
    if not all(needs for _, needs in options):
        return regex, frozenset()
    return regex, frozenset().union(*(needs[0] for _, needs in options))


def _word(word: str) -> tuple[str, frozenset[str]]:
    first = word.split("_")[0]
    return "".join(f"{each}/[^ ]* " for each in word.split("_")), frozenset({f"={first}"})


def _unit(names: str, classes: Classes) -> str:
    """One phrase of the classes, whatever its length in words."""
    wanted = [name.replace("+", ".") for name in names.split("|")]
    unknown = {name for name in wanted if name not in classes and name not in GIVEN}
    if unknown:
        raise ValueError(f"no class {', '.join(sorted(unknown))} in output_words.toml")
    by_size: dict[int, list[str]] = {}
    for name in wanted:
        for size in classes.get(name, (1,)):
            by_size.setdefault(size, []).append(re.escape(name))
    options = []
    for size, held in sorted(by_size.items(), reverse=True):
        tail = f"~{size}/[^ ]* {'[^ ]+ ' * (size - 1)}" if size > 1 else "/[^ ]* "
        options.append(f"[^ ]*/(?:{'|'.join(held)}){tail}")
    return options[0] if len(options) == 1 else f"(?:{'|'.join(options)})"
