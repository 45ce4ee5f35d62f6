from __future__ import annotations

import pytest

from assistant.guardrail import second


@pytest.fixture(autouse=True)
def rules_alone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules must stand alone, so they are tested without the learned detector."""
    if "with_detector" not in request.fixturenames:
        monkeypatch.setattr(second, "opinion", lambda text: None)
        monkeypatch.setattr(second, "likelihood", lambda text: None)
        monkeypatch.setattr(second, "rules_out", lambda text, limit="whole": False)


@pytest.fixture
def with_detector() -> None:
    """Keeps the learned detector on."""
