"""What speaks against a sentence: a code for machines and a reason for people."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """One reason why the passages do not support the sentence."""

    code: str
    why: str
