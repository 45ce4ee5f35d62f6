"""What the tests of the core share: small articles, an index over them, a guardrail to steer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.embedding import Embedder
from assistant.guardrail.types import CareMessage, Decision, Flag, Level, Turn
from assistant.index.build import BuildReport, build_index
from assistant.index.live import LiveIndex
from assistant.index.store import ChromaStore
from assistant.records import Article
from assistant.testing import StemEmbedder

PROJECT = Path(__file__).resolve().parent.parent

HEAT = """## What does heat do?

Heat relaxes tight muscles and eases a back spasm. A warm pack is kept on for twenty minutes.

Ways to warm a muscle include:

- a warm bath
- a heating pad on a low setting

## When should I see a doctor?

See a doctor when back pain lasts longer than one week.
"""
ICE = """Ice packs lower swelling after a fresh muscle strain.

Wrap the pack in a towel before it touches the skin. Not for print.
"""
WALK = "Walking keeps the back moving. Gentle walking each day helps a sore back recover."


def markdown(
    article_id: str, body: str, *, title: str | None = None, extra: Sequence[str] = ()
) -> str:
    """An article file: front matter and body."""
    lines = ["---", f"id: {article_id}", f'title: "{title or article_id.title()}"']
    return "\n".join([*lines, "publisher: Our practice", *extra, "---", "", body])


def write_article(
    folder: Path,
    article_id: str,
    body: str,
    *,
    title: str | None = None,
    extra: Sequence[str] = (),
) -> Path:
    """Write an article file into ``folder`` and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{article_id}.md"
    path.write_text(markdown(article_id, body, title=title, extra=extra), encoding="utf-8")
    return path


def write_corpus(folder: Path) -> Path:
    """Three small articles in ``folder``."""
    write_article(folder, "heat", HEAT, title="Heat for a sore back")
    write_article(
        folder, "ice", ICE, title="Ice after a strain", extra=['not_quotable: ["Not for print."]']
    )
    write_article(folder, "walking", WALK, title="Walking with back pain")
    return folder


def article(text: str, article_id: str = "a", **known: object) -> Article:
    """An article with ``text``; ``version`` need not be given."""
    values = {"title": "Title", "version": "v1", "publisher": "P", **known}
    return Article(id=article_id, text=text.strip(), **values)  # type: ignore[arg-type]


def store(data_dir: Path) -> ChromaStore:
    return ChromaStore.on_disk(data_dir / "chroma")


def build(
    articles: Iterable[Article], data_dir: Path, embedder: Embedder | None = None, **options: Any
) -> BuildReport:
    return build_index(
        tuple(articles),
        data_dir=data_dir,
        store=store(data_dir),
        embedder=embedder or StemEmbedder(),
        **options,
    )


def live(data_dir: Path, embedder: Embedder | None = None) -> LiveIndex:
    return LiveIndex(data_dir, store(data_dir), embedder or StemEmbedder())


def care_message(level: Level, channel: str = "medical") -> CareMessage:
    text = f"CARE {level.label}"
    return CareMessage(
        channel=channel,
        headline=text,
        who="a doctor",
        how_soon="soon",
        why="a warning sign",
        do_not=(),
        tell_them="",
        first_aid=(),
        numbers=(),
        limits="",
        text=text,
    )


def signed(text: str, level: Level) -> str:
    """``text`` with a mark that sets ``level`` for the steered guardrail."""
    return f"{text} {'~' * level}"


@dataclass
class SteeredGuardrail:
    """Stands in for ``assess``: the words LEVEL:<name> in a user turn set its level.

    ``signed`` sets it without words, which would make a question stranger to the articles.
    """

    seen: list[tuple[Turn, ...]]

    def __call__(self, turns: Sequence[Turn], **_settings: object) -> tuple[Decision, ...]:
        self.seen.append(tuple(turns))
        users = [t for t in turns if t.role == "user"]
        return tuple(self._decide(t.text, n) for n, t in enumerate(users))

    @staticmethod
    def _decide(text: str, turn: int) -> Decision:
        for level in reversed(Level):
            told = f"LEVEL:{level.label}" in text or text == signed(text.rstrip(" ~"), level)
            if told and level is not Level.NONE:
                flag = Flag(
                    id="made-up", level=level, evidence=text[:20], source="a test", turn=turn
                )
                return Decision(
                    level=level, flags=(flag,), message=care_message(level), rules_version="t"
                )
        return Decision(level=Level.NONE, rules_version="t")
