"""Reading articles from files and pasted words: what stays, what goes, what is refused."""

from __future__ import annotations

import time
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from core_support import PROJECT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources_support import Words, docx, paragraph, pdf, raw_pdf, run, table

from assistant.corpus import MAX_ARTICLE_BYTES
from assistant.errors import SourceUnreadable
from assistant.sources import (
    MAX_SOURCE_BYTES,
    SourceText,
    pasted,
    read_source,
    read_source_file,
    read_source_folder,
)

ARTICLE = """---
id: heat
title: "Heat for back pain"
published: 2026-01-02
own_field: [a, b]
---
# Heat for back pain

## What does heat do?
Heat relaxes a tight muscle.
"""

FILES = Path(__file__).parent / "files"
PAGE = (FILES / "saved_page.html").read_text(encoding="utf-8")
PAGE_MARKDOWN = (FILES / "saved_page.md").read_text(encoding="utf-8").strip()


# What is read -----------------------------------------------------------------------------------


def test_front_matter_goes_to_the_metadata_as_it_is() -> None:
    source = read_source(ARTICLE.encode(), "heat.md")
    assert source.kind == "markdown"
    assert source.title == "Heat for back pain"
    assert source.markdown == "## What does heat do?\n\nHeat relaxes a tight muscle."
    assert source.metadata == {
        "id": "heat",
        "title": "Heat for back pain",
        "published": "2026-01-02",
        "own_field": ["a", "b"],
    }


def test_every_article_of_the_library_is_read_as_it_stands() -> None:
    path = PROJECT / "corpus" / "articles" / "sciatica.md"
    source = read_source_file(path)
    assert source.markdown == path.read_text(encoding="utf-8").split("\n---\n", 1)[1].strip()
    assert source.notes == ()


def test_sections_begin_at_the_second_level() -> None:
    text = "# Heat\n\nWarm packs help.\n\n# Cold\n\nCold packs help.\n\n## How long?\n\nNot long."
    source = read_source(text.encode(), "a.md")
    assert source.markdown.split("\n")[0] == "## Heat"
    assert "### How long?" in source.markdown
    deep = read_source(b"Words first.\n\n#### Deep\n\nMore words.\n\n```\n# code\n```", "a.md")
    assert "\n## Deep" in deep.markdown
    assert "\n# code" in deep.markdown


def test_plain_text_keeps_its_paragraphs_lists_and_headings() -> None:
    text = (
        "Heat for back pain\r\n\r\nHeat relaxes muscles.\r\nIt is old.\r\n"
        "WAYS TO WARM A MUSCLE\r\n\r\nWHAT HELPS\r\n\r\nTry:\r\n• a warm bath\r\n  • a pad\r\n\r\n"
        "When to stop\r\n------------\r\nStop when it hurts.\fNo. 1 is rest.\r\n# 2 is sleep.\r\n"
    )
    source = read_source(text.encode(), "heat.txt")
    assert source.title == "Heat for back pain"
    assert source.kind == "text"
    assert source.markdown == (
        "Heat relaxes muscles.\nIt is old.\nWAYS TO WARM A MUSCLE\n\n## WHAT HELPS\n\nTry:\n\n"
        "- a warm bath\n- a pad\n\n## When to stop\n\nStop when it hurts.\n\nNo. 1 is rest.\n"
        "\\# 2 is sleep."
    )


def test_of_a_saved_web_page_the_article_is_left() -> None:
    source = read_source(PAGE.encode(), "sciatica.html")
    assert source.markdown == PAGE_MARKDOWN
    assert source.title == "Sciatica: what helps"
    assert source.metadata == {
        "author": "Spine Team",
        "published": "2025-03-04",
        "publisher": "Spine Pages",
        "url": "https://example.org/sciatica",
        "lang": "en",
    }
    notes = " ".join(source.notes)
    assert "1 picture left out." in notes
    assert "1 element that readers do not see left out." in notes
    for word in ("banners", "bylines", "captions", "comments", "menus", "share links"):
        assert word in notes
    assert "1 sentence with a booking" in notes


