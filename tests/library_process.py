"""A chat or an editor in a process of its own, over a Chroma server. Told what to do line by line.

``ask TEXT`` answers as the chat does, ``index`` makes the index equal to the articles, ``withdraw
ID`` takes an article back. Each prints one JSON object.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from assistant.articles.desk import Desk
from assistant.articles.indexing import update_index
from assistant.articles.publishing import withdraw
from assistant.chat import Assistant
from assistant.errors import AssistantError
from assistant.guardrail.types import Turn
from assistant.index.live import LiveIndex
from assistant.index.opening import open_store
from assistant.settings import Settings, load_settings
from assistant.testing import StemEmbedder


def done(settings: Settings, assistant: Assistant, verb: str, rest: str) -> dict[str, Any]:
    if verb == "index":
        return {"changed": update_index(settings, embedder=StemEmbedder()).report.changed}
    if verb == "withdraw":
        return {"was": withdraw(Desk(settings=settings, embedder=StemEmbedder()), rest).was}
    reply = assistant.reply([Turn("user", rest)])
    level = reply.decision.level.label
    return {"kind": reply.kind, "level": level, "articles": [c.article for c in reply.citations]}


def main() -> None:
    settings = load_settings()
    index = LiveIndex(settings.data_dir, open_store(settings), StemEmbedder())
    assistant = Assistant(settings, index, StemEmbedder())
    for line in sys.stdin:
        verb, _, rest = line.strip().partition(" ")
        try:
            result = done(settings, assistant, verb, rest)
        except AssistantError as error:
            result = {
                "error": type(error).__name__, "says": str(error), "next": error.next_step,
            }  # fmt: skip
        print(json.dumps(result), flush=True)  # noqa: T201 - the test reads it


main()
