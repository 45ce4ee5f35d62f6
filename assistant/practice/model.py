"""The fields of ``practice.toml``, each with what it may hold."""

from __future__ import annotations

import re
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from assistant.blanks import OptionalText, none_if_blank

PracticePage = Literal["articles", "visit", "pain"]
PAGES: tuple[PracticePage, ...] = get_args(PracticePage)

# The country of a practice whose country is not known: care messages then name no number that
# could be another country's.
NOWHERE = "OTHER"
_ALWAYS_SHOWN = ("chat", "ask", "privacy", "safety")
_LONGEST_ADDRESS = 500
_PHONE = re.compile(r"\+?[\d(][\d ().-]{3,28}\d")
_FEWEST_DIGITS, _MOST_DIGITS = 5, 15
_HEX = r"^#[0-9a-fA-F]{6}$"


def _has_numbers(country: str) -> bool:
    from assistant.guardrail import emergency_number  # its data files are read only now
    from assistant.guardrail.errors import RuleFileError

    try:
        return emergency_number(country) != emergency_number(NOWHERE)
    except RuleFileError:
        return True


def _in_both(value: object) -> object:
    """One text stands for every language of the page."""
    return {"en": value, "es": value} if isinstance(value, str) else value


def _nothing_else(value: object) -> object:
    """A blank text or an empty table says nothing."""
    return None if value == {} else none_if_blank(value)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Said(_Part):
    """Words of the practice, in the languages of the page."""

    en: str = Field(min_length=1, max_length=600, examples=['en = "Monday to Friday, 8 to 5"'])
    es: str | None = Field(
        default=None,
        min_length=1,
        max_length=600,
        examples=['es = "De lunes a viernes, de 8 a 5"'],
    )

    def words(self, lang: str) -> str:
        """The words in ``lang``; in English where the practice gave no others."""
        return self.es if lang == "es" and self.es else self.en


OptionalSaid = Annotated[Said | None, BeforeValidator(_in_both), BeforeValidator(_nothing_else)]
Colour = Annotated[str, Field(pattern=_HEX, examples=['primary = "#0b5cad"'])]


class Palette(_Part):
    """The colours of one theme; what is not given stays as it is."""

    primary: Colour | None = Field(default=None, examples=['primary = "#0b5cad"'])
    background: Colour | None = Field(default=None, examples=['background = "#ffffff"'])


class Colours(_Part):
    """The colours by theme: which one a person sees is up to their device."""

    light: Palette = Palette()
    dark: Palette = Palette()


class Practice(_Part):
    """Everything that ``practice.toml`` may say. Only the country must be there."""

    country: str = Field(min_length=2, max_length=10, examples=['country = "US"'])
    name: OptionalText = Field(
        default=None, max_length=80, examples=['name = "Name of your practice"']
    )
    logo: OptionalText = Field(default=None, max_length=300, examples=['logo = "logo.png"'])
    phone: OptionalText = Field(default=None, examples=['phone = "+1 212 555 0142"'])
    booking_link: OptionalText = Field(
        default=None, examples=['booking_link = "https://www.practice.example/book"']
    )
    hours: OptionalSaid = Field(default=None, examples=['hours = "Monday to Friday, 8 am to 5 pm"'])
    disclaimer: OptionalSaid = Field(
        default=None, examples=['disclaimer = "This chat does not replace your doctor."']
    )
    pages: tuple[PracticePage, ...] = Field(
        default=PAGES, examples=['pages = ["articles", "visit", "pain"]']
    )
    embed_origins: tuple[str, ...] = Field(
        default=(), max_length=20, examples=['embed_origins = ["https://www.practice.example"]']
    )
    colours: Colours = Field(default=Colours(), examples=["[colours.light]"])

    @field_validator("country")
    @classmethod
    def _is_known(cls, value: str) -> str:
        """A mistyped country would show people a line without a number, and nobody would know.

        With a broken guardrail none can be checked; it shows its own last resort then.
        """
        country = value.upper()
        if country == NOWHERE:
            return country
        if not _has_numbers(country):
            raise ValueError(
                "we have no emergency numbers for this country; write US, UK, IE, AU, CA, NZ, EU "
                'or a country of the EU such as DE, or "other" to show none of them'
            )
        return country

    @field_validator("phone")
    @classmethod
    def _can_be_dialled(cls, value: str | None) -> str | None:
        digits = sum(map(str.isdigit, value or ""))
        if value is not None and not (
            _PHONE.fullmatch(value) and _FEWEST_DIGITS <= digits <= _MOST_DIGITS
        ):
            raise ValueError(
                f"write one number of {_FEWEST_DIGITS} to {_MOST_DIGITS} digits that a phone can "
                "dial, without letters"
            )
        return value

    @field_validator("booking_link")
    @classmethod
    def _is_a_safe_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme != "https" or not parts.hostname or len(value) > _LONGEST_ADDRESS:
            raise ValueError(
                f"write a whole address that begins with https:// and has at most "
                f"{_LONGEST_ADDRESS} characters"
            )
        if parts.username or parts.password or re.search(r"[\s\"'<>\\]", value):
            raise ValueError("write no password, space or quotation mark into the address")
        return value

    @field_validator("pages", mode="before")
    @classmethod
    def _are_pages_to_choose(cls, value: object) -> object:
        for page in value if isinstance(value, list) else ():
            if page in _ALWAYS_SHOWN:
                raise ValueError(f"{page!r} is always shown and cannot be chosen: leave it out")
        return value

    @field_validator("embed_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """They go into a header as they are, so nothing but an origin may pass."""
        for origin in value:
            if not re.fullmatch(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?", origin):
                raise ValueError(
                    f"{origin!r} is no origin; write https:// and the site's name in small "
                    "letters, with nothing behind it, not even a slash"
                )
        return value
