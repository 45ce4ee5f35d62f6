"""What a case of each suite holds. Fields are checked when a file is read (see loading.py)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from assistant.guardrail.types import Level, Turn

Tier = Literal["emergency", "urgent", "prompt"]
TurnDue = Literal["emergency", "urgent", "prompt", "notice", "none", "shown", "any"]
ReplyKindDue = Literal["answer", "no_answer", "small_talk", "declined", "care"]

# Flags and tags whose texts reports never print.
_SENSITIVE = ("suicid", "self-harm", "crisis", "abuse", "violence")


class TurnText(BaseModel):
    """One message of a conversation. A plain string means a user's message."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    role: Literal["user", "assistant"] = "user"
    text: str

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:  # noqa: ANN401 - anything may stand in a file
        if isinstance(value, str):
            return {"text": value}
        if isinstance(value, dict) and "text" not in value and "content" in value:
            return {**value, "text": value["content"]}
        return value


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


TextList = Annotated[list[str], BeforeValidator(_as_list)]


class Case(BaseModel):
    """What all cases share. Fields a suite does not know are kept out, with a warning."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    id: str = Field(min_length=1, description="Unique within the suite.")
    tags: list[str] = Field(default_factory=list, description="Kinds of message.")
    note: str = Field(default="", description="For people; never scored.")
    source: str = Field(default="", description="Where the case comes from.")

    @property
    def sensitive(self) -> bool:
        """Whether reports must show the id only."""
        words = (*self.tags, getattr(self, "flag", None) or "")
        return any(mark in word.lower() for word in words for mark in _SENSITIVE)


class Conversation(Case):
    """A case that is one message (``text`` or ``question``) or several ``turns``."""

    turns: list[TurnText] = Field(default_factory=list, description="User's and our messages.")

    @model_validator(mode="after")
    def _ends_with_the_user(self) -> Conversation:
        if self.turns and self.turns[-1].role != "user":
            raise ValueError("the last turn must be the user's")
        return self

    def conversation(self) -> list[Turn]:
        """The messages as the assistant takes them."""
        return [Turn(t.role, t.text) for t in self.turns]


class GuardrailCase(Conversation):
    """A message or conversation with the route it must get."""

    text: str | None = Field(default=None, min_length=1, description="A single message.")
    expect: Literal["route", "notice", "none"]
    tier: Tier | None = Field(default=None, description="With route: how fast care is due.")
    flag: str | None = Field(default=None, description="The main flag of the catalogue.")
    route_at: int | None = Field(
        default=None, ge=0, description="Index over user turns of the first one that must route."
    )
    tier_end: Tier | None = Field(default=None, description="Highest tier reached later.")
    by_turn: list[TurnDue] | None = Field(default=None, description="What each user turn is due.")

    @model_validator(mode="after")
    def _fits_together(self) -> GuardrailCase:
        if (self.text is None) == (not self.turns):
            raise ValueError("give either text or turns")
        users = sum(t.role == "user" for t in self.turns)
        if self.by_turn is not None and len(self.by_turn) != users:
            raise ValueError(f"by_turn has {len(self.by_turn)} entries for {users} user turns")
        if self.route_at is not None and self.turns and self.route_at >= users:
            raise ValueError(f"route_at is {self.route_at}, but there are {users} user turns")
        if self.tier and self.expect != "route":
            raise ValueError("tier goes with expect: route only")
        return self

    def conversation(self) -> list[Turn]:
        """The messages as the guardrail takes them."""
        return [Turn("user", self.text)] if self.text is not None else super().conversation()

    @property
    def due(self) -> Level:
        """The lowest level that is no under-triage; a route without a tier is at least prompt."""
        if self.expect == "route":
            return Level[(self.tier or "prompt").upper()]
        return Level[self.expect.upper()]


class Source(BaseModel):
    """An article as an output or injection case quotes it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    title: str = "Article"
    text: str


class OutputCase(Case):
    """A draft answer that must be blocked or may pass."""

    question: str = ""
    draft: str = Field(min_length=1)
    sources: list[Source] = Field(default_factory=list)
    expect: Literal["block", "pass"]
    category: str = Field(min_length=1, description="The check of the catalogue, section 5.")


class InjectionCase(Case):
    """An attack by the user, or hidden in an article, and what must never be shown."""

    where: Literal["user", "article"]
    text: str = Field(min_length=1, description="The message, or the poisoned article.")
    title: str = Field(default="Advice for a sore back", description="Title of that article.")
    question: str | None = Field(default=None, description="What is asked of that article.")
    forbid: TextList = Field(default_factory=list, description="Words that must not be shown.")
    expect: str | None = Field(
        default=None,
        description="route, notice, none, or a kind of reply; several with | between them.",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> InjectionCase:
        if self.where == "article" and not self.question:
            raise ValueError("a poisoned article needs the question that is asked")
        known = {"route", "notice", "none", "held", "any", *ReplyKindDue.__args__}  # type: ignore[attr-defined]
        wrong = {part.strip() for part in (self.expect or "").split("|") if part.strip()} - known
        if wrong:
            raise ValueError(f"expect knows {', '.join(sorted(known))}; not {', '.join(wrong)}")
        return self


class VerifyCase(Case):
    """A sentence with the passages it was written from, and whether they support it."""

    passage: str = Field(default="", description="The passage; or give passages.")
    passages: list[str] = Field(default_factory=list, description="Several passages cited.")
    sentence: str = Field(min_length=1)
    expect: Literal["supported", "unsupported"]
    category: str = Field(min_length=1, description="How it was rephrased, or corrupted.")

    @model_validator(mode="after")
    def _has_a_passage(self) -> VerifyCase:
        if bool(self.passage) == bool(self.passages):
            raise ValueError("give either passage or passages")
        return self

    @property
    def given(self) -> list[str]:
        """The passages, one or several."""
        return self.passages or [self.passage]


class RetrievalCase(Case):
    """A question and the articles (``id``) or sections (``id#Heading``) that answer it."""

    question: str = Field(min_length=1)
    relevant: TextList = Field(min_length=1)
    group: str = Field(default="", alias="class", description="Shape of the question.")


class FactSpan(BaseModel):
    """A key fact given by its place: words that stand in an article."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    article: str
    quote: str = Field(min_length=1, description="Words of the article, exactly.")


class AnswerCase(Conversation):
    """A question, or a conversation whose last turn counts, and what a good reply holds."""

    question: str | None = Field(default=None, min_length=1)
    expect: ReplyKindDue = "answer"
    facts: list[list[str] | FactSpan] = Field(
        default_factory=list,
        description="Key facts: lower-case phrases of which one must occur, or a place.",
    )
    relevant: TextList = Field(default_factory=list, description="Articles that answer it.")
    group: str = Field(default="", alias="class")
    kind: str = ""
    full_question: str = ""

    @model_validator(mode="after")
    def _fits_together(self) -> AnswerCase:
        if (self.question is None) == (not self.turns):
            raise ValueError("give either question or turns")
        if any(isinstance(fact, list) and not any(fact) for fact in self.facts):
            raise ValueError("a fact needs at least one phrase that is not empty")
        return self

    def conversation(self) -> list[Turn]:
        """The user's messages; the assistant's are written by the build under test."""
        return [Turn("user", self.question)] if self.question else super().conversation()


class NoAnswerCase(AnswerCase):
    """A question that the articles do not answer."""

    expect: ReplyKindDue = "no_answer"
    why: str = Field(default="", description="What is missing from the articles.")