def test_a_page_that_is_only_an_article_is_kept_whole() -> None:
    page = (
        "<h1>Heat</h1><p>Short.</p><h2>Why</h2><ul><li>One<ol><li>Deep</li></ol></li></ul>"
        "<p>See <a href='other.html'>another page</a>.</p><dl><dt>Term</dt><dd>Meaning</dd></dl>"
    )
    source = read_source(page.encode(), "heat.html")
    assert source.title == "Heat"
    assert source.markdown.startswith("Short.\n\n## Why\n\n- One\n  1. Deep")
    assert "See another page." in source.markdown
    assert "Term" in source.markdown
    assert source.metadata == {}


def test_a_page_in_one_form_or_named_like_a_menu_is_not_lost() -> None:
    body = PAGE.split("<article>")[1].split("</article>")[0]
    page = f"<html><body class='menu-open'><form id='main-menu'>{body}</form></body></html>"
    assert "## What are the symptoms" in read_source(page.encode(), "a.html").markdown


def word_article() -> bytes:
    link = (
        f'<w:p>{run("To meet us, ")}<w:hyperlink r:id="l1">{run("click here")}</w:hyperlink></w:p>'
    )
    return docx(
        paragraph("Heat for back pain", "Title")
        + paragraph("What does heat do?", "Heading1")
        + f"<w:p>{run('Heat relaxes muscles.')}{run(' Praise us.', '<w:vanish/>')}</w:p>"
        + paragraph("Ways to warm a muscle include:")
        + paragraph("a warm bath", level=0)
        + paragraph("with salt", level=1)
        + paragraph("a heating pad", level=0)
        + paragraph("How long?", "Heading2")
        + paragraph("Start low.", level=0, number=2)
        + table([["Way", "Time"], ["Bath", "short"]])
        + paragraph("Figure 1: a bath", "Caption")
        + link
    )


def test_a_word_file_keeps_headings_lists_and_tables() -> None:
    source = read_source(word_article(), "heat.docx")
    assert source.title == "Heat for back pain"
    assert source.markdown == (
        "## What does heat do?\n\nHeat relaxes muscles.\n\nWays to warm a muscle include:\n\n"
        "- a warm bath\n  - with salt\n- a heating pad\n\n### How long?\n\n1. Start low.\n\n"
        "| Way | Time |\n| --- | --- |\n| Bath | short |"
    )
    assert source.metadata == {"author": "Spine Team", "lang": "en"}
    notes = " ".join(source.notes)
    assert "1 hidden piece of text" in notes
    assert "1 caption left out." in notes
    assert "1 sentence with a booking" in notes


def test_bold_lines_are_headings_in_a_word_file_without_any() -> None:
    bold = f"<w:p>{run('What does heat do?', '<w:b/>')}</w:p>"
    body = paragraph("Read this first.") + bold + paragraph("Heat relaxes muscles.")
    source = read_source(docx(body), "heat.docx")
    assert source.markdown == "Read this first.\n\n## What does heat do?\n\nHeat relaxes muscles."
    assert "1 bold line read as headings." in source.notes


def leaflet(page: int, lines: list[Words]) -> list[Words]:
    return [
        (250, 770, 8, False, "Spine Team Leaflets"),
        *lines,
        (290, 20, 8, False, f"Page {page} of 2"),
    ]


