"""``pmr-assistant articles``; the staff's Library page calls the same functions."""

from __future__ import annotations

from assistant.articles_command import changing, looking
from assistant.articles_command.common import app

__all__ = ["app", "changing", "looking"]
