"""A web page without what is no article: menus, banners, pictures, forms, comments, hidden text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from assistant.errors import SourceUnreadable
from assistant.screening.markup import why_unseen
from assistant.sources.booking import is_errand
from assistant.sources.records import counted

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_ELEMENTS = 50_000
MAX_DEPTH = 150  # the converters call themselves once a level; real pages stay under 60
_FRAME = frozenset("html head body main".split())
_CODE = frozenset("script style template link meta base noscript".split())
_PICTURES = frozenset("img picture svg canvas video audio object embed iframe".split())
_APART = {
    "nav": "menus",
    "footer": "footers",
    "aside": "side columns",
    "dialog": "banners",
    "button": "buttons",
    "input": "buttons",
    "select": "buttons",
    "textarea": "buttons",
    "figcaption": "captions",
}
# Words of class, id or role that say what an element is for; matched as whole words.
_PURPOSE: tuple[tuple[str, frozenset[str]], ...] = (
    ("banners", frozenset("cookie cookies consent gdpr popup modal banner advert ads".split())),
    ("menus", frozenset("nav navbar navigation menu breadcrumb breadcrumbs pagination".split())),
    ("share links", frozenset("share sharing social sharedaddy addtoany".split())),
    ("bylines", frozenset("byline author postmeta entrymeta dateline authorbox".split())),
    ("captions", frozenset("caption figcaption credit".split())),
    ("comments", frozenset("comment comments disqus respond".split())),
    ("side columns", frozenset("sidebar related newsletter subscribe promo widget".split())),
    ("booking links", frozenset("booking appointment cta".split())),
    ("footers", frozenset("footer copyright".split())),
)
_END = re.compile(r"</(?:html|body)\s*>", re.I)
_META_NAMES = re.compile(r"\b(?:post|entry|article)[-_ ]meta\b", re.I)
_BYLINE = re.compile(
    r"(?:(?:medically )?(?:written |reviewed |posted |published |updated )?by\s+\S.{1,80}|"
    r"(?:last )?(?:published|posted|updated|reviewed|modified)\b.{0,40}\b(?:19|20)\d\d)"
    r"(?:\W.{0,60})?",
    re.I,
)
_LONGEST_BYLINE = 120
_LONGEST_ATTRIBUTE = 1000
_BLOCKS = ("p", "div", "span", "li", "section", "ul")


class Page(NamedTuple):
    """A page's tree after pruning, and how many elements of each sort were left out."""

    tree: HtmlElement
    left_out: Counter[str]

    def notes(self) -> list[str]:
        """What was left out, as sentences for an editor."""
        pictures, hidden = self.left_out["pictures"], self.left_out["hidden"]
        notes = [f"{counted(pictures, 'picture')} left out."] if pictures else []
        if hidden:
            notes.append(f"{counted(hidden, 'element')} that readers do not see left out.")
        others = sorted(set(self.left_out) - {"pictures", "hidden", "code"})
        return notes + (
            [f"Left out as no part of the article: {', '.join(others)}."] if others else []
        )


def parsed_page(text: str, name: str) -> HtmlElement:
    """The tree of an HTML page.

    Raises:
        SourceUnreadable: there is nothing in it, or it is larger or deeper than a page is.
    """
    from lxml import etree, html

    text = _END.sub("", text)  # browsers read on behind it, this parser does not
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise SourceUnreadable(f"{name}: no text in it; save the page again as HTML") from error
    for number, depth in enumerate(_depths(tree)):
        if number > MAX_ELEMENTS or depth > MAX_DEPTH:
            raise SourceUnreadable(
                f"{name}: too large or too deeply nested for an article; "
                "copy the article's words from the browser and paste them"
            )
    return tree


def _depths(tree: HtmlElement) -> Iterator[int]:
    """The depth of every element, without calling itself: a page may be nested without end."""
    waiting = [(tree, 0)]
    while waiting:
        element, depth = waiting.pop()
        yield depth
        waiting.extend((child, depth + 1) for child in element)


def pruned(tree: HtmlElement, url: str | None) -> Page:
    """``tree``, changed in place, without what is no part of an article.

    Links that lead nowhere from here become their words.
    """
    left_out: Counter[str] = Counter()
    whole = _length(tree)
    waiting = [tree]
    while waiting:
        element = waiting.pop()
        sort = "" if element.tag in _FRAME else _sort(element)
        if sort and _may_go(element, sort, whole):
            left_out[sort] += 1
            element.drop_tree()
        elif element.tag != "head":
            waiting.extend(element)
    _settle_links(tree, url)
    return Page(tree, left_out)


def _sort(element: HtmlElement) -> str:
    """What an element is, if it is no part of an article."""
    tag = element.tag
    if tag in _CODE:
        return "code"
    if tag in _PICTURES:
        return "pictures"
    if tag == "figure":  # a table may stand in one
        return "" if element.find(".//table") is not None else "pictures"
    if tag in _APART:
        return _APART[tag]
    if tag == "header":
        return "" if element.find(".//h1") is not None else "menus"
    attributes = " ".join(
        f'{key}="{element.get(key)[:_LONGEST_ATTRIBUTE]}"'
        for key in ("hidden", "aria-hidden", "class", "style")
        if key in element.attrib
    )
    if why_unseen(tag, f" {attributes}"):
        return "forms" if tag == "form" else "hidden"
    return _purpose(element) or _by_words(element)


def _purpose(element: HtmlElement) -> str:
    names = " ".join(element.get(key, "") for key in ("class", "id", "role"))
    if not names:
        return ""
    if _META_NAMES.search(names):
        return "bylines"
    words = set(re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", names).lower()))
    return next((sort for sort, known in _PURPOSE if words & known), "")


def _by_words(element: HtmlElement) -> str:
    """A byline or a booking link that only its words give away."""
    if element.tag not in _BLOCKS:
        return ""
    words = " ".join(element.text_content().split())
    if len(words) > _LONGEST_BYLINE:
        return ""
    if _BYLINE.fullmatch(words) and not words.endswith((".", "!", "?", ":")):
        return "bylines"
    linked = " ".join(" ".join(a.text_content().split()) for a in element.iter("a"))
    return "booking links" if linked and linked == words and is_errand(linked) else ""


def _may_go(element: HtmlElement, sort: str, whole: int) -> bool:
    """Whether an element is small enough to be what its name says.

    Some sites name the whole of a page "menu-open", or put it into one form.
    """
    certain = sort in ("code", "pictures", "hidden") or element.tag in _APART
    return certain or _length(element) < 0.5 * whole


def _length(element: HtmlElement) -> int:
    return sum(len(text.strip()) for text in element.itertext())


def _settle_links(tree: HtmlElement, url: str | None) -> None:
    if url:
        tree.make_links_absolute(url, handle_failures="ignore")
    for link in list(tree.iter("a")):
        try:
            parts = urlsplit(link.get("href", "").strip())
        except ValueError:
            parts = urlsplit("")
        if not (parts.scheme in ("https", "http") and parts.netloc) and parts.scheme not in (
            "mailto",
            "tel",
        ):
            link.drop_tag()
