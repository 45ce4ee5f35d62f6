from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from ui.fakes import LIBRARY, answer, decision

from assistant.catalogue import LANGUAGES
from assistant.chunking import split_article
from assistant.guardrail import assess
from assistant.guardrail.types import Decision, Level, Turn
from assistant.records import Article, Library
from assistant.reply import Reply
from assistant.text import plain
from assistant.visit.description import Description, Ticked
from assistant.visit.form import Sign, pain_form
from assistant.visit.gather import Step, gather
from assistant.visit.layout import Block, as_text, layout
from assistant.visit.pdf import as_pdf, printable
from assistant.visit.sheet import PARTS, Line, Sheet

SPASMS = LIBRARY.articles["back-spasms"]
SIGNS = [(lang, sign) for lang in LANGUAGES for sign in pain_form(lang).signs]
names = [f"{lang}-{sign.id}" for lang, sign in SIGNS]
DESCRIBED = Description(
    areas=("lower_back", "left_leg"),
    count=3,
    strength=5,
    feels=Ticked(("dull", "tight")),
    worse=Ticked(("sitting", "bending"), "long car rides."),
    better=Ticked(("moving",)),
    tried=Ticked(("heat",)),
    signs={sign.id: "no" for sign in pain_form().signs},
)
PLAIN = Description(
    areas=("lower_back",),
    count=3,
    strength=5,
    feels=Ticked(("dull", "tight")),
    worse=Ticked(("sitting", "bending")),
    better=Ticked(("moving",)),
    tried=Ticked(("heat",)),
)


def decided(text: str) -> Decision:
    return assess([Turn("user", text)])[-1]


def with_signs(lang: str, answers: dict[str, str], area: str = "lower_back") -> str:
    others = {sign.id: "no" for sign in pain_form(lang).signs}
    return replace(PLAIN, lang=lang, areas=(area,), signs={**others, **answers}).message()


def blocks(sheet: Sheet) -> list[Block]:
    return list(layout(sheet, practice="our practice", day="May 1, 2026"))


