"""Words and addresses that markup keeps from a reader's eyes: comments, unseen elements, links."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from assistant.characters import visible
from assistant.records import Span
from assistant.screening.findings import FindingKind
from assistant.text import LINK, plain

# A comment that is never closed hides the rest of its block.
_COMMENT = re.compile(
    r"<!--(?P<words>.*?)-->|<!--(?P<open>.*?)(?=\n[ \t]*\n|\Z)|<[!?](?P<odd>[A-Za-z\[][^>]*)>", re.S
)
_TAG = re.compile(r"<(?P<name>[a-z][\w-]*)(?P<rest>(?:\s+[^<>]*|\s*/)?|(?:/[^<>]*)?)(?:>|\Z)", re.I)
# Elements whose content no browser shows as text, or that bring content from elsewhere.
_UNSEEN = frozenset(
    "script style template noscript iframe frame object embed applet svg math title head meta link "
    "base form input button textarea select option audio video source track canvas".split()
)
_EMPTY = frozenset("meta link base input img br hr wbr source track embed frame area col".split())
_HIDING_STYLE = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0*(?:\.0+)?(?![.\d])|"
    r"font-size:0*(?:\.\d+)?(?:px|pt|em|rem|%)?(?![.\d])|font-size:[01]px|"
    r"(?<!-)color:(?:#f{3,8}\b|white|transparent|rgba?\(255,255,255|rgba\([^)]*,0(?:\.0+)?\))|"
    r"text-indent:-\d{3}|(?:left|top|right|margin-left|margin-top):-\d{3}|(?<![-\w])(?:max-)?"
    r"(?:height|width):0(?![.\d])|clip(?:-path)?:|transform:scale\(0",
)
_HIDING_ATTRIBUTE = re.compile(
    r"(?:^|\s)hidden(?=$|[\s=/])|aria-hidden\s*=\s*[\"']?true|class\s*=\s*[\"'][^\"']*"
    r"(?:sr-only|visually-hidden|screen-reader|d-none|\bhidden\b|\binvisible\b)",
    re.I,
)
_HANDLER = re.compile(r"(?:^|[\s/\"'])on[a-z]{3,}\s*=", re.I)
_ADDRESS = re.compile(
    r"(?:href|src|action|data|formaction|xlink:href)\s*=\s*[\"']?([^\"'\s>]+)", re.I
)
_QUOTED_ATTRIBUTE = re.compile(r"=\s*(\"[^\"]*\"|'[^']*')")
_AUTOLINK = re.compile(r"<(?P<address>[a-z][a-z0-9+.-]{1,31}:[^\s<>]*)>", re.I)
_DEFINITION = re.compile(
    r"^[ >\t]*\[(?P<label>[^\]\n]+)\]:[ \t]*\n?[ \t]*(?P<address><[^<>\n]*>|\S+)"
    r"(?:[ \t\n]+(?P<title>\"[^\"]*\"|'[^']*'|\([^()]*\)))?",
    re.M,
)
# In running words, only what a browser would run if it were ever pasted into an address line.
_BARE = re.compile(
    r"(?:javascript|vbscript)\s*:\s*\S+|data\s*:\s*(?:text|application|image)/\S+", re.I
)
_SAFE_SCHEMES = frozenset({"", "http", "https", "mailto", "tel"})
_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*):", re.I)
_LOOKS_LIKE_HOST = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?:/\S*)?", re.I)


class Mark(NamedTuple):
    """A place that must not be shown. ``words`` are what it hides, to be read for orders."""

    span: Span
    kind: FindingKind
    words: str
    why: str


def marks(text: str) -> Iterator[Mark]:
    """Every place of ``text`` whose markup hides words or leads to an unsafe address."""
    yield from _comments(text)
    yield from _elements(text)
    yield from _links(text)


def unseen_words(text: str) -> Iterator[tuple[Span, str]]:
    """Words of harmless-looking markup that a reader does not see: link titles and attributes."""
    for match in LINK.finditer(text):
        yield _span(match), _words(match["title"] or "")
        yield _span(match), _spoken(match["address"] or "")
    for match in _DEFINITION.finditer(text):
        yield _span(match), _words(match["title"] or "")
        yield _span(match), _words(match["label"])
        yield _span(match), _spoken(match["address"])
    for match in _TAG.finditer(text):
        for value in _QUOTED_ATTRIBUTE.findall(match["rest"]):
            yield _span(match), _words(value)


def _comments(text: str) -> Iterator[Mark]:
    for match in _COMMENT.finditer(text):
        words = match["words"] or match["open"] or match["odd"] or ""
        yield Mark(_span(match), "hidden_text", words, "a comment that readers do not see")


def _elements(text: str) -> Iterator[Mark]:
    end = 0
    for match in _TAG.finditer(text):
        if match.start() < end:
            continue
        why = why_unseen(match["name"].lower(), match["rest"])
        if why:
            span = Span(match.start(), _element_end(text, match))
            end = span.end
            words = re.sub(r"<[^<>]*>", " ", span.cut(text))
            yield Mark(span, "hidden_text", words, why)
        elif _is_unsafe_tag(match["rest"]):
            yield Mark(_span(match), "unsafe_link", "", "a tag that runs code")


def why_unseen(name: str, rest: str) -> str:
    """Why no reader sees the words of an element, from its lower-case name and its attributes."""
    if name in _UNSEEN:
        return f"a <{name}> element, which is no text for readers"
    style = re.sub(r"\s+", "", html.unescape(rest)).lower()
    if _HIDING_ATTRIBUTE.search(rest) or ("style=" in style and _HIDING_STYLE.search(style)):
        return f"a <{name}> element that hides its words"
    return ""


def _element_end(text: str, opening: re.Match[str]) -> int:
    """Where the element ends; an element that is never closed hides the rest of its block."""
    name = opening["name"].lower()
    if name in _EMPTY or opening["rest"].rstrip().endswith("/"):
        return opening.end()
    depth = 1
    for tag in re.finditer(rf"<(/?){re.escape(name)}\b[^<>]*>", text[opening.end() :], re.I):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return opening.end() + tag.end()
    block_end = text.find("\n\n", opening.end())
    return block_end if block_end >= 0 else len(text)


def _is_unsafe_tag(rest: str) -> bool:
    return bool(_HANDLER.search(rest)) or any(
        _unsafe_address(address) for address in _ADDRESS.findall(rest)
    )


def _links(text: str) -> Iterator[Mark]:
    for pattern in (LINK, _DEFINITION, _AUTOLINK):
        for match in pattern.finditer(text):
            why = _unsafe_address(match["address"] or "")
            words = match["words"] if pattern is LINK else ""
            if not why and words:
                why = _misleading(words, match["address"] or "")
            if why:
                yield Mark(_span(match), "unsafe_link", words, why)
    for match in _BARE.finditer(text):
        yield Mark(_span(match), "unsafe_link", "", "an address that runs code")


def _unsafe_address(address: str) -> str:
    cleaned = re.sub(r"\s+", "", visible(unquote(html.unescape(address.strip("<> ")))))
    scheme = _SCHEME.match(cleaned)
    if scheme and scheme[1].lower() not in _SAFE_SCHEMES:
        return f"an address that begins with {scheme[1].lower()}:"
    return ""


def _misleading(words: str, address: str) -> str:
    """Why a link whose words name one site and whose address is another must not be shown."""
    named = _LOOKS_LIKE_HOST.fullmatch(plain(words).strip())
    try:
        host = urlsplit(address.strip("<> ")).hostname
    except ValueError:
        return "an address that cannot be read"
    if not named or not host:
        return ""
    said, real = (name.lower().removeprefix("www.") for name in (named[1], host))
    return "" if said == real else f"its words name {said}, its address {real}"


def _span(match: re.Match[str]) -> Span:
    return Span(match.start(), match.end())


def _words(value: str) -> str:
    return value.strip("\"'() ")


def _spoken(address: str) -> str:
    """An address as words: an order can be written into it."""
    return re.sub(r"[/?&=+_.#-]+", " ", unquote(address))
