"""Twenty people at once beside one alone, and how soon the page is there.

Run with ``make bench-load`` (two minutes on a quiet machine). Everyone has questions of their own,
each asked once alone before: with others at work every reply must be the same, word for word, so
that a reply that went to somebody else is seen. Each person ends with a warning sign and must get a
care card.
Machines differ and are rarely idle: read the ratios of one run, not the seconds.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from benchmarks.machine import machine, p95
from browsing.serving import make_index, serve
from browsing.wire import Session, connect

PEOPLE = 20
QUESTIONS = ("What is {}?", "How is {} treated?")
EMERGENCY = "since this morning I cannot pee and my legs feel numb"
READING_S = (6.0, 14.0)  # what a person takes to read an answer and to type the next question
LONGEST_S = 60.0
MOST_RATIO = 3.0


class Turn(NamedTuple):
    """One reply: the HTML of everything below the message, and the seconds it took."""

    html: str
    seconds: float


@dataclass
class Person:
    """Somebody with questions of their own, and the replies to them."""

    questions: tuple[str, ...]
    turns: list[Turn] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    async def chat(self, address: str, *, pauses: random.Random | None = None) -> None:
        """Open the page and ask everything; with ``pauses``, like somebody who reads."""
        async with connect(address) as session:
            await pause(pauses)
            await session.open()
            for question in self.questions:
                await pause(pauses)
                self.turns.append(await ask(session, question))
            self.failures += session.failures

    def alone(self) -> Person:
        """The same person, who has asked nothing yet."""
        return Person(self.questions)


async def pause(pauses: random.Random | None) -> None:
    """Read and type for a while."""
    if pauses is not None:
        await asyncio.sleep(pauses.uniform(*READING_S))


async def ask(session: Session, question: str) -> Turn:
    """Ask, and take what stands below the question when the page is drawn whole."""
    start = time.perf_counter()
    async with asyncio.timeout(LONGEST_S):
        await session.ask(question)
    seconds = time.perf_counter() - start
    html = session.html()
    said = max((n for n, part in enumerate(html) if 'id="said-' in part), default=0)
    return Turn("\n".join(html[said:]), seconds)


def people(corpus: Path, data_dir: Path) -> list[Person]:
    """As many people as wanted, none of whom asks what another asks."""
    from assistant.article_cache import ArticleCache
    from assistant.corpus import read_articles

    articles = read_articles(corpus, ArticleCache.of(data_dir)).articles
    english = [article.title for article in articles if article.language == "en"]
    topics = english[: PEOPLE * len(QUESTIONS)]
    if len(topics) < PEOPLE * len(QUESTIONS):
        raise SystemExit(f"{len(topics)} articles are too few for {PEOPLE} people")
    return [
        Person((*(q.format(t) for q, t in zip(QUESTIONS, topics[n::PEOPLE], strict=True)),
                EMERGENCY))
        for n in range(PEOPLE)
    ]  # fmt: skip


async def one_by_one(address: str, crowd: Sequence[Person]) -> None:
    """Each chat for itself: what every reply is, and how long it takes."""
    for person in crowd:
        await person.chat(address)


async def together(address: str, crowd: Sequence[Person]) -> None:
    """All at once, each reading what they get."""
    await asyncio.gather(
        *(person.chat(address, pauses=random.Random(n)) for n, person in enumerate(crowd))
    )


async def same_instant(address: str, crowd: Sequence[Person]) -> list[float]:
    """Everybody presses Enter in the same instant: the worst that can happen. Seconds of each."""
    ready = asyncio.Barrier(len(crowd))

    async def press(person: Person) -> float:
        async with connect(address) as session:
            await session.open()
            await ready.wait()
            return (await ask(session, person.questions[0])).seconds

    return list(await asyncio.gather(*(press(person) for person in crowd)))


def wrong(crowd: Sequence[Person], reference: Sequence[Person]) -> list[str]:
    """Errors, replies that are not what the same person got alone, and missing care cards."""
    found = [failure for person in crowd for failure in person.failures]
    for person, before in zip(crowd, reference, strict=True):
        for question, now, then in zip(person.questions, person.turns, before.turns, strict=True):
            if now.html != then.html:
                found.append(f"another reply than alone: {question!r}")
        if "pmr-emergency" not in person.turns[-1].html:
            found.append(f"no care card after {person.questions[-1]!r}")
    return found


def seconds_of(crowd: Sequence[Person]) -> list[float]:
    """The seconds of every reply."""
    return [turn.seconds for person in crowd for turn in person.turns]


def print_load(address: str, crowd: Sequence[Person]) -> bool:
    """The table of answers; whether what was wanted holds."""
    asyncio.run(one_by_one(address, [crowd[0].alone()]))  # what is done once, is done
    alone = [person.alone() for person in crowd]
    asyncio.run(one_by_one(address, alone))
    asyncio.run(together(address, crowd))
    instant = asyncio.run(same_instant(address, crowd))
    rows = {
        "one person alone": seconds_of(alone),
        f"{len(crowd)} people chatting": seconds_of(crowd),
        f"{len(crowd)} in the same instant": instant,
    }
    base = statistics.median(rows["one person alone"])
    print(f"\n{'From Enter to the whole reply':32s}   n   p50 s   p95 s   p95 / p50 alone")
    for name, values in rows.items():
        print(f"  {name:30s} {len(values):3d} {statistics.median(values):7.2f} {p95(values):7.2f}"
              f" {p95(values) / base:12.1f}")  # fmt: skip
    problems = wrong(crowd, alone)
    print(f"  errors, other people's replies, missing care cards: {len(problems)}")
    for problem in problems[:10]:
        print(f"    {problem}")
    ratio = p95(rows[f"{len(crowd)} people chatting"]) / base
    return not problems and ratio <= MOST_RATIO


def print_first_paint(settings: dict[str, str]) -> None:
    """The table of first visits, where there is a Chromium to make them."""
    from browsing.chromium import NO_CHROMIUM, chromium_path

    path = chromium_path()
    if path is None:
        print(f"\nFirst visits are left out: {NO_CHROMIUM}")
        return
    from benchmarks.first_visit import first_visits

    print("\nA visitor's first seconds          first paint   question box   answer")
    for name, found in first_visits(path, settings).items():
        print(f"  {name:32s} {found.paint:10.2f} {found.box:13.2f} {found.answer:9.2f}")


def main() -> None:
    """Print the tables; exit code 1 when the load is not borne."""
    from assistant.settings import load_settings

    print(machine())
    corpus = load_settings().corpus_dir.resolve()
    data_dir = load_settings().data_dir.resolve()
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "PMR_CORPUS_DIR": str(corpus),
            "PMR_DATA_DIR": str(data_dir),
            "PMR_FEEDBACK_FILE": str(Path(folder) / "feedback.jsonl"),
        }
        make_index(settings)
        print_first_paint(settings)
        with serve(settings) as address:
            borne = print_load(address, people(corpus, data_dir))
    sys.exit(0 if borne else 1)


if __name__ == "__main__":
    main()
