"""The questions written for training quote the articles as they are today."""

from __future__ import annotations

import json

from core_support import PROJECT

from assistant.corpus import load_articles
from assistant.text import plain


def test_every_answer_stands_in_its_article() -> None:
    texts = {
        a.id: " ".join(plain(a.text).split()).lower() for a in load_articles(PROJECT / "corpus")
    }
    missing = [
        row["id"]
        for path in sorted((PROJECT / "training" / "questions").glob("*.jsonl"))
        for row in map(json.loads, path.read_text("utf-8").splitlines())
        for answer in row["answers"]
        if plain(answer).lower() not in texts[row["article"]]
    ]
    assert missing == []
