"""Fetching an article from the web: off unless switched on, and then from public sites alone.

The address is checked after its name was looked up, and the connection goes to that very address,
so that a second look-up cannot lead elsewhere. Every redirect is checked in the same way. No proxy
is used, because a proxy would look the name up again.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
import zlib
from collections.abc import Callable
from contextlib import closing
from typing import Any, NamedTuple
from urllib.parse import urljoin

from assistant.errors import AddressRefused, SourceUnreadable
from assistant.sources.addresses import (
    IPAddress,
    Place,
    Resolve,
    place_of,
    public_address,
    system_resolve,
)
from assistant.sources.reading import read_source
from assistant.sources.records import SourceText

MAX_BYTES = 5_000_000
MAX_SECONDS = 10.0  # for the name, the connections and all that is sent
MAX_REDIRECTS = 3
_MOVED = (301, 302, 303, 307, 308)
_NAMES = {
    "text/html": "page.html",
    "application/xhtml+xml": "page.html",
    "application/pdf": "page.pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "page.docx",
    "text/plain": "page.txt",
    "text/markdown": "page.md",
    "text/x-markdown": "page.md",
}

_HEADERS = {
    "Accept": ", ".join(_NAMES),
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "pmr-assistant",
}

# Opens an encrypted connection to an address for a host, within so many seconds.
Connect = Callable[[IPAddress, str, float], Any]


class _Answer(NamedTuple):
    status: int
    location: str
    content_type: str
    body: bytes


def fetch_source(
    url: str,
    *,
    allowed: bool,
    resolve: Resolve = system_resolve,
    connect: Connect | None = None,
) -> SourceText:
    """The article at a web address. ``allowed`` is the setting ``PMR_FETCH_URLS``.

    Raises:
        AddressRefused: fetching is off, or the address (or one it leads to) is not a public page.
        SourceUnreadable: the site did not answer as it should, or its page cannot be read.
    """
    if not allowed:
        raise AddressRefused(
            "Fetching web addresses is switched off.",
            hint="Save the page in the browser and add that file, or set PMR_FETCH_URLS=1.",
        )
    deadline = time.monotonic() + MAX_SECONDS
    url = url.strip()
    for _ in range(MAX_REDIRECTS + 1):
        place = place_of(url)
        answer = _asked(place, deadline, resolve, connect or tls_connection)
        if answer.status not in _MOVED:
            return _read(answer, place)
        if not answer.location:
            break
        url = urljoin(place.url, answer.location)
    raise AddressRefused(f"{place.host}: sends on too often; copy the address of the page itself")


def tls_connection(address: IPAddress, host: str, seconds: float) -> ssl.SSLSocket:
    """An encrypted connection to ``address``, whose certificate must be ``host``'s.

    Raises:
        OSError: it cannot be made.
    """
    plain = socket.create_connection((str(address), 443), timeout=seconds)
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


class _Timed(io.RawIOBase):
    """What a connection sends, until the deadline."""

    def __init__(self, connection: Any, deadline: float) -> None:  # noqa: ANN401 - a TLS socket
        self._connection = connection
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any buffer, as io wants it
        self._connection.settimeout(_left(self._deadline))
        return int(self._connection.recv_into(buffer))


class _Socket:
    """A connection as ``http.client`` uses it, with one deadline for everything."""

    def __init__(self, connection: Any, deadline: float) -> None:  # noqa: ANN401
        self._connection = connection
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        """Sends ``data``."""
        self._connection.settimeout(_left(self._deadline))
        self._connection.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """A stream of what arrives."""
        return io.BufferedReader(_Timed(self._connection, self._deadline))

    def close(self) -> None:
        """Nothing yet: http.client closes while the answer is still to be read."""


def _left(deadline: float) -> float:
    """Seconds until ``deadline``.

    Raises:
        TimeoutError: it has passed.
    """
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def _asked(place: Place, deadline: float, resolve: Resolve, connect: Connect) -> _Answer:
    """What the site answers.

    Raises:
        SourceUnreadable: it cannot be reached, is too slow, or sends too much.
    """
    http_connection = http.client.HTTPSConnection(place.host, 443)
    try:
        address = public_address(place.host, resolve, _left(deadline))
        with closing(connect(address, place.host, _left(deadline))) as connection:
            # With its socket in place, http.client opens none: no second look-up, no proxy.
            http_connection.sock = _Socket(connection, deadline)
            http_connection.request("GET", place.target, headers=_HEADERS)
            with http_connection.getresponse() as response:
                return _answer(response, place)
    except TimeoutError as error:
        raise SourceUnreadable(
            f"{place.host}: took longer than {MAX_SECONDS:.0f} seconds; "
            "try again later, or save the page in the browser and add that file"
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise SourceUnreadable(
            f"{place.host}: cannot be reached safely ({type(error).__name__}); "
            "check the address, or save the page in the browser and add that file"
        ) from error


def _answer(response: http.client.HTTPResponse, place: Place) -> _Answer:
    if response.status in _MOVED:
        return _Answer(response.status, response.getheader("Location", ""), "", b"")
    body = response.read(MAX_BYTES + 1)
    if len(body) <= MAX_BYTES and response.length:
        raise http.client.IncompleteRead(body, response.length)
    coding = response.getheader("Content-Encoding", "identity").strip().lower()
    if coding in ("gzip", "x-gzip") and len(body) <= MAX_BYTES:
        body = _unpacked(body, place)
    elif coding not in ("identity", "gzip", "x-gzip"):
        raise SourceUnreadable(
            f"{place.host}: sends the page packed ({coding!a}); save it as a file"
        )
    if len(body) > MAX_BYTES:
        raise SourceUnreadable(
            f"{place.host}: the page is larger than {MAX_BYTES // 1_000_000} MB; save it as a file"
        )
    return _Answer(response.status, "", response.getheader("Content-Type", ""), body)


def _unpacked(body: bytes, place: Place) -> bytes:
    """``body`` without its gzip packing; one byte too many if it is too large."""
    unpacking = zlib.decompressobj(wbits=31)
    try:
        page = unpacking.decompress(body, MAX_BYTES + 1)
    except zlib.error as error:
        raise SourceUnreadable(f"{place.host}: sent a damaged page; try again later") from error
    if len(page) <= MAX_BYTES and not unpacking.eof:
        raise SourceUnreadable(f"{place.host}: sent only a part of the page; try again later")
    return page


def _read(answer: _Answer, place: Place) -> SourceText:
    if answer.status != 200:
        raise SourceUnreadable(
            f"{place.host}: answered with status {answer.status}; check the address in the browser"
        )
    kind = answer.content_type.partition(";")[0].strip().lower()
    if kind not in _NAMES:
        raise SourceUnreadable(
            f"{place.host}: sent {kind!a}, which is no page, text, PDF or Word document"
        )
    return read_source(answer.body, _NAMES[kind], url=place.url)
