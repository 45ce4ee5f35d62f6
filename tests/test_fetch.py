"""Fetching articles from the web: which addresses are asked at all, and what may come back."""

from __future__ import annotations

import gzip
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from itertools import pairwise

import pytest

from assistant.errors import AddressRefused, SourceUnreadable
from assistant.sources import SourceText, addresses, fetch_source, fetching

PUBLIC = "93.184.216.34"
PAGE = b"<h1>Heat</h1><p>Heat relaxes muscles. See <a href='/cold'>cold</a>.</p>"


class Wire:
    """A connection whose other end sends what it was given and remembers what it was asked."""

    def __init__(self, answer: bytes, pause: float = 0.0) -> None:
        self.rest = answer
        self.asked = b""
        self.pause = pause
        self.seconds = 0.0
        self.closed = False

    def settimeout(self, seconds: float) -> None:
        self.seconds = seconds

    def sendall(self, data: bytes) -> None:
        self.asked += data

    def recv_into(self, buffer: memoryview) -> int:
        time.sleep(min(self.pause, self.seconds))
        piece = self.rest[: 1 if self.pause else len(buffer)]
        buffer[: len(piece)] = piece
        self.rest = self.rest[len(piece) :]
        return len(piece)

    def close(self) -> None:
        self.closed = True


class Web:
    """Names and sites that exist for one test."""

    def __init__(self, sites: Mapping[str, Wire], names: Mapping[str, Sequence[str]] = {}) -> None:
        self.sites = sites
        self.names = names
        self.connected: list[tuple[str, str]] = []
        self.looked_up: list[str] = []

    def resolve(self, host: str, seconds: float) -> Sequence[str]:
        self.looked_up.append(host)
        return self.names.get(host, [PUBLIC])

    def connect(self, address: object, host: str, seconds: float) -> Wire:
        assert 0 < seconds <= fetching.MAX_SECONDS
        self.connected.append((str(address), host))
        return self.sites[host]

    def fetch(self, url: str) -> SourceText:
        return fetch_source(url, allowed=True, resolve=self.resolve, connect=self.connect)


def answer(
    body: bytes = PAGE,
    kind: str = "text/html; charset=utf-8",
    status: str = "200 OK",
    more: str = "",
) -> Wire:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return Wire(head.encode() + body)


def moved(to: str, status: str = "301 Moved") -> Wire:
    return answer(b"", status=status, more=f"Location: {to}\r\n")


def test_fetching_is_off_unless_it_is_switched_on() -> None:
    with pytest.raises(AddressRefused) as caught:
        fetch_source("https://example.org/a", allowed=False)
    assert "PMR_FETCH_URLS" in caught.value.next_step


def test_a_page_is_asked_from_the_address_that_was_checked() -> None:
    wire = answer()
    web = Web({"xn--exmple-cua.org": wire})
    source = web.fetch(" https://exämple.org/ab?q=é#part ")
    assert web.connected == [(PUBLIC, "xn--exmple-cua.org")]
    assert web.looked_up == ["xn--exmple-cua.org"]
    assert wire.asked.startswith(b"GET /ab?q=%C3%A9 HTTP/1.1\r\nHost: xn--exmple-cua.org\r\n")
    assert wire.closed
    assert source.title == "Heat"
    assert source.metadata["url"] == "https://xn--exmple-cua.org/ab?q=%C3%A9"
    assert "[cold](https://xn--exmple-cua.org/cold)" in source.markdown


