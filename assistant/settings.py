"""Settings: environment variables that start with ``PMR_``, or the same lines in ``.env``."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from assistant.blanks import OptionalText, none_if_blank
from assistant.environment import COUNTRY, beside_project, practice_file, said_settings
from assistant.errors import PracticeInvalid, ReadOnly, SettingsInvalid
from assistant.practice import PracticeRead, read_practice

_MODEL = re.compile(r"[a-z][a-z0-9_]*:\S+")
_PASSWORD = re.compile(r"//[^/@\s]*@")

OptionalPath = Annotated[Path | None, BeforeValidator(none_if_blank)]
OptionalSecret = Annotated[SecretStr | None, BeforeValidator(none_if_blank)]


def _addresses(value: object) -> object:
    """The e-mail addresses of a list with commas, in one case; each once."""
    if not isinstance(value, str):
        return value
    given = (part.strip().casefold() for part in value.split(","))
    return tuple(dict.fromkeys(filter(None, given)))


def _pair(value: object) -> object:
    """The two figures of ``3,15``; anything else is left for the type to refuse."""
    return tuple(value.split(",")) if isinstance(value, str) else value


def _is_private(url: str) -> bool:
    """Whether what is sent to ``url`` is encrypted or stays on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")


class Settings(BaseModel):
    """Everything that can be set. README.md has the same table for people.

    What is not given by name comes from the environment (``environment.py``).
    """

    model_config = ConfigDict(extra="ignore", validate_default=True)

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - one value per field, checked
        super().__init__(**{**said_settings(), **given})

    corpus_dir: Path = Field(
        default_factory=lambda: beside_project("corpus"),
        description="Folder with the articles (Markdown with front matter).",
    )
    data_dir: Path = Field(
        default_factory=lambda: beside_project("data"),
        description="Folder for the index; safe to delete, `pmr-assistant index` builds it again.",
    )
    chroma_url: OptionalText = Field(
        default=None,
        description="Address of a Chroma server, such as http://localhost:8000; "
        "empty keeps the vectors on disk in the data folder.",
    )
    chroma_tenant: OptionalText = Field(
        default=None, description="Tenant on that server; empty is the one the server names."
    )
    chroma_database: OptionalText = Field(
        default=None, description="Database on that server; empty is the one the server names."
    )
    chroma_token: OptionalSecret = Field(
        default=None,
        description="Key for that server (Chroma Cloud, or a proxy before your own), sent as "
        "X-Chroma-Token.",
    )
    read_only: bool = Field(
        default=False,
        description="Answer only: articles and index are written by another installation.",
    )
    embedding_model: OptionalText = Field(
        default=None,
        description="Folder of another sentence-transformers model; empty uses the packaged "
        "all-MiniLM-L6-v2.",
    )
    practice_file: OptionalPath = Field(
        default_factory=practice_file,
        description="File with what the practice says about itself; docs/practice.md explains it.",
    )
    country: str = Field(
        default=COUNTRY,
        min_length=2,
        max_length=10,
        description="Country of the practice (US, UK, IE, AU, CA, NZ, EU): picks the emergency "
        "numbers. An unknown country gets a generic line.",
    )
    practice_name: str = Field(
        default="our practice", max_length=80, description="Shown in the chat."
    )
    practice_phone: OptionalText = Field(
        default=None, description="The practice's own phone number, shown in care messages."
    )
    answer_sentences: int = Field(
        default=6, ge=1, le=6, description="Most sentences or list items in one answer."
    )
    review_grace_days: int = Field(
        default=180,
        ge=0,
        le=3650,
        description="How many days after its review was due an article may still advise on "
        "treatment.",
    )
    max_message_chars: int = Field(
        default=6000,
        ge=200,
        le=20_000,
        description="Longer messages are checked for warning signs but not answered.",
    )
    feedback_file: OptionalPath = Field(
        default=None,
        description="File for what people agree to send about an answer, as a whole path; "
        "empty asks nobody and keeps nothing.",
    )
    keep_questions_days: int = Field(
        default=0,
        ge=0,
        le=365,
        description="Days for which questions without an answer are kept; 0 keeps none.",
    )
    questions_file: OptionalPath = Field(
        default=None,
        description="File for questions without an answer, as a whole path; "
        "both this and the days must be set for anything to be kept.",
    )
    staff: bool = Field(
        default=False,
        description="Show the staff's pages on this machine, where no login is set up.",
    )
    staff_emails: Annotated[tuple[str, ...], BeforeValidator(_addresses)] = Field(
        default_factory=tuple,
        description="E-mail addresses, with commas, of those who may see the staff's pages after "
        "logging in; empty allows nobody.",
    )
    runs_dir: OptionalPath = Field(
        default=None,
        description="Folder with the eval runs that the Quality page shows, as a whole path; "
        "empty means evals/runs.",
    )

    fetch_urls: bool = Field(
        default=False,
        description="Let staff add an article by its https address: the server then fetches it.",
    )
    model: OptionalText = Field(
        default=None,
        description="Language model that rephrases answers, such as ollama:llama3.2, openai:… or "
        "anthropic:…; empty uses none and answers are quoted.",
    )
    model_url: OptionalText = Field(
        default=None,
        description="Address of that model's server: Ollama's, or any server that speaks OpenAI's "
        "protocol; empty is the provider's own.",
    )
    model_timeout: float = Field(
        default=20.0,
        ge=1,
        le=300,
        description="Seconds a model may take for an answer before it is quoted instead.",
    )
    model_tracing: bool = Field(
        default=False,
        description="Let LangSmith record what the model is asked, when its own variables say so: "
        "patients' words then leave this machine.",
    )
    model_second_look: bool = Field(
        default=False,
        description="Ask the model whether the conversation shows a warning sign as well: it can "
        "raise what the rules decided, never lower it.",
    )
    model_prices: Annotated[
        tuple[float, float] | None, BeforeValidator(_pair), BeforeValidator(none_if_blank)
    ] = Field(
        default=None,
        description="What a million tokens cost, read and written, such as 3,15; empty shows no "
        "money to the staff.",
    )
    model_record: OptionalPath = Field(
        default=None,
        description="File, as a whole path, that what the model is asked and says is written to, "
        "patients' words with it; the chat page never writes it.",
    )
    model_replay: OptionalPath = Field(
        default=None,
        description="File, as a whole path, of such recorded replies: they are given again and no "
        "model is called.",
    )

    @field_validator("chroma_url", "model_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("write it like http://localhost:8000")
        if parts.username or parts.password:
            raise ValueError("write no name or password into the address")
        return value

    @field_validator("model")
    @classmethod
    def _names_a_provider(cls, value: str | None) -> str | None:
        if value is not None and not _MODEL.fullmatch(value):
            raise ValueError("write provider and model, like ollama:llama3.2")
        return value

    @field_validator("staff_emails")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(re.fullmatch(r"[^@\s]+@[^@\s]+", address) for address in value):
            raise ValueError("write whole addresses with commas between them")
        return value

    @model_validator(mode="after")
    def _one_file_each(self) -> Self:
        """Each file is kept by its own rules; the other's lines would be lost."""
        if self.questions_file is not None and self.questions_file == self.feedback_file:
            raise ValueError("PMR_QUESTIONS_FILE and PMR_FEEDBACK_FILE must be two files")
        return self

    @model_validator(mode="after")
    def _go_with_a_server(self) -> Self:
        """What names a part of a Chroma server means nothing without one; a key is not shouted."""
        parts = ("chroma_tenant", "chroma_database", "chroma_token")
        if self.chroma_url is None:
            if idle := next((name for name in parts if getattr(self, name)), None):
                raise ValueError(f"PMR_{idle.upper()} needs PMR_CHROMA_URL as well")
        elif self.chroma_token and not _is_private(self.chroma_url):
            raise ValueError("PMR_CHROMA_TOKEN needs a PMR_CHROMA_URL that begins with https")
        return self

    @model_validator(mode="after")
    def _go_with_a_model(self) -> Self:
        """What is done with a model says nothing without one, and would be missed in silence."""
        needy = ("model_second_look", "model_record", "model_replay")
        if self.model is None and (idle := next((n for n in needy if getattr(self, n)), None)):
            raise ValueError(f"PMR_{idle.upper()} needs PMR_MODEL as well")
        if self.model_record and self.model_replay:
            raise ValueError("set PMR_MODEL_RECORD or PMR_MODEL_REPLAY, not both")
        return self

    @field_validator("model_prices")
    @classmethod
    def _are_prices(cls, value: tuple[float, float] | None) -> tuple[float, float] | None:
        if value is not None and not all(0 <= price < math.inf for price in value):
            raise ValueError("write two figures of at least 0 with a comma between them, like 3,15")
        return value

    @field_validator("feedback_file", "questions_file", "runs_dir", "model_record", "model_replay")
    @classmethod
    def _is_a_whole_path(cls, value: Path | None) -> Path | None:
        """The chat may run in another folder than the one it was started from."""
        if value is not None and not value.is_absolute():
            raise ValueError("write the whole path, from the top folder down")
        return value

    @field_validator("country")
    @classmethod
    def _upper(cls, value: str) -> str:
        return value.strip().upper()


def load_settings(**overrides: Any) -> Settings:  # noqa: ANN401 - one value per field, checked below
    """Settings from the environment, with ``overrides`` (``None`` values are ignored).

    Name, phone and country come from the practice's file where the environment says nothing.

    Raises:
        SettingsInvalid: names the variable, what is wrong and what was given.
        PracticeInvalid: names the practice's file, each field and what is wrong with it.
    """
    settings, found = settings_and_practice(**overrides)
    if found.faults:
        raise PracticeInvalid("\n".join(found.faults))
    return settings


def settings_and_practice(**overrides: Any) -> tuple[Settings, PracticeRead]:  # noqa: ANN401 - as above
    """Settings and what the practice's file says; its mistakes are reported and left out.

    Raises:
        SettingsInvalid: as :func:`load_settings`, but not for the practice's file.
    """
    settings = _from_environment(**overrides)
    found = read_practice(settings.practice_file)
    if found.path is None:
        return settings, found
    said = {
        "country": found.practice.country,
        "practice_name": found.practice.name,
        "practice_phone": found.practice.phone,
    }
    unsaid = {n: v for n, v in said.items() if v and n not in settings.model_fields_set}
    return settings.model_copy(update=unsaid), found


def _from_environment(**overrides: Any) -> Settings:  # noqa: ANN401 - as above
    given = {key: value for key, value in overrides.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            message = problem["msg"].removeprefix("Value error, ")
            if not problem["loc"]:  # two settings that do not go together: the message names both
                lines.append(message)
                continue
            name = "PMR_" + "_".join(str(part) for part in problem["loc"]).upper()
            given_value = _PASSWORD.sub("//…@", repr(problem.get("input")))
            lines.append(f"{name}: {message} (got {given_value})")
        raise SettingsInvalid("\n".join(lines)) from error


def refuse_writing(settings: Settings) -> None:
    """Keep articles and index to the one installation that writes them.

    Raises:
        ReadOnly: ``PMR_READ_ONLY`` says that it is not this one.
    """
    if settings.read_only:
        raise ReadOnly("This installation only answers (PMR_READ_ONLY): nothing was changed.")
