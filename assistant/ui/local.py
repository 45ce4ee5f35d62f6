"""Whether whoever opened the page sits at this machine. Any doubt means that they do not.

An address alone does not tell: behind a proxy everybody seems to come from this machine, and a
page in the same browser can give another site's name this machine's address.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

import streamlit as st

from assistant.ui import staff_words as words

# A proxy puts these into what it passes on; no browser sends them by itself.
_PROXY_HEADERS = frozenset(
    "forwarded via x-real-ip x-client-ip x-cluster-client-ip x-original-host x-original-for "
    "x-proxyuser-ip true-client-ip client-ip cf-connecting-ip cf-ray cdn-loop fly-client-ip "
    "fastly-client-ip x-azure-clientip x-envoy-external-address".split()
)
_PROXY_PREFIX = "x-forwarded"

Headers = Sequence[tuple[str, str]]


def why_not_local() -> str | None:
    """Why this session may not be treated as one at this machine; ``None`` when it may."""
    address = str(st.get_option("server.address") or "")
    if address.startswith("unix://") or st.get_option("server.enableAgentApi"):
        return words.NOT_TOLD  # neither says where a request comes from, so none is local
    headers = st.context.headers
    sent = [(name, value) for name in headers for value in headers.get_all(name)]
    return remote_reason(sent, st.context.ip_address)


def remote_reason(headers: Headers, ip: str | None) -> str | None:
    """Why a request with these ``headers`` is not local; ``None`` when it is.

    ``ip`` is the address at the other end of the connection, ``None`` for 127.0.0.1 and ::1 (this
    is how Streamlit says it). The names of headers may be in any case.
    """
    sent = [(name.lower(), value) for name, value in headers]
    if any(name in _PROXY_HEADERS or name.startswith(_PROXY_PREFIX) for name, _ in sent):
        return words.THROUGH_PROXY
    if ip is not None and not _is_loopback(ip):
        return words.OTHER_MACHINE
    hosts = [value for name, value in sent if name == "host"]
    origins = [value for name, value in sent if name == "origin"]
    if len(hosts) != 1 or not _names_this_machine(f"//{hosts[0]}"):
        return words.OTHER_NAME
    # A browser always says which page opened the connection; a plain proxy may change the host.
    if len(origins) != 1 or not _names_this_machine(origins[0]):
        return words.OTHER_NAME
    return None


def _names_this_machine(address: str) -> bool:
    try:
        parts = urlsplit(address)
        name, port = parts.hostname, parts.port
    except ValueError:
        return False
    if name is None or "@" in parts.netloc or parts.path or parts.query or parts.fragment:
        return False
    return (port is None or port > 0) and (name == "localhost" or _is_loopback(name))


def _is_loopback(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped.is_loopback
    return found.is_loopback
