"""The practice's logo, as an address that holds the whole picture.

An SVG drawing may carry scripts and may name files elsewhere. As the source of an ``<img>`` a
browser runs and loads none of them, and the picture itself needs no request.
"""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

MOST_BYTES = 200_000  # it travels with every page
_KINDS = {
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".svg": ("image/svg+xml", b"<svg"),
}


def logo_address(name: str, folder: Path) -> str:
    """The picture ``name``, a path from ``folder``, as a ``data:`` address.

    Raises:
        ValueError: it is no picture that can be shown; the message says why.
    """
    path = folder / name
    kind, mark = _KINDS.get(path.suffix.lower(), ("", b""))
    if not kind:
        raise ValueError("the picture must be a file that ends in .png, .jpg or .svg")
    try:
        size = path.stat().st_size
        content = path.read_bytes() if 0 < size <= MOST_BYTES else b""
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror})") from error
    if not content:
        raise ValueError(
            f"{path} has {size:,} bytes; make the picture smaller, to at most {MOST_BYTES:,}"
            if size
            else f"{path} is empty"
        )
    begins = mark in content[:2000] if kind == "image/svg+xml" else content.startswith(mark)
    if not begins:
        raise ValueError(f"{path} is no {path.suffix.lower()[1:]} picture inside")
    return f"data:{kind};base64,{b64encode(content).decode()}"
