"""Connecting to a Chroma server: one's own, a distributed one, or Chroma Cloud.

Chroma's client waits for ever for a server that hangs, and raises errors without a class for what
a proxy in front of it says. So a connection is tried first with plain requests that have an end,
and every later answer is looked at before Chroma's client reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from assistant.errors import StoreRefused, StoreUnavailable

if TYPE_CHECKING:
    import httpx
    from chromadb.api import ClientAPI

# Chroma Cloud takes at most 300 records a request, written or read; others take more.
AT_ONCE = 300

_API = "/api/v2"
_TOKEN_HEADER = "X-Chroma-Token"
_CONNECT_S = 3.0
_ANSWER_S = 20.0  # writing 300 vectors took 3 s on two cores with a load of 20
_ANY = "*"  # an identity that may use every tenant or database names none

_AWAY = "The library cannot be reached just now: the Chroma server at {url} {problem}."
_REFUSED = "The library cannot be reached just now: the Chroma server at {url} refuses us ({code})."
_NO_SUCH = "The Chroma server at {url} has no {what} {name!r}, or we may not use it."
_OTHER = (
    "What answers at {url} is not a Chroma server that this version can use "
    "(HTTP {code} for {path})."
)
_OTHER_HINT = "Correct PMR_CHROMA_URL, or run a Chroma server of version 1: docs/deploy.md."


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPlace:
    """Where the vectors are. Without a tenant or database, the one that the server gives us."""

    url: str
    tenant: str | None = None
    database: str | None = None
    token: str | None = field(default=None, repr=False)


def connect(place: ServerPlace) -> ClientAPI:
    """A client of the server at ``place`` whose every request has an end.

    Raises:
        StoreUnavailable: nothing answers there, or something else than a Chroma server.
        StoreRefused: the token, the tenant or the database is not accepted.
        ValueError: the address has a port that cannot be.
    """
    import chromadb
    from chromadb.config import Settings

    base = _base(place.url)
    headers = {_TOKEN_HEADER: place.token} if place.token else {}
    tenant, database = _tried(base, place, headers)
    client = chromadb.HttpClient(
        host=base,
        ssl=base.startswith("https"),
        headers=headers,
        settings=Settings(anonymized_telemetry=False),
        tenant=tenant,
        database=database,
    )
    _bound(client, base)
    return client


def _base(url: str) -> str:
    """``url`` with its port, which is 8000 where neither it nor https names one."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 8000)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}"


def _tried(base: str, place: ServerPlace, headers: Mapping[str, str]) -> tuple[str, str]:
    """Tenant and database, both of which the server has just confirmed."""
    import httpx

    try:
        with httpx.Client(headers=headers, timeout=_timeout()) as http:
            identity = _read(base, http.get(f"{base}{_API}/auth/identity"))
            tenant = place.tenant or _only(identity, "tenant", "PMR_CHROMA_TENANT")
            database = place.database or _only(identity, "databases", "PMR_CHROMA_DATABASE")
            path = f"{_API}/tenants/{quote(tenant, safe='')}"
            for what, name, where in (
                ("tenant", tenant, path),
                ("database", database, f"{path}/databases/{quote(database, safe='')}"),
            ):
                answer = http.get(base + where)
                if answer.status_code == httpx.codes.NOT_FOUND:
                    hint = f"Correct PMR_CHROMA_{what.upper()}, or create it: docs/deploy.md."
                    raise StoreRefused(_NO_SUCH.format(url=base, what=what, name=name), hint=hint)
                _read(base, answer)
    except httpx.HTTPError as error:
        raise unreachable(base, error) from error
    return tenant, database


def _only(identity: Mapping[str, Any], key: str, setting: str) -> str:
    """The one tenant or database that the server says is ours."""
    named = identity.get(key)
    names = {named} if isinstance(named, str) else {*(named or ())}
    if len(names) != 1 or _ANY in names:
        raise StoreRefused(
            f"The Chroma server does not say which of its {key} is ours.",
            hint=f"Name it in {setting}.",
        )
    return str(names.pop())


def _read(base: str, answer: httpx.Response) -> dict[str, Any]:
    """The JSON object of ``answer``."""
    check(base, answer)
    try:
        values = answer.json() if answer.is_success else None
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise _other(base, answer)
    return values


def check(base: str, answer: httpx.Response) -> None:
    """Refuse what is no answer of Chroma's own, and what it says of itself that it cannot do.

    Raises:
        StoreRefused: we are not let in.
        StoreUnavailable: it is too busy, broken, or something else answers in its place.
    """
    code = answer.status_code
    if code in (401, 403):
        raise StoreRefused(_REFUSED.format(url=base, code=f"HTTP {code}"))
    if code == 429:
        raise StoreUnavailable(_AWAY.format(url=base, problem="has too much to do (HTTP 429)"))
    if answer.is_server_error:
        raise StoreUnavailable(_AWAY.format(url=base, problem=f"is out of order (HTTP {code})"))
    if answer.is_client_error:
        answer.read()
        if not _is_chromas(answer):
            raise _other(base, answer)


def _is_chromas(answer: httpx.Response) -> bool:
    """Whether an error is told in Chroma's own form, which its client understands."""
    from chromadb.errors import error_types

    try:
        return answer.json().get("error") in error_types
    except (ValueError, AttributeError):
        return False


def unreachable(base: str, error: Exception) -> StoreUnavailable:
    """What to say when a request got no answer at all."""
    import httpx

    late = isinstance(error, httpx.TimeoutException)
    problem = "does not answer in time" if late else f"does not answer ({error})"
    return StoreUnavailable(_AWAY.format(url=base, problem=problem))


def _other(base: str, answer: httpx.Response) -> StoreUnavailable:
    path = answer.request.url.path
    return StoreUnavailable(
        _OTHER.format(url=base, code=answer.status_code, path=path), hint=_OTHER_HINT
    )


def _bound(client: ClientAPI, base: str) -> None:
    """Give the client's requests an end, and have their answers checked.

    Chroma offers no setting for either; ``tests/test_server.py`` holds that this reaches it.
    """
    session: httpx.Client = client._server._session  # type: ignore[attr-defined]
    session.timeout = _timeout()
    session.event_hooks = {"response": [lambda answer: check(base, answer)]}


def _timeout() -> httpx.Timeout:
    import httpx

    return httpx.Timeout(_ANSWER_S, connect=_CONNECT_S)