def pdf_words(made: bytes) -> str:
    pages = PdfReader(io.BytesIO(made)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


# The pain form


def test_the_message_is_plain_and_in_the_first_person() -> None:
    assert DESCRIBED.message() == (
        "I have had pain in my lower back and my left leg for 3 days. I rate it 5 out of 10. It "
        "feels dull and tight. It is worse with sitting, bending and long car rides. It is better "
        "with moving around. I have tried heat or cold. I have no other problems. What can I do "
        "at home for the pain?"
    )


@pytest.mark.parametrize(("lang", "sign"), SIGNS, ids=names)
@pytest.mark.parametrize("area", ["lower_back", "left_leg", "left_shoulder"])
def test_yes_to_one_sign_fires_its_flag(lang: str, sign: Sign, area: str) -> None:
    found = decided(with_signs(lang, {sign.id: "yes"}, area))
    assert sign.flag in {flag.id for flag in found.flags}
    assert found.level >= sign.level


@pytest.mark.parametrize("sign", pain_form().signs, ids=lambda sign: sign.id)
def test_yes_fires_also_when_the_other_signs_were_left_open(sign: Sign) -> None:
    found = decided(replace(PLAIN, signs={sign.id: "yes"}).message())
    assert sign.flag in {flag.id for flag in found.flags}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_to_all_signs_routes_nothing(lang: str) -> None:
    assert decided(with_signs(lang, {})).level is Level.NONE


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("sign", ["bladder", "leaking", "bowel", "saddle"])
def test_not_knowing_about_bladder_bowel_or_saddle_is_never_passed_over(
    lang: str, sign: str
) -> None:
    found = decided(with_signs(lang, {sign: "unsure"}))
    assert found.level >= Level.NOTICE


def test_both_forms_offer_the_same_things() -> None:
    english, spanish = pain_form("en"), pain_form("es")
    for part in ("say", "areas", "units", "feels", "worse", "better", "tried"):
        assert getattr(english, part).keys() == getattr(spanish, part).keys(), part
    asked = [sign.id for sign in english.signs]
    assert [sign.id for sign in spanish.signs] == [each for each in asked if each != "night"]
    assert all(
        sign.level == english_sign.level
        for sign in spanish.signs
        if (english_sign := english.sign(sign.id))
    )


def test_own_words_with_braces_stay_as_they_are() -> None:
    assert "{words} {0}" in Description(feels=Ticked((), "{words} {0}")).message()


# The sheet

ASKING = Article(
    id="asking",
    title="Asking",
    version="0123456789",
    text="## What can I ask my doctor?\nYou can ask:\n- Do I need a test?\n- What can I do?\n",
)
PASSAGES = split_article(ASKING)


def asking_reply() -> Reply:
    library = Library({ASKING.id: ASKING}, tuple(PASSAGES))
    made = answer(decision(Level.NONE), LIBRARY.passages[0])
    citation = replace(
        made.citations[0], article="asking", article_version="0123456789", passage=PASSAGES[0].id
    )
    return replace(made, sentences=(), citations=(citation,), library=library)


def conversation() -> list[Step]:
    spasms = answer(decision(Level.NONE), count=1)
    ask = decision(Level.NONE, ask="Is there any numbness between your legs?")
    return [
        Step(said="What causes back spasms?", decision=spasms.decision, reply=spasms),
        Step(said="it tingles", decision=ask),
        Step(said="No", decision=decision(Level.NONE)),
        Step(said=DESCRIBED.message(), decision=decided("hello"), described=DESCRIBED),
        Step(said="Anything to ask?", decision=decision(Level.NONE), reply=asking_reply()),
    ]


GOLDEN = """\
My visit
========
Made on May 1, 2026 with the chat of our practice.
A computer made this page from a chat. It is no diagnosis.

My questions
------------
What causes back spasms?
    (You wrote this in the chat (message 1))

Anything to ask?
    (You wrote this in the chat (message 5))

What the articles said
----------------------
A back spasm can follow a strain.
    (From our article “Back spasms & you: *read* <b>this</b>”, section “What causes back spasms?”, \
version v1. Not yet clinically reviewed.)

Warning signs
-------------
Is there any numbness between your legs? No
    (You wrote this in the chat (message 3))

{signs}
    (You answered this in the pain form (message 4))

What to tell my doctor
----------------------
Where it hurts: my lower back and my left leg
Since when: 3 days
How strong: 5 of 10 (It is hard to forget)
What it feels like: dull and tight
What makes it worse: sitting, bending and long car rides
What makes it better: moving around
What I tried: heat or cold
    (You answered this in the pain form (message 4))

Questions to ask my doctor
--------------------------
Do I need a test?
What can I do?
    (From our article “Asking”, section “What can I ask my doctor?”, version 01234567. Not yet \
clinically reviewed.)
"""


def test_the_saved_text() -> None:
    signs = "\n".join(f"{sign.ask} No" for sign in pain_form().signs)
    assert as_text(blocks(gather(conversation()))) == GOLDEN.format(signs=signs)


def test_without_a_form_there_are_lines_to_fill_in() -> None:
    text = as_text(blocks(gather([])))
    assert "Where it hurts: ____" in text
    assert "You answered this" not in text


def test_the_care_message_stands_first_byte_for_byte() -> None:
    said = "My back hurts and I can't pee since this morning."
    sheet = gather([Step(said=said, decision=decided(said))])
    message = sheet.message
    assert message is not None
    assert as_text(blocks(sheet)).startswith(message.text + "\n\nMy visit\n")
    printed = pdf_words(as_pdf(blocks(sheet), lang="en"))
    assert printed.startswith(" ".join(message.text.split()))
    wrote = [line.text for line in sheet.parts["signs"]]
    assert wrote
    assert all(piece in said for line in wrote for piece in line.split(" … "))


def test_the_care_message_stays_first_when_the_chat_goes_on() -> None:
    urgent = decision(Level.EMERGENCY, "can't pee")
    steps = [
        Step(said="can't pee", decision=urgent),
        Step(said="ok", decision=decision(Level.NONE)),
    ]
    assert gather(steps).care == urgent


def test_what_someone_suffered_from_another_is_not_written_down() -> None:
    steps = [Step(said="he hits me", decision=decision(Level.URGENT, "hits me", "safeguarding"))]
    sheet = gather([*conversation(), *steps])
    assert sheet.private
    assert not any(sheet.parts.values())
    assert "hits me" not in as_text(blocks(sheet))


def test_words_of_despair_are_not_repeated() -> None:
    steps = [Step(said="end it?", decision=decision(Level.EMERGENCY, "end it", "crisis"))]
    sheet = gather(steps)
    assert sheet.care is not None
    assert "end it" not in as_text(blocks(sheet))


def test_changes_on_the_page() -> None:
    sheet = gather(conversation())
    quoted = sheet.parts["said"][0]
    texts = {"question-1": "Mine?", "question-5": " ", "tell-where": "", quoted.id: "not said"}
    changed = sheet.edited(texts, {sheet.parts["ask"][0].id}, {"new": " One more? ", "none": " "})
    asked = [(line.text, line.origin.kind) for line in changed.parts["questions"]]
    assert asked == [("Mine?", "page"), ("One more?", "page")]
    assert changed.parts["said"] == sheet.parts["said"]  # an article's words are not changed
    assert [line.text for line in changed.parts["ask"]] == ["What can I do?"]
    assert "Where it hurts: ____" in as_text(blocks(changed))


STEPS = st.lists(
    st.sampled_from(
        [
            *conversation(),
            Step(said="it weighs less", decision=decision(Level.PROMPT, "weighs less")),
            Step(said="can't pee?", decision=decision(Level.EMERGENCY, "can't pee")),
            Step(said="thanks", decision=decision(Level.NONE)),
            Step(said="not answered yet?"),
        ]
    ),
    max_size=7,
)


def traced(line: Line, steps: Sequence[Step]) -> bool:
    """Whether the words of ``line`` stand where it says they come from."""
    origin = line.origin
    if not line.text:
        return origin.kind == "page"
    if origin.place is not None:
        articles = {**LIBRARY.articles, ASKING.id: ASKING}
        return plain(origin.place.span.cut(articles[origin.place.article].text)) == line.text
    step = steps[origin.message - 1]
    if origin.kind == "form":
        return step.described is not None
    return all(piece in step.said for piece in line.text.split(" … "))


@settings(max_examples=60, deadline=None)
@given(STEPS, st.sampled_from(LANGUAGES))
def test_every_line_can_be_traced(steps: list[Step], lang: str) -> None:
    sheet = gather(steps, lang)
    assert set(sheet.parts) == set(PARTS)
    lines = [line for part in PARTS for line in sheet.parts[part]]
    for line in lines:
        if not line.id.startswith("asked-"):  # the button's word in the page's own language
            assert traced(line, steps), line
    shown = {block.line for block in blocks(sheet) if block.style == "line"}
    assert shown == {Block("line", line.text, line.label).line for line in lines}


# Letters


def test_the_pdf_shows_spanish_and_says_which_letters_it_cannot_show() -> None:
    spanish = pdf_words(as_pdf([Block("line", "¿Qué “señal” le pasó?")], lang="es"))
    assert spanish.startswith("¿Qué “señal” le pasó?")
    assert "?" not in spanish.removeprefix("¿Qué “señal” le pasó?")
    assert printable("Győr 漢 ok\x07") == "Gyor ? ok?"
    assert "cannot show some letters" in pdf_words(as_pdf([Block("line", "漢")], lang="en"))