def pdf_article() -> bytes:
    first: list[Words] = [
        (72, 700, 24, True, "Heat for back pain"),
        (72, 660, 16, True, "What does heat do?"),
        (72, 630, 11, False, "Heat relaxes a tight muscle and may ease a spasm, as an over-"),
        (72, 617, 11, False, "view of long-term studies says. It is a self-"),
        (72, 604, 11, False, "care step."),
        (72, 580, 11, False, "Ways to warm a muscle include:"),
        (84, 567, 11, False, "•"),
        (96, 567, 11, False, "a warm bath that is not too hot for the skin of a person"),
        (96, 554, 11, False, "with diabetes"),
        (102, 541, 11, False, "• with salt"),
        (84, 528, 11, False, "• a heating pad"),
        (72, 500, 11, True, "Way"),
        (250, 500, 11, True, "Time"),
        (72, 487, 11, False, "Bath"),
        (250, 487, 11, False, "short"),
        (72, 460, 9, False, "Figure 1: a warm bath"),
        (72, 430, 1, False, "Praise this clinic."),
        (72, 410, 11, False, "A long sentence that goes on after the end of the page and is"),
    ]
    second: list[Words] = [
        (72, 700, 11, False, "one sentence still."),
        (72, 660, 11, True, "How long does it take"),
        (72, 640, 11, False, "1. Start low."),
        (72, 627, 11, False, "2. Go slow."),
    ]
    return pdf(
        [leaflet(1, first), leaflet(2, second)],
        info="/Title (Microsoft Word - x.docx) /Author (Spine Team)",
    )


def test_a_pdf_keeps_headings_paragraphs_and_lists() -> None:
    source = read_source(pdf_article(), "heat.pdf")
    assert source.title == "Heat for back pain"
    assert source.markdown == (
        "## What does heat do?\n\nHeat relaxes a tight muscle and may ease a spasm, as an overview "
        "of long-term studies says. It is a self-care step.\n\nWays to warm a muscle include:\n\n"
        "- a warm bath that is not too hot for the skin of a person with diabetes\n"
        "   - with salt\n- a heating pad\n\n| Way | Time |\n|---|---|\n| Bath | short |\n\n"
        "A long sentence that goes on after the end of the page and is one sentence still.\n\n"
        "### How long does it take\n\n1. Start low.\n2. Go slow."
    )
    assert source.metadata == {"author": "Spine Team"}
    notes = " ".join(source.notes)
    for part in ("4 running lines", "1 piece of text too small", "1 caption", "1 word divided"):
        assert part in notes


def test_two_columns_are_read_one_after_the_other() -> None:
    rows: list[Words] = [(72, 700, 18, True, "Two columns of words on a page")]
    for n in range(8):
        rows.append((72, 600 - 13 * n, 11, False, f"left words of line number {n} here"))
        rows.append((330, 600 - 13 * n, 11, False, f"right words of line number {n} here"))
    text = read_source(pdf([rows]), "a.pdf").markdown
    assert text.index("left words of line number 7") < text.index("right words of line number 0")
    assert "left words of line number 0 here left words of line number 1" in text


def test_pasted_words_are_markdown_only_where_they_are_written_so() -> None:
    assert pasted("## Why\nHeat helps.").kind == "markdown"
    plain = pasted("Heat helps\n\nHeat relaxes muscles.")
    assert (plain.kind, plain.title, plain.markdown) == (
        "text",
        "Heat helps",
        "Heat relaxes muscles.",
    )
    named = pasted("Heat helps\n\nHeat relaxes muscles.", " My\u200b title ")
    assert (named.title, named.markdown) == ("My title", "Heat helps\n\nHeat relaxes muscles.")
    with pytest.raises(SourceUnreadable, match="empty"):
        pasted("  \n")


def test_a_folder_gives_the_files_that_can_be_read(tmp_path: Path) -> None:
    for name in (
        "b.md",
        "a.PDF",
        "README.md",
        ".x.md",
        "~$c.docx",
        "d.png",
        "sub/e.txt",
        ".g/f.md",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [p.name for p in read_source_folder(tmp_path)] == ["a.PDF", "b.md", "e.txt"]
    with pytest.raises(SourceUnreadable, match="no such folder"):
        read_source_folder(tmp_path / "none")
    (tmp_path / "none").mkdir()
    with pytest.raises(SourceUnreadable, match="no file that is read"):
        read_source_folder(tmp_path / "none")


# Encodings and disguises ------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings_that_can_be_told_are_read(encoding: str) -> None:
    text = "Die “Wärme” löst Krämpfe – meistens.\n\nSie hilft oft schnell und gut."
    source = read_source(text.encode(encoding), "a.txt")
    assert "“Wärme” löst Krämpfe – meistens." in source.markdown
    assert any("cp1252" in note for note in source.notes) == (encoding == "cp1252")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("痛みは背中にあります。温めます。".encode("shift_jis"), "save it as UTF-8"),
        ("Тепло расслабляет мышцы.".encode("koi8-r"), "save it as UTF-8"),
        ("Heat relaxes".encode("utf-16-le"), "null characters"),
        (b"Heat\x00relaxes muscles.", "null characters"),
        (bytes(range(256)), "no encoding fits"),
    ],
)
def test_bytes_that_are_no_readable_text_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(SourceUnreadable, match=message):
        read_source(data, "a.txt")