def test_the_connection_goes_to_the_number_with_the_name_in_the_handshake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[object] = []

    class Context:
        def wrap_socket(self, plain: Wire, *, server_hostname: str) -> Wire:
            seen.append(server_hostname)
            return plain

    def create(address: tuple[str, int], timeout: float) -> Wire:
        seen.append((address, timeout))
        return Wire(b"")

    monkeypatch.setattr(socket, "create_connection", create)
    monkeypatch.setattr(ssl, "create_default_context", Context)
    fetching.tls_connection(ip_address(PUBLIC), "example.org", 3.0)
    assert seen == [((PUBLIC, 443), 3.0), "example.org"]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/a",
        "ftp://example.org/a",
        "file:///etc/hostname",
        "//example.org/a",
        "example.org",
        "https://user:word@example.org/a",
        "https://@example.org/a",
        "https://example.org:8443/a",
        "https://example.org:99999/a",
        "https://example.org:x/a",
        "https://localhost/a",
        "https://127.0.0.1/a",
        "https://93.184.216.34/a",
        "https://2130706433/a",
        "https://0x7f000001/a",
        "https://0x7f.1/a",
        "https://127.1/a",
        "https://0177.0.0.1/a",
        "https://１２７.0.0.1/a",
        "https://[::1]/a",
        "https://[::ffff:127.0.0.1]/a",
        "https://[::1/a",
        "https:///a",
        "https://.org/a",
        "https://exa mple.org/a",
        "https://example.org\\@evil.org/a",
        "https://example.org/a\r\nX: y",
        "https://example.org/\u202ea",
        f"https://{'a' * 70}.org/a",
        f"https://example.org/{'a' * 3000}",
    ],
)
def test_only_plain_https_addresses_of_named_sites_are_looked_up(url: str) -> None:
    web = Web({})
    with pytest.raises(AddressRefused) as caught:
        web.fetch(url)
    assert "\r" not in str(caught.value)
    assert web.looked_up == []


PRIVATE = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "192.0.0.8",
    "192.88.99.1",
    "198.18.0.1",
    "203.0.113.5",
    "224.0.0.1",
    "239.1.1.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1%eth0",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "::ffff:93.184.216.34",
    "::ffff:10.0.0.1",
    "::10.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::a00:1",
    "2002:a00:1::",
    "2001:0:53aa:64c::1",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_to_no_public_address_is_not_asked(address: str) -> None:
    for found in ([address], [PUBLIC, address]):  # one bad address among good ones is enough
        web = Web({}, {"example.org": found})
        with pytest.raises(AddressRefused, match="not on the public internet"):
            web.fetch("https://example.org/a")
        assert web.connected == []


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:220:1::1", "8.8.8.8"])
def test_public_addresses_are_public(address: str) -> None:
    assert addresses.is_public(ip_address(address))


def test_an_unknown_name_is_said_to_be_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(-2, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(AddressRefused, match="was not found"):
        fetch_source("https://example.org/a", allowed=True)


def test_a_search_for_a_name_does_not_last_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(1) or [])
    started = time.monotonic()
    with pytest.raises(OSError, match="not found"):
        addresses.system_resolve("example.org", 0.1)
    assert time.monotonic() - started < 0.9


def test_every_redirect_is_checked_anew() -> None:
    sites = {"a.example.org": moved("//b.example.org/x"), "b.example.org": answer()}
    web = Web(sites)
    source = web.fetch("https://a.example.org/")
    assert [host for _, host in web.connected] == ["a.example.org", "b.example.org"]
    assert source.metadata["url"] == "https://b.example.org/x"
    for to in (
        "http://b.example.org/",
        "https://10.0.0.1/",
        "https://b.example.org:8080/",
        "file:///",
    ):
        with pytest.raises(AddressRefused):
            Web({"a.example.org": moved(to)}).fetch("https://a.example.org/")
    inside = Web(
        {"a.example.org": moved("https://in.example.org/")}, {"in.example.org": ["10.0.0.1"]}
    )
    with pytest.raises(AddressRefused, match="not on the public internet"):
        inside.fetch("https://a.example.org/")


