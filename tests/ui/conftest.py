from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from assistant.settings import Settings
from assistant.ui import session

from .fakes import LIBRARY, FakeAssistant

APP = Path(__file__).resolve().parents[2] / "app.py"


class Page:
    """The page under test, with what it shows as one text."""

    def __init__(self, app: AppTest) -> None:
        self.app = app

    def say(self, text: str) -> Page:
        self.app.chat_input(key="message").set_value(text).run()
        return self.checked()

    def click(self, key: str) -> Page:
        self.app.button(key=key).click().run()
        return self.checked()

    def checked(self) -> Page:
        assert not self.app.exception
        return self

    def html(self, *, but_styles: bool = True) -> str:
        bodies = [e.proto.body for e in self.app.get("html")]
        return "\n".join(b for b in bodies if not (but_styles and b.strip().startswith("<style")))

    def buttons(self) -> list[str]:
        return [b.key for b in self.app.button]

    def labels(self, key: str) -> list[str]:
        return [b.label for b in self.app.button if b.key.startswith(key)]


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
def open_page(
    monkeypatch: pytest.MonkeyPatch, assistant: FakeAssistant, tmp_path: Path
) -> Iterator[Callable[[], Page]]:
    monkeypatch.setattr(session, "open_assistant", lambda settings: assistant)
    monkeypatch.setattr(session, "open_library", lambda settings: LIBRARY)
    monkeypatch.chdir(tmp_path)  # no .env of the developer
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PMR_{name.upper()}", raising=False)
    st.cache_resource.clear()
    yield lambda: Page(AppTest.from_file(str(APP), default_timeout=60).run()).checked()
    st.cache_resource.clear()


@pytest.fixture
def page(open_page: Callable[[], Page]) -> Page:
    return open_page()
