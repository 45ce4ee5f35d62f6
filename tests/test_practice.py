"""The practice's file: what it may say, and what is said about its mistakes."""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from core_support import PROJECT

from assistant.answering.fixed import fixed_reply
from assistant.errors import PracticeInvalid
from assistant.guardrail import emergency_number
from assistant.guardrail.errors import RuleFileError
from assistant.practice import Practice, PracticeRead, read_practice
from assistant.practice.colours import DEFAULTS, contrast
from assistant.practice.logo import MOST_BYTES
from assistant.serving import page_environment
from assistant.settings import load_settings, settings_and_practice

Write = Callable[..., Path]
US = 'country = "US"\n'
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes practice.toml where it is found without a setting."""
    monkeypatch.chdir(tmp_path)

    def write(text: str) -> Path:
        path = tmp_path / "practice.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def read(path: Path) -> PracticeRead:
    return read_practice(path)


BAD = [
    ("name = 'x'", "country: is missing"),
    ("country = 'Germny'", "country: we have no emergency numbers for this country"),
    (US + f"name = '{'x' * 81}'", "name: string should have at most 80 characters"),
    (US + "phone = '911'", "phone: write one number of 5 to 15 digits"),
    (US + "phone = '1-800-BACK'", "phone: write one number"),
    (US + "phone = '+44 20 7946 0000'", "phone: +44 20 7946 0000 is no number of the country US"),
    (US + "booking_link = 'http://x.example'", "booking_link: write a whole address"),
    (US + "booking_link = 'https://me:hunter2@x.example'", "booking_link: write no password"),
    (US + "booking_link = 'javascript:alert(1)'", "booking_link: write a whole address"),
    (US + "pages = ['articles', 'chat']", "pages: 'chat' is always shown"),
    (US + "pages = ['library']", "pages.0: input should be 'articles', 'visit' or 'pain'"),
    (US + "embed_origins = ['https://x.example/']", "embed_origins: 'https://x.example/' is no"),
    (US + "embed_origins = ['https://x.example; script-src *']", "is no origin"),
    (US + "logo = 'missing.png'", "logo: "),
    (US + "logo = 'logo.gif'", "logo: the picture must be a file that ends in"),
    (US + "[hours]\nes = 'hola'", "hours.en: is missing"),
    (US + "[hours]\nen = 'a'\nsp = 'b'", "hours.sp: there is no such setting. Did you mean es?"),
    (US + "telephone = '1'", "telephone: there is no such setting. Did you mean phone?"),
    (US + "[colors.light]\nprimary = '#000000'", "colors: there is no such setting. Did you mean"),
    (US + "[colours.light]\nprimary = 'blue'", "colours.light.primary: write a colour as #"),
    (US + "[colours.light]\nprimary = '#88ccff'", "colours.light.primary: the contrast of the pri"),
    (US + "[colours.dark]\nbackground = '#777777'", "and must be at least 4.5:1: choose a darker"),
    ("country = US", "(at line 1, column"),
    ("country = 'US", "with words in quotation marks"),
]


@pytest.mark.parametrize(("text", "words"), BAD)
def test_a_mistake_is_named_with_file_field_and_what_to_write(
    write: Write, text: str, words: str
) -> None:
    path = write(text)
    with pytest.raises(PracticeInvalid) as caught:
        load_settings()
    assert words in str(caught.value)
    assert str(path.name) in str(caught.value)
    assert "docs/practice.md" in caught.value.next_step


def test_all_mistakes_are_listed_at_once_each_with_an_example(write: Write) -> None:
    faults = read(write("nam = 'x'\nphone = 'call us'\nlogo = 'no.png'\npages = 3\n")).faults
    assert len(faults) == 5
    assert all(any(f"{name}: " in fault for fault in faults) for name in ("nam", "logo", "country"))
    assert any('For example: phone = "+1' in fault for fault in faults)


def test_without_a_file_nothing_changes(write: Write) -> None:
    settings, found = settings_and_practice()
    assert found.path is None
    assert (settings.country, settings.practice_name) == ("US", "our practice")
    assert found.practice.pages == ("articles", "visit", "pain")


def test_name_phone_and_country_come_from_the_file_and_the_environment_wins(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("country = 'uk'\nname = 'Spine House'\nphone = '+44 20 7946 0000'\n")
    settings = load_settings()
    assert settings.country == "UK"
    assert settings.practice_name == "Spine House"
    assert settings.practice_phone == "+44 20 7946 0000"
    monkeypatch.setenv("PMR_COUNTRY", "ie")
    monkeypatch.setenv("PMR_PRACTICE_NAME", "From outside")
    settings = load_settings()
    assert (settings.country, settings.practice_name) == ("IE", "From outside")


@pytest.mark.parametrize(
    "text", ["country = 'UK", "country = 'Germny'", "", "country='US'\nphone='+44 20 7946 0000'"]
)
def test_while_the_country_is_in_doubt_no_countrys_number_is_shown(write: Write, text: str) -> None:
    write(text)
    settings, found = settings_and_practice()
    assert found.faults
    assert emergency_number(settings.country) == "your local emergency number"
    assert settings.practice_phone is None


def test_a_mistake_elsewhere_leaves_the_rest_in_force(write: Write) -> None:
    write("country = 'UK'\nphone = '020 7946 0000'\npages = ['visits']\nhours = 'always'\n")
    settings, found = settings_and_practice()
    assert len(found.faults) == 1
    assert (settings.country, settings.practice_phone) == ("UK", "020 7946 0000")
    assert found.practice.hours is not None
    assert found.practice.pages == ("articles", "visit", "pain")


def test_a_file_that_is_named_but_not_there_is_a_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMR_PRACTICE_FILE", str(tmp_path / "nowhere.toml"))
    with pytest.raises(PracticeInvalid, match="PMR_PRACTICE_FILE"):
        load_settings()


def test_a_broken_guardrail_does_not_stop_the_file_from_being_read(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(country: str) -> str:
        raise RuleFileError("numbers.toml", "US", "write it again")

    monkeypatch.setattr("assistant.guardrail.emergency_number", broken)
    assert read(write("country = 'UK'")).practice.country == "UK"


def test_words_are_said_in_the_language_of_the_page(write: Write) -> None:
    said = read(write(US + "hours = { en = 'Mon-Fri', es = 'lun-vie' }\ndisclaimer = 'Both'"))
    assert said.practice.hours is not None
    assert [said.practice.hours.words(lang) for lang in ("en", "es")] == ["Mon-Fri", "lun-vie"]
    assert said.practice.disclaimer is not None
    assert said.practice.disclaimer.words("es") == "Both"


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#767676", "#ffffff", 4.54), ("#0b5cad", "#0b5cad", 1)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_the_colours_that_contrast_is_measured_against_are_those_of_the_page() -> None:
    path = PROJECT / ".streamlit" / "config.toml"
    theme = tomllib.loads(path.read_text(encoding="utf-8"))["theme"]
    for name, colours in DEFAULTS.items():
        assert {key: theme[name][key] for key in colours} == dict(colours)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("logo.png", PNG, "image/png"),
        ("logo.JPG", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("logo.svg", b"<?xml version='1.0'?><svg><script>x</script></svg>", "image/svg+xml"),
    ],
)
def test_a_logo_is_an_address_that_holds_the_picture(
    write: Write, name: str, content: bytes, kind: str
) -> None:
    path = write(US + f"logo = '{name}'")
    (path.parent / name).write_bytes(content)
    found = read(path)
    assert not found.faults
    assert found.logo == f"data:{kind};base64,{base64.b64encode(content).decode()}"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"<html>", "is no png picture inside"),
        (PNG + bytes(MOST_BYTES), "make the picture smaller"),
    ],
)
def test_a_logo_that_cannot_be_shown_is_left_out(write: Write, content: bytes, words: str) -> None:
    path = write(US + "logo = 'logo.png'")
    (path.parent / "logo.png").write_bytes(content)
    found = read(path)
    assert words in found.faults[0]
    assert found.logo == ""


def test_the_example_is_right_and_shows_every_field() -> None:
    path = PROJECT / "practice.example.toml"
    assert read(path).faults == ()
    text = path.read_text(encoding="utf-8")
    docs = (PROJECT / "docs" / "practice.md").read_text(encoding="utf-8")
    for name in Practice.model_fields:
        assert f"\n{name} = " in text or f"\n# {name} = " in text or f"[{name}." in text
        assert f"| `{name}" in docs


@pytest.mark.parametrize("arguments", [("chat", "--headless"), ("status",)])
def test_a_command_refuses_a_file_with_mistakes(
    command: Callable[..., Any], write: Write, arguments: tuple[str, ...]
) -> None:
    write("country = 'US'\nphone = 'call us'\nnam = 'x'\n")
    run = command(*arguments)
    assert run.code == 2
    assert "phone: " in run.err
    assert "nam: " in run.err


def test_status_says_whose_numbers_patients_see(
    command: Callable[..., Any], write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "country set by: nobody has said so" in command("status").out
    write("country = 'UK'\nembed_origins = ['https://www.practice.example']\n")
    out = command("status").out
    assert "country: UK\n" in out
    assert "country set by: practice.toml\n" in out
    assert "emergency number: 999" in out
    assert "https://www.practice.example" in out
    monkeypatch.setenv("PMR_COUNTRY", "IE")
    assert "country set by: PMR_COUNTRY, which wins over UK" in command("status").out


def test_the_page_gets_the_file_its_colours_and_what_the_dotenv_says(write: Write) -> None:
    path = write(US + "[colours.light]\nprimary = '#000000'\nbackground = '#ffffff'\n")
    (path.parent / ".env").write_text("PMR_COUNTRY=UK\nPMR_STAFF=1\nOTHER=1\n", encoding="utf-8")
    found = page_environment(load_settings(), {"PATH": "/bin", "pmr_staff": "0"})
    assert found["PMR_PRACTICE_FILE"] == str(path)
    assert found["PMR_COUNTRY"] == "UK"
    assert "PMR_STAFF" not in found  # the environment has its own
    assert "OTHER" not in found
    assert found["STREAMLIT_THEME_LIGHT_PRIMARY_COLOR"] == "#000000"
    assert found["STREAMLIT_THEME_LIGHT_SECONDARY_BACKGROUND_COLOR"] == "#f1f2f3"


@pytest.mark.parametrize("said", ["Can I book an appointment?", "quiero pedir una cita"])
def test_the_answer_about_appointments_asks_for_the_ways_to_reach_the_practice(said: str) -> None:
    found = fixed_reply(said)
    assert found is not None
    assert found.contact
    thanks = fixed_reply("thank you")
    assert thanks is not None
    assert not thanks.contact