def test_three_redirects_are_followed_and_no_more() -> None:
    hosts = [f"h{n}.example.org" for n in range(6)]
    sites = {a: moved(f"https://{b}/", "302 Found") for a, b in pairwise(hosts)}
    sites[hosts[3]] = answer()
    assert Web(sites).fetch(f"https://{hosts[0]}/").title == "Heat"
    sites = {a: moved(f"https://{b}/", "308 Moved") for a, b in pairwise(hosts)}
    web = Web(sites)
    with pytest.raises(AddressRefused, match="too often"):
        web.fetch(f"https://{hosts[0]}/")
    assert len(web.connected) == 4
    with pytest.raises(AddressRefused, match="too often"):
        Web({"a.example.org": moved("")}).fetch("https://a.example.org/")


@pytest.mark.parametrize(
    ("kind", "body", "found"),
    [
        ("text/plain", b"Heat\n\nHeat relaxes.", "text"),
        ("Text/Markdown;charset=utf-8", b"## Why\nHeat relaxes.", "markdown"),
        ("application/xhtml+xml", PAGE, "html"),
    ],
)
def test_pages_texts_and_documents_are_read(kind: str, body: bytes, found: str) -> None:
    assert Web({"example.org": answer(body, kind)}).fetch("https://example.org/").kind == found


BOMB = gzip.compress(bytes(60_000_000))
REFUSED = {
    "picture": (answer(b"\x89PNG", "image/png"), "no page, text"),
    "no type": (Wire(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"), "no page, text"),
    "a type that lies": (answer(b"Words.", "application/pdf"), "no PDF file at all"),
    "not found": (answer(status="404 Not Found"), "status 404"),
    "server error": (answer(status="500 Oops"), "status 500"),
    "part": (answer(status="206 Part"), "status 206"),
    "too large": (answer(b"a" * 5_000_001, "text/plain"), "larger than 5 MB"),
    "endless": (
        Wire(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + b"a" * 6_000_000),
        "larger than 5 MB",
    ),
    "gzip bomb": (
        answer(BOMB, "text/plain", more="Content-Encoding: gzip\r\n"),
        "larger than 5 MB",
    ),
    "cut gzip": (answer(gzip.compress(PAGE)[:-9], more="Content-Encoding: gzip\r\n"), "a part"),
    "false gzip": (answer(PAGE, more="Content-Encoding: gzip\r\n"), "damaged"),
    "brotli": (answer(PAGE, more="Content-Encoding: br\r\n"), "packed"),
    "cut short": (
        Wire(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 99\r\n\r\nabc"),
        "IncompleteRead",
    ),
    "no http": (Wire(b"SSH-2.0-x\r\n"), "cannot be reached safely"),
    "silence": (Wire(b""), "cannot be reached safely"),
    "endless head": (Wire(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500), "cannot be reached"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_whole_article_is_refused(case: str) -> None:
    wire, message = REFUSED[case]
    with pytest.raises(SourceUnreadable, match=message) as caught:
        Web({"example.org": wire}).fetch("https://example.org/")
    assert caught.value.next_step
    assert wire.closed


def test_packed_pages_are_unpacked() -> None:
    wire = answer(gzip.compress(PAGE), more="Content-Encoding: gzip\r\n")
    assert Web({"example.org": wire}).fetch("https://example.org/").title == "Heat"


def test_a_site_that_sends_a_little_now_and_then_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MAX_SECONDS", 0.4)
    slow = answer()
    slow.pause = 0.05
    started = time.monotonic()
    with pytest.raises(SourceUnreadable, match="took longer"):
        Web({"example.org": slow}).fetch("https://example.org/")
    assert time.monotonic() - started < 2


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://10.0.0.1:3128")
    monkeypatch.setenv("HTTPS_PROXY", "http://10.0.0.1:3128")
    web = Web({"example.org": answer()})
    web.fetch("https://example.org/")
    assert web.connected == [(PUBLIC, "example.org")]


def test_a_failing_connection_says_so() -> None:
    def fails(*_: object) -> Wire:
        raise ssl.SSLCertVerificationError("not this host")

    web = Web({})
    with pytest.raises(SourceUnreadable, match="cannot be reached safely"):
        fetch_source("https://example.org/", allowed=True, resolve=web.resolve, connect=fails)
