"""Word documents (DOCX) to Markdown: all that a reader sees but pictures and footnotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from assistant.errors import SourceUnreadable
from assistant.sources.converting import tidied, to_markdown, words_kept
from assistant.sources.page import parsed_page
from assistant.sources.page_facts import language
from assistant.sources.records import Draft, counted
from assistant.sources.word_file import opened

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='caption'] => p.caption:fresh
p[style-name='Caption'] => p.caption:fresh
"""
_NOTE_ADDRESS = re.compile(r"#(?:foot|end)note|#comment")
_FIELDS = {
    "title": "{http://purl.org/dc/elements/1.1/}title",
    "author": "{http://purl.org/dc/elements/1.1/}creator",
    "lang": "{http://purl.org/dc/elements/1.1/}language",
}


def read_word(data: bytes, name: str) -> Draft:
    """The text of a DOCX file.

    Raises:
        SourceUnreadable: damaged, protected, empty, or made to do harm.
    """
    word = opened(data, name)
    # What mammoth raises on odd documents is not one family of errors (KeyError, AttributeError,
    # expat's own), and none of it says more to an editor than that the file is damaged.
    try:
        html = _html(word.archive)
    except Exception as error:
        raise SourceUnreadable(
            f"{name}: damaged; open it in Word and save it again as DOCX"
        ) from error
    if not html.strip():
        raise SourceUnreadable(f"{name}: no text in it; type the words or add another file")
    tree = parsed_page(html, name)
    notes = [*word.notes, *_without_extras(tree)]
    _below_title(tree)
    words_kept(tree)
    converted = tidied(to_markdown(_source(tree)), name)
    facts = _facts(word.properties)
    return Draft(converted.markdown, facts.pop("title", ""), facts, (*notes, *converted.notes))


def _html(archive: Any) -> str:  # noqa: ANN401 - a binary stream, as mammoth wants it
    import mammoth

    # No picture is opened: a link to one could point anywhere.
    pictures = mammoth.images.img_element(lambda _image: {"src": ""})
    return str(mammoth.convert_to_html(archive, style_map=_STYLES, convert_image=pictures).value)


def _without_extras(tree: HtmlElement) -> list[str]:
    """Takes pictures, captions and foot notes out of ``tree``; says how many there were."""
    pictures = list(tree.iter("img"))
    captions = [p for p in tree.iter("p") if p.get("class") == "caption"]
    marks = [a for a in tree.iter("a") if _NOTE_ADDRESS.match(a.get("href", ""))]
    feet = [li for li in tree.iter("li") if re.match(r"(?:foot|end)note-", li.get("id", ""))]
    for element in [*feet, *captions, *pictures, *marks]:
        element.drop_tree()
    for link in list(tree.iter("a")):
        if not link.get("href", "").lower().startswith(("https://", "http://", "mailto:", "tel:")):
            link.drop_tag()
    found = ((pictures, "picture"), (captions, "caption"), (feet, "footnote"))
    return [f"{counted(len(gone), what)} left out." for gone, what in found if gone]


def _below_title(tree: HtmlElement) -> None:
    """Moves headings one level down where the document has a title of its own."""
    if not tree.find_class("title"):
        return
    for level in range(5, 0, -1):
        for heading in list(tree.iter(f"h{level}")):
            if heading.get("class") != "title":
                heading.tag = f"h{level + 1}"


def _source(tree: HtmlElement) -> str:
    from lxml import html

    return str(html.tostring(tree, encoding="unicode"))


def _facts(properties: bytes) -> dict[str, str]:
    """Title, author and language from the file's core properties, if they can be read."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(properties, parser) if properties else None
    if root is None:
        return {}
    facts = {field: " ".join((root.findtext(tag) or "").split()) for field, tag in _FIELDS.items()}
    facts["lang"] = language(facts["lang"])
    return {field: value for field, value in facts.items() if 0 < len(value) <= 300}
