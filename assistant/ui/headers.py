"""The headers that every response carries: who may embed the page, and what it may load."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Streamlit's page needs inline styles and scripts, and draws staff's charts with compiled code.
# What matters here: nothing may come from, or go to, another website.
_OWN = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "media-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'"
)


def content_policy(embed_origins: Sequence[str]) -> str:
    """The Content-Security-Policy; ``embed_origins`` may show the page in a frame."""
    return " ".join([f"{_OWN}; frame-ancestors 'self'", *embed_origins])


def safe_headers(embed_origins: Sequence[str]) -> Middleware:
    """What puts the headers on; for ``st.App(middleware=...)``."""
    return Middleware(_SafeHeaders, policy=content_policy(embed_origins))


class _SafeHeaders:
    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = self._policy
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"  # addresses name articles
            await send(message)

        await self._app(scope, receive, send_with_headers)
