"""A small real assistant for the page's tests: fixed replies over a two-article library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from assistant.answering.finding import FoundArticle
from assistant.chunking import split_article
from assistant.guardrail.types import CareMessage, Decision, Flag, Level, Turn
from assistant.records import AnswerSentence, Article, Citation, Library, Passage, SourceNote
from assistant.rephrasing import Step
from assistant.reply import Reply, ReplyKind

SPASMS = Article(
    id="back-spasms",
    title="Back spasms & you: *read* <b>this</b>",
    version="v1",
    url="https://practice.example/back-spasms",
    publisher="Our practice",
    published=date(2024, 3, 5),
    sources=(
        SourceNote(
            title="Back Pain",
            publisher="MedlinePlus",
            year=2020,
            url="https://medlineplus.gov/backpain.html",
        ),
    ),
    text="""## What causes back spasms?
A back spasm can follow a strain. Costs are $5 or $10 <script>alert(1)</script>.
Common causes include:
- lifting a **heavy** load
- a sudden twist

Rest a little. Then move again.

## When should I see a doctor?
See a doctor when the pain lasts longer than a week.
""",
)
STRETCHES = Article(
    id="stretches",
    title="Stretches",
    version="v1",
    publisher="Our practice",
    text="## Which stretches help?\nBring one knee to your chest and hold it gently.\n",
)
LIBRARY = Library(
    {a.id: a for a in (SPASMS, STRETCHES)},
    (*split_article(SPASMS), *split_article(STRETCHES)),
)
EXAMPLES = ("What causes back spasms?", "Which stretches help?")


def care(level: Level, channel: str = "medical", *, headline: str = "") -> CareMessage:
    headline = headline or {
        Level.EMERGENCY: "Get emergency help now",
        Level.URGENT: "Get medical care today",
        Level.PROMPT: "Please see a doctor in the next few days",
    }.get(level, "Good to know")
    return CareMessage(
        channel=channel,
        headline=headline,
        who="Call 911, or have someone take you to the nearest emergency department.",
        how_soon="Do not wait for an answer here.",
        why="Trouble passing urine with back pain can mean pressure on nerves.",
        do_not=("Do not drive yourself.",),
        tell_them="Tell them when it started.",
        first_aid=("Stay still.",) if level is Level.EMERGENCY else (),
        numbers=(("Emergency", "911"),),
        limits="This chat cannot examine you.",
        text=f"{headline}. Call 911.",
    )


def decision(
    level: Level, evidence: str = "", channel: str = "medical", ask: str | None = None
) -> Decision:
    flags = (Flag(id="x", level=level, evidence=evidence, source="s", turn=0),) if evidence else ()
    message = care(level, channel) if level else None
    return Decision(level=level, flags=flags, message=message, ask=ask)


def answer(
    wanted: Decision,
    passage: Passage = LIBRARY.passages[0],
    count: int = 4,
    *,
    suggestions: tuple[str, ...] = ("Which stretches help?",),
    resolved: str | None = None,
    kind: ReplyKind = "answer",
) -> Reply:
    article = LIBRARY.articles[passage.article]
    chosen = passage.sentences[:count]
    return Reply(
        kind=kind,
        decision=wanted,
        care_by_turn=(wanted.level,),
        sentences=tuple(
            AnswerSentence(article=article.id, span=s.span, kind=s.kind, citations=(n,))
            for n, s in enumerate(chosen, start=1)
        ),
        citations=tuple(
            Citation(
                number=n,
                article=article.id,
                article_version=article.version,
                passage=passage.id,
                section=passage.heading_path,
                span=s.span,
            )
            for n, s in enumerate(chosen, start=1)
        ),
        suggestions=suggestions,
        resolved_question=resolved,
        library=LIBRARY,
    )


class FakeAssistant:
    """Chooses a fixed reply by a word in the last message."""

    def __init__(self) -> None:
        self.seen: list[tuple[Turn, ...]] = []
        self.fuller: list[bool] = []
        self.looked_for: list[tuple[str, Level]] = []

    def example_questions(self, lang: str = "en") -> tuple[str, ...]:
        return EXAMPLES

    def find_articles(self, words: str, level: Level) -> list[FoundArticle]:
        self.looked_for.append((words, level))
        if "taxes" in words:
            return []
        return [FoundArticle(STRETCHES, (LIBRARY.passages[-1],))]

    def reply_stream(self, turns: Sequence[Turn], *, fuller: bool = False) -> Iterator[Step]:
        self.fuller.append(fuller)
        reply = self.reply(turns)
        return iter([Step(reply, reply)])

    def reply(self, turns: Sequence[Turn]) -> Reply:
        self.seen.append(tuple(turns))
        said = turns[-1].text
        fixed = self._fixed(said)
        if fixed is not None:
            return fixed
        if "can't pee" in said:
            return self._care(decision(Level.EMERGENCY, "can't pee"))
        if "foot drop" in said:
            return self._care(decision(Level.URGENT, "foot drop", ask="Is it new?"))
        if "weight" in said:
            return answer(decision(Level.PROMPT, "losing weight"))
        if "stretches" in said:
            return answer(decision(Level.NONE), LIBRARY.passages[-1], 1, suggestions=())
        if "it" in said.split():
            return answer(decision(Level.NONE), resolved="What causes back spasms?")
        return answer(decision(Level.NONE))

    def _care(self, wanted: Decision) -> Reply:
        return Reply(kind="care", decision=wanted, care_by_turn=(wanted.level,))

    def _fixed(self, said: str) -> Reply | None:
        none = decision(Level.NONE)
        if "taxes" in said:
            return Reply(
                kind="no_answer",
                decision=none,
                care_by_turn=(Level.NONE,),
                text="I did not find an answer.",
                nearest=("back-spasms", "stretches"),
                library=LIBRARY,
            )
        if said == "hello":
            return Reply(
                kind="small_talk", decision=none, care_by_turn=(Level.NONE,), text="Hello."
            )
        if "hits me" in said:
            return self._care(decision(Level.URGENT, "hits me", "safeguarding"))
        if "end it" in said:
            return self._care(decision(Level.EMERGENCY, "end it", "crisis"))
        return None
