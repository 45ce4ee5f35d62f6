"""Which web addresses may be fetched: public ones, by name, over https."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urlsplit

from assistant.errors import AddressRefused

IPAddress = IPv4Address | IPv6Address
Resolve = Callable[[str, float], Sequence[str]]

_LONGEST = 2000
# Beyond what ``is_global`` refuses in every Python that we run on.
_NOT_PUBLIC_4 = tuple(map(IPv4Network, ("192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15")))
_PUBLIC_6 = IPv6Network("2000::/3")  # the only part of IPv6 that is given out
# Addresses that wrap an IPv4 address or stand for no machine: Teredo and its kin, 6to4, examples.
_NOT_PUBLIC_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_NAME = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+(?=.*[a-z])[a-z0-9-]{2,63}", re.I
)


class Place(NamedTuple):
    """A host that may be asked, and what to ask it for."""

    host: str
    target: str  # path and query

    @property
    def url(self) -> str:
        """The address as the network writes it."""
        return f"https://{self.host}{self.target}"


def place_of(url: str) -> Place:
    """Host and path of an address.

    Raises:
        AddressRefused: not a plain https address of a site with a name.
    """
    shown = ascii(url[:200])
    if len(url) > _LONGEST or not url.isprintable() or re.search(r"[\s\\]", url):
        raise AddressRefused(f"{shown}: not a web address; copy it from the browser again")
    parts, port = _split(url, shown)
    if parts.scheme.lower() != "https":
        raise AddressRefused(f"{shown}: only addresses that begin with https:// are fetched")
    if "@" in parts.netloc:
        raise AddressRefused(f"{shown}: holds a user name; copy the address of the page itself")
    if port not in (None, 443):
        raise AddressRefused(f"{shown}: names a port; only usual web sites are fetched")
    host = _host(parts.hostname or "", shown)
    query = f"?{parts.query}" if parts.query else ""
    return Place(host, quote(f"{parts.path or '/'}{query}", safe="/%?=&:;,+@!$'()*~[]"))


def _split(url: str, shown: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        return parts, parts.port
    except ValueError as error:
        raise AddressRefused(
            f"{shown}: not a web address; copy it from the browser again"
        ) from error


def _host(host: str, shown: str) -> str:
    """The host's name as the network writes it; numbers are refused in all their spellings."""
    try:
        name = host.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise AddressRefused(f"{shown}: not the name of a web site") from error
    last = name.rpartition(".")[2]
    if not _NAME.fullmatch(name) or re.fullmatch(r"\d+|0x[0-9a-f]*", last):
        raise AddressRefused(f"{shown}: not the name of a public web site")
    return name


def public_address(host: str, resolve: Resolve, seconds: float) -> IPAddress:
    """The address to connect to. Every address that ``host`` has must be public.

    Raises:
        AddressRefused: the name is not known, or one of its addresses is not public.
    """
    try:
        found = [ip_address(text.partition("%")[0]) for text in resolve(host, seconds)]
    except (OSError, ValueError) as error:
        raise AddressRefused(f"{host}: this site was not found; check the address") from error
    if not found:
        raise AddressRefused(f"{host}: this site was not found; check the address")
    if not all(map(is_public, found)):
        raise AddressRefused(f"{host}: leads to an address that is not on the public internet")
    return found[0]


def is_public(address: IPAddress) -> bool:
    """Whether ``address`` is one machine on the public internet, not wrapped in another."""
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)


def system_resolve(host: str, seconds: float) -> list[str]:
    """The addresses of ``host``; the system's own search has no time limit, so it is left behind.

    Raises:
        OSError: the name is not known, or the search took longer than ``seconds``.
    """
    found: list[str] = []

    def search() -> None:
        try:
            answers = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(str(answer[4][0]) for answer in answers)

    searching = threading.Thread(target=search, daemon=True)
    searching.start()
    searching.join(seconds)
    if searching.is_alive() or not found:
        raise OSError(f"{host} was not found")
    return list(found)