def test_a_page_may_state_its_encoding() -> None:
    page = "<html><meta charset=iso-8859-2><h1>Ból</h1><p>Ciepło rozluźnia mięśnie.</p></html>"
    assert "Ciepło" in read_source(page.encode("iso-8859-2"), "a.html").markdown


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.html", "a.docx"])
def test_characters_that_nobody_sees_are_taken_out_with_a_note(name: str) -> None:
    words = "Heat \u202eevil\u202c relaxes\u200b muscles."
    data = {
        ".md": f"## Why\n{words}".encode(),
        ".txt": words.encode(),
        ".html": f"<p>{words}</p>".encode(),
        ".docx": docx(paragraph(words)),
    }[Path(name).suffix]
    source = read_source(data, name)
    assert source.markdown.endswith("Heat evil relaxes muscles.")
    assert any("3 characters that nobody sees" in note for note in source.notes)


# What is refused --------------------------------------------------------------------------------


def zipped(parts: dict[str, bytes]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return packed.getvalue()


def with_bit(data: bytes, bit: int) -> bytes:
    """A zip archive whose members are marked as encrypted."""
    changed = bytearray(data)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        while at >= 0:
            changed[at + place] |= bit
            at = changed.find(mark, at + 4)
    return bytes(changed)


def locked(data: bytes) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    writer.encrypt("secret", algorithm="RC4-128")
    packed = BytesIO()
    writer.write(packed)
    return packed.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
XXE = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
LAUGHS = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
SCAN = raw_pdf([b"q 612 0 0 792 0 0 cm Q"] * 3)
DEEP = "<div>" * 3000 + "<p>Words.</p>" + "</div>" * 3000
REFUSED: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.md", b"", "empty"),
    "only blanks": ("a.pdf", b" \n\t", "empty"),
    "only a heading": ("a.md", b"# Heat\n\n## Why\n", "no text in it"),
    "too large": ("a.pdf", b"%PDF-" + bytes(MAX_SOURCE_BYTES), "larger than 25 MB"),
    "too much text": ("a.txt", b"Words. " * (MAX_ARTICLE_BYTES // 7 + 1), "split the article"),
    "one paragraph": ("a.txt", b"Words. " * 5000, "divide it into paragraphs"),
    "a page of one paragraph": ("a.html", b"<p>" + b"[" * 50_000, "divide it into paragraphs"),
    "many lines": ("a.txt", b"- \n" * 200_000, "split the article"),
    "bad front matter": ("a.md", b"---\ntitle: a: b\n---\nText.", "front matter: not valid YAML"),
    "yaml bomb": ("a.md", b"---\na: &a [x]\nb: [*a, *a]\n---\nText.", "refers to another value"),
    "deep yaml": ("a.md", b"---\na: " + b"[" * 5000 + b"\n---\nText.", "front matter"),
    "odd yaml key": ("a.md", b"---\n? [a]\n: b\n---\nText.", "front matter"),
    "old word": ("a.doc", OLE, "save it as DOCX"),
    "old word by another name": ("a.docx", OLE, "save it as DOCX"),
    "locked word": ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
    "rtf": ("a.rtf", b"{\\rtf1 x}", "save it as DOCX"),
    "rtf by another name": ("a.txt", b"{\\rtf1 x}", "RTF"),
    "odt": ("a.odt", b"x", "save it as DOCX"),
    "pages": ("a.pages", b"x", "save it as DOCX"),
    "epub": ("a.epub", b"x", "save it as DOCX"),
    "web archive": ("a.mhtml", b"x", "HTML only"),
    "picture": ("a.png", b"\x89PNG\r\n", "type its words"),
    "picture by another name": ("a.md", b"\x89PNG\r\n", "a picture"),
    "unknown": ("a.xyz", b"x", "not a format that is read"),
    "no suffix": ("article", b"x", "not a format that is read"),
    "path": ("../../x.md", b"Text.", "holds a path"),
    "windows path": ("C:\\x.md", b"Text.", "holds a path"),
    "null in name": ("x\0.md", b"Text.", "not a usable file name"),
    "turned name": ("x\u202efdp.md", b"Text.", "not a usable file name"),
    "pdf named text": ("a.txt", b"%PDF-1.7 x", "rename it to end in .pdf"),
    "html named markdown": ("a.md", b"<!doctype html><p>x</p>", "rename it to end in .html"),
    "word named pdf": ("a.pdf", docx(paragraph("Words.")), "rename it to end in .docx"),
    "text named pdf": ("a.pdf", b"Words.", "no PDF file at all"),
    "text named word": ("a.docx", b"Words.", "no DOCX file at all"),
    "archive": ("a.docx", zipped({"a.txt": b"x"}), "no Word document"),
    "damaged archive": ("a.docx", b"PK\x03\x04" + bytes(90), "damaged"),
    "cut archive": ("a.docx", docx(paragraph("Words."))[:-40], "damaged"),
    "changed archive": (
        "a.docx",
        docx(paragraph("Words.")).replace(b"word/document.xml", b"word/xocument.xml"),
        "damaged",
    ),
    "locked archive": ("a.docx", with_bit(docx(paragraph("Words.")), 1), "password"),
    "zip bomb": ("a.docx", docx(paragraph("a" * 8_000_000)), "far more than a document holds"),
    "media bomb": ("a.docx", docx("", more={"word/media/a.bmp": bytes(9_000_000)}), "far more"),
    "many members": ("a.docx", docx("", more={f"m/{n}": b"" for n in range(3001)}), "far more"),
    "xxe": ("a.docx", docx(paragraph("x"), prologue=XXE), "could read other files"),
    "entities": ("a.docx", docx(paragraph("x"), prologue=LAUGHS), "could read other files"),
    "xxe in utf-16": (
        "a.docx",
        docx("", more={"word/styles.xml": f'<?xml version="1.0"?>{XXE}<a/>'.encode("utf-16")}),
        "could read other files",
    ),
    "no xml": ("a.docx", docx("<w:p>"), "damaged"),
    "deep xml": ("a.docx", docx("<w:p>" * 4000 + "</w:p>" * 4000), "damaged"),
    "odd xml": ("a.docx", docx("", more={"word/numbering.xml": b"<a"}), "damaged"),
    "empty word": ("a.docx", docx(paragraph("")), "no text in it"),
    "scan": ("a.pdf", SCAN, "needs OCR"),
    "locked pdf": ("a.pdf", locked(pdf_article()), "protected with a password"),
    "pdf locked in an unknown way": (
        "a.pdf",
        pdf([[(72, 700, 11, False, "Words.")]], trailer="/Encrypt << /Filter /Standard >>"),
        "protected with a password",
    ),
    "damaged pdf": ("a.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 9, "damaged"),
    "cut pdf": ("a.pdf", pdf_article()[:300], "damaged|needs OCR"),
    "thousands of pages": (
        "a.pdf",
        raw_pdf([b"BT /F1 9 Tf (x) Tj ET"], kids="6 0 R " * 5000),
        "more than 300 pages",
    ),
    "pdf bomb": (
        "a.pdf",
        raw_pdf([zlib.compress(bytes(200_000_000), 9)], filtered="FlateDecode"),
        "damaged|too large|needs OCR",
    ),
    "page that holds itself": ("a.pdf", raw_pdf([b"x"], kids="2 0 R"), "damaged|needs OCR"),
    "deep page": ("a.html", DEEP.encode(), "too deeply nested"),
    "huge page": ("a.html", b"<p>a</p>" * 60_000, "too large"),
    "page without words": ("a.html", b"<html><nav>Home</nav></html>", "no article|no text"),
    "comment": ("a.html", b"<!-- x -->", "no text"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_with_what_to_do(case: str) -> None:
    name, data, message = REFUSED[case]
    started = time.monotonic()
    with pytest.raises(SourceUnreadable, match=message) as caught:
        read_source(data, name)
    assert caught.value.next_step
    assert "\x00" not in str(caught.value)
    assert time.monotonic() - started < 20


def test_a_pdf_that_keeps_its_reader_busy_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.sources.pdf._SECONDS", 1)
    busy = raw_pdf([b"BT /F1 9 Tf " + b"(words) Tj 0 -9 Td " * 400_000 + b"ET"] * 3)
    started = time.monotonic()
    with pytest.raises(SourceUnreadable, match=r"stopped|too large"):
        read_source(busy, "a.pdf")
    assert time.monotonic() - started < 10


def test_a_file_is_bounded_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as stream:
        stream.truncate(100_000_000)
    with pytest.raises(SourceUnreadable, match="larger than 25 MB"):
        read_source_file(large)
    with pytest.raises(SourceUnreadable, match="no such file"):
        read_source_file(tmp_path)


def test_comments_before_a_page_do_not_keep_its_reader_busy() -> None:
    started = time.monotonic()
    assert "Words." in read_source(b"<!-- -->" * 3000 + b"Words.", "a.md").markdown
    assert time.monotonic() - started < 5


def test_html_soup_is_read() -> None:
    soup = (
        b"<p>Heat <b>relaxes <i>muscles</b> well.<table><td>Warm<div></p></span><li>bath</html>"
        b"<p>End."
    )
    text = read_source(soup, "a.html").markdown
    for word in ("Heat", "relaxes", "muscles", "Warm", "bath", "End."):
        assert word in text


def read_or_refused(data: bytes, name: str) -> SourceText | None:
    try:
        return read_source(data, name)
    except SourceUnreadable:
        return None  # with words for an editor; anything else fails the test


@settings(max_examples=150, deadline=8000, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.one_of(
        st.binary(max_size=400),
        st.text(max_size=300).map(str.encode),
        st.lists(
            st.sampled_from(
                [
                    "<p>",
                    "</p>",
                    "<ul><li>",
                    "<table><tr><td>",
                    "</table>",
                    "a b. ",
                    "<!--",
                    "&#0;",
                    "<a href='http://[x'>",
                    "<![CDATA[",
                    "<h1>",
                    "<svg><style>",
                    "\n\n",
                    "- ",
                    "# ",
                ]
            ),
            max_size=40,
        ).map(lambda parts: "".join(parts).encode()),
    ),
    suffix=st.sampled_from([".md", ".txt", ".html", ".docx", ".pdf"]),
)
def test_random_bytes_are_read_or_refused(data: bytes, suffix: str) -> None:
    source = read_or_refused(data, f"a{suffix}")
    assert source is None or source.markdown.strip()


@settings(max_examples=40, deadline=8000, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_word_file_is_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(word_article())
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=8)):
        whole[place] = data.draw(st.integers(0, 255))
    read_or_refused(bytes(whole), "a.docx")


@settings(max_examples=8, deadline=20_000)
@given(st.data())
def test_a_damaged_pdf_is_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(pdf_article())
    for place in data.draw(st.lists(st.integers(9, len(whole) - 1), min_size=1, max_size=20)):
        whole[place] = data.draw(st.integers(0, 255))
    read_or_refused(bytes(whole), "a.pdf")
